import { open, readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { appError } from '../errors/app-error.js';
import { siteErrors } from '../errors/site-errors.js';
import { listProblems, type ProfileProblem } from './profile-problems.js';
import { siteProfileSchema, type SiteProfile } from './schema.js';

export type { SiteProfile };

/** `profiles/` lies beside both `src/` and `dist/`. */
const builtInFolder = fileURLToPath(new URL('../../profiles/', import.meta.url));
const maxBytes = 256 * 1024;
/** Anchors are handy, but a few lines of them can stand for gigabytes. */
const maxAliasCount = 50;

/** The names that {@link loadSiteProfile} takes besides files. */
export async function builtInProfiles(): Promise<readonly string[]> {
  const files = await readdir(builtInFolder);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * Reads and checks a site profile: a built-in name such as `iflow`, or a file (anything with a slash, backslash or `.yaml`/`.yml`).
 * Throws KT401 to KT403; KT402 names every problem with its path and line.
 */
export async function loadSiteProfile(nameOrFile: string): Promise<SiteProfile> {
  const isFile = /[/\\]|\.ya?ml$/i.test(nameOrFile);
  const isName = /^[a-z0-9][a-z0-9-]*$/.test(nameOrFile);
  const file = isFile ? resolve(nameOrFile) : resolve(builtInFolder, `${nameOrFile}.yaml`);
  const text = isFile || isName ? await readBounded(file) : undefined;
  if (text === undefined) {
    throw appError(siteErrors.profileNotFound, { asked: nameOrFile, builtIn: await builtInProfiles() });
  }
  return parseSiteProfile(text, isFile ? nameOrFile : `${nameOrFile} (built in)`);
}

/** As {@link loadSiteProfile}, for a text at hand; `file` is only for messages. */
export function parseSiteProfile(text: string, file: string): SiteProfile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    message: error.message.split('\n')[0]!,
  }));
  if (syntax.length > 0) throw invalid(file, syntax);

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount });
  } catch (cause) {
    throw appError(
      siteErrors.profileUnreadable,
      { file, why: 'it repeats itself too often (YAML aliases)' },
      { cause },
    );
  }
  const checked = siteProfileSchema.safeParse(value);
  if (checked.success) return checked.data;
  throw invalid(
    file,
    listProblems(checked.error.issues).map((problem) => ({ ...problem, line: lineOf(document, problem.path, lines) })),
  );
}

function invalid(
  file: string,
  problems: readonly (Omit<ProfileProblem, 'path'> & { path?: ProfileProblem['path']; line?: number })[],
) {
  const shown = problems.map(({ path, line, message }) => {
    const where = path === undefined ? '' : `${showPath(path)}: `;
    return `${where}${message}${line === undefined ? '' : ` (line ${line})`}`;
  });
  return appError(siteErrors.profileInvalid, { file, problems: shown });
}

/** `page.create[1].click.text` */
function showPath(path: ProfileProblem['path']): string {
  const shown = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return shown.replace(/^\./, '') || '(the whole file)';
}

/** Where the value stands, or for a missing one where the part around it begins. */
function lineOf(document: Document, path: ProfileProblem['path'], lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

async function readBounded(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw appError(siteErrors.profileUnreadable, { file, why: cause.code ?? cause.message }, { cause });
  });
  if (!handle) return undefined;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw appError(siteErrors.profileUnreadable, { file, why: 'it is not a file' });
    if (stat.size > maxBytes) {
      throw appError(siteErrors.profileUnreadable, { file, why: `it is larger than ${maxBytes / 1024} KiB` });
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

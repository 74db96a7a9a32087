import { LineCounter, parseDocument, type Document } from 'yaml';
import { appError } from '../errors/app-error.js';
import { siteErrors } from '../errors/site-errors.js';
import { listProblems, type ProfileProblem } from './profile-problems.js';
import { siteProfileSchema, type SiteProfile } from './schema.js';

/** Anchors are useful, but a few lines of nested aliases can expand to gigabytes. */
const maxAliasCount = 50;

/** Parses and validates the text of a site profile; `file` is only for messages. Throws KT402 and KT403. */
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

/** For example `page.create[1].click.text`. */
function showPath(path: ProfileProblem['path']): string {
  const shown = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return shown.replace(/^\./, '') || '(the whole file)';
}

/** The line of the value; for a missing value, the line where its parent starts. */
function lineOf(document: Document, path: ProfileProblem['path'], lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import { appError } from '../lib/app-error.js';
import { siteErrors } from './site-errors.js';
import { LinearPattern } from '../lib/linear-pattern.js';
import { check, showPath, type Problem } from '../lib/schema.js';
import { siteErrorTexts } from '../messages/site-errors.js';
import { same } from '../messages/text.js';
import { knownWords, unknownWords } from './interpolate.js';
import { writtenProfile, type SiteProfile } from './profile-schema.js';

/** Anchors are useful, but a few lines of nested aliases can expand to gigabytes. */
const maxAliasCount = 50;

/** Parses and validates the text of a site profile; `file` is only for messages. Throws KT402. */
export function parseSiteProfile(text: string, file: string): SiteProfile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map(({ pos, message }) => {
    return { line: lines.linePos(pos[0]).line, message: message.split('\n')[0]! };
  });
  if (syntax.length > 0) throw invalid(file, syntax);

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount });
  } catch (cause) {
    throw appError(siteErrors.profileInvalid, { file, problems: [siteErrorTexts.tooManyAliases] }, { cause });
  }
  const checked = check(writtenProfile, value);
  const found = [...(checked.ok ? slowPatterns(checked.value) : checked.problems), ...unknownPlaceholders(value)];
  if (found.length === 0) return value as SiteProfile;
  const missesAll =
    isMap(document.contents) && ['title', 'baseUrl', 'key', 'session'].every((word) => !document.has(word));
  if (missesAll) throw appError(siteErrors.profileInvalid, { file, problems: [siteErrorTexts.noProfile] });
  const problems = found.map(({ path, message }) => {
    return { message: `${showPath(path) || '(the whole file)'}: ${message}`, line: lineOf(document, path, lines) };
  });
  throw invalid(file, problems);
}

function invalid(file: string, problems: readonly { readonly message: string; readonly line?: number }[]) {
  const shown = problems.map(({ line, message }) =>
    line === undefined ? same(message) : { en: `${message} (line ${line})`, zh: `${message}（第 ${line} 行）` },
  );
  return appError(siteErrors.profileInvalid, { file, problems: shown });
}

/** The patterns that cannot be matched in linear time: a profile may come from a stranger. */
function* slowPatterns(value: unknown, path: Problem['path'] = []): Generator<Problem> {
  if (value instanceof LinearPattern) {
    const problem = value.problem();
    if (problem !== undefined) yield { path, message: `cannot be matched by RE2: ${problem}` };
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) {
      yield* slowPatterns(part, [...path, Array.isArray(value) ? Number(name) : name]);
    }
  }
}

/** `${…}` that keyturn does not fill in. A YAML alias may lead back to its own parent. */
function* unknownPlaceholders(value: unknown, path: Problem['path'] = [], seen = new Set()): Generator<Problem> {
  if (typeof value === 'string') {
    for (const word of unknownWords(value)) {
      yield { path, message: `has \${${word}}, which is none of the words in \${…}: ${knownWords}` };
    }
  } else if (typeof value === 'object' && value !== null && !seen.has(value)) {
    seen.add(value);
    for (const [name, part] of Object.entries(value)) {
      yield* unknownPlaceholders(part, [...path, Array.isArray(value) ? Number(name) : name], seen);
    }
  }
}

/** The line of the value; for a missing value, the line where its parent starts. */
function lineOf(document: Document, path: Problem['path'], lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

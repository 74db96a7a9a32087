import type { Edited, Held } from './edited.js';

interface Assignment {
  readonly name: string;
  readonly isExported: boolean;
  readonly start: number;
  readonly end: number;
  readonly quote: '' | '"' | "'" | '`';
}

/** The UTF-8 byte order mark, decoded as UTF-8 or as three Latin-1 characters. */
const byteOrderMark = /^(?:\ufeff|\u00ef\u00bb\u00bf)/;
const head = /[ \t]*(export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=/y;
const tail = /[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\r|$)/y;
/** A value of these characters means the same without quotes to shells, systemd and every dotenv reader. */
const needsNoQuotes = /^[A-Za-z0-9_.+/:@%,=-]+$/;

/**
 * Sets one variable in a file of `NAME=value` lines and leaves every other character as it is: quotes, `export`,
 * the comment after the value and the line ends. If the name is assigned several times, the last assignment is set,
 * because readers take the last one. If it is not assigned, a line is added at the end.
 */
export function setEnvVariable(text: string, variable: string, value: string): Edited {
  if (text.includes('\0')) return { problem: 'is not a text file' };
  if (!/^[\x21-\x7e]+$/.test(value)) return { problem: 'cannot hold a key with spaces or characters beyond ASCII' };
  const assignments = readAssignments(text);
  const last = assignments.findLast((each) => each.name === variable);
  if (last) {
    // A shell reads the `#…` of `NAME=#…` as a value: add a space, so that it does not join the new value.
    const gap = last.start === last.end && text[last.end] === '#' ? ' ' : '';
    return { text: text.slice(0, last.start) + quoted(value, last.quote) + gap + text.slice(last.end) };
  }
  const eol = lineEndOf(text);
  const isExported = assignments.length > 0 && assignments.every((each) => each.isExported);
  const line = `${isExported ? 'export ' : ''}${variable}=${quoted(value, '')}`;
  if (text.replace(byteOrderMark, '') === '') return { text: `${text}${line}${eol}` };
  return { text: text.endsWith(eol) ? `${text}${line}${eol}` : `${text}${eol}${line}` };
}

export function readEnvVariable(text: string, variable: string): Held {
  if (text.includes('\0')) return { problem: 'is not a text file' };
  const last = readAssignments(text).findLast((each) => each.name === variable);
  if (!last) return { value: undefined };
  const raw = text.slice(last.start, last.end);
  if (last.quote === '') return { value: raw };
  const inner = raw.slice(1, -1);
  return { value: last.quote === '"' ? inner.replace(/\\(["\\$`])/g, '$1') : inner };
}

/** A quoted value may span several lines; a line inside it is not an assignment. */
function readAssignments(text: string): Assignment[] {
  const found: Assignment[] = [];
  const eol = lineEndOf(text).at(-1) ?? '\n';
  let at = byteOrderMark.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    head.lastIndex = at;
    const start = head.exec(text);
    const from = start ? head.lastIndex : at;
    let next = lineEndAt(text, from, eol);
    if (start) {
      const value = quotedValue(text, from) ?? bareValue(text, from, next);
      found.push({ name: start[2] ?? '', isExported: start[1] !== undefined, ...value });
      next = lineEndAt(text, value.end, eol);
    }
    at = next + 1;
  }
  return found;
}

function quotedValue(text: string, from: number): Pick<Assignment, 'start' | 'end' | 'quote'> | undefined {
  let start = from;
  while (text[start] === ' ' || text[start] === '\t') start++;
  const quote = text[start];
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  let end = start + 1;
  while (end < text.length && text[end] !== quote) end += quote === '"' && text[end] === '\\' ? 2 : 1;
  if (end >= text.length) return undefined;
  tail.lastIndex = end + 1;
  return tail.test(text) ? { start, end: end + 1, quote } : undefined;
}

function bareValue(text: string, from: number, lineEnd: number): Pick<Assignment, 'start' | 'end' | 'quote'> {
  const rest = text.slice(from, lineEnd).replace(/\r$/, '');
  const lead = /^[ \t]*/.exec(rest)?.[0].length ?? 0;
  const comment = rest[lead] === '#' ? 0 : rest.slice(lead).search(/[ \t]#/);
  const value = (comment < 0 ? rest.slice(lead) : rest.slice(lead, lead + comment)).trimEnd();
  if (value === '') return { start: from, end: from, quote: '' };
  return { start: from + lead, end: from + lead + value.length, quote: '' };
}

function quoted(value: string, quote: Assignment['quote']): string {
  if (quote === '' && needsNoQuotes.test(value)) return value;
  if (quote === '"' && !/["\\$`!]/.test(value)) return `"${value}"`;
  if (quote === '`' && !/[`\\$]/.test(value)) return `\`${value}\``;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replace(/["\\$`]/g, String.raw`\$&`)}"`;
}

function lineEndAt(text: string, from: number, eol: string): number {
  const end = text.indexOf(eol, from);
  return end < 0 ? text.length : end;
}

function lineEndOf(text: string): '\n' | '\r\n' | '\r' {
  if (text.includes('\r\n')) return '\r\n';
  return text.includes('\n') || !text.includes('\r') ? '\n' : '\r';
}

import { needsNoQuotes, splice, withPart, type Edited, type Held, type ValueEditOptions } from './edited.js';
import { encryptedEnv } from './foreign-text.js';
import { editTexts } from '../messages/edit-texts.js';

/** Also matches the byte order mark, decoded as UTF-8 or as three Latin-1 characters. */
const head = /^(?:\ufeff|\u00ef\u00bb\u00bf)?[ \t]*(?<exported>export[ \t]+)?(?<name>[A-Za-z_][\w.-]*)[ \t]*=/;
/** A quoted value may span several lines: a line inside it is no assignment. */
const quotedValue = /(?<quoted>"(?:\\[^]|[^"\\])*"|'[^']*'|`[^`]*`)(?=[ \t]*(?:#.*)?$)/;
/** Ends before the comment and the white space at the end of the line. */
const bareValue = /(?!#)(?<bare>(?:(?![ \t]*$|[ \t]+#).)+)/;
const assignment = new RegExp(`${head.source}(?:[ \\t]*(?:${quotedValue.source}|${bareValue.source}))?`, 'gm');

/**
 * Sets one variable in a file of `NAME=value` lines and leaves every other character as it is: quotes, `export`,
 * the comment after the value and the line ends. If the name is assigned several times, the last assignment is set,
 * because readers take the last one. If it is not assigned, a line is added at the end.
 */
export function setEnvVariable(
  text: string,
  variable: string,
  value: string,
  { part }: Pick<ValueEditOptions, 'part'> = {},
): Edited {
  if (text.includes('\0')) return { problem: editTexts.binary };
  if (!/^[\x21-\x7e]+$/.test(part?.key ?? value)) return { problem: editTexts.beyondAscii };
  const assignments = [...text.matchAll(assignment)];
  const last = assignments.findLast(({ groups }) => groups?.['name'] === variable);
  if (last) {
    const { quoted = '', bare = '' } = last.groups ?? {};
    const end = last.index + last[0].length;
    const start = end - (quoted + bare).length;
    // A shell reads the `#…` of `NAME=#…` as a value: add a space, so that it does not join the new value.
    const gap = start === end && text[end] === '#' ? ' ' : '';
    const source = withPart(quoted + bare, part) ?? written(value, quoted.charAt(0));
    return { text: splice(text, start, end, source + gap) };
  }
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const isExported = assignments.length > 0 && assignments.every(({ groups }) => groups?.['exported']);
  const gap = text === '' || text === '\ufeff' || text === '\u00ef\u00bb\u00bf' || text.endsWith('\n') ? '' : eol;
  const line = `${isExported ? 'export ' : ''}${variable}=${written(value, '')}`;
  return { text: `${text}${gap}${line}${gap === '' ? eol : ''}` };
}

export function readEnvVariable(text: string, variable: string): Held {
  if (text.includes('\0')) return { problem: editTexts.binary };
  if (encryptedEnv.test(text)) return { problem: editTexts.encryptedFile };
  const last = [...text.matchAll(assignment)].findLast(({ groups }) => groups?.['name'] === variable);
  const { quoted, bare = '' } = last?.groups ?? {};
  if (quoted === undefined) return { value: last && bare };
  const inner = quoted.slice(1, -1);
  return { value: quoted.startsWith('"') ? inner.replace(/\\(["\\$`])/g, '$1') : inner };
}

function written(value: string, quote: string): string {
  if (quote === '' && needsNoQuotes.test(value)) return value;
  if (quote === '"' && !/["\\$`!]/.test(value)) return `"${value}"`;
  if (quote === '`' && !/[`\\$]/.test(value)) return `\`${value}\``;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replace(/["\\$`]/g, String.raw`\$&`)}"`;
}

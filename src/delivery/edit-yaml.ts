import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, Scalar, type Document, type YAMLMap } from 'yaml';
import type { ValueEditOptions } from './edit-json.js';
import { isReference, referenceProblem, type Edited, type Held } from './edited.js';
import { formatPointer, listIndex, withValueAt, type ValuePath } from '../lib/value-path.js';

/**
 * Sets one string value in a YAML file. The parsed document gives the position of the value, and only those characters
 * are replaced: serialising the whole document would fold lines and change quotes. Missing parents are added.
 */
export function setYamlValue(text: string, path: ValuePath, value: string, options: ValueEditOptions = {}): Edited {
  const document = parse(text);
  if ('problem' in document) return document;
  const place = findPlace(document, path);
  if ('problem' in place) return place;
  if ('missing' in place && options.parents === 'require' && place.missing.length > 1) {
    return { problem: `has no ${formatPointer(path.slice(0, -1))}, which has to be set up there first` };
  }
  const edited = 'found' in place ? replaceScalar(text, place, value) : insert(text, place, value);
  if (typeof edited !== 'string') return edited;
  return isAsMeant(edited, document, path, value)
    ? { text: edited }
    : { problem: 'is written in a way that keyturn cannot edit safely' };
}

export function readYamlValue(text: string, path: ValuePath): Held {
  const document = parse(text);
  if ('problem' in document) return document;
  const place = findPlace(document, path);
  if ('problem' in place) return place;
  return { value: 'found' in place && typeof place.found.value === 'string' ? place.found.value : undefined };
}

function parse(text: string): Document.Parsed | { problem: string } {
  if (text.includes('\0')) return { problem: 'is not a text file' };
  const documents = parseAllDocuments(text, { logLevel: 'silent' });
  if (documents.length > 1) return { problem: 'holds several documents' };
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (!document) return parseEmpty();
  const [error] = document.errors;
  if (error)
    return { problem: `is not YAML: ${error.message.split('\n')[0] ?? ''}`.replace(/ at line.*$/, lineOf(error)) };
  return document;
}

const lineOf = (error: { linePos?: readonly { line: number }[] }) =>
  error.linePos?.[0] ? ` in line ${error.linePos[0].line}` : '';

function parseEmpty(): Document.Parsed {
  return parseAllDocuments('---\n')[0] as Document.Parsed;
}

type Place =
  | { readonly found: Scalar; readonly key?: unknown }
  /** `inside` is undefined for an empty document, a scalar for a key without a value. */
  | { readonly inside: YAMLMap | Scalar | undefined; readonly key?: unknown; readonly missing: readonly string[] }
  | { readonly problem: string };

function findPlace(document: Document.Parsed, path: ValuePath): Place {
  let node: unknown = document.contents;
  let keyNode: unknown;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === step);
      if (!pair) return { inside: node, missing: path.slice(depth) };
      node = pair.value;
      keyNode = pair.key;
    } else if (isSeq(node)) {
      const item = node.items[listIndex(step) ?? -1];
      if (item === undefined) {
        return { problem: `has a list at ${formatPointer(path.slice(0, depth)) || '/'} without item ${step}` };
      }
      node = item;
      keyNode = undefined;
    } else if (node === null || (isScalar(node) && node.value === null)) {
      return {
        inside: node && isEmptyAtAll(node, depth) ? undefined : (node ?? undefined),
        key: keyNode,
        missing: path.slice(depth),
      };
    } else if (isAlias(node)) {
      return { problem: `holds an alias at ${formatPointer(path.slice(0, depth))}: its value stands elsewhere` };
    } else {
      return { problem: `holds a single value at ${formatPointer(path.slice(0, depth)) || '/'} and not a mapping` };
    }
  }
  if (!isScalar(node) || (typeof node.value !== 'string' && node.value !== null)) {
    return { problem: `holds something other than a text at ${formatPointer(path)}` };
  }
  if (typeof node.value === 'string' && isReference(node.value)) return { problem: referenceProblem };
  return { found: node, key: keyNode };
}

const isEmptyAtAll = (node: Scalar, depth: number) => depth === 0 && node.source === '';

function replaceScalar(
  text: string,
  { found: node, key }: { found: Scalar; key?: unknown },
  value: string,
): string | { problem: string } {
  if (!node.range) return { problem: 'is written in a way that keyturn cannot edit safely' };
  const [start, end] = node.range;
  if (start === end) return fillIn(text, key, start, scalarText(value));
  const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
  const ending = isBlock ? (/\r?\n$/.exec(text.slice(start, end))?.[0] ?? '') : '';
  return splice(text, start, end, scalarText(value, isBlock ? undefined : node.type) + ending);
}

/** Inserts a value for a key that has none: right after the colon, before any comment on that line. */
function fillIn(text: string, key: unknown, at: number, value: string): string {
  const colon = /[ \t]*:/y;
  colon.lastIndex = (isScalar(key) && key.range?.[1]) || at;
  const from = colon.test(text) ? colon.lastIndex : at;
  return splice(text, from, from, `${isSpaced(text, from) ? '' : ' '}${value}`);
}

function insert(
  text: string,
  { inside, key: ownKey, missing }: { inside: YAMLMap | Scalar | undefined; key?: unknown; missing: readonly string[] },
  value: string,
): string | { problem: string } {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  if (!inside) {
    const gap = text === '' || text === '\ufeff' || text.endsWith('\n') ? '' : eol;
    return `${text}${gap}${blockText(missing, value, 0, eol)}${eol}`;
  }
  if (!inside.range) return { problem: 'is written in a way that keyturn cannot edit safely' };
  if (isScalar(inside)) {
    // A key without a value; a comment may follow on its line.
    const [start, end] = inside.range;
    const flow = flowText(missing, value);
    return start === end ? fillIn(text, ownKey, start, flow) : splice(text, start, end, flow);
  }
  const last = inside.items.at(-1);
  if (inside.flow) {
    const [name = '', ...rest] = missing;
    const pair = `${keyText(name)}: ${flowText(rest, value)}`;
    if (!last) return splice(text, inside.range[0] + 1, inside.range[0] + 1, pair);
    const at = endOf(last);
    return at === undefined
      ? { problem: 'is written in a way that keyturn cannot edit safely' }
      : splice(text, at, at, `, ${pair}`);
  }
  const key = inside.items[0]?.key;
  const end = last && endOf(last);
  if (!isScalar(key) || !key.range || end === undefined) {
    return { problem: 'is written in a way that keyturn cannot edit safely' };
  }
  const column = key.range[0] - (text.lastIndexOf('\n', key.range[0] - 1) + 1);
  const block = blockText(
    missing,
    value,
    column - (text.startsWith('\ufeff') && !text.slice(0, key.range[0]).includes('\n') ? 1 : 0),
    eol,
  );
  // A block scalar includes its final line break.
  if (text[end - 1] === '\n') return splice(text, end, end, `${block}${eol}`);
  const newline = text.indexOf('\n', end);
  const lineEnd = newline < 0 ? text.length : text[newline - 1] === '\r' ? newline - 1 : newline;
  return splice(text, lineEnd, lineEnd, `${eol}${block}`);
}

/** The offset where a pair or an item ends, without the comments after it. */
function endOf(node: unknown): number | undefined {
  if (isMap(node) || isSeq(node)) {
    return node.flow || node.items.length === 0 ? node.range?.[1] : endOf(node.items.at(-1));
  }
  if (typeof node === 'object' && node !== null && 'key' in node && 'value' in node) {
    return endOf(node.value) ?? endOf(node.key);
  }
  return (node as { range?: [number, number, number] } | null)?.range?.[1];
}

function blockText([name = '', ...rest]: readonly string[], value: string, indent: number, eol: string): string {
  const head = `${' '.repeat(indent)}${keyText(name)}:`;
  return rest.length === 0 ? `${head} ${scalarText(value)}` : `${head}${eol}${blockText(rest, value, indent + 2, eol)}`;
}

function flowText(path: readonly string[], value: string): string {
  const [name, ...rest] = path;
  return name === undefined ? scalarText(value) : `{${keyText(name)}: ${flowText(rest, value)}}`;
}

const reserved = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

const keyText = (name: string) =>
  /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) && !reserved.test(name) ? name : JSON.stringify(name);

function scalarText(value: string, type?: Scalar.Type): string {
  if (type === Scalar.PLAIN && /^[A-Za-z][A-Za-z0-9_.-]*$/.test(value) && !reserved.test(value)) return value;
  if (type === Scalar.QUOTE_SINGLE && /^[\x20-\x7e]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value);
}

/** The final check before another program's file is written: the parsed text differs in this one value only. */
function isAsMeant(edited: string, before: Document.Parsed, path: ValuePath, value: string): boolean {
  const after = parse(edited);
  if ('problem' in after) return false;
  try {
    return isDeepStrictEqual(after.toJS(), withValueAt(before.toJS(), path, value));
  } catch {
    // `toJS` throws on aliases that are circular or expand without limit.
    return false;
  }
}

const isSpaced = (text: string, at: number) => at === 0 || /\s/.test(text[at - 1] ?? '');

const splice = (text: string, start: number, end: number, middle: string) =>
  text.slice(0, start) + middle + text.slice(end);

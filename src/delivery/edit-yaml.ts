import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar, stringify, type Document, type YAMLMap } from 'yaml';
import {
  isAsMeant,
  lineStart,
  nested,
  parentsMissing,
  splice,
  unsafe,
  isReference,
  referenceProblem,
  type Edited,
  type Held,
  type ValueEditOptions,
} from './edited.js';
import { formatPointer, listIndex, type ValuePath } from '../lib/value-path.js';

/** Replaces only the characters of the value: serialising the whole document would fold lines and change quotes. */
export function setYamlValue(text: string, path: ValuePath, value: string, options: ValueEditOptions = {}): Edited {
  const document = parse(text);
  if ('problem' in document) return document;
  const place = findPlace(document, path);
  if ('problem' in place) return place;
  if ('missing' in place && options.parents === 'require' && place.missing.length > 1) {
    return parentsMissing(path);
  }
  const edited = 'found' in place ? replaceScalar(text, place, value) : insert(text, place, value);
  if (typeof edited !== 'string') return edited;
  const after = parse(edited);
  if ('problem' in after) return unsafe;
  try {
    return isAsMeant(document.toJS(), after.toJS(), path, value) ? { text: edited } : unsafe;
  } catch {
    // `toJS` throws on aliases that are circular or expand without limit.
    return unsafe;
  }
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
  const document = parseDocument(text, { logLevel: 'error' });
  const [error] = document.errors;
  if (!error) return document;
  if (error.code === 'MULTIPLE_DOCS') return { problem: 'holds several documents' };
  // The message of the library may quote the text, which may hold secrets.
  const what = error.code.toLowerCase().replaceAll('_', ' ');
  return { problem: `is not YAML: ${what}${error.linePos ? ` in line ${error.linePos[0].line}` : ''}` };
}

interface Found {
  readonly found: Scalar;
  readonly key?: unknown;
}

interface Gap {
  /** Undefined for an empty document, a scalar for a key without a value. */
  readonly inside: YAMLMap | Scalar | undefined;
  readonly key?: unknown;
  readonly missing: readonly string[];
}

type Place = Found | Gap | { readonly problem: string };

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
      const isEmpty = depth === 0 && !node?.source;
      return { inside: isEmpty ? undefined : (node ?? undefined), key: keyNode, missing: path.slice(depth) };
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

function replaceScalar(text: string, { found: node, key }: Found, value: string): string | typeof unsafe {
  if (!node.range) return unsafe;
  const [start, end] = node.range;
  if (start === end) return fillIn(text, key, start, flowText(value));
  const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
  const ending = isBlock ? (/\r?\n$/.exec(text.slice(start, end))?.[0] ?? '') : '';
  return splice(text, start, end, flowText(value, isBlock ? undefined : node.type) + ending);
}

/** Inserts a value for a key that has none: right after the colon, before any comment on that line. */
function fillIn(text: string, key: unknown, at: number, value: string): string {
  const colon = /[ \t]*:/y;
  colon.lastIndex = (isScalar(key) && key.range?.[1]) || at;
  const from = colon.test(text) ? colon.lastIndex : at;
  return splice(text, from, from, `${isSpaced(text, from) ? '' : ' '}${value}`);
}

function insert(text: string, { inside, key: ownKey, missing }: Gap, value: string): string | typeof unsafe {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const added = nested(missing, value);
  if (!inside) {
    const gap = text === '' || text === '\ufeff' || text.endsWith('\n') ? '' : eol;
    return `${text}${gap}${blockText(added, 0, eol)}${eol}`;
  }
  if (!inside.range) return unsafe;
  const [start, end] = inside.range;
  // A key without a value; a comment may follow on its line.
  if (isScalar(inside))
    return start === end ? fillIn(text, ownKey, start, flowText(added)) : splice(text, start, end, flowText(added));
  const last = inside.items.at(-1);
  const lastEnd = endOf(last);
  if (inside.flow) {
    const pair = flowText(added).slice(1, -1);
    if (!last) return splice(text, start + 1, start + 1, pair);
    return lastEnd === undefined ? unsafe : splice(text, lastEnd, lastEnd, `, ${pair}`);
  }
  const key = inside.items[0]?.key;
  if (!isScalar(key) || !key.range || lastEnd === undefined) return unsafe;
  const indent = text.slice(lineStart(text, key.range[0]), key.range[0]).replace('\ufeff', '').length;
  const block = blockText(added, indent, eol);
  // A block scalar includes its final line break.
  if (text[lastEnd - 1] === '\n') return splice(text, lastEnd, lastEnd, `${block}${eol}`);
  const lineEnd = /[^\r\n]*/y;
  lineEnd.lastIndex = lastEnd;
  const at = lastEnd + (lineEnd.exec(text)?.[0].length ?? 0);
  return splice(text, at, at, `${eol}${block}`);
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

const style = {
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: Infinity,
  defaultKeyType: Scalar.PLAIN,
  flowCollectionPadding: false,
  // Quote what a reader of YAML 1.1 takes for a number or a boolean.
  compat: 'yaml-1.1',
} as const;

const blockText = (value: unknown, indent: number, eol: string) =>
  stringify(value, { ...style, defaultStringType: Scalar.QUOTE_DOUBLE })
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(indent) + line)
    .join(eol);

/** The value in a form that is valid within a flow collection too. */
function flowText(value: unknown, type?: Scalar.Type): string {
  const isKept = type === Scalar.PLAIN || type === Scalar.QUOTE_SINGLE;
  const defaultStringType = isKept && !/\s/.test(String(value)) ? type : Scalar.QUOTE_DOUBLE;
  return stringify([value], { ...style, defaultStringType, collectionStyle: 'flow' })
    .trim()
    .slice(1, -1);
}

const isSpaced = (text: string, at: number) => at === 0 || /\s/.test(text[at - 1] ?? '');

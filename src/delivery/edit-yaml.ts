import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  stringify,
  type Document,
  type YAMLMap,
} from 'yaml';
import { isAsMeant, nested, splice, withPart } from './edited.js';
import type { ChangedPart, Edited, Held, Refused, ValueEditOptions } from './edited.js';
import { editTexts } from '../messages/edit-texts.js';
import { foreignFile } from './foreign-text.js';
import { formatPointer, listIndex, type ValuePath } from '../lib/value-path.js';

const unsafe = { problem: editTexts.unsafe };

/**
 * Replaces only the characters of the value: serialising the whole document would fold lines and change quotes. A
 * missing value becomes the first of its mapping.
 */
export function setValue(text: string, path: ValuePath, value: string, options: ValueEditOptions = {}): Edited {
  const document = parse(text);
  if ('problem' in document) return document;
  const place = findPlace(document, path);
  if ('problem' in place) return place;
  if (options.parents === 'require' && place.missing.length > 1) {
    return { problem: editTexts.noParents(formatPointer(path.slice(0, -1))) };
  }
  const edited = edit(text, place, nested(place.missing, value), options.part);
  const after = edited === undefined ? unsafe : parse(edited);
  if (edited === undefined || 'problem' in after) return unsafe;
  const before = valueOf(document);
  const isSafe = before !== undefined && isAsMeant(before, valueOf(after), path, value);
  return isSafe ? { text: edited } : unsafe;
}

export function readValue(text: string, path: ValuePath): Held {
  const document = parse(text);
  if ('problem' in document) return document;
  const place = findPlace(document, path);
  if ('problem' in place) return place;
  const isThere = isScalar(place.node) && place.missing.length === 0 && typeof place.node.value === 'string';
  return { value: isThere ? (place.node.value as string) : undefined };
}

function parse(text: string): Document.Parsed | Refused {
  if (text.includes('\0')) return { problem: editTexts.binary };
  const document = parseDocument(text, { logLevel: 'error' });
  const [error] = document.errors;
  if (!error) return document;
  if (error.code === 'MULTIPLE_DOCS') return { problem: editTexts.severalDocuments };
  // The message of the library may quote the text, which may hold secrets.
  return { problem: editTexts.notYaml(error.code, error.linePos?.[0].line) };
}

/** Where the value is, or the mapping or the key without a value that has to take the missing rest of the path. */
interface Place {
  /** Undefined in an empty document. */
  readonly node: YAMLMap | Scalar | undefined;
  readonly key?: unknown;
  readonly missing: readonly string[];
}

function findPlace(document: Document.Parsed, path: ValuePath): Place | Refused {
  const foreign = foreignFile(valueOf(document), path);
  if (foreign) return { problem: foreign };
  let node: unknown = document.contents;
  let key: unknown;
  for (const [depth, step] of path.entries()) {
    const at = formatPointer(path.slice(0, depth)) || '/';
    if (isTagged(node)) return { problem: editTexts.tagged(node.tag) };
    if (isMap(node)) {
      const pair = node.items.findLast((each) => isScalar(each.key) && String(each.key.value) === step);
      if (!pair) return { node, missing: path.slice(depth) };
      [node, key] = [pair.value, pair.key];
    } else if (isSeq(node)) {
      const item = node.items[listIndex(step) ?? -1];
      if (item === undefined) return { problem: editTexts.noItem(at, step) };
      [node, key] = [item, undefined];
    } else if (node === null || (isScalar(node) && node.value === null)) {
      const isEmpty = depth === 0 && !node?.source;
      return { node: isEmpty ? undefined : (node ?? undefined), key, missing: path.slice(depth) };
    } else {
      return { problem: isAlias(node) ? editTexts.alias(at) : editTexts.singleValue(at) };
    }
  }
  if (isTagged(node)) return { problem: editTexts.tagged(node.tag) };
  if (!isScalar(node) || (typeof node.value !== 'string' && node.value !== null)) {
    return { problem: editTexts.notText(formatPointer(path)) };
  }
  return { node, key, missing: [] };
}

/** A tag of the file's own program, such as `!secret`, says what the value means. `!!str` is YAML's. */
const isTagged = (node: unknown): node is { tag: string } =>
  isNode(node) && !isAlias(node) && node.tag !== undefined && !/^tag:yaml\.org,2002:(?!binary)/.test(node.tag);

/** Undefined for aliases that are circular or expand without limit. */
function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

/** Undefined where the library does not say where the value stands. */
function edit(text: string, { node, key }: Place, added: unknown, part?: ChangedPart): string | undefined {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  if (!node) {
    const gap = text === '' || text === '\ufeff' || text.endsWith('\n') ? '' : eol;
    return `${text}${gap}${blockText(added, '', eol)}${eol}`;
  }
  if (!node.range) return undefined;
  const [start, end] = node.range;
  if (isScalar(node)) {
    if (start === end) return fillIn(text, key, start, flowText(added));
    const changed = withPart(text.slice(start, end), part);
    if (changed !== undefined) return splice(text, start, end, changed);
    const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
    const ending = isBlock ? (/\r?\n$/.exec(text.slice(start, end))?.[0] ?? '') : '';
    return splice(text, start, end, flowText(added, isBlock ? undefined : node.type) + ending);
  }
  if (node.flow) {
    const space = /^\s*/.exec(text.slice(start + 1))?.[0] ?? '';
    const comma = node.items.length === 0 ? '' : space === '' ? ', ' : ',';
    return splice(text, start + 1, start + 1, `${space}${flowText(added).slice(1, -1)}${comma}`);
  }
  const first = node.items[0]?.key;
  if (!isScalar(first) || !first.range) return undefined;
  const at = first.range[0];
  const column = text.slice(text.lastIndexOf('\n', at - 1) + 1, at).replace('\ufeff', '').length;
  const indent = ' '.repeat(column);
  return splice(text, at, at, `${blockText(added, indent, eol)}${eol}${indent}`);
}

/** Inserts a value for a key that has none: right after the colon, before any comment on that line. */
function fillIn(text: string, key: unknown, at: number, value: string): string {
  const colon = /[ \t]*:/y;
  colon.lastIndex = (isScalar(key) && key.range?.[1]) || at;
  const from = colon.test(text) ? colon.lastIndex : at;
  return splice(text, from, from, `${from === 0 || /\s/.test(text[from - 1] ?? '') ? '' : ' '}${value}`);
}

const style = {
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: Infinity,
  defaultKeyType: Scalar.PLAIN,
  flowCollectionPadding: false,
  // Quote what a reader of YAML 1.1 takes for a number or a boolean.
  compat: 'yaml-1.1',
} as const;

/** The first line has no indentation: it goes where the first key stands. */
const blockText = (value: unknown, indent: string, eol: string) =>
  stringify(value, { ...style, defaultStringType: Scalar.QUOTE_DOUBLE })
    .trimEnd()
    .replaceAll('\n', eol + indent);

/** The value in a form that is valid within a flow collection too. */
function flowText(value: unknown, type?: Scalar.Type): string {
  const isKept = type === Scalar.PLAIN || type === Scalar.QUOTE_SINGLE;
  const defaultStringType = isKept && !/\s/.test(String(value)) ? type : Scalar.QUOTE_DOUBLE;
  const list = stringify([value], { ...style, defaultStringType, collectionStyle: 'flow' });
  return list.trim().slice(1, -1);
}

import { isDeepStrictEqual } from 'node:util';
import { isReference, referenceProblem, type Edited, type Held } from './edited.js';
import { plainValue, readJsonTree, type JsonNode } from './json-tree.js';
import { formatPointer, listIndex, withValueAt, type ValuePath } from '../lib/value-path.js';

export interface ValueEditOptions {
  /** `require`: report a problem when the object that should hold the value is missing. */
  readonly parents?: 'create' | 'require';
}

/**
 * Sets one string value in a JSON file and leaves every other character as it is: comments, indentation, trailing
 * commas, line ends, the order of keys. Missing parents are added in the style of the text around them. Only a
 * string, a null or a missing value is ever replaced.
 */
export function setJsonValue(text: string, path: ValuePath, value: string, options: ValueEditOptions = {}): Edited {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const body = text.slice(mark.length);
  const style = styleOf(body);
  if (body.trim() === '') {
    if (options.parents === 'require') return { problem: 'is empty' };
    return { text: `${mark}${nested([...path], value, '', style)}${style.eol}` };
  }
  const root = readJsonTree(body);
  if ('problem' in root) return root;
  if (root.kind !== 'object') return { problem: `holds ${kindText(root)} and not an object` };
  const place = findPlace(root, path);
  if ('problem' in place) return place;

  let edited: string;
  if ('found' in place) {
    const { found } = place;
    const problem = valueProblem(found, path);
    if (problem !== undefined) return { problem };
    edited = splice(body, found.start, found.end, stringText(value, found.kind === 'text' ? found.quote : '"'));
  } else {
    if (options.parents === 'require' && place.missing.length > 1) {
      return { problem: `has no ${formatPointer(path.slice(0, -1))}, which has to be set up there first` };
    }
    edited = insertProperty(body, place.inside, place.missing, value, style);
  }
  return isAsMeant(edited, root, path, value)
    ? { text: mark + edited }
    : { problem: 'is written in a way that keyturn cannot edit safely' };
}

export function readJsonValue(text: string, path: ValuePath): Held {
  const body = text.replace(/^\ufeff/, '');
  if (body.trim() === '') return { value: undefined };
  const root = readJsonTree(body);
  if ('problem' in root) return root;
  const place = findPlace(root, path);
  if ('problem' in place) return place;
  return { value: 'found' in place && place.found.kind === 'text' ? place.found.value : undefined };
}

type JsonObject = JsonNode & { kind: 'object' };

function findPlace(
  root: JsonNode,
  path: ValuePath,
): { found: JsonNode } | { inside: JsonObject; missing: readonly string[] } | { problem: string } {
  let node = root;
  for (const [depth, step] of path.entries()) {
    let next: JsonNode | undefined;
    if (node.kind === 'object') {
      // Of two properties with the same name, programs read the last.
      next = node.properties.findLast((property) => property.name === step)?.value;
      if (!next) return { inside: node, missing: path.slice(depth) };
    } else if (node.kind === 'list') {
      next = node.items[listIndex(step) ?? -1];
      if (!next) return { problem: `has a list at ${formatPointer(path.slice(0, depth)) || '/'} without item ${step}` };
    } else {
      return { problem: `holds ${kindText(node)} at ${formatPointer(path.slice(0, depth))} and not an object` };
    }
    node = next;
  }
  return { found: node };
}

function valueProblem(node: JsonNode, path: ValuePath): string | undefined {
  if (node.kind === 'text') return isReference(node.value) ? referenceProblem : undefined;
  return node.kind === 'null' ? undefined : `holds ${kindText(node)} at ${formatPointer(path)} and not a text`;
}

interface Style {
  readonly eol: string;
  /** One level of indentation; undefined when the file is one line. */
  readonly unit: string | undefined;
  readonly colon: string;
}

function styleOf(body: string): Style {
  const eol = body.includes('\r\n') ? '\r\n' : '\n';
  if (body.trim() === '') return { eol, unit: '  ', colon: ': ' };
  const isOneLine = !body.trim().includes('\n');
  const indent = /\n([ \t]+)["'\p{L}_$]/u.exec(body)?.[1];
  return {
    eol,
    unit: isOneLine ? undefined : (indent ?? '  '),
    colon: isOneLine && /":\S/.test(body) && !/": /.test(body) ? ':' : ': ',
  };
}

function insertProperty(
  body: string,
  object: JsonObject,
  missing: readonly string[],
  value: string,
  style: Style,
): string {
  const close = object.end - 1;
  const inner = body.slice(object.start + 1, close);
  const last = object.properties.at(-1);
  const outerIndent = lineIndent(body, object.start);
  const [first] = object.properties;
  const isMultiLine = inner.includes('\n') || (!last && style.unit !== undefined);
  if (!isMultiLine) {
    const property = nestedProperty(missing, value, '', { ...style, unit: undefined });
    if (!last) {
      const gap = style.colon === ':' ? '' : ' ';
      return splice(
        body,
        object.start + 1,
        close,
        inner === '' ? `${gap}${property}${gap}` : `${inner}${property}${gap}`,
      );
    }
    const separator = style.colon === ':' ? ',' : ', ';
    if (!object.hasTrailingComma) return splice(body, last.value.end, last.value.end, `${separator}${property}`);
    const at = close - (/\s*$/.exec(inner)?.[0].length ?? 0);
    return splice(body, at, at, `${separator.slice(1)}${property},`);
  }
  const unit = style.unit ?? '  ';
  const isOnOwnLine = first !== undefined && /^[ \t]*$/.test(body.slice(lineStart(body, first.start), first.start));
  const indent = first && isOnOwnLine ? lineIndent(body, first.start) : outerIndent + unit;
  const property = nestedProperty(missing, value, indent, { ...style, unit });
  // Insert after the comments that follow the last property: they belong to it.
  const at = close - (/\s*$/.exec(inner)?.[0].length ?? 0);
  const closing = inner.includes('\n') && /\n[ \t]*$/.test(inner) ? '' : `${style.eol}${outerIndent}`;
  const added = `${style.eol}${indent}${property}${object.hasTrailingComma ? ',' : ''}${closing}`;
  const withNew = splice(body, at, at, added);
  return !last || object.hasTrailingComma ? withNew : splice(withNew, last.value.end, last.value.end, ',');
}

function nestedProperty([name = '', ...rest]: readonly string[], value: string, indent: string, style: Style): string {
  return `${JSON.stringify(name)}${style.colon}${nested(rest, value, indent, style)}`;
}

function nested(path: readonly string[], value: string, indent: string, style: Style): string {
  if (path.length === 0) return JSON.stringify(value);
  if (style.unit === undefined) {
    const gap = style.colon === ':' ? '' : ' ';
    return `{${gap}${nestedProperty(path, value, '', style)}${gap}}`;
  }
  const deeper = indent + style.unit;
  return `{${style.eol}${deeper}${nestedProperty(path, value, deeper, style)}${style.eol}${indent}}`;
}

function stringText(value: string, quote: '"' | "'"): string {
  if (quote === '"') return JSON.stringify(value);
  return `'${JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}

/** The final check before another program's file is written: the parsed text differs in this one value only. */
function isAsMeant(edited: string, before: JsonNode, path: ValuePath, value: string): boolean {
  const after = readJsonTree(edited);
  if ('problem' in after) return false;
  const mark = '\u0000the value';
  const meant = withValueAt(plainValue(before), path, mark);
  const held = findPlace(after, path);
  if (!('found' in held) || held.found.kind !== 'text' || held.found.value !== value) return false;
  return isDeepStrictEqual(withValueAt(plainValue(after), path, mark), meant);
}

const splice = (text: string, start: number, end: number, middle: string) =>
  text.slice(0, start) + middle + text.slice(end);

const lineStart = (text: string, at: number) => text.lastIndexOf('\n', at - 1) + 1;

const lineIndent = (text: string, at: number) => /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';

function kindText(node: JsonNode): string {
  return { object: 'an object', list: 'a list', text: 'a text', null: 'null', other: 'a number, true or false' }[
    node.kind
  ];
}

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
import { plainValue, readJsonTree, type JsonNode } from './json-tree.js';
import { formatPointer, listIndex, type ValuePath } from '../lib/value-path.js';

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
    return { text: `${mark}${written(nested(path, value), '', style)}${style.eol}` };
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
    edited = splice(body, found.start, found.end, stringText(value, body[found.start] === "'"));
  } else {
    if (options.parents === 'require' && place.missing.length > 1) {
      return parentsMissing(path);
    }
    edited = insertProperty(body, place.inside, place.missing, value, style);
  }
  const after = readJsonTree(edited);
  const isSafe = !('problem' in after) && isAsMeant(plainValue(root), plainValue(after), path, value);
  return isSafe ? { text: mark + edited } : unsafe;
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
  /** One level of indentation; undefined when the text is one line. */
  readonly unit: string | undefined;
  /** One space where the text has spaces within a line, else nothing. */
  readonly gap: string;
}

function styleOf(body: string): Style {
  const isOneLine = body.trim() !== '' && !body.trim().includes('\n');
  return {
    eol: body.includes('\r\n') ? '\r\n' : '\n',
    unit: isOneLine ? undefined : (/\n([ \t]+)["'\p{L}_$]/u.exec(body)?.[1] ?? '  '),
    gap: isOneLine && /":\S/.test(body) && !/": /.test(body) ? '' : ' ',
  };
}

function insertProperty(
  body: string,
  object: JsonObject,
  [name = '', ...rest]: readonly string[],
  value: string,
  style: Style,
): string {
  const close = object.end - 1;
  const inner = body.slice(object.start + 1, close);
  const space = /\s*$/.exec(inner)?.[0] ?? '';
  // Insert after the comments that follow the last property: they belong to it.
  const at = close - space.length;
  const first = object.properties.at(0);
  const last = object.properties.at(-1);
  const behindLast = last ? body.slice(last.value.end, close) : '';
  const hasComma = behindLast.replaceAll(/\/\/.*|\/\*[^]*?\*\//g, '').includes(',');
  const addComma = (text: string) => (last && !hasComma ? splice(text, last.value.end, last.value.end, ',') : text);
  const property = (indent: string, own: Style) =>
    `${JSON.stringify(name)}:${style.gap}${written(nested(rest, value), indent, own)}${hasComma ? ',' : ''}`;

  if (!inner.includes('\n') && (last || style.unit === undefined)) {
    const added = property('', { ...style, unit: undefined });
    if (last) return addComma(splice(body, at, at, style.gap + added));
    return splice(body, close, close, `${inner === '' ? style.gap : ''}${added}${style.gap}`);
  }
  const outerIndent = lineIndent(body, object.start);
  const isOnOwnLine = first !== undefined && /^[ \t]*$/.test(body.slice(lineStart(body, first.start), first.start));
  const indent = first && isOnOwnLine ? lineIndent(body, first.start) : outerIndent + (style.unit ?? '  ');
  const closing = space.includes('\n') ? '' : `${style.eol}${outerIndent}`;
  return addComma(splice(body, at, at, `${style.eol}${indent}${property(indent, style)}${closing}`));
}

function written(value: unknown, indent: string, { eol, unit, gap }: Style): string {
  if (unit !== undefined) return JSON.stringify(value, null, unit).replaceAll('\n', eol + indent);
  return JSON.stringify(value, null, gap).replaceAll(/\n */g, gap);
}

function stringText(value: string, hasSingleQuotes: boolean): string {
  const text = JSON.stringify(value);
  if (!hasSingleQuotes) return text;
  return `'${text
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}

const lineIndent = (text: string, at: number) => /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';

function kindText(node: JsonNode): string {
  return { object: 'an object', list: 'a list', text: 'a text', null: 'null', other: 'a number, true or false' }[
    node.kind
  ];
}

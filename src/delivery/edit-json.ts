import { evaluate, parse, type DocumentNode, type ObjectNode, type ValueNode } from '@humanwhocodes/momoa';
import { isAsMeant, nested, splice, withPart } from './edited.js';
import type { Edited, Held, Refused, ValueEditOptions } from './edited.js';
import { editTexts } from '../messages/edit-texts.js';
import { foreignFile } from './foreign-text.js';
import { formatPointer, listIndex, type ValuePath } from '../lib/value-path.js';

/**
 * Sets one string value in a file of JSON, JSON with comments or JSON5, and leaves every other character as it is. Only
 * a string, a null or a missing value is ever replaced. A missing value becomes the first of its object: no comma or
 * comment after the last one matters there.
 */
export function setValue(text: string, path: ValuePath, value: string, options: ValueEditOptions = {}): Edited {
  const before = text.trim() === '' ? `${text}{}\n` : text;
  const document = read(before);
  if ('problem' in document) return document;
  const place = findPlace(document, path);
  if ('problem' in place) return place;
  if ('inside' in place && options.parents === 'require' && place.missing.length > 1) {
    return { problem: editTexts.noParents(formatPointer(path.slice(0, -1))) };
  }
  const edited =
    'found' in place
      ? splice(
          before,
          ...rangeOf(place.found),
          withPart(before.slice(...rangeOf(place.found)), options.part) ?? JSON.stringify(value),
        )
      : insert(before, place.inside, place.missing, value);
  const after = read(edited);
  const isSafe = !('problem' in after) && isAsMeant(evaluate(document), evaluate(after), path, value);
  return isSafe ? { text: edited } : { problem: editTexts.unsafe };
}

export function readValue(text: string, path: ValuePath): Held {
  if (text.trim() === '') return { value: undefined };
  const document = read(text);
  if ('problem' in document) return document;
  const place = findPlace(document, path);
  if ('problem' in place) return place;
  return { value: 'found' in place && place.found.type === 'String' ? place.found.value : undefined };
}

/** The problem quotes nothing of the text, which may hold secrets. */
function read(text: string): DocumentNode | Refused {
  try {
    return parse(text, { mode: 'json5', ranges: true, allowTrailingCommas: true });
  } catch (error) {
    return { problem: editTexts.notJson((error as { line?: number }).line) };
  }
}

function findPlace(
  document: DocumentNode,
  path: ValuePath,
): { found: ValueNode } | { inside: ObjectNode; missing: readonly string[] } | Refused {
  const foreign = foreignFile(evaluate(document), path);
  if (foreign) return { problem: foreign };
  let node = document.body;
  for (const [depth, step] of path.entries()) {
    const at = formatPointer(path.slice(0, depth)) || '/';
    if (node.type === 'Object') {
      // Of two properties with the same name, programs read the last.
      const member = node.members.findLast(({ name }) => (name.type === 'String' ? name.value : name.name) === step);
      if (!member) return { inside: node, missing: path.slice(depth) };
      node = member.value;
    } else if (node.type === 'Array') {
      const item = node.elements[listIndex(step) ?? -1];
      if (!item) return { problem: editTexts.noItem(at, step) };
      node = item.value;
    } else return { problem: editTexts.singleValue(at) };
  }
  return node.type === 'String' || node.type === 'Null'
    ? { found: node }
    : { problem: editTexts.notText(formatPointer(path)) };
}

/** Puts the property behind the opening brace, with the white space that the first one has before it. */
function insert(text: string, object: ObjectNode, missing: readonly string[], value: string): string {
  const [start, end] = rangeOf(object);
  const added = JSON.stringify(nested(missing, value), null, 1).replaceAll(/\n */g, ' ');
  if (end - start === '{}'.length) return splice(text, start, end, added);
  const space = /^\s*/.exec(text.slice(start + 1))?.[0] ?? '';
  const property = added.slice('{ '.length, -' }'.length);
  return splice(text, start + 1, start + 1, `${space}${property}${object.members.length > 0 ? ',' : ''}`);
}

const rangeOf = ({ range = [0, 0] }: ValueNode): [number, number] => range;

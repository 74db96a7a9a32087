import { parse, type Expression, type Property, type SpreadElement } from 'acorn';

export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly properties: readonly JsonProperty[] }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'null' }
  /** Numbers, true and false, as written. */
  | { readonly kind: 'other'; readonly raw: string }
);

interface JsonProperty {
  readonly name: string;
  readonly start: number;
  readonly value: JsonNode;
}

/** Accepts only JSON, JSON with comments and JSON5. The problem quotes nothing of the text, which may hold secrets. */
export function readJsonTree(text: string): JsonNode | { readonly problem: string } {
  try {
    const { body } = parse(`(${text}\n)`, { ecmaVersion: 2020, sourceType: 'module' });
    const [statement] = body;
    if (body.length !== 1 || statement?.type !== 'ExpressionStatement') throw notJson(text.length);
    return node(statement.expression, text);
  } catch (error) {
    if (error instanceof RangeError) return { problem: 'is not JSON: it is nested too deeply' };
    if (!(error instanceof SyntaxError)) throw error;
    const { pos } = error as SyntaxError & { pos: number };
    return { problem: `is not JSON: there is a mistake in line ${text.slice(0, pos).split('\n').length}` };
  }
}

const notJson = (pos: number) => Object.assign(new SyntaxError(), { pos });

const simpleValue = /^(?:true|false|[+-]?(?:Infinity|NaN|0[xX][\da-fA-F]+|[\d.]+(?:[eE][+-]?\d+)?))$/;

function node(found: Expression | SpreadElement, text: string): JsonNode {
  const [start, end] = [found.start - 1, found.end - 1];
  if (found.type === 'ObjectExpression') {
    return { start, end, kind: 'object', properties: found.properties.map((item) => property(item, text)) };
  }
  if (found.type === 'ArrayExpression') {
    const items = found.elements.map((item) => {
      if (!item) throw notJson(start);
      return node(item, text);
    });
    return { start, end, kind: 'list', items };
  }
  if (found.type === 'Literal' && typeof found.value === 'string') {
    return { start, end, kind: 'text', value: found.value };
  }
  const raw = text.slice(start, end);
  if (raw === 'null') return { start, end, kind: 'null' };
  if (!simpleValue.test(raw)) throw notJson(start);
  return { start, end, kind: 'other', raw };
}

function property(found: Property | SpreadElement, text: string): JsonProperty {
  if (found.type !== 'Property') throw notJson(found.start);
  const { key, value, start } = found;
  const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? key.value : undefined;
  const isPlain = found.kind === 'init' && !found.method && !found.shorthand && !found.computed;
  if (typeof name !== 'string' || !isPlain) throw notJson(start);
  return { name, start: start - 1, value: node(value, text) };
}

/** The value as a program reads it: of two properties with the same name, the last counts. Numbers stay as written. */
export function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.properties.map(({ name, value }) => [name, plainValue(value)]));
    case 'list':
      return node.items.map(plainValue);
    case 'text':
      return node.value;
    case 'null':
      return null;
    case 'other':
      return { raw: node.raw };
  }
}

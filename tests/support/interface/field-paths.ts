interface Field {
  readonly types: Set<string>;
  /** How many values were seen. A field with fewer values than its parent may be absent. */
  count: number;
  readonly fields: Map<string, Field>;
  item?: Field;
}

const newField = (): Field => ({ types: new Set(), count: 0, fields: new Map() });

/** Fields with a fixed set of words as values. These words are part of the interface. Other values are not. */
const words = [
  ...['answer', 'answeredBy', 'answeredVia', 'as', 'by', 'encryption', 'event', 'how', 'kind', 'method'],
  ...['nextSaidBy', 'obtainedBy', 'outcome', 'parents', 'pass', 'proof', 'protectedBy', 'reached', 'reason', 'rung'],
  ...['savedBy', 'session.check', 'state', 'status: [].key', 'via', 'with'],
];
const isWordField = (path: string) =>
  words.some((word) => new RegExp(`(?:^|[.: ])${escaped(word)}(?:\\[\\])?$`).test(path));
const escaped = (text: string) => text.replace(/[.[\]]/g, '\\$&');

/** Collects the paths and types of fields from several JSON documents of one kind. */
export class FieldPaths {
  readonly #root = newField();

  constructor(private readonly name: string) {}

  add(value: unknown): void {
    addTo(this.#root, value, `${this.name}: `);
  }

  /** Returns one line per field, for example `status: [].expiresAt?: time`. */
  lines(): string[] {
    return linesOf(this.#root, '').map((line) => `${this.name}: ${line}`);
  }
}

function addTo(field: Field, value: unknown, path: string): void {
  field.count += 1;
  field.types.add(typeOf(value, path));
  if (Array.isArray(value)) {
    field.item ??= newField();
    for (const item of value) addTo(field.item, item, `${path}[]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (!field.fields.has(key)) field.fields.set(key, newField());
      addTo(field.fields.get(key)!, child, `${path}${/[\w\]]$/.test(path) ? '.' : ''}${key}`);
    }
  }
}

function typeOf(value: unknown, path: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'string') return typeof value;
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return 'time';
  return isWordField(path) && /^[a-z0-9-]+$/.test(value) ? JSON.stringify(value) : 'string';
}

function linesOf(field: Field, path: string): string[] {
  const types = [...field.types].filter((type) => type !== 'list' && type !== 'object').sort();
  const own = types.length > 0 ? [`${path || '(the whole)'}: ${types.join(' | ')}`] : [];
  const isEmpty = types.length === 0 && field.fields.size === 0 && !field.item?.count;
  if (isEmpty && field.count > 0) own.push(`${path || '(the whole)'}: ${[...field.types].sort().join(' | ')}, empty`);
  const objects = field.count;
  const below = [...field.fields].flatMap(([key, child]) =>
    linesOf(child, `${path}${path && '.'}${key}${child.count < objects ? '?' : ''}`),
  );
  return [...own, ...(field.item ? linesOf(field.item, `${path}[]`) : []), ...below].sort();
}

import { z } from 'zod';
import { siteProfileSchema } from '../../../src/site/profile-schema.js';

/** The parts of JSON Schema that zod uses for a site profile. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
}

/**
 * Returns one line per word of a site profile, for example `http.read.method: "GET" | "POST"`. `?` marks an optional
 * word, `[]` the items of a list.
 */
export function profileLines(): string[] {
  const schema = z.toJSONSchema(siteProfileSchema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const places = new Map<string, string>();
  const walk = (part: Schema, path: string): string[] => {
    const forms = part.anyOf ?? [part];
    const list = forms.find(({ items }) => items)?.items;
    // The value is one item or a list of items.
    if (
      forms.length === 2 &&
      list &&
      same(
        list,
        forms.find(({ items }) => !items),
      )
    )
      return walk(list, `${path} or []`);
    const known = places.get(JSON.stringify(part));
    if (known !== undefined) return [`${path}: as ${known}`];
    if (JSON.stringify(part).length > 200) places.set(JSON.stringify(part), path);
    const values = forms.flatMap(valuesOf);
    const own = values.length > 0 ? [`${path}: ${[...new Set(values)].sort().join(' | ')}`] : [];
    return [...own, ...forms.flatMap((form) => below(form, path))];
  };
  const below = ({ properties = {}, required = [], additionalProperties, items, anyOf }: Schema, path: string) => [
    ...Object.entries(properties).flatMap(([name, property]) =>
      walk(property, `${path}${path && '.'}${name}${required.includes(name) ? '' : '?'}`),
    ),
    ...(additionalProperties ? walk(additionalProperties, `${path}.NAME`) : []),
    ...(items ? walk(items, `${path}[]`) : []),
    ...(anyOf ? walk({ anyOf }, path) : []),
  ];
  return [...new Set(walk(schema, ''))].sort();
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

function valuesOf({ type, const: only, enum: several, $ref }: Schema): string[] {
  if (several) return several.map((value) => JSON.stringify(value));
  if (only !== undefined) return [JSON.stringify(only)];
  if ($ref !== undefined) return ['any JSON'];
  const types = [type ?? []].flat();
  return types.filter((each) => each !== 'object' && each !== 'array');
}

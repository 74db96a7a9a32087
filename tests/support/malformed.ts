import fc from 'fast-check';
import { AppError } from '../../src/lib/app-error.js';
import { redactText } from '../../src/lib/redact.js';

/** A secret for malformed files, which no message may repeat. The redactor does not recognise it by its form. */
export const plantedText = 'zq7planted9secret4value2';

/** `npm run test:bad-inputs` asks for many more inputs, which differ in every run. */
const asked = Number(process.env['BAD_INPUTS'] ?? 0);
const seed = Number(process.env['BAD_INPUTS_SEED'] ?? 20_260_301);

/** Checks `few` inputs, or as many as BAD_INPUTS asks for, and counts how many were taken and refused. */
export async function overInputs<T>(
  what: string,
  few: number,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => Promise<'taken' | 'refused'>,
): Promise<void> {
  const counts = { taken: 0, refused: 0 };
  const property = fc.asyncProperty(inputs, async (input) => {
    counts[await within(10_000, check(input))] += 1;
  });
  await fc.assert(property, { seed, numRuns: asked > 0 ? asked : few, endOnFailure: asked === 0 });
  if (asked > 0)
    process.stdout.write(`bad inputs: ${what}: ${counts.taken + counts.refused} (${counts.refused} refused)\n`);
}

/** Counts an AppError as a refusal. Any other error is a bug. The printed message must not contain the secret. */
export async function refusedOrTaken(work: () => unknown): Promise<'taken' | 'refused'> {
  try {
    await work();
    return 'taken';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const printed = redactText(`${error.message}\n${error.state}\n${error.hint}`);
    if (printed.includes(plantedText)) throw new Error(`the message shows the planted secret: ${printed}`);
    return 'refused';
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Generates files damaged by a disk, an editor or a stranger: truncated, corrupted or with unrelated content. */
export function malformedText(good: string): fc.Arbitrary<Buffer> {
  const bytes = Buffer.from(good);
  const place = fc.nat(Math.max(0, bytes.length - 1));
  return fc.oneof(
    { weight: 3, arbitrary: place.map((end) => bytes.subarray(0, end)) },
    {
      weight: 3,
      arbitrary: fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 12 })).map(([at, noise]) => {
        const damaged = Buffer.from(bytes);
        damaged.set(noise.subarray(0, damaged.length - at), at);
        return damaged;
      }),
    },
    { weight: 1, arbitrary: place.map((at) => Buffer.concat([bytes.subarray(0, at), bytes])) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.from(noise)) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)) },
    { weight: 2, arbitrary: fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        Buffer.alloc(0),
        Buffer.from('\uFEFF'),
        Buffer.from(`\uFEFF${good}`),
        Buffer.from(good, 'utf16le'),
        Buffer.from(good.replaceAll('\n', '\r\n')),
        Buffer.alloc(4096),
        Buffer.from('['.repeat(20_000)),
        Buffer.from(`{"a":`.repeat(20_000)),
        Buffer.from('<!doctype html><title>Sign in</title>'),
        Buffer.from('null'),
        Buffer.from('[]'),
        Buffer.from('{}'),
        Buffer.from('"text"'),
        Buffer.from('{"__proto__": {"version": 1}, "constructor": null}'),
      ),
    },
  );
}

/** Like {@link malformedText}, for JSON. Also generates valid files with one part replaced, missing or added. */
export function malformedJson(good: unknown): fc.Arbitrary<Buffer> {
  const places = placesOf(good);
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      -1,
      1e308,
      '',
      ' ',
      '\u0000',
      '2026-13-45T99:99:99Z',
      '../../etc/passwd',
      'x'.repeat(70_000),
    ),
  );
  const changed = fc
    .tuple(fc.constantFrom(...places), fc.constantFrom('replace', 'remove', 'add'), odd)
    .map(([place, how, value]) => Buffer.from(JSON.stringify(changedAt(good, place, how, value)) ?? 'null'));
  return fc.oneof(
    { weight: 3, arbitrary: changed },
    { weight: 2, arbitrary: malformedText(JSON.stringify(good, null, 2)) },
  );
}

type Place = readonly (string | number)[];

function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...at, key]))];
}

function changedAt(value: unknown, [first, ...rest]: Place, how: string, odd: unknown): unknown {
  if (first === undefined) {
    return how === 'add' && typeof value === 'object' && value !== null ? { ...value, unknownPart: odd } : odd;
  }
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  if (how === 'remove' && rest.length === 0) delete copy[first];
  else copy[first] = changedAt(copy[first], rest, how, odd);
  return copy;
}

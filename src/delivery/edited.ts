import { isDeepStrictEqual } from 'node:util';
import type { Text } from '../messages/text.js';
import { withValueAt, type ValuePath } from '../lib/value-path.js';

/** `problem` completes "{path} …" and never quotes a value. */
export interface Refused {
  readonly problem: Text;
  /** The command to run next, where there is a special one. */
  readonly next?: string;
}

export type Edited = { readonly text: string } | Refused;

/** The value that a text holds where the key belongs; undefined when there is none yet. */
export type Held = { readonly value: string | undefined } | Refused;

/** The part of a longer value that is the key, before and after. */
export interface ChangedPart {
  readonly old: string;
  readonly key: string;
}

export interface ValueEditOptions {
  /** Only this part of the value changes. */
  readonly part?: ChangedPart;
  /** `require`: report a problem when the object that should hold the value is missing. */
  readonly parents?: 'create' | 'require';
}

export const nested = (path: ValuePath, value: string): unknown =>
  path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);

/** The final check before another program's file is written: the parsed text differs in this one value only. */
export const isAsMeant = (before: unknown, after: unknown, path: ValuePath, value: string): boolean =>
  isDeepStrictEqual(after, withValueAt(before, path, value));

export const splice = (text: string, start: number, end: number, middle: string): string =>
  text.slice(0, start) + middle + text.slice(end);

/** A value of these characters means the same without quotes to shells, systemd and every dotenv reader. */
export const needsNoQuotes = /^[A-Za-z0-9_.+/:@%,=-]+$/;

/** The source of a value with the new part in it, the rest as it is; undefined where only the whole can be written. */
export function withPart(source: string, part: ChangedPart | undefined): string | undefined {
  if (!part || !needsNoQuotes.test(part.key) || source.split(part.old).length !== 2) return undefined;
  return source.replace(part.old, () => part.key);
}

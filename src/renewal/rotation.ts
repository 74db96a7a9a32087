import { withCurrentKey, type KeyOrigin, type KeyRecord, type KnownKey, type RotationIntent } from './key-record.js';
import type { IsoTime, Rung } from './outcome.js';
import type { ConsoleReading, NewKey, RotateHooks } from './ports.js';

/** Where the key record and the intent live. Every write is on stable storage when it resolves. */
export interface KeyStore {
  readRecord(): Promise<KeyRecord>;
  writeRecord(record: KeyRecord): Promise<void>;
  readIntent(): Promise<RotationIntent | undefined>;
  writeIntent(intent: RotationIntent): Promise<void>;
  removeIntent(): Promise<void>;
  /** Rejects when a new key could not be written now: asked before anything is pressed. Absent: nothing can be in the way. */
  readonly prepare?: () => Promise<void>;
}

export interface RotationContext {
  readonly store: KeyStore;
  readonly runId: string;
  /** Issued to death, as the site profile says; undefined when it does not. */
  readonly lifetimeMs?: number;
  readonly now: () => number;
  readonly newId: () => string;
}

const iso = (ms: number): IsoTime => new Date(ms).toISOString();

/**
 * The write-ahead half of a rotation: the intent is on disk before the press, and the new key is in the intent before
 * anything else happens to it. A crash before the first leaves the old key alone; between the two, the next run reads
 * the console; after the second, the next run only has to publish.
 */
export function writeAheadHooks(
  context: RotationContext,
  rung: Rung,
  reading: ConsoleReading,
): RotateHooks & { intent(): RotationIntent | undefined; isKeyKept(): boolean } {
  let intent: RotationIntent | undefined;
  let isKeyKept = false;
  return {
    intent: () => intent,
    isKeyKept: () => isKeyKept,
    beforePress: async () => {
      intent ??= {
        version: 1,
        id: context.newId(),
        runId: context.runId,
        startedAt: iso(context.now()),
        rung,
        hadKeyBefore: reading.hasKey,
        maskBefore: reading.mask,
        expiresAtBefore: reading.expiresAt,
      };
      await context.store.writeIntent(intent);
    },
    onKey: async (key: NewKey) => {
      intent = {
        version: 1,
        id: intent?.id ?? context.newId(),
        runId: context.runId,
        startedAt: intent?.startedAt ?? iso(context.now()),
        rung,
        hadKeyBefore: reading.hasKey,
        maskBefore: reading.mask,
        expiresAtBefore: reading.expiresAt,
        answer: { key: key.key, expiresAt: key.expiresAt, seenAt: iso(context.now()) },
      };
      await context.store.writeIntent(intent);
      isKeyKept = true;
    },
  };
}

/** Makes a key the account's current one and ends the write-ahead. The one place where a key record changes its key. */
export async function publishKey(
  context: RotationContext,
  key: { readonly key: string; readonly expiresAt?: IsoTime; readonly seenAt?: IsoTime; readonly provedAt?: IsoTime },
  origin: KeyOrigin,
): Promise<KnownKey> {
  const obtainedAt = key.seenAt ?? iso(context.now());
  const expiresAt = key.expiresAt ?? expectedExpiry(context, obtainedAt, origin);
  const known: KnownKey = {
    key: key.key,
    obtainedAt,
    obtainedBy: origin,
    expiresAt,
    lifetimeMs:
      context.lifetimeMs ?? (expiresAt === undefined ? undefined : Date.parse(expiresAt) - Date.parse(obtainedAt)),
    provedAt: key.provedAt,
    runId: context.runId,
  };
  await context.store.writeRecord(withCurrentKey(await context.store.readRecord(), known));
  await context.store.removeIntent();
  return known;
}

/** A console that prints no expiry still issues keys that live as long as the profile says; an adopted key's age is unknown. */
function expectedExpiry(context: RotationContext, obtainedAt: IsoTime, origin: KeyOrigin): IsoTime | undefined {
  if (origin === 'adopted' || context.lifetimeMs === undefined) return undefined;
  return iso(Date.parse(obtainedAt) + context.lifetimeMs);
}

import type { ConsoleRunDeps } from './console-run-deps.js';
import { HeldKeys } from './held-keys.js';
import { isDue } from './is-due.js';
import { maskMatches, type KnownKey } from './key-record.js';
import type { Failure } from './outcome.js';
import type { ConsoleReading, ConsoleSession, PersonAtBrowser, Verification } from './ports.js';
import {
  publishKey,
  recordPressEnd,
  withConsoleExpiry,
  writeAheadHooks,
  type ProfileLife,
  type RotationContext,
} from './rotation.js';

export interface SignInDeps extends ConsoleRunDeps {
  readonly person: PersonAtBrowser;
  /** Whether to make the account's first key; asked only when the console has none. */
  readonly mayCreateKey: () => Promise<boolean>;
}

export type SignInKey =
  | { readonly kind: 'created' | 'adopted'; readonly key: KnownKey; readonly verification: Verification }
  | { readonly kind: 'known'; readonly key: KnownKey }
  /** There is none, and none was to be made. */
  | { readonly kind: 'none' }
  /** The console shows only the mask of a key that keyturn does not have; the next refresh resets it. */
  | { readonly kind: 'hidden'; readonly mask?: string; readonly expiresAt?: string }
  /** Making it failed; the login stands. */
  | { readonly kind: 'failed'; readonly failure: Failure };

export type SignInResult =
  | {
      readonly kind: 'signed-in';
      readonly key: SignInKey;
      readonly headless: { readonly survives: true } | { readonly survives: false; readonly failure: Failure };
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * The first sign-in, whose account's lock the caller holds: a person signs in at the visible browser, the key page is
 * read, the session is saved; then a headless browser verifies that unattended runs will find the login alive.
 */
export async function signIn(
  options: { readonly runId: string } & ProfileLife,
  deps: SignInDeps,
): Promise<SignInResult> {
  const keys = await HeldKeys.read(deps.store, deps.requireHeld);
  await deps.store.prepare?.();
  const opened = await deps.openConsole({ method: 'headed', person: deps.person, signal: deps.signal });
  if (!opened.ok) return { kind: 'failed', failure: opened.failure };
  const session = opened.value;
  let key: SignInKey;
  try {
    const reading = await session.read();
    if (!reading.ok) return { kind: 'failed', failure: reading.failure };
    // First of all the login: whatever happens to the key, nobody should have to sign in twice.
    await session.saveCheckpoint();
    await deps.history('signed-in', { hasKey: reading.value.hasKey });
    const rotation: RotationContext = {
      keys,
      runId: options.runId,
      life: options,
      log: deps.log,
      now: () => deps.now() - (reading.value.clockSkewMs ?? 0),
      newId: deps.newId,
    };
    key = await takeKey(reading.value, session, rotation, deps);
    await session.saveCheckpoint();
  } finally {
    await session.close();
  }
  return { kind: 'signed-in', key, headless: await verifyHeadless(deps) };
}

async function takeKey(
  reading: ConsoleReading,
  session: ConsoleSession,
  rotation: RotationContext,
  deps: SignInDeps,
): Promise<SignInKey> {
  const { keys, life, now } = rotation;
  const { record } = keys;
  const { current } = record;

  if (!reading.hasKey) {
    // A console may list its keys without showing them: while the one in the record is good, no other is made.
    const isGood = current !== undefined && !isDue(record, now()).due;
    if (isGood && (await deps.verify(current.key)).verdict !== 'invalid') return { kind: 'known', key: current };
    if (!(await deps.mayCreateKey())) return { kind: 'none' };
    const hooks = writeAheadHooks(rotation, 'headed', reading);
    await deps.history('rotate', { rung: 'headed', reason: 'no-key' });
    const made = await session.rotate(reading, hooks);
    const seen = hooks.intent()?.answer;
    if (!seen) {
      if (made.ok) throw new Error('a rotation without a key is no success');
      const isSettled = await recordPressEnd(keys, made, hooks.intent());
      const { detail, evidence } = made.failure;
      return { kind: 'failed', failure: isSettled ? made.failure : { kind: 'not-seen', detail, evidence } };
    }
    return publish('created', seen, rotation, deps);
  }
  if (reading.key !== undefined && reading.key !== current?.key) {
    return publish('adopted', { key: reading.key, expiresAt: reading.expiresAt }, rotation, deps);
  }
  if (
    current &&
    (reading.key === current.key || (reading.mask !== undefined && maskMatches(reading.mask, current.key)))
  ) {
    const known = withConsoleExpiry(current, reading.expiresAt, life, now());
    await keys.writeRecord({ ...record, current: known });
    return { kind: 'known', key: known };
  }
  return { kind: 'hidden', mask: reading.mask, expiresAt: reading.expiresAt };
}

async function publish(
  kind: 'created' | 'adopted',
  key: { readonly key: string; readonly expiresAt?: string; readonly seenAt?: string },
  rotation: RotationContext,
  deps: SignInDeps,
): Promise<SignInKey> {
  deps.onStep('headed', 'verifying the key');
  const verification = await deps.verify(key.key);
  const provedAt = verification.verdict === 'valid' ? new Date(rotation.now()).toISOString() : undefined;
  const known = await publishKey(rotation, { ...key, provedAt }, kind === 'adopted' ? 'adopted' : 'login');
  await deps.history('key-published', { how: kind, expiresAt: known.expiresAt, proof: verification.verdict });
  return { kind, key: known, verification };
}

async function verifyHeadless(deps: SignInDeps): Promise<{ survives: true } | { survives: false; failure: Failure }> {
  const opened = await deps.openConsole({ method: 'headless', signal: deps.signal });
  if (!opened.ok) return { survives: false, failure: opened.failure };
  try {
    const reading = await opened.value.read();
    if (!reading.ok) return { survives: false, failure: reading.failure };
    await opened.value.saveCheckpoint();
    return { survives: true };
  } finally {
    await opened.value.close();
  }
}

export function nextRenewal(key: KnownKey, now: number): string | undefined {
  return isDue({ current: key }, now).dueAt;
}

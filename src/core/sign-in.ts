import { isOurs } from './decide-rotation.js';
import { HeldKeys } from './held-keys.js';
import { isDue } from './is-due.js';
import type { KnownKey } from './key-record.js';
import type { Failure } from './outcome.js';
import type { ConsoleReading, ConsoleSession, Verification } from './ports.js';
import { rotate } from './renew-at-console.js';
import { Renewal, type ConsoleRunDeps, type RenewOptions } from './renewal.js';
import { withConsoleExpiry } from './rotation.js';
import { verifyAndPublish } from './verify-and-publish.js';

export interface SignInDeps extends ConsoleRunDeps {
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

type Headless = { readonly survives: true } | { readonly survives: false; readonly failure: Failure };

export type SignInResult =
  | { readonly kind: 'signed-in'; readonly key: SignInKey; readonly headless: Headless }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * The first sign-in, whose account's lock the caller holds: a person signs in at the visible browser, the key page is
 * read, the session is saved; then a headless browser verifies that unattended runs will find the login alive.
 */
export async function signIn(
  options: Pick<RenewOptions, 'runId' | 'lifetimeMs' | 'everyMs'>,
  deps: SignInDeps,
): Promise<SignInResult> {
  const keys = await HeldKeys.read(deps.store, deps.requireHeld);
  await deps.store.prepare?.();
  const renewal = new Renewal({ ...options, force: false, dryRun: false, methods: ['headed'] }, deps, keys);
  const opened = await deps.openConsole({ method: 'headed', person: deps.personAtBrowser?.(), signal: deps.signal });
  if (!opened.ok) return { kind: 'failed', failure: opened.failure };
  const session = opened.value;
  let key: SignInKey;
  try {
    const reading = await session.read();
    await renewal.setClock(session.clockSkewMs());
    if (!reading.ok) return { kind: 'failed', failure: reading.failure };
    renewal.reportUnread(reading.value);
    // First of all the login: whatever happens to the key, nobody should have to sign in twice.
    await session.saveCheckpoint();
    await deps.history('signed-in', { hasKey: reading.value.hasKey });
    key = await takeKey(renewal, session, reading.value, deps.mayCreateKey);
    await renewal.close(session);
  } finally {
    await session.close();
  }
  return { kind: 'signed-in', key, headless: await verifyHeadless(deps) };
}

async function takeKey(
  renewal: Renewal,
  session: ConsoleSession,
  reading: ConsoleReading,
  mayCreateKey: SignInDeps['mayCreateKey'],
): Promise<SignInKey> {
  const { deps, keys } = renewal;
  const { record } = keys;
  const { current } = record;

  if (!reading.hasKey) {
    // A console may list its keys without showing them: while the one in the record is good, no other is made.
    const isGood = current !== undefined && !isDue(record, deps.now()).due;
    if (isGood && (await deps.verify(current.key)).verdict !== 'invalid') return { kind: 'known', key: current };
    if (!(await mayCreateKey())) return { kind: 'none' };
    const made = await rotate(renewal, session, reading, 'no-key');
    return made.ok ? { ...made.value, kind: 'created' } : { kind: 'failed', failure: made.failure };
  }
  if (reading.key !== undefined && reading.key !== current?.key) {
    const shown = { key: reading.key, expiresAt: reading.expiresAt };
    const made = { method: 'headed', how: 'adopted' } as const;
    return { ...(await verifyAndPublish(renewal, shown, made)), kind: 'adopted' };
  }
  if (current && isOurs(current.key, reading)) {
    const known = withConsoleExpiry(renewal, current, reading);
    await keys.writeRecord({ ...record, current: known });
    return { kind: 'known', key: known };
  }
  return { kind: 'hidden', mask: reading.mask, expiresAt: reading.expiresAt };
}

async function verifyHeadless(deps: SignInDeps): Promise<Headless> {
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

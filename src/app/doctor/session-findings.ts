import { AppError } from '../../errors/app-error.js';
import { storeErrors } from '../../errors/store-errors.js';
import { silentLog } from '../../lib/log.js';
import { createRedactor } from '../../lib/redactor.js';
import { secretsOfKeys, secretsOfSession } from '../../core/account-secrets.js';
import { maskMatches, type KnownKey } from '../../core/key-record.js';
import type { Failure } from '../../core/outcome.js';
import type { ConsoleReading } from '../../core/ports.js';
import type { ResolvedProfile } from '../../site/resolve-profile.js';
import type { AccountConfig } from '../../store/accounts.js';
import { readCheckpoint, writeCheckpoint } from '../../store/checkpoints.js';
import { accountPaths } from '../../store/home.js';
import { readKeyRecord } from '../../store/key-records.js';
import { acquireLock } from '../../store/lock.js';
import type { ProcessContext } from '../process-context.js';
import { newRunId } from '../../lib/run-id.js';
import type { Finding } from './finding.js';

export interface OnlineCheck {
  readonly account: AccountConfig;
  readonly context: ProcessContext;
  readonly home: string;
  readonly signal: AbortSignal;
}

/**
 * Checks with one read of the key endpoint whether the saved session is still signed in. Takes the account's lock,
 * because the console may answer with new cookies that replace the old ones and have to be saved.
 */
export async function sessionFindings({ account, context, home, signal }: OnlineCheck): Promise<Finding[]> {
  const paths = accountPaths(home, account.name);
  const profile = await profileOf(account);
  if (!(await readCheckpoint(paths))) return [];
  if (!profile.http) {
    const text = 'not tried: the site profile has no http section, so only a renewal shows whether it lives';
    return [{ level: 'note', check: 'session', text, next: `keyturn refresh ${account.name} --dry-run` }];
  }
  const lock = await acquireLock(paths.lock, {
    command: 'keyturn doctor',
    runId: newRunId(),
    now: context.clock.now,
    signal,
  }).catch((error: unknown) => {
    const isHeld =
      error instanceof AppError &&
      [storeErrors.locked.code, storeErrors.lockedByPerson.code].includes(error.code as never);
    if (isHeld) return undefined;
    throw error;
  });
  if (!lock) return [{ level: 'note', check: 'session', text: 'not tried, because another run holds the account' }];
  try {
    const [checkpoint, { openHttpConsole }] = await Promise.all([
      readCheckpoint(paths),
      import('../../site/http-console.js'),
    ]);
    if (!checkpoint) return [];
    const record = await readKeyRecord(paths);
    const redactor = createRedactor([
      ...secretsOfKeys(record),
      ...secretsOfSession(checkpoint, profile.session.cookies),
    ]);
    redactor.addPattern(profile.key.pattern);
    const session = openHttpConsole({
      profile,
      checkpoint,
      saveCheckpoint: (kept) => writeCheckpoint(paths, kept),
      proxy: account.proxy,
      keyName: account.keyName,
      redactor,
      onStep: () => undefined,
      log: silentLog,
      signal,
      now: context.clock.now,
      retries: 0,
    });
    try {
      const read = await session.read();
      if (!read.ok)
        return [failureFinding({ ...read.failure, detail: redactor.foreign(read.failure.detail) }, account)];
      const { current } = record;
      const findings: Finding[] = [{ level: 'ok', check: 'session', text: `signed in at ${profile.title}` }];
      return findings.concat(readingFindings(read.value, current, account));
    } finally {
      await session.close();
    }
  } finally {
    await lock.release();
  }
}

/** Whether the service accepts the key. Sends one request: the profile's first probe. */
export async function probeFindings({ account, context, home, signal }: OnlineCheck): Promise<Finding[]> {
  const { current } = await readKeyRecord(accountPaths(home, account.name));
  const isDead = current?.expiresAt !== undefined && Date.parse(current.expiresAt) <= context.clock.now();
  if (!current || isDead || account.probeUrl === 'none') return [];
  const profile = await profileOf(account);
  const { verifyKey } = await import('../../site/verify-key.js');
  const first = { ...profile, probes: profile.probes.slice(0, 1) };
  if (first.probes.length === 0) return [];
  const verification = await verifyKey(first, current.key, { proxy: account.proxy, signal });
  switch (verification.verdict) {
    case 'valid':
      return [{ level: 'ok', check: 'service', text: 'accepts the key' }];
    case 'invalid':
      return [
        {
          level: 'problem',
          check: 'service',
          text: `${verification.detail}: whoever uses it meets refusals`,
          code: 'KT608',
          next: `keyturn refresh ${account.name} --force`,
        },
      ];
    case 'banned':
      return [
        {
          level: 'problem',
          check: 'service',
          text: `${verification.detail}: a new key would not help`,
          code: 'KT605',
          next: `keyturn account disable ${account.name}`,
        },
      ];
    case 'unknown':
      return [
        { level: 'note', check: 'service', text: `cannot tell whether the key is accepted: ${verification.detail}` },
      ];
  }
}

async function profileOf(account: AccountConfig): Promise<ResolvedProfile> {
  const [{ loadSiteProfile }, { resolveProfile }] = await Promise.all([
    import('../../site/load-profile.js'),
    import('../../site/resolve-profile.js'),
  ]);
  const { baseUrl, probeUrl } = account;
  return resolveProfile(await loadSiteProfile(account.site), {
    baseUrl,
    probeUrl: probeUrl === 'none' ? undefined : probeUrl,
  });
}

/** An account has one key. If the console shows a different one, ours is dead. */
export function readingFindings(
  reading: ConsoleReading,
  current: KnownKey | undefined,
  { name }: Pick<AccountConfig, 'name'>,
): Finding[] {
  if (!current) return [];
  const isOther =
    reading.key !== undefined
      ? reading.key !== current.key
      : reading.mask !== undefined && !maskMatches(reading.mask, current.key);
  const dead = (text: string): Finding[] => [
    { level: 'problem', check: 'key', text, next: `keyturn refresh ${name} --force` },
  ];
  if (!reading.hasKey) return dead('the console has no key any more: it was deleted there');
  if (isOther) return dead('the console shows another key than the stored one: it was replaced there');
  return reading.expired === true ? dead('the console says that the key has expired') : [];
}

export function failureFinding(failure: Failure, { name, method }: Pick<AccountConfig, 'name' | 'method'>): Finding {
  const text = failure.detail.replace(/\.$/, '');
  /** If the page may still renew the key, a rejected HTTP read is only a warning. */
  const whereHttp: Pick<Finding, 'level' | 'check'> = {
    level: method === 'http' ? 'problem' : 'warning',
    check: 'session',
  };
  const byPage = method === 'http' ? '' : '; renewals drive the page instead';
  switch (failure.kind) {
    case 'signed-out':
      return { level: 'problem', check: 'session', text, code: 'KT601', next: `keyturn login ${name}` };
    case 'challenge':
      return { ...whereHttp, text: `${text}${byPage}`, code: 'KT602', next: `keyturn refresh ${name} --dry-run` };
    case 'drift':
      return { ...whereHttp, text: `${text}${byPage}`, code: 'KT604', next: `keyturn refresh ${name} --dry-run` };
    case 'not-seen':
      return { ...whereHttp, text, code: 'KT611', next: `keyturn refresh ${name} --force` };
    case 'refused':
      return { level: 'problem', check: 'session', text, code: 'KT605', next: `keyturn account disable ${name}` };
    case 'gone':
      return { level: 'problem', check: 'session', text, code: 'KT605', next: `keyturn account disable ${name}` };
    case 'unreachable':
      return { level: 'warning', check: 'session', text, code: 'KT607', next: `keyturn doctor ${name}` };
  }
}

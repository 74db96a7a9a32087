import { AppError, orAppError } from '../../errors/app-error.js';
import { silentLog } from '../../lib/log.js';
import { createRedactor } from '../../lib/redactor.js';
import { secretsOfKeys, secretsOfSession } from '../../core/account-secrets.js';
import { maskMatches, type KnownKey } from '../../core/key-record.js';
import type { Failure } from '../../core/outcome.js';
import type { ConsoleReading } from '../../core/ports.js';
import type { AccountConfig } from '../../store/accounts.js';
import { readCheckpoint, writeCheckpoint } from '../../store/checkpoints.js';
import { accountPaths } from '../../store/home.js';
import { readKeyRecord } from '../../store/key-records.js';
import { acquireLock } from '../../store/lock.js';
import { resolveSite } from '../account/account-config.js';
import type { ProcessContext } from '../process-context.js';
import { newRunId } from '../../lib/run-id.js';
import { doctorTexts } from '../../messages/cli/doctor.js';
import { failureTexts, withoutStop } from '../../messages/failures.js';
import { redactFailure } from '../redacted-session.js';
import { note, ok, problem, warning, type Finding } from './finding.js';

const texts = doctorTexts.found;

export interface OnlineCheck {
  readonly account: AccountConfig;
  readonly context: ProcessContext;
  readonly home: string;
  readonly signal: AbortSignal;
}

/** Takes the account's lock: the console may answer the one read with new cookies, which have to be saved. */
export async function sessionFindings({ account, context, home, signal }: OnlineCheck): Promise<Finding[]> {
  const paths = accountPaths(home, account.name);
  const profile = await resolveSite(account);
  if (!(await readCheckpoint(paths))) return [];
  if (!profile.http) {
    const text = 'not tried: the site profile has no http section, so only a renewal shows whether it lives';
    return [note('session', text, { next: `keyturn refresh ${account.name} --dry-run` })];
  }
  const { now } = context.clock;
  const lock = await orAppError(acquireLock(paths.lock, { command: 'keyturn doctor', runId: newRunId(), now, signal }));
  if (lock instanceof AppError) {
    if (lock.exitCode !== 4) throw lock;
    return [note('session', 'not tried, because another run holds the account')];
  }
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
      now,
      retries: 0,
    });
    try {
      const read = await session.read();
      return read.ok
        ? [ok('session', `signed in at ${profile.title}`), ...readingFindings(read.value, record.current, account)]
        : [failureFinding(redactFailure(read.failure, redactor), account)];
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
  const profile = await resolveSite(account);
  const { verifyKey } = await import('../../site/verify-key.js');
  const first = { ...profile, probes: profile.probes.slice(0, 1) };
  if (first.probes.length === 0) return [];
  const verification = await verifyKey(first, current.key, { proxy: account.proxy, signal });
  if (verification.verdict === 'valid') return [ok('service', 'accepts the key')];
  const { verdict, detail } = verification;
  if (verdict === 'unknown') return [note('service', texts.unverified(detail))];
  return verdict === 'invalid'
    ? [
        problem('service', texts.invalid(detail), {
          code: 'KT608',
          next: `keyturn refresh ${account.name} --force`,
        }),
      ]
    : [
        problem('service', texts.banned(detail), {
          code: 'KT605',
          next: `keyturn account disable ${account.name}`,
        }),
      ];
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
  const dead = (text: string) => [problem('key', text, { next: `keyturn refresh ${name} --force` })];
  if (!reading.hasKey) return dead('the console has no key any more: it was deleted there');
  if (isOther) return dead('the console shows another key than the stored one: it was replaced there');
  return reading.expired === true ? dead('the console says that the key has expired') : [];
}

export function failureFinding(failure: Failure, { name, method }: Pick<AccountConfig, 'name' | 'method'>): Finding {
  const text = withoutStop(failure.detail);
  /** If the page may still renew the key, a rejected HTTP read is only a warning. */
  const ofHttp = method === 'http' ? problem : warning;
  switch (failure.kind) {
    case 'signed-out':
      return problem('session', text, { code: 'KT601', next: `keyturn login ${name}` });
    case 'challenge':
    case 'drift': {
      const code = failure.kind === 'drift' ? 'KT604' : 'KT602';
      return ofHttp('session', method === 'http' ? text : failureTexts.and(text, texts.byPage), {
        code,
        next: `keyturn refresh ${name} --dry-run`,
      });
    }
    case 'not-seen':
      return ofHttp('session', text, { code: 'KT611', next: `keyturn refresh ${name} --force` });
    case 'refused':
    case 'gone':
      return problem('session', text, { code: 'KT605', next: `keyturn account disable ${name}` });
    case 'unreachable':
      return warning('session', text, { code: 'KT607', next: `keyturn doctor ${name}` });
  }
}

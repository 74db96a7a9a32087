import { PassThrough } from 'node:stream';
import { failureErrors } from '../../core/describe-result.js';
import { siteTime } from '../../core/is-due.js';
import { maskMatches, type KnownKey } from '../../core/key-record.js';
import type { Failure } from '../../core/outcome.js';
import type { ConsoleReading } from '../../core/ports.js';
import { AppError, orAppError } from '../../lib/app-error.js';
import { durationText } from '../../lib/duration.js';
import { proxyFor } from '../../lib/network.js';
import { newRunId } from '../../lib/run-id.js';
import { redactProxy } from '../../lib/redact.js';
import { withoutStop } from '../../messages/text.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import type { Answered, HttpRequest, Unanswered } from '../../site/http-request.js';
import type { AccountConfig } from '../../store/accounts.js';
import { acquireLock } from '../../store/lock.js';
import { resolveSite } from '../../site/resolve-site.js';
import type { AccountContext } from '../container.js';
import { note, ok, problem, warning, type CheckScope, type Finding } from './finding.js';

const maxSkewMs = 120_000;
/** With a clock this wrong, keys are renewed too late or too early. */
const badSkewMs = 12 * 3_600_000;

export interface SiteVisit {
  readonly baseUrl: string;
  readonly proxy?: string;
  readonly request: HttpRequest;
  readonly answer: Answered | Unanswered;
}

/** The account as a run opens it. What it warns of is found in its files, too. */
async function openAccount(account: AccountConfig, { context, signal }: CheckScope): Promise<AccountContext> {
  const [{ openAccountContext }, { openRunContext }] = await Promise.all([
    import('../container.js'),
    import('../run-context.js'),
  ]);
  const stderr = new PassThrough().resume();
  return openAccountContext(await openRunContext({ ...context, signal, stderr }), account);
}

/** One request to the console's address, without a session. */
export async function visitSite(
  account: AccountConfig,
  { context, timeoutMs, signal }: CheckScope,
): Promise<SiteVisit> {
  const { baseUrl } = await resolveSite(account);
  const { httpRequest } = await import('../../site/http-request.js');
  const { userAgent } = await import('../../site/user-agent.js');
  const headers = { 'user-agent': userAgent() };
  const network = { proxy: account.proxy, env: context.env };
  const request = { method: 'GET', url: `${baseUrl}/`, headers, timeoutMs: timeoutMs * 0.4, network, signal };
  const proxy = proxyFor(request.url, network)?.url;
  return { baseUrl, proxy, request, answer: await httpRequest(request) };
}

/** Whether the console answers, and whether the clocks agree. */
export function siteFindings({ baseUrl, answer, ...visit }: Omit<SiteVisit, 'request'>, now: number) {
  const proxy = redactProxy(visit.proxy);
  const curl = `curl -sS -I ${proxy ? `-x ${proxy.replace('•••@', '')} ` : ''}${baseUrl}`;
  if (answer.kind === 'unanswered') {
    const code = answer.lasts ? failureErrors.misconfigured.code : undefined;
    return [problem('site', texts.silent(baseUrl, proxy, answer.why), curl, code)];
  }
  const { status, headers } = answer;
  const text = texts.answers(baseUrl, proxy, status);
  const isGateway = proxy !== undefined && [502, 503, 504].includes(status);
  const site = status < 500 ? ok('site', text) : warning('site', isGateway ? texts.answersBadly(text) : text, curl);
  const skewMs = now - Date.parse(headers.date ?? '');
  if (!(Math.abs(skewMs) > maxSkewMs)) return [site];
  const skew = texts.clockIsOff(durationText(skewMs), skewMs > 0, new URL(baseUrl).host);
  const next = process.platform === 'darwin' ? 'sudo sntp -sS time.apple.com' : 'sudo timedatectl set-ntp true';
  const isBad = Math.abs(skewMs) > badSkewMs;
  const clock = isBad
    ? problem('clock', texts.wrongRenewals(skew), next)
    : warning('clock', texts.wrongTimes(skew), next);
  return [site, clock];
}

/** Takes the account's lock: the console may answer the one read with new cookies, which have to be saved. */
export async function sessionFindings(config: AccountConfig, scope: CheckScope): Promise<Finding[]> {
  const { context, signal } = scope;
  const account = await openAccount(config, scope);
  if (!(await account.readCheckpoint())) return [];
  if (!account.profile.http) return [note('session', texts.noHttp, `keyturn refresh ${config.name} --dry-run`)];
  const { now } = context.clock;
  const holder = { command: 'keyturn doctor', runId: newRunId(), now, signal };
  const lock = await orAppError(acquireLock(account.paths.lock, holder));
  if (lock instanceof AppError) {
    if (lock.exitCode !== 4) throw lock;
    return [note('session', texts.otherRun)];
  }
  try {
    const opened = await account.openConsole({ retries: 0, signal });
    if (!opened.ok) return [failureFinding(opened.failure, config)];
    const read = await opened.value.read();
    await opened.value.close();
    if (!read.ok) return [failureFinding(read.failure, config)];
    const { current } = await account.keys.readRecord();
    return [ok('session', texts.signedIn(account.profile.title)), ...readingFindings(read.value, current, config)];
  } finally {
    await lock.release();
  }
}

/** Whether the service accepts the key. */
export async function probeFindings(config: AccountConfig, scope: CheckScope): Promise<Finding[]> {
  const { name, probeUrl } = config;
  const account = await openAccount(config, scope);
  const record = await account.keys.readRecord();
  const { current } = record;
  const now = siteTime(record, scope.context.clock.now());
  const isDead = current?.expiresAt !== undefined && Date.parse(current.expiresAt) <= now;
  if (!current || isDead || probeUrl === 'none' || account.profile.probes.length === 0) return [];
  const verification = await account.verify(current.key);
  if (verification.verdict === 'valid') return [ok('service', texts.keyAccepted)];
  const { detail } = verification;
  switch (verification.verdict) {
    case 'unknown':
      return [note('service', texts.keyUnsure(detail))];
    case 'invalid':
      return [problem('service', texts.keyRefused(detail), `keyturn refresh ${name} --force`, 'KT608')];
    case 'banned':
      return [problem('service', texts.keyBanned(detail), `keyturn account disable ${name}`, 'KT605')];
  }
}

/** An account has one key. If the console shows a different one, ours is dead. */
export function readingFindings(
  reading: ConsoleReading,
  current: KnownKey | undefined,
  { name }: Pick<AccountConfig, 'name'>,
): Finding[] {
  if (!current) return [];
  const { key, mask } = reading;
  const isOther = key === undefined ? mask !== undefined && !maskMatches(mask, current.key) : key !== current.key;
  const dead = !reading.hasKey
    ? texts.keyDeleted
    : isOther
      ? texts.keyReplaced
      : reading.expired === true && texts.keyExpired;
  return dead ? [problem('key', dead, `keyturn refresh ${name} --force`)] : [];
}

const nextSteps: Readonly<Record<Failure['kind'], (account: string) => string>> = {
  'signed-out': (account) => `keyturn login ${account}`,
  challenge: (account) => `keyturn refresh ${account} --dry-run`,
  drift: (account) => `keyturn refresh ${account} --dry-run`,
  'not-seen': (account) => `keyturn refresh ${account} --force`,
  refused: (account) => `keyturn account disable ${account}`,
  gone: (account) => `keyturn account disable ${account}`,
  misconfigured: (account) => `keyturn account set ${account} --help`,
  unreachable: (account) => `keyturn doctor ${account}`,
};

export function failureFinding(failure: Failure, { name, method }: Pick<AccountConfig, 'name' | 'method'>): Finding {
  const { kind } = failure;
  const detail = withoutStop(failure.detail);
  // If the page may still renew the key, a rejected HTTP read is only a warning.
  const isByPage = method !== 'http' && (kind === 'challenge' || kind === 'drift' || kind === 'not-seen');
  const text = isByPage ? texts.byPage(detail) : detail;
  const levelOf = isByPage || kind === 'unreachable' ? warning : problem;
  return levelOf('session', text, nextSteps[kind](name), failureErrors[kind].code);
}

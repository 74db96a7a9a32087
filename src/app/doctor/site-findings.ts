import { connect } from 'node:net';
import { formatDuration } from '../../lib/duration.js';
import type { Answered, Unanswered } from '../../site/http-request.js';
import type { AccountConfig } from '../../store/accounts.js';
import type { ProcessContext } from '../process-context.js';
import { redactProxy } from '../../lib/redact-proxy.js';
import { resolveSite } from '../account/account-config.js';
import { ok, problem, warning, type Finding } from './finding.js';

const maxSkewMs = 120_000;
/** With a clock this wrong, keys are renewed too late or too early. */
const badSkewMs = 12 * 3_600_000;

export interface SiteVisit {
  readonly baseUrl: string;
  readonly answer: Answered | Unanswered;
  /** Set if there was no answer and the proxy itself is unreachable. */
  readonly proxyProblem?: string;
}

/** Visits each console once for each proxy, however many accounts use it. */
export function openSiteVisits(
  context: ProcessContext,
  timeoutMs: number,
): (account: AccountConfig, signal: AbortSignal) => Promise<SiteVisit> {
  const visits = new Map<string, Promise<SiteVisit>>();
  return async (account, signal) => {
    const { baseUrl } = await resolveSite(account);
    const way = JSON.stringify([baseUrl, account.proxy]);
    const visit = visits.get(way) ?? visitSite(baseUrl, account.proxy, timeoutMs * 0.4, signal);
    visits.set(way, visit);
    visit.catch(() => undefined);
    return visit;
  };
}

async function visitSite(
  baseUrl: string,
  proxy: string | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<SiteVisit> {
  const [{ httpRequest }, { userAgent }] = await Promise.all([
    import('../../site/http-request.js'),
    import('../../site/user-agent.js'),
  ]);
  const headers = { 'user-agent': userAgent() };
  const answer = await httpRequest({ method: 'GET', url: `${baseUrl}/`, headers, timeoutMs, proxy, signal });
  if (answer.kind === 'answered' || proxy === undefined) return { baseUrl, answer };
  return { baseUrl, answer, proxyProblem: await whyNoConnection(new URL(proxy), timeoutMs) };
}

/** Whether the console answers, what is at fault if it does not, and whether the clocks agree. */
export function siteFindings(
  { baseUrl, answer, proxyProblem }: SiteVisit,
  account: AccountConfig,
  now: number,
): Finding[] {
  const proxy = redactProxy(account.proxy);
  if (answer.kind === 'unanswered') {
    if (proxy === undefined) {
      return [problem('site', `${baseUrl} does not answer: ${answer.why.en}`, { next: `curl -I ${baseUrl}` })];
    }
    const next = `curl -sS -I -x ${proxy.replace('•••@', '')} ${baseUrl}`;
    if (proxyProblem !== undefined) {
      const text = `the proxy ${proxy} cannot be reached (${proxyProblem}), so nothing is known of ${baseUrl}`;
      return [problem('proxy', text, { next })];
    }
    if (/^the proxy /.test(answer.why.en)) {
      const text = `the proxy ${proxy} is there, but does not serve: ${answer.why.en.replace('the proxy', 'it')}`;
      return [problem('proxy', text, { next })];
    }
    const why = answer.why.en.replace(' (a proxy is in use)', '');
    const text = `${baseUrl} does not answer through the proxy ${proxy}, which takes connections itself: ${why}`;
    return [problem('site', text, { next })];
  }
  return [statusFinding(baseUrl, answer, proxy), ...clockFindings(baseUrl, answer, now)];
}

function statusFinding(baseUrl: string, { status }: Answered, proxy: string | undefined): Finding {
  const through = proxy === undefined ? '' : ` through ${proxy}`;
  if (status < 500) return ok('site', `${baseUrl} answers${through} (HTTP ${status})`);
  const whose = proxy !== undefined && [502, 503, 504].includes(status) ? ', from the site or from the proxy' : '';
  const text = `${baseUrl} answers${through} with HTTP ${status}${whose}`;
  return warning('site', text, { next: `curl -I ${proxy ? `-x ${proxy.replace('•••@', '')} ` : ''}${baseUrl}` });
}

function clockFindings(baseUrl: string, { headers }: Answered, now: number): Finding[] {
  const skewMs = now - Date.parse(headers.date ?? '');
  if (!(Math.abs(skewMs) > maxSkewMs)) return [];
  const isBad = Math.abs(skewMs) > badSkewMs;
  const side = skewMs > 0 ? 'ahead of' : 'behind';
  const effect = isBad ? 'keys are renewed at the wrong time' : 'times that are shown are off by as much';
  const text = `this machine is ${formatDuration(skewMs)} ${side} ${new URL(baseUrl).host}: ${effect}`;
  const next = process.platform === 'darwin' ? 'sudo sntp -sS time.apple.com' : 'sudo timedatectl set-ntp true';
  return [(isBad ? problem : warning)('clock', text, { next })];
}

function whyNoConnection({ hostname, port, protocol }: URL, timeoutMs: number): Promise<string | undefined> {
  const standard = protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : 1080;
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) });
    socket.setTimeout(timeoutMs);
    const finish = (problem: string | undefined) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => finish(undefined));
    socket.once('timeout', () => finish(`no connection within ${Math.ceil(timeoutMs / 1000)} s`));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      finish(causes[error.code ?? ''] ?? error.code ?? 'no connection'),
    );
  });
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name could not be looked up',
  EAI_AGAIN: 'its name could not be looked up',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the connection timed out',
};

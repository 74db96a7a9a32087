import { formatDuration } from '../../duration.js';
import { isDue } from '../../renewal/is-due.js';
import type { AccountConfig } from '../../store/accounts.js';
import { readCheckpoint } from '../../store/checkpoints.js';
import { accountPaths } from '../../store/home.js';
import { readKeyRecord } from '../../store/key-records.js';
import { readLastRun } from '../../store/last-run.js';
import { readQuestion } from '../../store/questions.js';
import type { CliContext } from '../context.js';
import { showTime } from '../show-time.js';
import type { Finding } from './finding.js';

const maxSkewMs = 120_000;

export async function accountFindings(home: string, account: AccountConfig, context: CliContext): Promise<Finding[]> {
  const check = `account ${account.name}`;
  if (!account.enabled)
    return [{ level: 'note', check, text: 'switched off', next: `keyturn account enable ${account.name}` }];
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  await loadSiteProfile(account.site);
  const paths = accountPaths(home, account.name);
  const record = await readKeyRecord(paths);
  const question = await readQuestion(paths);
  const last = await readLastRun(paths);
  const now = context.now();
  const findings: Finding[] = [];
  const expiresAt = record.current?.expiresAt;
  if (!record.current) {
    const hasSession = (await readCheckpoint(paths)) !== undefined;
    findings.push({
      level: 'problem',
      check,
      text: 'it has no key',
      next: `keyturn ${hasSession ? 'refresh' : 'login'} ${account.name}`,
    });
  } else if (expiresAt !== undefined && Date.parse(expiresAt) <= now) {
    findings.push({
      level: 'problem',
      check,
      text: `the key expired at ${showTime(expiresAt)}`,
      next: `keyturn refresh ${account.name}`,
    });
  } else {
    const due = isDue(record, now);
    const left =
      expiresAt === undefined ? 'its expiry is unknown' : `good for ${formatDuration(Date.parse(expiresAt) - now)}`;
    findings.push({
      level: due.due ? 'warning' : 'ok',
      check,
      text: `the key is ${left}${due.due ? ' and due for renewal' : ''}`,
      ...(due.due ? { next: `keyturn refresh ${account.name}` } : {}),
    });
  }
  if (!(await readCheckpoint(paths))) {
    findings.push({ level: 'problem', check, text: 'there is no saved login', next: `keyturn login ${account.name}` });
  }
  if (question && question.state !== 'resolved') {
    findings.push({
      level: 'problem',
      check,
      text: `it has been waiting for you since ${showTime(question.askedAt)}: ${question.detail}`,
      next: `keyturn unblock ${account.name}`,
    });
  } else if (last?.code) {
    findings.push({
      level: 'warning',
      check,
      text: `its last run failed: ${last.message} [${last.code}]`,
      next: last.next,
    });
  }
  return findings;
}

/** One plain request to the console's address: whether it answers, and whether the clocks agree. */
export async function siteFindings(account: AccountConfig, context: CliContext): Promise<Finding[]> {
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  const { resolveProfile } = await import('../../site/resolve-profile.js');
  const { exchange } = await import('../../site/exchange.js');
  const { userAgent } = await import('../../site/user-agent.js');
  const { baseUrl } = resolveProfile(await loadSiteProfile(account.site), { baseUrl: account.baseUrl });
  const check = `site of ${account.name}`;
  const answer = await exchange({
    method: 'GET',
    url: `${baseUrl}/`,
    headers: { 'user-agent': userAgent() },
    timeoutMs: 10_000,
    proxy: account.proxy,
    signal: context.signal,
  });
  if (answer.kind === 'unanswered') {
    return [
      {
        level: 'problem',
        check,
        text: `${baseUrl} does not answer: ${answer.why}`,
        next: account.proxy ? 'keyturn account list' : `curl -I ${baseUrl}`,
      },
    ];
  }
  const serverTime = Date.parse(String(answer.headers['date'] ?? ''));
  const skewMs = context.now() - serverTime;
  if (Number.isFinite(skewMs) && Math.abs(skewMs) > maxSkewMs) {
    return [
      {
        level: 'warning',
        check: 'clock',
        text: `this machine is ${formatDuration(skewMs)} ${skewMs > 0 ? 'ahead of' : 'behind'} ${new URL(baseUrl).host}`,
        next: 'timedatectl status',
      },
    ];
  }
  return [{ level: 'ok', check, text: `${baseUrl} answers (HTTP ${answer.status})` }];
}

import { appError } from '../errors/app-error.js';
import { renewalErrors } from '../errors/renewal-errors.js';
import { mayAskAgain } from '../core/may-ask-again.js';
import { isCheckDue } from '../core/session-health.js';
import type { AccountConfig } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { readQuestion } from '../store/questions.js';
import { readSessionCheck } from '../store/session-checks.js';
import type { AccountEnd } from './one-run.js';
import { showTime } from '../lib/show-time.js';

/** `rests`: nothing to do. `check`: read settings and session. Else the session is dead, and its owner was asked. */
type SessionPlan = 'rests' | 'check' | { readonly endedWith: string };

/** Decides for a run that is not due whether the session needs attention. Reads one small file. */
export async function planSession(home: string, account: AccountConfig, now: number): Promise<SessionPlan> {
  // Only a browser could keep this session alive, and keyturn starts no browser for that.
  if (account.method === 'browser') return 'rests';
  const paths = accountPaths(home, account.name);
  const check = await readSessionCheck(paths);
  if (check?.outcome === 'signed-out') {
    const question = await readQuestion(paths);
    if (!question || question.state === 'resolved' || question.kind !== 'login') return 'check';
    const may = mayAskAgain(question, now);
    return may.may || may.why === 'ready' ? 'check' : { endedWith: check.detail ?? '' };
  }
  return isCheckDue(check && Date.parse(check.nextAt), now) ? 'check' : 'rests';
}

/** How `refresh` reports a session that ended before its key. */
export function sessionEndedEnd(
  account: string,
  { site, detail, expiresAt }: { readonly site: string; readonly detail: string; readonly expiresAt?: string },
): AccountEnd {
  const keyState = `The current key works until ${showTime(expiresAt ?? '')}; nothing was rotated.`;
  const failure = appError(renewalErrors.signedOut, { account, site, detail, keyState });
  return { account, outcome: 'signed-out', headline: failure.texts.message, expiresAt, failure };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askPerson } from '../core/ask-person.js';
import { mayAskAgain } from '../core/may-ask-again.js';
import { newQuestion } from '../core/new-question.js';
import type { AnswerChannel } from '../core/owner-ports.js';
import type { CodeWanted, HandoffResult, Question } from '../core/question.js';
import { createTerminalChannel } from './terminal-channel.js';
import { pageOf } from '../core/challenge-names.js';
import type { Challenge, ChallengeKind, Evidence, IsoTime } from '../core/outcome.js';
import type { RunAccountDeps } from '../core/run-account.js';
import { oneLine } from '../lib/redact.js';
import { pause } from '../lib/retry.js';
import { ensurePrivateDir, writePrivateFile } from '../lib/private-files.js';
import { languageFor } from '../store/settings.js';
import { hasKeyboard, leaveToWatch, watchAsks } from './leave-to-watch.js';
import type { Progress } from './progress.js';
import { createRelayChannel } from './watch/relay-channel.js';
import type { AccountContext, RunContext } from './context.js';

interface Asking {
  readonly kind: ChallengeKind;
  readonly detail: string;
  readonly challenge: Challenge | undefined;
  readonly code?: CodeWanted;
  readonly evidence: Evidence | undefined;
  readonly waitMs: number;
  readonly expiresAt: IsoTime | undefined;
  readonly earlier: Question | undefined;
  readonly signal?: AbortSignal;
}

/** How a run asks the account's owner: `ask` to come to the browser, `askCode` for a code that the open page wants. */
export function ownerOf(
  run: RunContext,
  account: AccountContext,
  { waitMs, progress }: { readonly waitMs: number; readonly progress: Progress },
): Required<Pick<RunAccountDeps, 'ask' | 'askCode'>> {
  const { now } = run.context.clock;
  /** One deadline for all codes of the run. */
  let codesUntil: number | undefined;
  let hasDoubted = false;
  const keepIfDoubted = async (handoff: HandoffResult, challenge: Challenge | undefined, evidence?: Evidence) => {
    if (handoff.kind !== 'not-a-check') return handoff;
    hasDoubted = true;
    if (challenge) await keepFalseAlarm(run, account, challenge, evidence);
    return handoff;
  };
  const put = async (asking: Asking) =>
    keepIfDoubted(await putQuestion(run, account, progress, asking), asking.challenge, asking.evidence);
  return {
    ask: async (failure, expiresAt, earlier) => {
      const { detail, evidence } = failure;
      const challenge = 'challenge' in failure ? failure.challenge : undefined;
      const kind = failure.kind === 'challenge' ? failure.challenge.kind : 'login';
      const isSame = failure.kind === 'challenge' && challenge?.byLooks && kind === earlier?.kind;
      // The owner called it a false alarm in another process, which started this run.
      if (isSame && earlier.state === 'doubted' && !hasDoubted) {
        return keepIfDoubted({ kind: 'not-a-check', via: earlier.answeredVia ?? 'card' }, challenge, evidence);
      }
      return put({ kind, detail, challenge, evidence, waitMs, expiresAt, earlier });
    },
    askCode: async ({ challenge, detail, evidence, signal, code }, expiresAt, earlier) => {
      codesUntil ??= now() + waitMs;
      const leftMs = codesUntil - now();
      if (leftMs <= 0) return { kind: 'unanswered', asked: true };
      return put({ kind: '2fa', detail, challenge, code, evidence, waitMs: leftMs, expiresAt, earlier, signal });
    },
  };
}

/** An endpoint's address does not help the person, so it is left out. */
const seenOf = (challenge: Challenge) => ({
  vendor: challenge.vendor,
  page: challenge.byLooks || !challenge.where.includes('/') ? pageOf(challenge) : '',
});

async function putQuestion(
  run: RunContext,
  account: AccountContext,
  progress: Progress,
  { kind, detail, challenge, code, evidence, waitMs, expiresAt, earlier, signal: asking }: Asking,
): Promise<HandoffResult> {
  const { context } = run;
  const fresh = newQuestion({
    kind,
    detail,
    seen: challenge && seenOf(challenge),
    canBeDoubted: challenge?.byLooks,
    code,
    account: account.config.name,
    siteTitle: account.profile.title,
    keyExpiresAt: expiresAt,
    waitMs,
    runId: run.runId,
    now: context.clock.now(),
  });
  const isOpen =
    earlier &&
    earlier.state !== 'resolved' &&
    (earlier.runId === run.runId ||
      mayAskAgain(earlier, context.clock.now(), run.settings.handoff.askAgainAfterMs).may);
  const question: Question = isOpen ? { ...fresh, id: earlier.id, message: earlier.message } : fresh;
  await account.history('question', { question: question.id, kind: question.kind, detail: question.detail });
  const asksByWatch = await watchAsks(run);
  // This process waits for the answer to a code prompt, because the page stays open; other questions wait on disk.
  const relay = asksByWatch && code && context.watch ? createRelayChannel(context.watch) : undefined;
  if (asksByWatch && !relay && !hasKeyboard(context)) return leaveToWatch(account, question, earlier, evidence);

  const terminal = createTerminalChannel({
    stdin: context.stdin,
    stderr: context.stderr,
    language: languageFor(run.settings, 'terminal', context.env),
  });
  // Feishu sends each event to one connection only, and the watch holds that connection.
  const channels = [asksByWatch ? relay : run.feishu?.channel, terminal].filter(
    (channel): channel is AnswerChannel => channel !== undefined,
  );
  const screenshot = evidence?.screenshotPath
    ? await readFile(evidence.screenshotPath).catch(() => undefined)
    : undefined;

  progress.pause();
  const unblocked = new AbortController();
  const signal = AbortSignal.any([context.signal, unblocked.signal, ...(asking ? [asking] : [])]);
  const watching = watchForUnblock(account, question, unblocked, signal);
  try {
    // With a keyboard, the prompt says this.
    if (!terminal)
      context.stderr.write(
        `${account.config.name}: ${account.profile.title} wants its owner: ${oneLine(question.detail)}\n`,
      );
    if (evidence?.screenshotPath)
      context.stderr.write(`${account.config.name}: redacted screenshot: ${evidence.screenshotPath}\n`);
    return await askPerson({
      question,
      channels,
      screenshot,
      waitMs,
      save: (each) => account.questions.write(each),
      clock: context.clock,
      signal,
      later: run.later,
      log: account.log,
    });
  } finally {
    unblocked.abort(new Error('the question is settled'));
    await watching;
    progress.resume();
  }
}

/** Ends the wait when `keyturn unblock` in another process has answered the question. */
async function watchForUnblock(
  account: AccountContext,
  asked: Question,
  unblocked: AbortController,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const question = await account.questions.read().catch(() => undefined);
    if (question?.answeredVia === 'unblock' && question.id === asked.id) {
      unblocked.abort('resolved-elsewhere');
      return;
    }
    await pause(500, signal).catch(() => undefined);
  }
}

/** Keeps what was detected, for a bug report: without the page's text, and with a redacted picture. */
async function keepFalseAlarm(
  run: RunContext,
  account: AccountContext,
  challenge: Challenge,
  evidence: Evidence | undefined,
): Promise<void> {
  const { context, runId } = run;
  const file = join(account.paths.evidence, `${runId}-not-a-check.json`);
  const { kind, vendor, url, where } = challenge;
  const record = {
    version: 1,
    at: new Date(context.clock.now()).toISOString(),
    site: account.profile.name,
    verdict: { kind, vendor, url, where, evidence: challenge.evidence },
    screenshot: evidence?.screenshotPath,
  };
  try {
    await ensurePrivateDir(account.paths.evidence);
    await writePrivateFile(file, `${JSON.stringify(record, null, 2)}\n`);
    context.stderr.write(`${account.config.name}: kept for a bug report: ${file}\n`);
  } catch (error) {
    account.log.warn({ err: error }, 'the record of a false alarm could not be kept');
  }
}

import { readFile } from 'node:fs/promises';
import { askPerson } from '../core/ask-person.js';
import { mayAskAgain } from '../core/may-ask-again.js';
import { newQuestion } from '../core/new-question.js';
import type { Challenge, ChallengeKind, Evidence, IsoTime } from '../core/outcome.js';
import type { AnswerChannel } from '../core/owner-ports.js';
import { isOpen, type CodeWanted, type HandoffResult, type Question } from '../core/question.js';
import type { RunAccountDeps } from '../core/run-account.js';
import { oneLine } from '../lib/redact.js';
import { timeText } from '../lib/show-time.js';
import { seenText } from '../messages/challenges.js';
import { accountLine, progressTexts } from '../messages/progress.js';
import type { Text } from '../messages/text.js';
import { languageFor } from '../store/settings.js';
import type { AccountContext } from './container.js';
import type { RunContext } from './run-context.js';
import { createTerminalChannel } from './terminal-channel.js';
import { watchHolder } from './watch/watch-lock.js';

interface Asking {
  readonly kind: ChallengeKind;
  readonly detail: Text;
  readonly challenge: Challenge | undefined;
  readonly code?: CodeWanted;
  readonly evidence: Evidence | undefined;
  readonly waitMs: number;
  readonly expiresAt: IsoTime | undefined;
  readonly earlier: Question | undefined;
  readonly signal?: AbortSignal;
  /** The question is for a renewal that a person forced. */
  readonly force?: boolean;
}

/** Whether `keyturn watch` runs for this home and can ask in Feishu: it holds the one long connection there. */
export async function watchAsks(run: RunContext): Promise<boolean> {
  return run.feishu !== undefined && (await watchHolder(run.home)) !== undefined;
}

/** How a run asks the account's owner: `ask` to come to the browser, `askCode` for a code that the open page wants. */
export function ownerOf(
  run: RunContext,
  account: AccountContext,
  { waitMs, force }: { readonly waitMs: number; readonly force?: boolean },
): Pick<RunAccountDeps, 'ask' | 'askCode'> {
  const { now } = run.context.clock;
  /** One deadline for all codes of the run. */
  let codesUntil: number | undefined;
  let hasDoubted = false;
  const logIfDoubted = (handoff: HandoffResult, challenge: Challenge | undefined, evidence?: Evidence) => {
    if (handoff.kind !== 'not-a-check') return handoff;
    hasDoubted = true;
    account.log.warn({ challenge, screenshot: evidence?.screenshotPath }, 'the owner calls it a false alarm');
    return handoff;
  };
  const put = async (asking: Asking) =>
    logIfDoubted(await putQuestion(run, account, { ...asking, force }), asking.challenge, asking.evidence);
  return {
    ask: async (failure, expiresAt, earlier) => {
      const { detail, evidence } = failure;
      const challenge = 'challenge' in failure ? failure.challenge : undefined;
      const kind = failure.kind === 'challenge' ? failure.challenge.kind : 'login';
      const isSame = failure.kind === 'challenge' && challenge?.byLooks && kind === earlier?.kind;
      // The owner called it a false alarm in another process, which started this run.
      if (isSame && earlier.state === 'doubted' && !hasDoubted) {
        return logIfDoubted({ kind: 'not-a-check', via: earlier.answeredVia ?? 'card' }, challenge, evidence);
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

async function putQuestion(
  run: RunContext,
  account: AccountContext,
  { kind, detail, challenge, code, evidence, waitMs, expiresAt, earlier, signal: asking, force }: Asking,
): Promise<HandoffResult> {
  const { context, settings, runId } = run;
  const { stdin, stderr, clock } = context;
  const { name } = account.config;
  const now = clock.now();
  const open = isOpen(earlier) ? earlier : undefined;
  const fresh = newQuestion({
    kind,
    detail,
    seen: challenge && seenText(challenge.kind, challenge.vendor),
    canBeDoubted: challenge?.byLooks,
    code,
    account: name,
    siteTitle: account.profile.title,
    keyExpiresAt: expiresAt,
    forced: force || open?.forced || undefined,
    waitMs,
    runId,
    now,
  });
  const isAgain = force || open?.runId === runId || mayAskAgain(open, now, settings.handoff.askAgainAfterMs).may;
  const question: Question = open && isAgain ? { ...fresh, id: open.id, message: open.message } : fresh;
  await account.history('question', { question: question.id, kind: question.kind, detail: question.detail.en });
  const asksByWatch = await watchAsks(run);
  // This process waits for the answer to a code prompt, because the page stays open; other questions wait on disk.
  const relay = asksByWatch && code ? context.watch?.feishu?.channel : undefined;
  const terminal = createTerminalChannel({ stdin, stderr, language: languageFor(settings, 'terminal', context.env) });
  if (asksByWatch && !relay && !terminal) {
    // On disk as one that was not shown yet, without a code, as the page is closed when the answer comes. The watch finds
    // it there, and its card replaces that of the earlier question.
    const { id, message, reminders } = open ?? question;
    const screenshotPath = evidence?.screenshotPath;
    await account.questions.write({ ...question, id, message, reminders, code: undefined, screenshotPath });
    return { kind: 'unanswered', asked: true, leftToWatch: true };
  }

  // Feishu sends each event to one connection only, and the watch holds that connection.
  const channels = [asksByWatch ? relay : run.feishu?.channel, terminal].filter(
    (channel): channel is AnswerChannel => channel !== undefined,
  );
  const screenshot = evidence?.screenshotPath
    ? await readFile(evidence.screenshotPath).catch(() => undefined)
    : undefined;

  const say = (text: Text) => void stderr.write(`${oneLine(accountLine(context.language, name, text))}\n`);
  // With a keyboard, the prompt says this.
  const until = channels.length > 0 ? timeText(question.deadlineAt) : undefined;
  if (!terminal) say(progressTexts.asksOwner(account.profile.title, question.detail, until));
  if (evidence?.screenshotPath) say(progressTexts.screenshot(evidence.screenshotPath));
  return askPerson({
    question,
    store: account.questions,
    channels,
    screenshot,
    clock,
    signal: asking ? AbortSignal.any([context.signal, asking]) : context.signal,
    later: run.later,
    log: account.log,
  });
}

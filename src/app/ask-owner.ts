import { readFile } from 'node:fs/promises';
import { askPerson } from '../core/ask-person.js';
import { asksAgainAt } from '../core/asks-again-at.js';
import { newQuestion, type NewQuestion } from '../core/new-question.js';
import type { Challenge, Evidence } from '../core/outcome.js';
import type { AnswerChannel } from '../core/owner-ports.js';
import { isOpen, type HandoffResult, type Question } from '../core/question.js';
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

interface Asking extends Pick<NewQuestion, 'kind' | 'detail' | 'code' | 'keyExpiresAt' | 'forced' | 'waitMs'> {
  readonly challenge: Challenge | undefined;
  readonly evidence?: Evidence;
  readonly earlier: Question | undefined;
  readonly signal?: AbortSignal;
}

/** Whether `keyturn watch` runs for this home and can ask in Feishu: it holds the one long connection there. */
export async function watchAsks(run: RunContext): Promise<boolean> {
  return run.feishu !== undefined && (await watchHolder(run.home)) !== undefined;
}

/** How a run asks the account's owner: `ask` to come to the browser, `askCode` for a code that the open page wants. */
export function ownerOf(
  run: RunContext,
  account: AccountContext,
  {
    waitMs,
    force: forced,
    onAsks,
  }: { readonly waitMs: number; readonly force?: boolean; readonly onAsks?: () => void },
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
  const put = async (asking: Asking) => {
    onAsks?.();
    return logIfDoubted(await putQuestion(run, account, asking), asking.challenge, asking.evidence);
  };
  return {
    ask: async (failure, keyExpiresAt, earlier) => {
      const { detail, evidence } = failure;
      const challenge = 'challenge' in failure ? failure.challenge : undefined;
      const kind = failure.kind === 'challenge' ? failure.challenge.kind : 'login';
      const isSame = failure.kind === 'challenge' && challenge?.byLooks && kind === earlier?.kind;
      // The owner called it a false alarm in another process, which started this run.
      if (isSame && earlier.state === 'doubted' && !hasDoubted) {
        return logIfDoubted({ kind: 'not-a-check', via: earlier.answeredVia ?? 'card' }, challenge, evidence);
      }
      return put({ kind, detail, challenge, evidence, waitMs, keyExpiresAt, forced, earlier });
    },
    askCode: async (request, keyExpiresAt, earlier) => {
      codesUntil ??= now() + waitMs;
      const leftMs = codesUntil - now();
      if (leftMs <= 0) return { kind: 'unanswered', asked: true };
      return put({ ...request, kind: '2fa', waitMs: leftMs, keyExpiresAt, forced, earlier });
    },
  };
}

async function putQuestion(
  run: RunContext,
  account: AccountContext,
  { challenge, evidence, earlier, signal: asking, ...asked }: Asking,
): Promise<HandoffResult> {
  const { context, settings, runId } = run;
  const { stdin, stderr, clock } = context;
  const { name } = account.config;
  const now = clock.now();
  const open = isOpen(earlier) ? earlier : undefined;
  const fresh = newQuestion({
    ...asked,
    seen: challenge && seenText(challenge),
    canBeDoubted: challenge?.byLooks,
    account: name,
    siteTitle: account.profile.title,
    forced: asked.forced || open?.forced || undefined,
    runId,
    now,
  });
  const mayAsk = asksAgainAt(open, now, settings.handoff.askAgainAfterMs) === undefined;
  const isAgain = asked.forced || open?.runId === runId || mayAsk;
  const question: Question = open && isAgain ? { ...fresh, id: open.id, message: open.message } : fresh;
  await account.history('question', { question: question.id, kind: question.kind, detail: question.detail.en });
  const asksByWatch = await watchAsks(run);
  // This process waits for the answer to a code prompt, because the page stays open; other questions wait on disk.
  const relay = asksByWatch && asked.code ? context.watch?.feishu?.channel : undefined;
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

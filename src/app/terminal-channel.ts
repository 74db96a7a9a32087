import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

import { printable } from '../lib/redact.js';
import type { AnswerChannel } from '../core/owner-ports.js';
import type { Decision, QuestionEnd } from '../core/question.js';
import { slots } from './slots.js';
import { answeredText, codeNotes, settledElsewhere, terminalQuestionTexts as texts } from '../messages/questions.js';
import { same, type Language, type Text } from '../messages/text.js';

interface TerminalChannelOptions {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly language?: Language;
  /** Called on Ctrl-C, which sends no signal while single keys are read. Default: SIGINT to this process. */
  readonly interrupt?: () => void;
}

const ready = { kind: 'ready' } as const;
const decisions: Readonly<Record<string, Decision>> = {
  '\r': ready,
  '\n': ready,
  o: ready,
  s: { kind: 'snooze', ms: 3_600_000 },
  q: { kind: 'decline' },
};
const fewestDigits = 4;
const mostDigits = 8;

/** One question at a time uses a keyboard, so that a key meant for one account does not answer for another. */
const turns = new WeakMap<Readable, ReturnType<typeof slots>>();

/**
 * Asks at the terminal that keyturn runs in. Undefined unless stdin and stderr are both terminals, because keyturn
 * reads keys only from a terminal. Raw mode is on only while a question waits, and goes off however the wait ends,
 * including an exit of the process.
 */
export function createTerminalChannel(options: TerminalChannelOptions): AnswerChannel | undefined {
  const { stdin, stderr, language = 'en', interrupt = () => void process.kill(process.pid, 'SIGINT') } = options;
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined;

  return {
    via: 'terminal',
    ask: async (question, { onAnswer, signal }) => {
      const endTurn = await takeTurn(stdin, signal);
      let isListening = true;
      const stop = () => {
        if (!isListening) return;
        isListening = false;
        stdin.off('data', onKeys);
        process.off('exit', stop);
        signal.removeEventListener('abort', stop);
        stdin.setRawMode?.(false);
        stdin.pause();
        endTurn();
      };
      const onKeys = (keys: Buffer | string) => {
        const key = keys.toString();
        if (key === '\u0003') {
          stop();
          interrupt();
          return;
        }
        const decision = question.code ? codeKeys(key) : decisionOf(key, question.canBeDoubted);
        if (decision && onAnswer(decision).accepted) stop();
      };
      // The digits stay in this variable and are never printed: only the page may see a code.
      let typed = '';
      const codeKeys = (keys: string): Decision | undefined => {
        // A person may paste a code, together with its Enter.
        for (const key of keys) {
          if (/\d/.test(key) && typed.length < mostDigits) {
            typed += key;
            stderr.write('*');
          } else if ((key === '\u007f' || key === '\b') && typed !== '') {
            typed = typed.slice(0, -1);
            stderr.write('\b \b');
          } else if (key === '\r' || key === '\n') {
            const digits = typed;
            if (digits.length < fewestDigits) continue;
            typed = '';
            stderr.write('\n');
            return { kind: 'code', digits };
          } else if (typed === '' && key.toLowerCase() === 'r' && question.code?.canResend) return { kind: 'resend' };
          else if (typed === '' && key !== '\r' && key !== '\n') {
            const other = decisionOf(key, question.canBeDoubted);
            if (other) return other;
          }
        }
        return undefined;
      };
      // Discards keys typed before the question appeared.
      while (stdin.read() !== null);
      stdin.setRawMode?.(true);
      stdin.on('data', onKeys);
      stdin.resume();
      process.on('exit', stop);
      signal.addEventListener('abort', stop, { once: true });
      const { account, code } = question;
      if (code?.note) stderr.write(`${account}: ${codeNotes[code.note](code)[language]}\n`);
      const asked = { account, siteTitle: question.siteTitle, seen: question.detail };
      const prompt = code ? texts.code(asked, code.canResend) : texts.browser(asked, question.canBeDoubted === true);
      stderr.write(printable(prompt[language]));
      return {
        settle: (end) => {
          stop();
          stderr.write(`${question.account}: ${endText(end)[language]}\n`);
          return Promise.resolve();
        },
      };
    },
  };
}

function endText(end: QuestionEnd): Text {
  if ('via' in end) return answeredText(end, (time) => same(new Date(time).toLocaleTimeString('en-GB')));
  return end.kind === 'unanswered' ? texts.unanswered : settledElsewhere;
}

/** Waits until the keyboard is free. Rejects with the signal's reason. */
async function takeTurn(stdin: Readable, signal: AbortSignal): Promise<() => void> {
  signal.throwIfAborted();
  const waitForTurn = turns.get(stdin) ?? slots(1);
  turns.set(stdin, waitForTurn);
  const turn = waitForTurn();
  await Promise.race([turn, once(signal, 'abort')]);
  if (!signal.aborted) return turn;
  void turn.then((endTurn) => endTurn());
  throw signal.reason instanceof Error ? signal.reason : new Error('the question has ended');
}

function decisionOf(key: string, canDismiss = false): Decision | undefined {
  if (key.toLowerCase() === 'n') return canDismiss ? { kind: 'not-a-check' } : undefined;
  return decisions[key.toLowerCase()];
}

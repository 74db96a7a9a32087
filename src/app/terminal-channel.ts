import type { Readable, Writable } from 'node:stream';

import { printable } from '../lib/redact.js';
import { describeSeen } from '../core/challenge-names.js';
import type { AnswerChannel, QuestionEnd } from '../core/owner-ports.js';
import type { CodeNote, Decision, Question } from '../core/question.js';

interface KeyInput extends Readable {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

export interface TerminalChannelOptions {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly language?: 'zh' | 'en';
  /** Called on Ctrl-C, which sends no signal while single keys are read. Default: SIGINT to this process. */
  readonly interrupt?: () => void;
}

const snoozeMs = 3_600_000;
const fewestDigits = 4;
const mostDigits = 8;

const texts = {
  en: {
    prompt: (q: Question) =>
      `${q.account}: ${q.siteTitle} waits for you: ${describeSeen(q, 'en')}\n  [Enter] open the browser   [s] remind me in 1 hour   [q] skip this time${q.canBeDoubted ? '   [n] not a check' : ''}\n`,
    codePrompt: (q: Question) =>
      `${q.account}: ${q.siteTitle} waits for a code: ${describeSeen(q, 'en')}\n  type the code and press [Enter]${q.code?.canResend ? '   [r] have another one sent' : ''}   [o] open the browser   [s] remind me in 1 hour   [q] skip this time\n`,
    codeNotes: {
      wrong: 'the site says that the code is wrong',
      expired: 'the site says that the code has expired; have another one sent',
      unclear: 'the site did not take the code',
      'wrong-length': 'the code has another number of digits here',
      resent: 'a new code was sent',
      'resend-later': 'the site does not send another one yet',
      'not-resent': 'the page has nothing that sends another code',
    } satisfies Record<CodeNote, string>,
    end: (end: QuestionEnd) => {
      switch (end.kind) {
        case 'code':
          return `the code came by ${end.via}; typing it into the page`;
        case 'resend':
          return `answered by ${end.via}: having another code sent`;
        case 'not-a-check':
          return `answered by ${end.via}: not a check; going on`;
        case 'ready':
          return `answered by ${end.via}: opening the browser`;
        case 'declined':
          return `answered by ${end.via}: skipped this time`;
        case 'snoozed':
          return `answered by ${end.via}: remind again at ${new Date(end.until).toLocaleTimeString()}`;
        case 'unanswered':
          return 'no answer came in time';
        case 'resolved-elsewhere':
          return 'settled elsewhere';
      }
    },
    via: { card: 'the Feishu card', chat: 'a Feishu message', terminal: 'the keyboard', unblock: 'keyturn unblock' },
  },
  zh: {
    prompt: (q: Question) =>
      `${q.account}：${q.siteTitle} 在等你：${describeSeen(q, 'zh')}\n  [回车] 打开浏览器   [s] 1 小时后提醒   [q] 这次跳过${q.canBeDoubted ? '   [n] 这不是验证' : ''}\n`,
    codePrompt: (q: Question) =>
      `${q.account}：${q.siteTitle} 在等验证码：${describeSeen(q, 'zh')}\n  输入验证码后按 [回车]${q.code?.canResend ? '   [r] 重新发送' : ''}   [o] 打开浏览器   [s] 1 小时后提醒   [q] 这次跳过\n`,
    codeNotes: {
      wrong: '网站说验证码不对',
      expired: '网站说验证码已失效，请重新发送',
      unclear: '网站没有接受这个验证码',
      'wrong-length': '这里的验证码位数不同',
      resent: '已重新发送',
      'resend-later': '还不能重新发送',
      'not-resent': '页面上没有找到“重新发送”',
    } satisfies Record<CodeNote, string>,
    end: (end: QuestionEnd) => {
      switch (end.kind) {
        case 'code':
          return `已通过${end.via}收到验证码，正在填写`;
        case 'resend':
          return `已通过${end.via}回答：重新发送`;
        case 'not-a-check':
          return `已通过${end.via}回答：这不是验证，继续`;
        case 'ready':
          return `已通过${end.via}回答：正在打开浏览器`;
        case 'declined':
          return `已通过${end.via}回答：这次跳过`;
        case 'snoozed':
          return `已通过${end.via}回答：${new Date(end.until).toLocaleTimeString('zh-CN')} 再提醒`;
        case 'unanswered':
          return '没有等到回答';
        case 'resolved-elsewhere':
          return '已在别处处理';
      }
    },
    via: { card: '飞书卡片', chat: '飞书消息', terminal: '键盘', unblock: 'keyturn unblock' },
  },
} as const;

/**
 * Lets only one question at a time use a keyboard, so that a key meant for one account does not answer for another.
 */
const turns = new WeakMap<Readable, Promise<void>>();

/**
 * Asks at the terminal that keyturn runs in. Undefined unless stdin and stderr are both terminals, because keyturn
 * reads keys only from a terminal. Raw mode is on only while a question waits, and goes off however the wait ends,
 * including an exit of the process.
 */
export function createTerminalChannel(options: TerminalChannelOptions): AnswerChannel | undefined {
  const { stderr, language = 'en', interrupt = () => void process.kill(process.pid, 'SIGINT') } = options;
  const stdin = options.stdin as KeyInput;
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined;
  const words = texts[language];

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
      if (question.code?.note) stderr.write(`${question.account}: ${words.codeNotes[question.code.note]}\n`);
      stderr.write(printable(question.code ? words.codePrompt(question) : words.prompt(question)));
      return {
        settle: (end) => {
          stop();
          const via = 'via' in end ? (words.via[end.via as keyof typeof words.via] ?? end.via) : '';
          stderr.write(`${question.account}: ${words.end('via' in end ? { ...end, via } : end)}\n`);
          return Promise.resolve();
        },
      };
    },
  };
}

/** Waits until the keyboard is free. Rejects with the signal's reason. */
async function takeTurn(stdin: Readable, signal: AbortSignal): Promise<() => void> {
  const before = turns.get(stdin) ?? Promise.resolve();
  let release: () => void = () => undefined;
  const mine = new Promise<void>((resolve) => (release = resolve));
  turns.set(
    stdin,
    before.then(() => mine),
  );
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  if (!signal.aborted) await Promise.race([before, aborted]);
  if (signal.aborted) {
    release();
    throw signal.reason instanceof Error ? signal.reason : new Error('the question has ended');
  }
  return release;
}

function decisionOf(key: string, canDismiss = false): Decision | undefined {
  switch (key.toLowerCase()) {
    case 'n':
      return canDismiss ? { kind: 'not-a-check' } : undefined;
    case '\r':
    case '\n':
    case 'o':
      return { kind: 'ready' };
    case 's':
      return { kind: 'snooze', ms: snoozeMs };
    case 'q':
      return { kind: 'decline' };
    default:
      return undefined;
  }
}

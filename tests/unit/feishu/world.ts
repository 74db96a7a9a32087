import { test as base } from '@playwright/test';

import { createFeishuChannel, type FeishuChannelOptions } from '../../../src/feishu/feishu-channel.js';
import { createFeishuClient, type FeishuClient } from '../../../src/feishu/feishu-client.js';
import type { FeishuSettings } from '../../../src/feishu/feishu-settings.js';
import { newQuestion } from '../../../src/core/new-question.js';
import type { AnswerReceipt, AskedQuestion } from '../../../src/core/owner-ports.js';
import type { AnswerVia, Decision, Question } from '../../../src/core/question.js';
import type { Log } from '../../../src/lib/log.js';
import { startFeishu, type FeishuSimulator } from '../../simulator/feishu.js';
import { same } from '../../../src/messages/text.js';

export const appSecret = 'PlantedAppSecret0123456789abcdef';
export const stranger = 'ou_ffffffffffffffffffffffffffffffff';

/** Short timeouts and back-off, so that tests of failures are fast. */
export const quick = { readyTimeoutMs: 1500, livenessTimeoutMs: 2000, backoffMs: [50] } as const;

export interface MemoryLog extends Log {
  readonly lines: string[];
}

export function memoryLog(): MemoryLog {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, message, ...fields, err: errorText((fields as { err?: unknown }).err) }));
  const log: MemoryLog = {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => log,
  };
  return log;
}

/** Everything that an error could bring into a log: message, stack and fields, including those of its causes. */
function errorText(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { ...error, message: error.message, stack: error.stack, cause: errorText(error.cause) };
}

export function question(changes: Partial<Parameters<typeof newQuestion>[0]> = {}): Question {
  return newQuestion({
    account: 'main',
    siteTitle: '心流 iFlow',
    kind: 'captcha',
    detail: same('slider CAPTCHA (baxia-nc) on /profile'),
    keyExpiresAt: new Date(Date.now() + 50 * 3_600_000).toISOString(),
    waitMs: 60_000,
    runId: 'run-1',
    now: Date.now(),
    ...changes,
  });
}

interface Asked extends AskedQuestion {
  readonly question: Question;
  readonly answers: { readonly decision: Decision; readonly via?: AnswerVia }[];
}

interface World {
  feishu: FeishuSimulator;
  settings: FeishuSettings;
  log: MemoryLog;
  client: FeishuClient;
  /** Opens a channel that is closed after the test. */
  openChannel: (options?: Partial<FeishuChannelOptions>) => ReturnType<typeof createFeishuChannel>;
  /** Asks a question and accepts the first answer, as `askPerson` does. */
  ask: (
    q?: Question,
    options?: { screenshot?: Buffer; channel?: ReturnType<typeof createFeishuChannel> },
  ) => Promise<Asked>;
}

export const test = base.extend<World>({
  feishu: async ({}, use) => {
    const feishu = await startFeishu({ appSecret, pingIntervalS: 0.2 });
    await use(feishu);
    await feishu.close();
  },
  settings: ({ feishu }, use) =>
    use({ appId: feishu.appId, appSecret, receiver: feishu.ownerOpenId, domain: `${feishu.url}/`, language: 'en' }),

  log: ({}, use) => use(memoryLog()),
  client: async ({ settings, log }, use) => {
    const client = createFeishuClient({ settings, log, env: {}, timeoutMs: 2000 });
    await use(client);
    client.close();
  },
  openChannel: async ({ client, log }, use) => {
    const made: ReturnType<typeof createFeishuChannel>[] = [];
    await use((options) => {
      const one = createFeishuChannel({ client, log, connection: quick, ...options });
      made.push(one);
      return one;
    });
    await Promise.all(made.map((one) => one.close()));
  },
  ask: async ({ openChannel }, use) => {
    const ended = new AbortController();
    let shared: ReturnType<typeof createFeishuChannel> | undefined;
    await use(async (q = question(), options = {}) => {
      const answers: Asked['answers'] = [];
      const onAnswer = (decision: Decision, via?: AnswerVia): AnswerReceipt => {
        if (answers.length > 0) return { accepted: false, reason: 'already-answered' };
        answers.push({ decision, via });
        return { accepted: true };
      };
      const on = options.channel ?? (shared ??= openChannel());
      const asked = await on.ask(q, { screenshot: options.screenshot, onAnswer, signal: ended.signal });
      return { ...asked, question: q, answers };
    });
    ended.abort(new Error('the test has ended'));
  },
});

export { expect } from '@playwright/test';

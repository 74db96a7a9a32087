import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { FeishuSimulator } from '../../simulator/feishu.js';
import { expect, test } from './world.js';

const repository = path.resolve(import.meta.dirname, '../../..');
/** The modules as the build compiled them, so that a child process can load them. */
const modules = pathToFileURL(path.join(repository, '.setup/modules/src')).href;

const script = `
const [modules, settings, close, awaitsAnswer] = process.argv.slice(1);
const { createFeishuChannel } = await import(modules + '/feishu/feishu-channel.js');
const { createFeishuClient } = await import(modules + '/feishu/feishu-client.js');
const { newQuestion } = await import(modules + '/core/new-question.js');
const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const client = createFeishuClient({ settings: JSON.parse(settings), log, env: {} });
const channel = createFeishuChannel({ client, log, connectGraceMs: 300 });
const now = Date.now();
const question = newQuestion({ account: 'a', siteTitle: 's', kind: 'captcha', detail: { en: 'd', zh: 'd' }, waitMs: 60000, runId: 'r', now });
const { signal } = new AbortController();
let answered;
const answer = new Promise((resolve) => (answered = resolve));
try {
  const asked = await channel.ask(question, { onAnswer: (d) => (answered(d), { accepted: true }), signal });
  process.stdout.write('asked\\n');
  if (awaitsAnswer === 'yes') await answer;
  await asked.settle({ kind: 'ready', via: 'card' });
} catch (error) {
  process.stdout.write('failed ' + error.code + '\\n');
}
if (close !== 'never') { await channel.close(); client.close(); }
process.stdout.write('done\\n');
`;

async function run(settings: object, close: string, onAsked?: () => Promise<unknown>) {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script, modules, JSON.stringify(settings), close, onAsked ? 'yes' : 'no'],
    { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let doneAt = 0;
  let answered: Promise<unknown> | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('asked')) answered ??= onAsked?.();
    if (output.includes('done')) doneAt ||= Date.now();
  });
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('exit', done));
  await answered;
  return { code, output, lingeredMs: Date.now() - doneAt };
}

/** Allows for a busy machine. An SDK timer would keep the process alive far longer. */
const soonMs = 15_000;

const press = (feishu: FeishuSimulator) => () =>
  feishu.press(feishu.messages()[0]!.messageId, 'ready', { waitMs: 15_000 });

test('a process that closes the channel ends at once', async ({ feishu, settings }) => {
  const ended = await run(settings, 'yes', press(feishu));
  expect(ended).toMatchObject({ code: 0, output: 'asked\ndone\n' });
  expect(ended.lingeredMs).toBeLessThan(soonMs);
});

test('a process that does not close the channel ends a little later', async ({ feishu, settings }) => {
  const ended = await run(settings, 'never', press(feishu));
  expect(ended).toMatchObject({ code: 0, output: 'asked\ndone\n' });
  expect(ended.lingeredMs).toBeLessThan(soonMs);
});

test('a cut connection leaves no timer behind', async ({ feishu, settings }) => {
  const ended = await run(settings, 'yes', () => {
    feishu.dropConnections();
    return press(feishu)();
  });
  expect(ended).toMatchObject({ code: 0, output: 'asked\ndone\n' });
  expect(ended.lingeredMs).toBeLessThan(soonMs);
});

for (const [name, change] of [
  ['an endpoint that hangs', { endpoint: 'hang' }],
  ['an upgrade that hangs', { upgrade: 'hang' }],
] as const) {
  for (const close of ['yes', 'never']) {
    test(`a process ends despite ${name} (closed: ${close})`, async ({ feishu, settings }) => {
      Object.assign(feishu.weather, change);
      const ended = await run(settings, close);
      expect(ended).toMatchObject({ code: 0, output: 'asked\ndone\n' });
      expect(ended.lingeredMs).toBeLessThan(soonMs);
    });
  }
}

test('a process with a wrong secret fails and ends', async ({ feishu, settings }) => {
  feishu.weather.tokenRefused = true;
  const ended = await run(settings, 'never');
  expect(ended).toMatchObject({ code: 0, output: 'failed KT502\ndone\n' });
  expect(ended.lingeredMs).toBeLessThan(soonMs);
});

import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, expectRun, test as base, type World } from '../support/world.js';
import { jsonAnswer } from '../support/json-answer.js';
import { long } from '../support/long-form.js';

/** Keys of this console have no prefix, so only the site profile and the key record identify them. */
const knownKey = 'K0WN1DEF0123456789ABCDEF01234567';
const unseenKey = 'NEVERSEEN123456789ABCDEF01234567';
const sessionValue = 'S3ss/ion=v4l+ue';
const secrets = [knownKey, unseenKey, sessionValue, encodeURIComponent(sessionValue)];

/** Sets the terminal title, clears the screen, prints in red, reverses and hides text, and adds a second line. */
const escapes =
  '\u001b]0;PWNED-TITLE\u0007\u001b[2J\u001b[1;31mFAKE\u009b0m \u202Eevil\u202C \u200bhid\u200eden\r\nsecond line';
const markup = '[click here](https://evil.example/login) <at id=all></at> ![x](img) **bold** `code`';

/** A console whose page and answer the test sets. */
interface Vault {
  readonly url: string;
  page: string;
  answer: object;
}

/* eslint no-empty-pattern: [error, { allowObjectPatternsAsParameters: true }] --
   Playwright requires an object pattern as the first parameter, even an empty one. */
const test = base.extend<{ vault: Vault }>({
  vault: async ({}, use) => {
    const vault = { url: '', page: '', answer: {} as object };
    const answer: RequestListener = (request, response) => {
      if (request.url?.startsWith('/api/')) {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(vault.answer));
      } else {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(`<!doctype html><title>Vault</title><body>${vault.page}</body>`);
      }
    };
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vault.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use(vault);
    server.closeAllConnections();
    server.close();
  },
});

const profile = (url: string, section: string) => `
name: vault
title: Vault
baseUrl: ${url}
timeZone: UTC
key: { pattern: '^[A-Z0-9]{32}$', lifetime: 7d }
session: { login: { url: /keys }, cookies: [sid] }
${section}`;

const overPage = `
page:
  url: /keys
  patience: { ready: 2s, step: 1s, optional: 1s, answer: 2s }
  ready: { css: h1 }
  read: { key: { css: '#key' } }
  rotate: [{ click: { role: button, name: Reset } }]`;

const overHttp = `
http:
  read: { method: GET, path: /api/key }
  rotate: { method: POST, path: /api/key }
  answer: { ok: success, key: data.key, name: data.name, code: code, message: message }`;

/** Adds an account with a known key, a session cookie, and a hook that saves its environment to a file. */
async function addAccount(world: World, vault: Vault, section: string): Promise<void> {
  const site = join(world.home, 'vault.yaml');
  await writeFile(site, profile(vault.url, section));
  const session = join(world.home, 'work-secrets.json');
  await writeFile(session, JSON.stringify({ cookie: `sid=${encodeURIComponent(sessionValue)}; lang=en; on=1` }), {
    mode: 0o600,
  });
  const method = section === overPage ? ['--method', 'browser'] : ['--method', 'http'];
  const flags = ['--name', 'work', '--site', site, '--probe-url', 'none', ...method];
  await world.prepare('account', 'import', session, ...flags);
  const first = section === overPage ? await world.cli('refresh') : await world.inProcess('refresh');
  expectRun(first, 0, /adopted/);
  expect(await world.read('work', 'key.json')).toContain(knownKey);
  const env = join(world.home, 'hook-environment');
  await world.prepare('account', 'hook', 'set', 'work', 'failed', '--', 'sh', '-c', `env > ${env}`);
}

/** Returns all places that a run writes to: its output, files and messages. */
async function places(world: World, ...printed: { stdout: string; stderr: string }[]) {
  const own = /(?:key|session)\.json(?:\.bak)?$|-secrets\.json$|vault\.yaml$/;
  const files = (await world.files()).filter(({ path }) => !own.test(path));
  const expected = ['hook-environment', 'logs/keyturn.log', 'accounts/work/last-run.json'];
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(expected));
  const messages = world.simulator.feishu.messages();
  expect(messages.length).toBeGreaterThan(0);
  return [
    ...printed.map(({ stdout, stderr }, index) => ({ path: `output ${index + 1}`, text: stdout + stderr })),
    ...files.map(({ path, text }) => ({ path, text: Buffer.from(text, 'latin1').toString('utf8') })),
    { path: 'messages', text: JSON.stringify(messages) },
  ];
}

async function expectNoSecret(world: World, ...printed: { stdout: string; stderr: string }[]): Promise<void> {
  const told = await Promise.all([
    world.inProcess('status'),
    world.inProcess('status', '--json'),
    world.inProcess('history', 'work'),
    world.inProcess('history', 'work', '--json'),
    world.inProcess('doctor', '--offline'),
  ]);
  for (const { path, text } of await places(world, ...printed, ...told)) {
    for (const secret of secrets) expect(text.includes(secret), `${secret} in ${path}`).toBe(false);
  }
}

const keyPage = (rest: string) => `<p id="key">${knownKey}</p>${rest}`;

test('keys on a page without the expected button are not disclosed', async ({ world, vault }) => {
  vault.page = `<h1>Keys</h1>${keyPage('<button>Reset</button>')}`;
  await addAccount(world, vault, overPage);
  // The page text is truncated. Wherever the cut falls, it must not leave the beginning of a key.
  vault.page = `<h1>Keys</h1>${keyPage(`<p>made: ${unseenKey}, session ${sessionValue}</p>${`<p>${unseenKey}</p>`.repeat(20)}<button>Renew</button>`)}`;
  const run = await world.startWith({ KEYTURN_LOG_LEVEL: 'debug' }, 'refresh', '--force').ended;
  expectRun(run, 1, /The page shows: Keys/);
  await expectNoSecret(world, run);
  expect(await world.read('work', 'last-run.json')).not.toMatch(/[A-Z0-9]{12}/);
});

test('keys on a page that does not become ready are not disclosed', long, async ({ world, vault }) => {
  vault.page = `<h1>Keys</h1>${keyPage('<button>Reset</button>')}`;
  await addAccount(world, vault, overPage);
  vault.page = `<h2>Keys</h2>${keyPage(`<p>${unseenKey} ${encodeURIComponent(sessionValue)}</p>`)}`;
  const run = await world.startWith({ KEYTURN_LOG_LEVEL: 'debug' }, 'refresh', '--force').ended;
  expectRun(run, 1, /did not become ready/);
  await expectNoSecret(world, run);
});

test('keys and cookies in a message from the console are not disclosed', async ({ world, vault }) => {
  vault.answer = { success: true, data: { key: knownKey } };
  await addAccount(world, vault, overHttp);
  const message = `bad key ${knownKey}/${unseenKey}, sid=${encodeURIComponent(sessionValue)} is "${sessionValue}"; on=1 ${'x'.repeat(60)} ${knownKey}`;
  vault.answer = { success: false, code: '4001', message };
  const run = await world.startWith({ KEYTURN_LOG_LEVEL: 'debug' }, 'refresh', '--force').ended;
  expectRun(run, 1, /the console refused \("4001: bad key .*on=1/);
  await expectNoSecret(world, run);
  expect(await world.read('work', 'last-run.json')).not.toMatch(/[A-Z0-9]{12}/);
});

/** Expects no control character except line breaks, and no character that reorders or hides text. */
function expectPlain(text: string, where: string): void {
  // eslint-disable-next-line no-control-regex -- the test searches for control characters
  const found = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/.exec(
    text,
  );
  expect(found && JSON.stringify(text.slice(Math.max(0, found.index - 20), found.index + 20)), where).toBeNull();
}

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];

for (const [what, section] of [
  ["a console's message", overHttp],
  ['a page', overPage],
] as const) {
  test(`text from ${what} controls neither the terminal nor a card`, async ({ world, vault }) => {
    vault.answer = { success: true, data: { key: knownKey } };
    vault.page = `<h1>Keys</h1>${keyPage('<button>Reset</button>')}`;
    await addAccount(world, vault, section);
    const text = `${markup} ${escapes}`;
    vault.answer = { success: false, code: '4001', message: text };
    const html = text.replaceAll('<', '&lt;');
    vault.page = `<h1>Keys</h1><pre>${html}</pre>${keyPage('<button>Renew</button>')}`;
    const run = await world.startWith({ KEYTURN_LOG_LEVEL: 'debug' }, 'refresh', '--force').ended;
    expectRun(run, 1, /click here.*\\x1b\]0;PWNED-TITLE\\x07.*FAKE/);
    const json = await world.cli('refresh', '--force', '--json');
    expectRun(json, 1);
    const told = [
      run,
      json,
      await world.inProcess('status'),
      await world.inProcess('status', '--json'),
      await world.inProcess('history', 'work'),
    ];
    for (const { stdout, stderr } of told) expectPlain(stdout + stderr, 'output');

    expectPlain(await readFile(join(world.home, 'hook-environment'), 'utf8'), 'the hook');
    for (const text of stringsIn(await world.json('work', 'last-run.json'))) expectPlain(text, 'last-run.json');
    const log = await readFile(join(world.home, 'logs', 'keyturn.log'), 'utf8');
    expectPlain(log, 'the log');
    expect(log).toContain('PWNED-TITLE');

    const card = world.simulator.feishu.messages().at(-1);
    const shown = world.simulator.feishu.cardText(card!);
    expect(shown).toContain(`[click here](https://evil.example/login) <at id=all></at> ![x](img)`);
    expectPlain(shown, 'the card');
    const raw = JSON.stringify(card);
    for (const sign of ['](https', '<at', '![', '**bold', '`code']) expect(raw).not.toContain(sign);
  });
}

test('records of older versions are printed without control characters', async ({ world, vault }) => {
  vault.answer = { success: true, data: { key: knownKey } };
  await addAccount(world, vault, overHttp);
  const at = '2026-03-01T00:00:00.000Z';
  const folder = join(world.home, 'accounts', 'work');
  const write = (file: string, record: object) =>
    writeFile(join(folder, file), `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await write('last-run.json', {
    ...{ version: 1, runId: 'run_1', at, endedAt: at, outcome: 'drift', code: 'KT604' },
    ...{ message: `the site says ${escapes}`, next: 'keyturn refresh work', failuresInARow: 1 },
  });
  await write('history.jsonl', { at, runId: 'run_1', event: 'question', detail: escapes, prev: '0'.repeat(64) });
  await write('question.json', {
    ...{ version: 1, id: 'q1', nonce: 'n'.repeat(22), account: 'work', siteTitle: 'Vault', kind: 'login' },
    ...{ detail: escapes, askedAt: at, deadlineAt: at, state: 'unanswered', runId: 'run_1' },
  });
  expect((await world.inProcess('status')).stdout).toContain('PWNED-TITLE');
  for (const args of [
    ['status'],
    ['status', '--json'],
    ['history', 'work'],
    ['history', 'work', '--json'],
    ['doctor', '--offline'],
    ['refresh', '--force'],
  ]) {
    const { stdout, stderr } = await world.inProcess(...args);
    expectPlain(stdout + stderr, args.join(' '));
  }
  expect(jsonAnswer('history', await world.inProcess('history', 'work', '--json')).events[0]).toMatchObject({
    detail: escapes,
  });
});

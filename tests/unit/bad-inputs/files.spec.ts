import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { describeHolder, acquireLock, readLock } from '../../../src/store/lock.js';
import { loadSiteProfile } from '../../../src/site/load-profile.js';
import { resolveProfile } from '../../../src/site/resolve-profile.js';
import { listAccounts, readAccount } from '../../../src/store/accounts.js';
import { readCheckpoint, writeCheckpoint } from '../../../src/store/checkpoints.js';
import { appendHistory, readHistory } from '../../../src/store/history.js';
import { accountPaths } from '../../../src/store/home.js';
import { readSecretsFile } from '../../../src/store/import-secrets.js';
import { readIntent, readKeyRecord, writeIntent, writeKeyRecord } from '../../../src/store/key-records.js';
import { readLastRun, writeLastRun } from '../../../src/store/last-run.js';
import { readQuestion, writeQuestion } from '../../../src/store/questions.js';
import { configList, configSet, loadSettings, settingsPath } from '../../../src/store/settings.js';
import { watchHolder, watchLockPath } from '../../../src/app/watch/watch-lock.js';
import { malformedJson, malformedText, overInputs, plantedText, refusedOrTaken } from '../../support/malformed.js';
import { expect, test } from '../store/temp-home.js';
import { same } from '../../../src/messages/text.js';

const at = '2026-03-01T00:00:00.000Z';
const key = { key: plantedText, obtainedAt: at, obtainedBy: 'http', expiresAt: at, lifetimeMs: 1, runId: 'r' } as const;
const good = {
  account: { version: 1, name: 'work', site: 'iflow', proxy: `http://u:${plantedText}@h:1`, enabled: true, method: 'auto', createdAt: at },
  key: { version: 1, current: key, previous: [key] },
  rotation: { version: 1, id: 'i', runId: 'r', startedAt: at, rung: 'http', hadKeyBefore: true, answer: { key: plantedText, seenAt: at } },
  session: {
    version: 1,
    savedAt: at,
    savedBy: 'import',
    cookies: [{ name: 'a', value: plantedText, domain: 'h', path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' }],
    origins: [{ origin: 'http://h', localStorage: [{ name: 'a', value: plantedText }] }],
    headers: { referer: plantedText },
  },
  question: {
    version: 1, id: 'q', nonce: plantedText, account: 'work', siteTitle: 'iFlow', kind: 'captcha', detail: same('d'), askedAt: at,
    deadlineAt: at, state: 'asked', runId: 'r', reached: ['card'], message: { messageId: 'm', chatId: 'c' },
  },
  lastRun: { version: 1, runId: 'r', at, endedAt: at, outcome: 'renewed', message: same('m'), failuresInARow: 0 },
} as const; // prettier-ignore

type Paths = ReturnType<typeof accountPaths>;

/** Each record: its name, a good value, its path, its reader and its writer. */
const records = [
  ['key.json', good.key, (p: Paths) => p.key, readKeyRecord, (p: Paths) => writeKeyRecord(p, good.key)],
  ['rotation.json', good.rotation, (p: Paths) => p.rotation, readIntent, (p: Paths) => writeIntent(p, good.rotation)],
  ['session.json', good.session, (p: Paths) => p.session, readCheckpoint, (p: Paths) => writeCheckpoint(p, good.session)],
  ['question.json', good.question, (p: Paths) => p.question, readQuestion, (p: Paths) => writeQuestion(p, good.question)],
  ['last-run.json', good.lastRun, (p: Paths) => p.lastRun, readLastRun, (p: Paths) => writeLastRun(p, good.lastRun)],
] as const; // prettier-ignore

for (const [name, value, fileOf, read, write] of records) {
  test(`any ${name} is read or refused, and never lost`, async ({ home }) => {
    const paths = accountPaths(home, 'work');
    await overInputs(name, 30, malformedJson(value), async (bytes) => {
      const file = fileOf(paths);
      await fresh(paths.folder);
      await writeFile(file, bytes, { mode: 0o600 });
      const end = await refusedOrTaken(() => read(paths));
      expect(await readFile(file)).toEqual(bytes);
      await write(paths);
      // The next write moves a file aside that cannot be read. A last-run.json that cannot be read counts as missing.
      if (end === 'refused') expect(await copiesOf(file, bytes)).toBe(1);
      expect(await refusedOrTaken(() => read(paths))).toBe('taken');
      return end;
    });
  });
}

test('any account.json is read or refused, and does not hide the other accounts', async ({ home }) => {
  const paths = accountPaths(home, 'work');
  const other = accountPaths(home, 'other');
  await fresh(other.folder);
  await writeFile(other.account, JSON.stringify({ ...good.account, name: 'other' }), { mode: 0o600 });
  await overInputs('account.json', 40, malformedJson(good.account), async (bytes) => {
    await fresh(paths.folder);
    await writeFile(paths.account, bytes, { mode: 0o600 });
    const end = await refusedOrTaken(() => readAccount(home, 'work'));
    const { accounts, broken } = await listAccounts(home);
    expect(accounts.map((each) => each.name)).toContain('other');
    expect(accounts.length + broken.length).toBe(2);
    expect(await readFile(paths.account)).toEqual(bytes);
    return end;
  });
});

test('any settings.json is read or refused, and stays as it is', async ({ home }) => {
  const settings = {
    feishu: { appSecret: plantedText, domain: 'lark' },
    handoff: { wait: '1h' },
    browser: { args: ['-a'] },
  };
  const options = { env: {}, home };
  await overInputs('settings.json', 40, malformedJson(settings), async (bytes) => {
    await writeFile(settingsPath(home), bytes, { mode: 0o600 });
    const end = await refusedOrTaken(() => loadSettings(options));
    await refusedOrTaken(() => configList(options));
    expect(await readFile(settingsPath(home))).toEqual(bytes);
    const written = await refusedOrTaken(() => configSet(options, 'login.timeout', '5m'));
    if (written === 'refused') expect(await readFile(settingsPath(home))).toEqual(bytes);
    return end;
  });
});

test('any .env is read or refused', async ({ home }) => {
  const text = `# mine\nFEISHU_APP_SECRET="${plantedText}"\nexport KEYTURN_LOG_LEVEL=info\nFEISHU_APP_ID=cli_a1b2c3d4e5f60718\n`;
  await overInputs('.env', 40, malformedText(text), async (bytes) => {
    await writeFile(join(home, '.env'), bytes, { mode: 0o600 });
    const end = await refusedOrTaken(() => loadSettings({ env: {}, home }));
    expect(await readFile(join(home, '.env'))).toEqual(bytes);
    return end;
  });
});

test('any history.jsonl is read, takes a new line and loses none', async ({ home }) => {
  const paths = accountPaths(home, 'work');
  const line = (n: number) => JSON.stringify({ at, runId: 'r', event: `e${n}`, prev: '0'.repeat(64) });
  await overInputs('history.jsonl', 25, malformedText(`${line(1)}\n${line(2)}\n${line(3)}\n`), async (bytes) => {
    await fresh(paths.folder);
    await writeFile(paths.history, bytes, { mode: 0o600 });
    const end = await refusedOrTaken(() => readHistory(paths));
    await appendHistory(paths, { at, runId: 'r', event: 'next' });
    expect((await readFile(paths.history)).subarray(0, bytes.length)).toEqual(bytes);
    expect((await readHistory(paths)).at(-1)).toMatchObject({ event: 'next' });
    return end;
  });
});

test('any lock file names a holder or nobody, and never blocks for ever', async ({ home }) => {
  const holder = { id: 'a-b', pid: 4_000_000, host: 'h', startedAt: at, runId: 'r', command: 'keyturn refresh' };
  const paths = accountPaths(home, 'work');
  await overInputs('run.lock and watch.lock', 25, malformedJson(holder), async (bytes) => {
    await fresh(paths.folder);
    for (const file of [paths.lock, watchLockPath(home)]) await writeFile(file, bytes, { mode: 0o600 });
    const found = await readLock(paths.lock);
    if (found) describeHolder(found, Date.parse(at));
    await watchHolder(home);
    return refusedOrTaken(async () => {
      const lock = await acquireLock(paths.lock, { command: 'keyturn refresh', runId: 'mine' });
      await lock.release();
    });
  });
});

test('any secrets file is imported or refused, and stays as it is', async ({ home }) => {
  const secrets = {
    name: 'work', xsrf: plantedText, cookie: `BXAuth=${plantedText}; XSRF-TOKEN=${plantedText}`, referer: 'http://h/',
    user_agent: 'ua', extra_headers: { 'x-a': plantedText }, origins: [{ origin: 'http://h', localStorage: [] }],
  }; // prettier-ignore
  const list = [{ name: 'BXAuth', value: plantedText, domain: 'h', path: '/', expirationDate: 1, sameSite: 'lax' }];
  const netscape = `# Netscape HTTP Cookie File\nh\tFALSE\t/\tFALSE\t0\tBXAuth\t${plantedText}\n`;
  const paths = accountPaths(home, 'work');
  for (const [what, inputs] of [
    ['secrets file', malformedJson(secrets)],
    ['cookie list', malformedJson(list)],
    ['cookies.txt', malformedText(netscape)],
  ] as const) {
    await overInputs(what, 25, inputs, async (bytes) => {
      const file = join(home, 'secrets.json');
      await fresh(paths.folder);
      await writeFile(file, bytes, { mode: 0o600 });
      const end = await refusedOrTaken(async () => {
        const { checkpoint, warnings } = await readSecretsFile(file, { baseUrl: 'http://h', now: Date.now });
        expect(JSON.stringify(warnings)).not.toContain(`=${plantedText}`);
        // An imported session can be written and read again.
        await writeCheckpoint(paths, checkpoint);
        expect(await readCheckpoint(paths)).toBeDefined();
      });
      expect(await readFile(file)).toEqual(bytes);
      return end;
    });
  }
});

test('any site profile is loaded or refused', async ({ home }) => {
  const file = join(home, 'site.yaml');
  const yaml = await readFile(new URL('../../../profiles/iflow.yaml', import.meta.url), 'utf8');
  for (const [what, inputs] of [
    ['site profile as YAML', malformedText(yaml)],
    ['site profile with a wrong part', malformedJson(parse(yaml))],
  ] as const) {
    await overInputs(what, 25, inputs, async (bytes) => {
      await writeFile(file, bytes, { mode: 0o600 });
      return refusedOrTaken(async () => resolveProfile(await loadSiteProfile(file), {}));
    });
  }
});

async function fresh(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** The number of files in the folder with these bytes. */
async function copiesOf(file: string, bytes: Buffer): Promise<number> {
  const folder = dirname(file);
  const contents = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
  return contents.filter((content) => content.equals(bytes)).length;
}

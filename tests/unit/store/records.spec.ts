import fc from 'fast-check';
import { chmodSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { AppError } from '../../../src/lib/app-error.js';
import type { Question } from '../../../src/core/question.js';
import type { KeyRecord, RotationIntent } from '../../../src/core/key-record.js';
import type { SessionCheckpoint } from '../../../src/core/session-checkpoint.js';
import { readCheckpoint, removeCheckpoint, writeCheckpoint } from '../../../src/store/checkpoints.js';
import { accountPaths, type AccountPaths } from '../../../src/store/home.js';
import {
  hasIntent,
  readIntent,
  readKeyRecord,
  removeIntent,
  writeIntent,
  writeKeyRecord,
} from '../../../src/store/key-records.js';
import { readLastRun, writeLastRun, type LastRun } from '../../../src/store/last-run.js';
import { ensurePrivateDir } from '../../../src/lib/private-files.js';
import { readQuestion, writeQuestion } from '../../../src/store/questions.js';
import type { Warn } from '../../../src/store/record-file.js';
import { expect, modeOf, test } from './temp-home.js';
import { same } from '../../../src/messages/text.js';

const at = '2026-03-01T10:00:00.000Z';
const key = {
  key: 'sk-0123456789abcdef',
  obtainedAt: at,
  obtainedBy: 'http',
  expiresAt: at,
  lifetimeMs: 604_800_000,
  provedAt: at,
  runId: 'r1',
} as const;
const record: KeyRecord = { version: 1, current: key, previous: [{ ...key, key: 'sk-older' }] };
const intent: RotationIntent = {
  version: 1,
  id: 'i1',
  runId: 'r1',
  startedAt: at,
  rung: 'headless',
  maskBefore: 'sk-01****ef',
  hadKeyBefore: true,
  answer: { key: 'sk-new', expiresAt: at, seenAt: at },
};
const checkpoint: SessionCheckpoint = {
  version: 1,
  savedAt: at,
  savedBy: 'browser',
  cookies: [
    {
      name: 'BXAuth',
      value: 'v',
      domain: 'platform.iflow.cn',
      path: '/',
      expires: -1,
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    },
  ],
  origins: [{ origin: 'https://platform.iflow.cn', localStorage: [{ name: 'a', value: '' }] }],
  headers: { referer: 'https://platform.iflow.cn/' },
};
const question: Question = {
  version: 1,
  id: 'q1',
  nonce: 'n'.repeat(32),
  account: 'work',
  siteTitle: '心流 iFlow',
  kind: 'captcha',
  detail: same('slider'),
  askedAt: at,
  deadlineAt: at,
  state: 'asked',
  reached: ['card'],
  message: { messageId: 'om_1', chatId: 'oc_1' },
  runId: 'r1',
};
const lastRun: LastRun = {
  version: 1,
  runId: 'r1',
  at,
  endedAt: at,
  outcome: 'failed',
  code: 'KT401',
  rung: 'http',
  message: same('m'),
  next: 'keyturn status',
  failuresInARow: 2,
};

interface Kind {
  readonly value: object;
  readonly file: keyof AccountPaths;
  readonly twice: boolean;
  read(paths: AccountPaths, warn?: Warn): Promise<unknown>;
  write(paths: AccountPaths, value: never): Promise<void>;
  readonly remove?: (paths: AccountPaths) => Promise<boolean>;
}

const kinds: Record<string, Kind> = {
  'key record': {
    value: record,
    file: 'key',
    twice: true,
    read: readKeyRecord,
    write: writeKeyRecord,
  },
  'rotation intent': {
    value: intent,
    file: 'rotation',
    twice: false,
    read: readIntent,
    write: writeIntent,
    remove: removeIntent,
  },
  'session checkpoint': {
    value: checkpoint,
    file: 'session',
    twice: true,
    read: readCheckpoint,
    write: writeCheckpoint,
    remove: removeCheckpoint,
  },
  question: {
    value: question,
    file: 'question',
    twice: true,
    read: readQuestion,
    write: writeQuestion,
  },
  'last run': { value: lastRun, file: 'lastRun', twice: false, read: readLastRun, write: writeLastRun },
};

/** A plain text counts as the same text in both languages. */
function asRead(value: object): object {
  const isPlain = ([name, text]: [string, unknown]) => ['detail', 'message'].includes(name) && typeof text === 'string';
  const plain = Object.entries(value).filter(isPlain);
  return { ...value, ...Object.fromEntries(plain.map(([name, text]) => [name, same(text as string)])) };
}

async function account(home: string): Promise<AccountPaths> {
  const paths = accountPaths(home, 'work');
  await ensurePrivateDir(paths.folder);
  return paths;
}

for (const [name, kind] of Object.entries(kinds)) {
  test.describe(`the ${name}`, () => {
    test('is read back as it was written, from private files', async ({ home }) => {
      const paths = await account(home);
      await kind.write(paths, kind.value as never);
      expect(await kind.read(paths)).toEqual(kind.value);
      for (const file of readdirSync(paths.folder)) expect(modeOf(`${paths.folder}/${file}`)).toBe('600');
      if (!kind.remove) return;
      expect(await kind.remove(paths)).toBe(true);
      expect(readdirSync(paths.folder)).toEqual([]);
      expect(await kind.remove(paths)).toBe(false);
    });

    test('keeps fields that a later keyturn added', async ({ home }) => {
      const paths = await account(home);
      const later = { ...kind.value, added: { later: true } };
      await kind.write(paths, later as never);
      expect(await kind.read(paths)).toEqual(later);
    });

    test('garbage gives a coded error, never a wrong value or a lost file', async ({ home }) => {
      const paths = await account(home);
      const path = paths[kind.file];
      const good = JSON.stringify(kind.value);
      const truncated = fc.nat(good.length - 1).map((length) => good.slice(0, length));
      const fields = fc.constantFrom(...Object.keys(kind.value));
      const mistyped = fc
        .tuple(fields, fc.jsonValue())
        .map(([field, value]) => JSON.stringify({ ...kind.value, [field]: value }));
      const garbage = fc.oneof(fc.string(), fc.json(), truncated, mistyped, fc.constant('{"__proto__":{"version":1}}'));
      await fc.assert(
        fc.asyncProperty(garbage, async (text) => {
          writeFileSync(path, text, { mode: 0o600 });
          const warnings: string[] = [];
          const result = await kind.read(paths, ({ en }) => warnings.push(en)).catch((error: unknown) => error);
          if (result instanceof AppError) {
            expect(result.code).toBe('KT216');
            expect(result.message).toContain(path);
            expect(result.stack).not.toContain('SyntaxError');
          } else if (warnings.length === 0) {
            expect(result).toEqual(asRead(JSON.parse(text) as object));
          }
          expect(readFileSync(path, 'utf8')).toBe(text);
        }),
        { numRuns: 200 },
      );
    });

    test('a damaged file is moved aside before it is replaced', async ({ home }) => {
      const paths = await account(home);
      const path = paths[kind.file];
      writeFileSync(path, '{"half', { mode: 0o600 });
      await kind.write(paths, kind.value as never);
      expect(await kind.read(paths)).toEqual(kind.value);
      const aside = readdirSync(paths.folder).filter((file) => file.includes('.damaged-'));
      expect(aside.map((file) => readFileSync(`${paths.folder}/${file}`, 'utf8'))).toEqual(['{"half']);
    });

    test('a file that is valid except for one byte that is not UTF-8 is moved aside as well', async ({ home }) => {
      const paths = await account(home);
      const damaged = Buffer.from(JSON.stringify({ ...kind.value, note: 'note' }));
      damaged[damaged.lastIndexOf('note')] = 0xff;
      writeFileSync(paths[kind.file], damaged, { mode: 0o600 });
      await kind.write(paths, kind.value as never);
      const aside = readdirSync(paths.folder).filter((file) => file.includes('.damaged-'));
      expect(aside.map((file) => readFileSync(`${paths.folder}/${file}`))).toEqual([damaged]);
    });

    if (!kind.twice) return;

    test('is read from its second copy, with a warning, when the first is truncated or missing', async ({ home }) => {
      const paths = await account(home);
      const path = paths[kind.file];
      await kind.write(paths, kind.value as never);
      for (const damage of [() => truncateSync(path, 20), () => truncateSync(path, 0), () => rmSync(path)]) {
        damage();
        const warnings: string[] = [];
        expect(await kind.read(paths, ({ en }) => warnings.push(en))).toEqual(kind.value);
        expect(warnings).toEqual([expect.stringContaining(`${path}.bak was read instead`)]);
      }
    });

    test('does not exist yet when a power cut interrupted its first write', async ({ home }) => {
      const paths = await account(home);
      const path = paths[kind.file];
      const none = await kind.read(paths);
      await kind.write(paths, kind.value as never);
      rmSync(path);
      truncateSync(`${path}.bak`, 20);
      const warnings: string[] = [];
      expect(await kind.read(paths, ({ en }) => warnings.push(en))).toEqual(none);
      expect(warnings).toEqual([expect.stringContaining(`${path}.bak was cut off`)]);
      await kind.write(paths, kind.value as never);
      expect(await kind.read(paths)).toEqual(kind.value);
    });

    test('is unreadable only when both copies are damaged', async ({ home }) => {
      const paths = await account(home);
      const path = paths[kind.file];
      await kind.write(paths, kind.value as never);
      truncateSync(path, 5);
      truncateSync(`${path}.bak`, 5);
      await expect(kind.read(paths)).rejects.toMatchObject({ code: 'KT216', exitCode: 1 });
    });
  });
}

test('a new key of this rotation is found in a complete temporary file that a kill left', async ({ home }) => {
  const paths = accountPaths(home, 'work');
  await ensurePrivateDir(paths.folder);
  const begun = { ...intent, answer: undefined };
  await writeIntent(paths, begun);
  const temp = (name: string, value: object, length = Infinity) =>
    writeFileSync(`${paths.folder}/.rotation.json.4711.${name}.tmp`, JSON.stringify(value).slice(0, length), {
      mode: 0o600,
    });
  temp('x1', { ...intent, id: 'of an earlier rotation' });
  temp('x2', intent, 40);
  expect(await readIntent(paths)).toEqual(begun);
  temp('x2', intent);
  expect(await readIntent(paths)).toEqual(intent);
});

test('an intent that a power cut has cut off counts as a rotation with an unknown end', async ({ home }) => {
  const paths = await account(home);
  await writeIntent(paths, { ...intent, answer: undefined });
  for (const length of [40, 0]) {
    truncateSync(paths.rotation, length);
    const warnings: string[] = [];
    const cutOff = await readIntent(paths, ({ en }) => warnings.push(en));
    expect(cutOff).toMatchObject({ id: 'cut-off', hadKeyBefore: true });
    expect(cutOff?.answer).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining(`${paths.rotation} was cut off`)]);
    expect(await hasIntent(paths)).toBe(true);
  }
  await removeIntent(paths);
  expect(await hasIntent(paths)).toBe(false);
});

test('an intent that a newer keyturn wrote is an error', async ({ home }) => {
  const paths = await account(home);
  writeFileSync(paths.rotation, `${JSON.stringify({ ...intent, version: 2 })}\n`, { mode: 0o600 });
  await expect(readIntent(paths)).rejects.toMatchObject({ code: 'KT216' });
  expect(await hasIntent(paths)).toBe(true);
});

test('an account without a key record has an empty one', async ({ home }) => {
  expect(await readKeyRecord(accountPaths(home, 'work'))).toEqual({ version: 1, previous: [] });
});

test('each problem in a record is named by its path, and no value is shown', async ({ home }) => {
  const paths = await account(home);
  const wrong = { version: 2, current: { ...key, key: '', obtainedAt: 'today', runId: undefined }, previous: [7] };
  writeFileSync(paths.key, JSON.stringify(wrong), { mode: 0o600 });
  const error = (await readKeyRecord(paths).catch((each: unknown) => each)) as AppError;
  for (const problem of [
    'version is 2: a newer keyturn wrote this file',
    'current.key is empty',
    'current.obtainedAt is not an ISO 8601 time',
    'current.runId is missing',
    'previous[0] is not an object',
  ]) {
    expect(error.message).toContain(problem);
  }
  expect(error.message).not.toContain('today');
});

test('a new key is written even if the old record has loose modes', async ({ home }) => {
  const paths = await account(home);
  await writeKeyRecord(paths, record);
  chmodSync(paths.key, 0o644);
  await expect(readKeyRecord(paths)).rejects.toMatchObject({ code: 'KT210' });
  await writeKeyRecord(paths, record);
  expect(modeOf(paths.key)).toBe('600');
  expect(await readKeyRecord(paths)).toEqual(record);
});

test('a plain text from version 0.1.0 is read as the same text in both languages', async ({ home }) => {
  const paths = await account(home);
  writeFileSync(paths.question, JSON.stringify({ ...question, detail: 'a slider' }), { mode: 0o600 });
  expect(await readQuestion(paths)).toEqual({ ...question, detail: same('a slider') });
});

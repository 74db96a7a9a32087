import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../src/lib/app-error.js';
import { acquireLock, describeHolder, readLock, type LockHolder } from '../../../src/store/lock.js';
import { fateOf, ownIdentity, processStart } from '../../../src/lib/process-identity.js';
import { isLong } from '../../support/long-form.js';
import { runStoreChild } from './store-child.js';
import { expect, modeOf, test } from './temp-home.js';

const options = { command: 'keyturn refresh', runId: 'run-1' };
/** How many processes compete. */
const crowd = isLong ? 12 : 6;

/** Takes the lock, prints a line, and holds the lock until it is killed. */
const holdForEver = `
  import { acquireLock } from 'store/lock.js';
  await acquireLock(process.argv[2], { command: 'keyturn login', runId: 'child' });
  console.log('held');
  setInterval(() => {}, 1000);
`;

/** Takes the lock repeatedly. An exclusive file detects two holders at once. */
const contend = `
  import { mkdirSync, rmdirSync } from 'node:fs';
  import { acquireLock } from 'store/lock.js';
  const [path, rounds] = [process.argv[2], Number(process.argv[3])];
  for (let round = 0; round < rounds; round++) {
    const lock = await acquireLock(path, { command: 'contend', runId: 'r', waitMs: 25000, pollMs: 1 });
    mkdirSync(path + '.inside');
    await new Promise((resolve) => setImmediate(resolve));
    rmdirSync(path + '.inside');
    await lock.release();
  }
  console.log('all rounds done');
`;

/** Takes the stale lock and dies at once, so that the next process finds a stale lock again. */
const takeAndDie = `
  import { mkdirSync, rmdirSync } from 'node:fs';
  import { acquireLock } from 'store/lock.js';
  const path = process.argv[2];
  await acquireLock(path, { command: 'die', runId: 'r', waitMs: 25000, pollMs: 1 });
  mkdirSync(path + '.inside');
  await new Promise((resolve) => setImmediate(resolve));
  rmdirSync(path + '.inside');
  console.log('had it');
  process.kill(process.pid, 'SIGKILL');
`;

/** Records when it holds the lock, so that a kill while holding differs from two holders at once. */
const enterAndLeave = `
  import { appendFileSync } from 'node:fs';
  import { acquireLock } from 'store/lock.js';
  const [path, log] = process.argv.slice(2);
  for (;;) {
    const lock = await acquireLock(path, { command: 'contend', runId: 'r', waitMs: 25000, pollMs: 1 });
    appendFileSync(log, process.pid + ' in\\n');
    await new Promise((resolve) => setImmediate(resolve));
    appendFileSync(log, process.pid + ' out\\n');
    await lock.release();
  }
`;

function holderFile(path: string, changes: Partial<LockHolder>, ageMs = 0): void {
  const holder = {
    id: 'somebody-1',
    ...ownIdentity(),
    startedAt: new Date().toISOString(),
    runId: 'run-0',
    command: 'keyturn refresh',
    ...changes,
  };
  writeFileSync(path, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  const at = new Date(Date.now() - ageMs);
  utimesSync(path, at, at);
}

const elsewhere: Partial<LockHolder> = { host: 'elsewhere', bootId: 'another-boot' };

const leftIn = (home: string) => readdirSync(home).sort();

test.describe('the lock of an account', () => {
  test('is private, names its holder and leaves nothing behind', async ({ home }) => {
    const path = join(home, 'work', 'run.lock');
    const lock = await acquireLock(path, options);
    expect(modeOf(path)).toBe('600');
    expect(await readLock(path)).toMatchObject({ pid: process.pid, host: hostname(), command: 'keyturn refresh' });
    expect(await lock.stillHeld()).toBe(true);
    await lock.requireHeld();
    await lock.release();
    await lock.release();
    expect(await lock.stillHeld()).toBe(false);
    expect(leftIn(join(home, 'work'))).toEqual([]);
  });

  test('a second run gets an error that names the holder, since when, and that it waits for a person', async ({
    home,
  }) => {
    const path = join(home, 'work', 'run.lock');
    const now = () => Date.parse('2026-03-01T10:00:00Z');
    const lock = await acquireLock(path, { ...options, now });
    const refusal = acquireLock(path, { ...options, now: () => now() + 12 * 60_000 });
    await expect(refusal).rejects.toMatchObject({ code: 'KT220', exitCode: 4 });
    await expect(refusal).rejects.toThrow(new RegExp(`"work": keyturn refresh \\(pid ${process.pid} on .*12m`));

    await lock.setWaiting('2026-03-01T10:02:00.000Z');
    const waiting = acquireLock(path, { ...options, now: () => now() + 12 * 60_000 });
    await expect(waiting).rejects.toMatchObject({ code: 'KT221', exitCode: 4, hint: 'keyturn unblock work' });
    await expect(waiting).rejects.toThrow(/waiting for a person since \d\d:\d\d \(10m ago\)/);

    await lock.setWaiting(undefined);
    expect((await readLock(path))?.waitingForPersonSince).toBeUndefined();
    await lock.release();
  });

  test('a waiting run gets the lock when it is released', async ({ home }) => {
    const path = join(home, 'run.lock');
    const first = await acquireLock(path, options);
    const second = acquireLock(path, { ...options, runId: 'run-2', waitMs: 20_000, pollMs: 5 });
    await first.release();
    await second;
    expect(await readLock(path)).toMatchObject({ runId: 'run-2' });
    await (await second).release();
  });

  test('a worker whose supervisor is dead is waited for, because it ends by itself', async ({ home }) => {
    const path = join(home, 'run.lock');
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    const worker = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 700)']);
    await once(worker, 'spawn');
    const { pid } = worker;
    const start = processStart(pid!);
    const ended = { ...ownIdentity(), pid: pid!, processStart: start };
    holderFile(path, { pid: dead, processStart: '1', worker: { pid: pid!, processStart: start } });
    expect(await readLock(path)).toMatchObject({ id: 'somebody-1' });
    const lock = await acquireLock(path, options);
    expect(fateOf(ended)).toBe('gone');
    await lock.release();
  });

  test('waiting ends when its signal aborts', async ({ home }) => {
    const path = join(home, 'run.lock');
    const lock = await acquireLock(path, options);
    const stop = new AbortController();
    const waiting = acquireLock(path, { ...options, waitMs: 60_000, signal: stop.signal });
    stop.abort(new Error('Ctrl-C'));
    await expect(waiting).rejects.toThrow('Ctrl-C');
    await lock.release();
  });

  test('a live holder in another process keeps the lock, and a killed one loses it', async ({ home }) => {
    const path = join(home, 'run.lock');
    const child = runStoreChild(holdForEver, [path]);
    await child.printed('held');
    await expect(acquireLock(path, options)).rejects.toThrow(new RegExp(`keyturn login \\(pid ${child.pid} on`));
    child.process.kill('SIGKILL');
    await child.ended;
    expect(await readLock(path)).toBeUndefined();
    const lock = await acquireLock(path, options);
    expect(leftIn(home)).toEqual(['run.lock']);
    await lock.release();
  });

  test('a pid that now belongs to another program does not count as the holder', async ({ home }) => {
    test.skip(process.platform !== 'linux', 'only Linux tells when a process started');
    const path = join(home, 'run.lock');
    holderFile(path, { processStart: '1' });
    await (await acquireLock(path, options)).release();
  });

  test('a renamed machine still tells its dead holders from its live ones', async ({ home }) => {
    test.skip(process.platform !== 'linux', 'only Linux tells one boot from another');
    const path = join(home, 'run.lock');
    holderFile(path, { host: 'name-before-dhcp' }, 70_000);
    await expect(acquireLock(path, options)).rejects.toThrow(/on name-before-dhcp/);
    holderFile(path, { host: 'name-before-dhcp', pid: 2 ** 22 + 1 });
    await (await acquireLock(path, options)).release();
  });

  test('a holder on another machine keeps the lock while its heartbeat continues', async ({ home }) => {
    const path = join(home, 'run.lock');
    holderFile(path, elsewhere, 50_000);
    await expect(acquireLock(path, options)).rejects.toThrow(/on elsewhere/);
    holderFile(path, elsewhere, 70_000);
    await (await acquireLock(path, options)).release();
  });

  test('a machine with the same name is another machine when its boot or container differs', async ({ home }) => {
    test.skip(process.platform !== 'linux', 'only Linux tells boots and containers apart');
    const path = join(home, 'run.lock');
    for (const other of [{ bootId: 'another-boot' }, { pidNamespace: 'pid:[1]' }]) {
      holderFile(path, { pid: 2 ** 22 + 1, ...other }, 5000);
      await expect(acquireLock(path, options)).rejects.toMatchObject({ exitCode: 4 });
      holderFile(path, { pid: process.pid, ...other }, 70_000);
      await (await acquireLock(path, options)).release();
    }
  });

  for (const [what, text] of [
    ['empty', ''],
    ['cut off', '{"id":"x","pid":'],
    ['foreign', '12345\n'],
  ] as const) {
    test(`a lock file that is ${what} is replaced`, async ({ home }) => {
      const path = join(home, 'run.lock');
      writeFileSync(path, text, { mode: 0o600 });
      const lock = await acquireLock(path, options);
      expect(leftIn(home)).toEqual(['run.lock']);
      await lock.release();
    });
  }

  test('a run that lost its lock to another run does not release it', async ({ home }) => {
    const path = join(home, 'run.lock');
    const lock = await acquireLock(path, options);
    holderFile(path, { id: 'heir' });
    expect(await lock.stillHeld()).toBe(false);
    await expect(lock.requireHeld()).rejects.toMatchObject({ code: 'KT220', exitCode: 4, message: /keyturn refresh/ });
    await lock.setWaiting('2026-03-01T10:02:00.000Z');
    await lock.release();
    expect(readFileSync(path, 'utf8')).toContain('"heir"');
  });

  test('many concurrent processes hold the lock one at a time', async ({ home }) => {
    test.slow();
    const path = join(home, 'run.lock');
    const children = Array.from({ length: crowd }, () => runStoreChild(contend, [path, '15']));
    for (const child of children) expect((await child.ended).output).toContain('all rounds done');
    expect(leftIn(home)).toEqual([]);
  });

  test('of many processes that find a stale lock exactly one gets it', async ({ home }) => {
    test.slow();
    for (let round = 0; round < (isLong ? 5 : 2); round++) {
      const path = join(home, `run-${round}.lock`);
      holderFile(path, { processStart: '1', pid: 2 ** 22 + 1 });
      const children = Array.from({ length: crowd }, () =>
        runStoreChild(
          `import { acquireLock } from 'store/lock.js';
         const lock = await acquireLock(process.argv[2], { command: 'race', runId: 'r' }).catch((error) => error);
         console.log(lock.code ?? 'won');
         if (!lock.code) setInterval(() => {}, 1000);`,
          [path],
        ),
      );
      await Promise.all(children.map((child) => Promise.race([child.printed('won'), child.printed('KT220')])));
      expect(children.map((child) => child.output().trim()).sort()).toEqual([
        ...Array<string>(crowd - 1).fill('KT220'),
        'won',
      ]);
      for (const child of children) child.process.kill('SIGKILL');
      await Promise.all(children.map((child) => child.ended));
    }
  });

  test('each of several holders that die in turn is replaced once', async ({ home }) => {
    test.slow();
    const path = join(home, 'run.lock');
    const children = Array.from({ length: crowd }, () => runStoreChild(takeAndDie, [path]));
    for (const child of children) expect((await child.ended).output.trim()).toBe('had it');
    await (await acquireLock(path, options)).release();
    expect(leftIn(home)).toEqual([]);
  });

  test('kills at random instants never allow two holders at once', async ({ home }) => {
    test.slow();
    const [path, log] = [join(home, 'run.lock'), join(home, 'log')];
    writeFileSync(log, '');
    const entries = () => readFileSync(log, 'utf8').split('\n').slice(0, -1);
    const children = Array.from({ length: crowd }, () => runStoreChild(enterAndLeave, [path, log]));
    for (const [index, child] of children.entries()) {
      const enough = (index + 1) * 60;
      await expect.poll(() => entries().length, { intervals: [3] }).toBeGreaterThan(enough);
      child.process.kill('SIGKILL');
      await child.ended;
      const count = entries().length;
      // The processes that were not killed go on.
      if (index < children.length - 1) await expect.poll(() => entries().length).toBeGreaterThan(count);
    }
    let inside: string | undefined;
    const dead = new Set<string>();
    for (const entry of entries()) {
      const [pid = '', way] = entry.split(' ');
      expect(dead, `${pid} came back from the dead`).not.toContain(pid);
      if (way === 'in' && inside !== undefined) dead.add(inside);
      if (way === 'out') expect(inside).toBe(pid);
      inside = way === 'in' ? pid : undefined;
    }
    expect(dead.size).toBeLessThanOrEqual(children.length);
  });

  test('a takeover whose process died is taken over too', async ({ home }) => {
    const path = join(home, 'run.lock');
    const dead = { processStart: '1', pid: 2 ** 22 + 1 };
    holderFile(path, { id: 'stale', ...dead });
    holderFile(`${path}.takeover`, { id: 'successor', ...dead });
    const lock = await acquireLock(path, options);
    expect(await readLock(path)).toMatchObject({ runId: 'run-1' });
    expect(leftIn(home)).toEqual(['run.lock']);
    await lock.release();
  });

  test('a stale lock is not replaced by others while a slow, live process takes it over', async ({ home }) => {
    const path = join(home, 'run.lock');
    holderFile(path, { id: 'stale', processStart: '1', pid: 2 ** 22 + 1 });
    holderFile(`${path}.takeover`, { id: 'slow', command: 'keyturn unblock' });
    const refusal = await acquireLock(path, options).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect((refusal as AppError).message).toContain('keyturn unblock');
    expect(readFileSync(path, 'utf8')).toContain('"stale"');
  });

  test('describing a holder uses whole words', () => {
    const holder: LockHolder = {
      id: 'x',
      pid: 4711,
      host: 'host-1',
      startedAt: '2026-03-01T10:00:00.000Z',
      runId: 'r',
      command: 'keyturn refresh',
    };
    const text = describeHolder(holder, Date.parse('2026-03-01T11:30:00Z'));
    expect(text).toEqual({
      en: 'keyturn refresh (pid 4711 on host-1), running for 1h 30m',
      zh: 'keyturn refresh（host-1 上的进程 4711），已运行 1 小时 30 分钟',
    });
  });
});

import { test as base, expect } from '@playwright/test';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { keyturnEnv, startKeyturn, type KeyturnChild, type KeyturnRun } from '../simulator/keyturn-child.js';
import { makeScratchHome } from '../simulator/scratch-home.js';
import { shiftedClockEnv } from '../simulator/shifted-clock-env.js';
import { severalKeysProfile } from '../simulator/several-keys-profile.js';
import { startSimulator, type ConsoleKind, type OwnerTruth, type Simulator } from '../simulator/simulator.js';
import { FaultyWire } from '../support/faulty-wire.js';
import { runInProcess, type FinishedRun } from '../support/keyturn-in-process.js';
import { isLong } from '../support/long-form.js';
import { faultAnnotation, noFigures } from './fault-figures.js';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const faultyDisk = pathToFileURL(fileURLToPath(new URL('../support/faulty-disk.mjs', import.meta.url))).href;

export const phone = '15100001234';
export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** The part of the long form to run, from FAULTS_SHARE in percent, for a busy machine. */
const share = Math.min(100, Math.max(1, Number(process.env['FAULTS_SHARE'] ?? 100))) / 100;

/** Returns the number of repetitions for the current form. */
export const size = (long: number, short: number) => (isLong ? Math.ceil(long * share) : short);

/** Selects evenly spaced items: all of them (or the share) in the long form, `short` of them in the short form. */
export function pick<T>(all: readonly T[], short: number): T[] {
  const wanted = isLong ? Math.ceil(all.length * share) : Math.min(short, all.length);
  return Array.from({ length: wanted }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / wanted)]!);
}

export interface DiskFault {
  readonly plan: 'kill' | 'cut' | 'fail' | 'stop';
  /** The number of the operation, from 1. */
  readonly at: number;
  /** Counts only operations on files whose path contains this text. */
  readonly of?: string;
  readonly code?: 'ENOSPC' | 'EROFS' | 'EMFILE' | 'EIO';
  readonly isLasting?: boolean;
}

interface DiskOperation {
  readonly at: number;
  readonly name: string;
  readonly path: string;
}

interface Trial {
  readonly label: string;
  /** Prepares the state in which the fault happens. Rotations in here are not counted. */
  readonly prepare?: () => Promise<void>;
  /** Causes the fault. Resolves when every process that it started has ended. */
  readonly act: () => Promise<KeyturnRun | void>;
  /** Removes the cause of the fault if it does not end by itself. */
  readonly mend?: () => Promise<void> | void;
  /** The key is due, so a rotation by the next run is not a needless one. */
  readonly isDue?: boolean;
  /** The arguments of the run after the fault; an ordinary run by default. */
  readonly next?: readonly string[];
  /** The exit codes allowed for the run with the fault, if it was not killed. */
  readonly exitCodes?: readonly number[];
}

export interface FaultWorld {
  readonly kind: ConsoleKind;
  readonly simulator: Simulator;
  readonly wire: FaultyWire;
  readonly home: string;
  readonly folder: string;
  truth(): OwnerTruth;
  /** Changes the site profile of the console with several keys. */
  changeProfile(change: (text: string) => string): Promise<void>;
  cli(...args: string[]): Promise<KeyturnRun>;
  /** Runs a command that is not the point of the test. Inside this process, which takes a tenth of the processor time. */
  inProcess(...args: string[]): Promise<FinishedRun>;
  start(env: NodeJS.ProcessEnv, ...args: string[]): KeyturnChild;
  /** Like {@link start}, but another program starts keyturn. */
  startUnder(under: readonly string[], ...args: string[]): KeyturnChild;
  startOnFaultyDisk(fault: DiskFault, ...args: string[]): KeyturnChild;
  /** Runs keyturn to its end on a disk with this fault. */
  onFaultyDisk(fault: DiskFault, ...args: string[]): Promise<KeyturnRun>;
  /** Starts keyturn. `begun` resolves at its first file operation, so that a test can kill it later. */
  startReported(...args: string[]): { child: KeyturnChild; begun: Promise<void> };
  /** Measures a run without a fault from its first file operation to its end. */
  workingMs(...args: string[]): Promise<number>;
  /** Returns the numbered file operations of a run without a fault. */
  operations(fault: Pick<DiskFault, 'plan' | 'code'>, ...args: string[]): Promise<DiskOperation[]>;
  /**
   * Causes one fault, runs keyturn again and compares the result with the console. Resolves to the run with the fault.
   */
  trial(trial: Trial): Promise<KeyturnRun | undefined>;
}

export const test = base.extend<{ kind: ConsoleKind; world: FaultWorld }>({
  kind: ['one-key', { option: true }],
  world: async ({ kind }, use, testInfo) => {
    if (!existsSync(bin))
      throw new Error('dist/bin.js is missing: run `npm run build` first, or `npm test`, which does');
    const home = await makeScratchHome('keyturn-faults-');
    const reports = await makeScratchHome('keyturn-report-');
    const simulator = await startSimulator({ kind });
    const wire = await FaultyWire.to(simulator.console.url);
    const folder = join(home, 'accounts', 'work');
    // The profile is outside the home, because the disk faults affect every file in the home.
    const profile = join(reports, 'several-keys.yaml');
    const children = new Set<KeyturnChild>();
    const figures = noFigures(kind);
    const failures: string[] = [];
    let reportCount = 0;

    const ownEnv = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined, NO_COLOR: '1', FORCE_COLOR: undefined };
    const startUnder = (under: readonly string[], env: NodeJS.ProcessEnv, ...args: string[]) => {
      const child = startKeyturn(args, {
        bin,
        under,
        home,
        simulator,
        env: { ...ownEnv, ...env },
      });
      children.add(child);
      void child.ended.then(() => children.delete(child));
      return child;
    };
    const start = (env: NodeJS.ProcessEnv, ...args: string[]) => startUnder([], env, ...args);
    const withDisk = (spec: object): NodeJS.ProcessEnv => {
      const clock = shiftedClockEnv(simulator.clock.offsetMs);
      const options = `${clock['NODE_OPTIONS'] ?? process.env['NODE_OPTIONS'] ?? ''} --import=${faultyDisk}`.trim();
      return { ...clock, NODE_OPTIONS: options, FAULTY_DISK: JSON.stringify({ under: home, ...spec }) };
    };
    const truth = () => simulator.console.truth(phone);

    const world: FaultWorld = {
      kind,
      simulator,
      wire,
      home,
      folder,
      truth,
      changeProfile: async (change) => {
        const text = await readFile(profile, 'utf8');
        const changed = change(text);
        expect(changed).not.toBe(text);
        await writeFile(profile, changed);
      },
      start,
      cli: (...args) => start({}, ...args).ended,
      inProcess: (...args) => {
        const env = { ...keyturnEnv({ home, simulator }), ...ownEnv };
        return runInProcess(args, { env, entry: bin, cwd: home, now: () => simulator.clock.now() });
      },
      startUnder: (under, ...args) => startUnder(under, {}, ...args),
      startOnFaultyDisk: (fault, ...args) => start(withDisk(fault), ...args),
      onFaultyDisk: (fault, ...args) => world.startOnFaultyDisk(fault, ...args).ended,
      startReported: (...args) => {
        const report = join(reports, String((reportCount += 1)));
        const child = start(withDisk({ plan: 'none', report }), ...args);
        let hasEnded = false;
        void child.ended.then(() => (hasEnded = true));
        const begun = (async () => {
          while (!existsSync(report) && !hasEnded) await new Promise((resolve) => setTimeout(resolve, 3));
        })();
        return { child, begun };
      },
      workingMs: async (...args) => {
        const { child, begun } = world.startReported(...args);
        await begun;
        const begunAt = performance.now();
        await child.ended;
        return performance.now() - begunAt;
      },
      operations: async (fault, ...args) => {
        const report = join(reports, String((reportCount += 1)));
        const run = await start(withDisk({ ...fault, report }), ...args).ended;
        if (!asksForAPerson(run)) expect(run.exitCode, run.stdout + run.stderr).toBe(0);
        const lines = (await readFile(report, 'utf8')).trim().split('\n');
        return lines.map((line) => {
          const [at, name, path] = line.split(' ');
          return { at: Number(at), name: name ?? '', path: path ?? '' };
        });
      },
      trial: async ({ label, prepare, act, mend, next = ['refresh', 'work'], isDue = false, exitCodes }) => {
        await prepare?.();
        const before = truth();
        const history = await readHistory(folder);
        const run = (await act()) ?? undefined;
        await mend?.();
        const after = truth();
        const wasOnDisk = await isOnDisk(folder, after.currentKey);

        // The long form starts the built program here too.
        const recoversAt = performance.now();
        const recovery = await (isLong ? world.cli(...next) : world.inProcess(...next));
        figures.recoveryMs.push(performance.now() - recoversAt);
        const end = truth();
        const isAsked = asksForAPerson(recovery);
        const isHeld = (recovery.exitCode === 0 || isAsked) && (await consumersHaveAKey(world, end));
        const unheld = await keysNotOnDisk(folder, end.keys.slice(before.keys.length));
        const words = [run, recovery].map((each) => (each ? each.stdout + each.stderr : '')).join('');
        const isSilent = unheld.length > 0 && !saysLost(words + (await readHistory(folder)).slice(history.length));
        const goneOn = isAsked ? await world.inProcess('refresh', 'work', '--force') : undefined;

        const further = end.rotations - after.rotations;
        const isWanted = !wasOnDisk || next.includes('--force') || (isDue && after.rotations === before.rotations);
        const inRun = after.rotations - before.rotations;
        const needless = Math.max(0, further - (isWanted ? 1 : 0)) + Math.max(0, inRun - 1);

        figures.cases += 1;
        if (run?.signal === 'SIGKILL') figures.kills += 1;
        if (!isHeld || isSilent) figures.lost += 1;
        figures.orphans += unheld.filter(({ isAlive }) => isAlive).length;
        figures.needless += needless;
        if (!(isDue && after.rotations === before.rotations)) figures.further += further;
        if (isAsked) figures.asked += 1;
        const problems = [
          !isHeld && 'the key was lost',
          isSilent && 'a key that only the answer held is gone, and nothing says so',
          goneOn && goneOn.exitCode !== 0 && 'the command that the next run named did not go on',
          needless > 0 && `${needless} needless rotation(s): ${inRun} in the run, ${further} after it`,
          run && run.signal === null && exitCodes && !exitCodes.includes(run.exitCode ?? -1) && 'an odd exit code',
          run && /KT001|\n\s+at .*:\d+:\d+/.test(run.stderr) && 'the run took the fault for a bug',
          (await leftovers(folder)).length > 0 && `left behind: ${(await leftovers(folder)).join(', ')}`,
        ].filter((problem) => typeof problem === 'string');
        if (problems.length === 0) return run;
        const said = (each: FinishedRun | undefined) =>
          each ? `exit ${each.exitCode ?? 'by a signal'}: ${(each.stdout + each.stderr).trim()}` : '';
        failures.push(
          `${label}: ${problems.join('; ')}\n    the run: ${said(run)}\n    the next: ${said(recovery)}`.replaceAll(
            '\n',
            '\n    ',
          ),
        );
        await world.inProcess('refresh', 'work', '--force');
        return run;
      },
    };

    simulator.console.addOwner({ phone, key: kind === 'one-key' ? 'none' : 'existing' });
    const { cookieHeader, xsrf } = simulator.console.issueSession(phone);
    const secrets = join(home, 'secrets.json');
    await writeFile(secrets, JSON.stringify({ name: '', cookie: cookieHeader, xsrf }), { mode: 0o600 });
    const site = ['--base-url', wire.url, '--probe-url', simulator.console.apiUrl];
    if (kind === 'several-keys') {
      await writeFile(profile, severalKeysProfile(simulator.console));
      site.push('--site', profile);
    }
    for (const args of [
      ['account', 'import', secrets, '--name', 'work', ...site],
      ['account', 'target', 'add', 'work', 'env', consumerOf(home), '--variable', 'API_KEY'],
      ['refresh', 'work'],
    ]) {
      const run = await world.inProcess(...args);
      expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    }

    await use(world);

    testInfo.annotations.push({ type: faultAnnotation, description: JSON.stringify(figures) });
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all([...children].map((child) => child.ended));
    await wire.close();
    await simulator.close();
    for (const each of [home, reports])
      await rm(each, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    expect(failures.join('\n\n')).toBe('');
  },
});

interface FaultTestOptions {
  /** The kinds of console to test; both by default. */
  readonly kinds?: readonly ConsoleKind[];
  /** The kinds that the short form tests; `one-key` by default. */
  readonly short?: readonly ConsoleKind[];
  /** The test shows a known loss. This issue will fix it. */
  readonly lostUntilIssue?: number;
}

type Body = (parts: { world: FaultWorld }) => Promise<void>;

/** Defines one test for each kind of console. */
export function faultTest(title: string, body: Body): void;
export function faultTest(title: string, options: FaultTestOptions, body: Body): void;
export function faultTest(title: string, ...rest: [Body] | [FaultTestOptions, Body]): void {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  const { kinds = ['one-key', 'several-keys'], short = ['one-key'], lostUntilIssue } = options;
  for (const kind of kinds) {
    if (!isLong && !short.includes(kind)) continue;
    test.describe(() => {
      test.use({ kind });
      test(kind === 'one-key' ? title : `${title} (several keys)`, async ({ world }) => {
        await body({ world });
        // Set this only after the body, so that an error in the body still fails the test. The fixture then checks for
        // losses.
        if (lostUntilIssue !== undefined) test.fail(true, `issue ${lostUntilIssue} mends this loss`);
      });
    });
  }
}

/** Defines a test that runs only in the long form. */
export function longTest(title: string, body: Body): void;
export function longTest(title: string, options: FaultTestOptions, body: Body): void;
export function longTest(title: string, ...rest: [Body] | [FaultTestOptions, Body]): void {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  faultTest(title, { ...options, short: [] }, body);
}

const consumerOf = (home: string) => join(home, 'consumer.env');

/**
 * Returns whether every consumer has the same key, and the console accepts it. Checks the record that `keyturn key` and
 * `keyturn exec` read, what `keyturn key` prints, and the file that the key is delivered to.
 */
async function consumersHaveAKey(world: FaultWorld, { keys }: OwnerTruth): Promise<boolean> {
  const record = JSON.parse(await readFile(join(world.folder, 'key.json'), 'utf8')) as { current?: { key: string } };
  const key = record.current?.key;
  if (!keys.some(({ value, isAlive }) => value === key && isAlive)) return false;
  const isDelivered = async () =>
    (await readFile(consumerOf(world.home), 'utf8').catch(() => '')).includes(`API_KEY=${key}`);
  if (!(await isDelivered())) {
    // A failed delivery is not retried for a minute, so one more run has to deliver the key.
    const later = shiftedClockEnv(world.simulator.clock.offsetMs + 2 * 60_000);
    await world.start(later, 'refresh', 'work').ended;
    if (!(await isDelivered())) return false;
  }
  const asked = await world.inProcess('key', 'work');
  return asked.exitCode === 0 && asked.stdout.trim() === key;
}

async function isOnDisk(folder: string, key: string | undefined): Promise<boolean> {
  return key !== undefined && (await keysNotOnDisk(folder, [{ value: key }])).length === 0;
}

/** Returns the keys that are in no file of the account, not even as a previous key. */
async function keysNotOnDisk<T extends { readonly value: string }>(folder: string, keys: readonly T[]): Promise<T[]> {
  if (keys.length === 0) return [];
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(({ name }) => readFile(join(folder, name), 'latin1')));
  return keys.filter(({ value }) => !texts.some((text) => text.includes(value)));
}

/** While the old key works, keyturn leaves a lost new key to a person. The printed command then resumes renewals. */
const asksForAPerson = (run: FinishedRun) => run.exitCode === 1 && run.stderr.includes('[KT611]');

const readHistory = (folder: string) => readFile(join(folder, 'history.jsonl'), 'utf8').catch(() => '');

/** Returns whether the output or the history says that a key may have been made and not seen. */
const saysLost = (text: string) => /KT611|answer-lost|not-seen|without its answer/.test(text);

/** A successful run leaves no open rotation. Stale locks and temporary files may remain until a run needs them. */
async function leftovers(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name === 'rotation.json');
}

export { expect, isLong };

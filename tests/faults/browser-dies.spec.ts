import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultTest, isLong, longTest, pick, size, test, type FaultWorld } from './fault-world.js';

test.describe.configure({ timeout: isLong ? 3_600_000 : 300_000 });

const forced = ['refresh', 'work', '--force', '--method', 'browser'];

longTest('a browser run killed before file operations', async ({ world }) => {
  const operations = await world.operations({ plan: 'kill' }, ...forced);
  for (const { at, name, path } of pick(
    operations.filter((_, index) => index % 5 === 0),
    1,
  )) {
    await world.trial({
      label: `page, killed before operation ${at} (${name} ${path})`,
      act: () => world.onFaultyDisk({ plan: 'kill', at }, ...forced),
    });
  }
});

faultTest('a browser run killed at the request that rotates', async ({ world }) => {
  for (const kind of isLong
    ? (['cut-request', 'hold-answer', 'half-answer', 'after-answer'] as const)
    : (['hold-answer'] as const)) {
    await world.trial({
      label: `page, killed at ${kind}`,
      act: () => {
        const child = world.start({}, ...forced);
        world.wire.onRotate({ kind }, () => child.process.kill('SIGKILL'));
        return child.ended;
      },
      mend: () => world.wire.mend(),
    });
  }
});

faultTest('the browser is killed at the request that rotates', async ({ world }) => {
  for (const kind of isLong
    ? (['cut-request', 'hold-answer', 'half-answer', 'after-answer'] as const)
    : (['hold-answer'] as const)) {
    await world.trial({
      label: `browser killed at ${kind}`,
      act: () => {
        world.wire.onRotate({ kind }, () => signalBrowser(world, 'SIGKILL'));
        return world.cli(...forced);
      },
      mend: () => world.wire.mend(),
      exitCodes: [0, 1],
    });
  }
});

faultTest('the worker is killed at the request that rotates', async ({ world }) => {
  for (const kind of isLong
    ? (['cut-request', 'hold-answer', 'half-answer', 'after-answer'] as const)
    : (['hold-answer'] as const)) {
    await world.trial({
      label: `worker killed at ${kind}`,
      act: () => {
        const child = world.start({}, ...forced);
        world.wire.onRotate({ kind }, () => {
          for (const pid of processesOf(world, 'worker.js')) kill(pid, 'SIGKILL');
        });
        return child.ended;
      },
      mend: () => world.wire.mend(),
      exitCodes: [0, 1],
    });
  }
});

longTest('the browser is killed at random times', async ({ world }) => {
  let state = 7919;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let nth = 0; nth < size(20, 0); nth += 1) {
    const afterMs = random() * 4000;
    await world.trial({
      label: `browser killed ${Math.round(afterMs)} ms after it came up`,
      act: async () => {
        const child = world.start({}, ...forced);
        await browserUp(world, child.ended);
        await sleep(afterMs);
        signalBrowser(world, 'SIGKILL');
        return child.ended;
      },
      exitCodes: [0, 1],
    });
  }
});

longTest('the browser hangs', async ({ world }) => {
  // All browser processes are suspended: during the start, while the page is open, before or after the answer.
  for (const moment of ['up', 'up-later', 'hold-answer', 'after-answer'] as const) {
    await world.trial({
      label: `browser hangs: ${moment}`,
      act: async () => {
        const child = world.start({}, ...forced);
        const stop = () => signalBrowser(world, 'SIGSTOP');
        if (moment === 'hold-answer' || moment === 'after-answer') world.wire.onRotate({ kind: moment }, stop);
        else {
          await browserUp(world, child.ended);
          if (moment === 'up-later') await sleep(1500);
          stop();
        }
        const end = await Promise.race([child.ended, sleep(240_000, undefined, { ref: false })]);
        if (!end) child.process.kill('SIGKILL');
        signalBrowser(world, 'SIGKILL');
        return child.ended;
      },
      mend: () => world.wire.mend(),
      exitCodes: [0, 1],
    });
  }
});

/** Returns the ids of all browser processes that use the account's profile. */
const browsers = (world: FaultWorld) => processesOf(world, `${world.folder}/browser`);

/** Finds processes by a word in the command line. Processes of parallel tests are excluded: they use another home. */
function processesOf(world: FaultWorld, word: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid))
    .filter((pid) => {
      try {
        const isCalled = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
        return (
          isCalled && (word.includes(world.home) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(world.home))
        );
      } catch {
        return false;
      }
    });
}

function signalBrowser(world: FaultWorld, signal: 'SIGKILL' | 'SIGSTOP'): void {
  for (const pid of browsers(world)) kill(pid, signal);
}

function kill(pid: number, signal: 'SIGKILL' | 'SIGSTOP'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has already ended.
  }
}

async function browserUp(world: FaultWorld, ended: Promise<unknown>): Promise<void> {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  while (browsers(world).length === 0 && !hasEnded) await sleep(10);
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { faultTest, expect, hourMs, isLong, longTest, size, test, type FaultWorld } from './fault-world.js';

test.describe.configure({ timeout: isLong ? 3_600_000 : 240_000 });

const ordinary = ['refresh', 'work', '--method', 'http'];
const forced = [...ordinary, '--force'];

/** Simulates another host that shares the state folder: a namespace with its own host name and process ids. */
const otherHost = [
  'unshare',
  '--uts',
  '--pid',
  '--fork',
  '--mount-proc',
  'sh',
  '-c',
  'hostname other-host && exec "$@"',
  'sh',
];
const hasOtherHosts =
  process.platform === 'linux' && spawnSync(otherHost[0]!, [...otherHost.slice(1), 'true']).status === 0;

longTest('two runs start at once on one host', async ({ world }) => {
  for (let nth = 0; nth < size(10, 1); nth += 1) {
    world.simulator.clock.advance(4 * 24 * hourMs);
    await world.trial({
      label: 'two due runs at once',
      act: async () => {
        const ends = await Promise.all([world.cli(...ordinary), world.cli(...ordinary)]);
        // The later run finds the account locked (exit 4), or the key already renewed (exit 0).
        expect(ends.map((end) => end.exitCode).sort()[0]).toBe(0);
        for (const { exitCode } of ends) expect([0, 4]).toContain(exitCode);
      },
    });
  }
});

faultTest('a run with --wait-lock does not rotate again after the other run', async ({ world }) => {
  world.simulator.clock.advance(4 * 24 * hourMs);
  await world.trial({
    label: '--wait-lock behind a due run',
    act: async () => {
      const first = world.start({}, ...ordinary);
      let second: ReturnType<typeof world.start> | undefined;
      world.wire.onRotate({ kind: 'before-answer' }, () => {
        second = world.start({}, ...ordinary, '--wait-lock', '60s');
      });
      expect((await first.ended).exitCode).toBe(0);
      const end = await second!.ended;
      expect(end.exitCode, end.stderr).toBe(0);
      expect(end.stdout).toContain('not due');
    },
  });
});

faultTest('two runs start at once on two hosts that share the state folder', async ({ world }) => {
  test.skip(!hasOtherHosts, 'another host needs unshare(1) and the right to use it');
  for (let nth = 0; nth < size(10, 1); nth += 1) {
    world.simulator.clock.advance(4 * 24 * hourMs);
    await world.trial({
      label: 'two due runs at once, on two hosts',
      act: async () => {
        const ends = await Promise.all([world.cli(...ordinary), world.startUnder(otherHost, ...ordinary).ended]);
        for (const { exitCode, stderr } of ends) expect([0, 4], stderr).toContain(exitCode);
      },
    });
  }
});

faultTest('a suspended run whose lock was taken over does not rotate', async ({ world }) => {
  test.skip(!hasOtherHosts, 'another host needs unshare(1) and the right to use it');
  await world.trial({
    label: 'stopped before the press, taken over, woken',
    act: async () => {
      const sleeper = await stoppedBeforePress(world);
      const { rotations } = world.truth();
      const heir = await world.startUnder(otherHost, ...forced).ended;
      expect(heir.exitCode, heir.stderr).toBe(0);
      expect(world.truth().rotations).toBe(rotations + 1);
      sleeper.process.kill('SIGCONT');
      const end = await sleeper.ended;
      expect(end.exitCode, end.stdout + end.stderr).toBe(4);
      expect(end.stderr).toContain('lost its lock');
    },
  });
});

faultTest('the clock jumps between a fault and the next run', async ({ world }) => {
  for (const hours of isLong ? [-30, -5, -1, 1, 5, 30] : [-5]) {
    await world.trial({
      label: `killed, then the clock jumped by ${hours} h`,
      act: async () => {
        const child = world.start({}, ...forced);
        world.wire.onRotate({ kind: 'after-answer' }, () => child.process.kill('SIGKILL'));
        const end = await child.ended;
        world.simulator.clock.advance(hours * hourMs);
        return end;
      },
    });
    world.simulator.clock.advance(-hours * hourMs);
  }
});

/** Stops a run right after it took the lock, and ages the lock until other runs consider it stale. */
async function stoppedBeforePress(world: FaultWorld) {
  const lock = join(world.folder, 'run.lock');
  const sleeper = world.startOnFaultyDisk({ at: 1, of: 'rotation.json', plan: 'stop' }, ...forced);
  await expect.poll(() => stateOf(sleeper.process.pid)).toBe('T');
  expect(existsSync(lock)).toBe(true);
  const longAgo = new Date(Date.now() - 120_000);
  utimesSync(lock, longAgo, longAgo);
  return sleeper;
}

const stateOf = (pid: number | undefined) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2)[0];
};

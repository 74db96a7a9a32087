import { setTimeout as sleep } from 'node:timers/promises';
import { faultTest, dayMs, isLong, longTest, pick, size, test, type FaultWorld } from './fault-world.js';

test.describe.configure({ timeout: isLong ? 3_600_000 : 240_000 });

const ordinary = ['refresh', 'work', '--method', 'http'];
const forced = [...ordinary, '--force'];

faultTest('a run killed before each file operation', async ({ world }) => {
  const operations = await world.operations({ plan: 'kill' }, ...forced);
  for (const { at, name, path } of pick(operations, 10)) {
    await world.trial({
      label: `killed before operation ${at} (${name} ${path})`,
      act: () => world.onFaultyDisk({ plan: 'kill', at }, ...forced),
    });
  }
});

longTest('a due run killed before each file operation', async ({ world }) => {
  world.simulator.clock.advance(4 * dayMs);
  const operations = await world.operations({ plan: 'kill' }, ...ordinary);
  for (const { at, name, path } of pick(operations, 5)) {
    world.simulator.clock.advance(4 * dayMs);
    await world.trial({
      label: `due, killed before operation ${at} (${name} ${path})`,
      isDue: true,
      act: () => world.onFaultyDisk({ plan: 'kill', at }, ...ordinary),
    });
  }
});

faultTest('a power cut after each file operation', async ({ world }) => {
  const operations = await world.operations({ plan: 'cut' }, ...forced);
  for (const { at, name, path } of pick(operations, 6)) {
    await world.trial({
      label: `newest file cut off after operation ${at} (${name} ${path})`,
      act: () => world.onFaultyDisk({ plan: 'cut', at }, ...forced),
    });
  }
});

// After one run was killed, the run that settles its rotation is killed as well.
for (const [title, leave] of [
  ['a run killed while it settles a lost answer', leaveUnheardAnswer],
  ['a run killed while it settles a recorded answer', leaveHeardAnswer],
] as const) {
  faultTest(title, async ({ world }) => {
    await leave(world);
    const operations = await world.operations({ plan: 'kill' }, ...ordinary);
    for (const { at, name, path } of pick(operations, 2)) {
      await world.trial({
        label: `${title}: before operation ${at} (${name} ${path})`,
        prepare: () => leave(world),
        act: () => world.onFaultyDisk({ plan: 'kill', at }, ...ordinary),
      });
    }
  });
}

// Split into parts, so that they can run in parallel.
for (const part of [1, 2, 3, 4]) {
  longTest(`a run killed at random times, part ${part}`, async ({ world }) => {
    let state = 20_260_301 * part;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    let runMs = await world.workingMs(...forced);
    for (let kills = 0, nth = 1; kills < size(80, 0); nth += 1) {
      // Measure again: the load of the machine may have changed.
      if (nth % 20 === 0) runMs = await world.workingMs(...forced);
      const afterMs = random() * runMs;
      const run = await world.trial({
        label: `killed ${Math.round(afterMs)} ms after its first file operation, of ${Math.round(runMs)} ms`,
        act: async () => {
          const { child, begun } = world.startReported(...forced);
          await begun;
          await sleep(afterMs);
          child.process.kill('SIGKILL');
          return child.ended;
        },
      });
      if (run?.signal === 'SIGKILL') kills += 1;
    }
  });
}

async function leaveUnheardAnswer(world: FaultWorld): Promise<void> {
  const child = world.start({}, ...forced);
  world.wire.onRotate({ kind: 'hold-answer' }, () => child.process.kill('SIGKILL'));
  await child.ended;
  world.wire.mend();
}

/** Kills a run at the first write of the key record, so that only the intent has the answer. */
async function leaveHeardAnswer(world: FaultWorld): Promise<void> {
  await world.onFaultyDisk({ plan: 'kill', at: 1, of: '.key.json.bak.' }, ...forced);
}

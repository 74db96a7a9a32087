import { setTimeout as sleep } from 'node:timers/promises';
import { dayMs, faultTest, isLong, longTest, phone, test, type FaultWorld } from './fault-world.js';

test.describe.configure({ timeout: isLong ? 3_600_000 : 240_000 });

/* This console lists its keys by name only. A key that was not seen when it was made is lost, but still valid. */

const overHttp = ['refresh', 'work', '--force', '--method', 'http'];
const overPage = ['refresh', 'work', '--force', '--method', 'browser'];
const severalKeys = { kinds: ['several-keys'] } as const;
const several = { ...severalKeys, short: ['several-keys'] } as const;

faultTest('a run killed or cut off before it stores the key', several, async ({ world }) => {
  await world.trial({
    label: 'killed between the press and its answer',
    act: () => killedBeforeAnswer(world),
    mend: () => world.wire.mend(),
  });
  await world.trial({
    label: 'killed when the answer has come, before a byte of it is written',
    // The reserved space and each write of the intent take five operations. The eleventh writes the key.
    act: () => world.onFaultyDisk({ plan: 'kill', at: 11, of: 'rotation.json' }, ...overHttp),
  });
  await world.trial({
    label: 'the wire is cut in the middle of the answer',
    act: () => {
      world.wire.onRotate({ kind: 'half-answer' });
      return world.cli(...overHttp);
    },
    exitCodes: [1],
  });
});

faultTest('the answer does not contain the key', several, async ({ world }) => {
  for (const command of isLong ? [overHttp, overPage] : [overHttp]) {
    await world.trial({
      label: `201 without the key: ${command.join(' ')}`,
      act: () => {
        world.simulator.console.weather.set({ keyShownAfterRotate: 'nowhere' });
        return world.cli(...command);
      },
      mend: () => void world.simulator.console.weather.reset(),
      exitCodes: [1],
    });
  }
});

faultTest('the console asks for the password before it makes a key', several, async ({ world }) => {
  const { weather } = world.simulator.console;
  await world.trial({
    label: 'nobody types it',
    act: () => {
      weather.set({ passwordOnRotate: true });
      return world.cli(...overPage, '--wait', '1s');
    },
    mend: () => void weather.reset(),
    exitCodes: [3],
  });
  if (!isLong) return;
  await world.trial({
    label: 'killed when it is asked for',
    act: () => {
      weather.set({ passwordOnRotate: true });
      const child = world.start({}, ...overPage);
      world.wire.onRotate({ kind: 'after-answer' }, () => child.process.kill('SIGKILL'));
      return child.ended;
    },
    mend: () => void weather.reset(),
  });
});

longTest("the page's connection breaks at the request that creates a key", async ({ world }) => {
  for (const kind of ['cut-request', 'half-answer'] as const) {
    await world.trial({
      label: `page, the wire at ${kind}`,
      act: () => {
        world.wire.onRotate({ kind });
        return world.cli(...overPage);
      },
      mend: () => world.wire.mend(),
      exitCodes: [0, 1],
    });
  }
});

longTest('a step after the press closes the only dialog that shows the key', severalKeys, async ({ world }) => {
  await world.changeProfile((text) =>
    text.replace(
      /( +)(- click: .*name: Create \}\n +rotates: true\n)/,
      '$1$2$1- click: { role: button, name: Done }\n',
    ),
  );
  await world.trial({
    label: 'Done is pressed before the key was seen',
    act: () => {
      world.simulator.console.weather.set({ keyShownAfterRotate: 'page' });
      return world.cli(...overPage);
    },
    mend: () => void world.simulator.console.weather.reset(),
    exitCodes: [0, 1],
  });
});

longTest('the answer is lost after an SMS code was entered', severalKeys, async ({ world }) => {
  const { weather } = world.simulator.console;
  await world.trial({
    label: 'the page sends the request once more, and its answer is cut off',
    act: async () => {
      weather.set({ smsOnReset: true });
      // The answer to the first request asks for a code. The answer to the second one, sent with the code, breaks off.
      world.wire.onRotate({ kind: 'after-answer' }, () => world.wire.onRotate({ kind: 'half-answer' }));
      const { ended } = world.start({}, ...overPage, '--wait', '60s');
      await sendCodes(world, ended);
      return ended;
    },
    mend: () => {
      weather.reset();
      world.wire.mend();
    },
    exitCodes: [0, 1],
  });
});

/* The tests below show known losses. */

faultTest(
  'a run killed before the answer is followed by a forced run',
  { ...several, lostUntilIssue: 16 },
  async ({ world }) => {
    await world.trial({
      label: 'the key of the killed run is forgotten',
      act: () => killedBeforeAnswer(world),
      mend: () => world.wire.mend(),
      next: overHttp,
    });
  },
);

faultTest(
  'a run killed before the answer, when all keys have the same masked name',
  { ...several, lostUntilIssue: 16 },
  async ({ world }) => {
    await world.changeProfile((text) => text.replaceAll('key-****', 'keyturn-****'));
    await world.cli(...overHttp);
    await world.trial({
      label: 'the list looks as it did before the press',
      act: () => killedBeforeAnswer(world),
      mend: () => world.wire.mend(),
    });
  },
);

longTest('the browser repeats the request by itself', { ...severalKeys, lostUntilIssue: 16 }, async ({ world }) => {
  await world.trial({
    label: 'page, the wire is cut before a byte of the answer',
    act: () => {
      // When a reused connection is cut without an answer, Chromium assumes that it was idle and closed. It repeats
      // the request, even a POST.
      world.wire.onRotate({ kind: 'cut-answer' });
      return world.cli(...overPage);
    },
    mend: () => world.wire.mend(),
  });
});

longTest('the console accepts each key name only once', { ...severalKeys, lostUntilIssue: 16 }, async ({ world }) => {
  const { simulator } = world;
  const { weather } = simulator.console;
  await world.changeProfile((text) => text.replace('{ name: key-**** }', '{ name: key-****, expiresInDays: 7 }'));
  await world.cli(...overHttp);
  await world.trial({
    label: 'the name of the first key is taken until that key is dead',
    act: async () => {
      weather.set({ namesAreUnique: true });
      simulator.clock.advance(4 * dayMs);
      const run = await world.cli('refresh', 'work', '--method', 'http');
      simulator.clock.advance(4 * dayMs);
      return run;
    },
    next: ['refresh', 'work', '--method', 'http'],
    exitCodes: [0, 1],
  });
});

function killedBeforeAnswer(world: FaultWorld) {
  const child = world.start({}, ...overHttp);
  world.wire.onRotate({ kind: 'hold-answer' }, () => child.process.kill('SIGKILL'));
  return child.ended;
}

/** Acts as the owner with a phone: answers each card that asks for a code, until the run has ended. */
async function sendCodes(world: FaultWorld, ended: Promise<unknown>): Promise<void> {
  const { console: site, feishu } = world.simulator;
  const answered = new Set<string>();
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (; !isOver; await sleep(50)) {
    const open = feishu.messages().find((each) => feishu.cardText(each).includes('[提交]'));
    const code = site.smsCodeFor(phone);
    if (!open || answered.has(open.messageId) || code === undefined) continue;
    answered.add(open.messageId);
    await feishu.press(open.messageId, '提交', { formValue: { code } });
  }
}

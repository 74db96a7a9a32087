import { createServer, type Socket } from 'node:net';
import { faultTest, isLong, longTest, test, type FaultWorld } from './fault-world.js';
import type { WireFault } from '../support/faulty-wire.js';

test.describe.configure({ timeout: isLong ? 3_600_000 : 240_000 });

const forced = ['refresh', 'work', '--force', '--method', 'http'];
const cuts: readonly WireFault['kind'][] = ['cut-request', 'cut-answer', 'half-answer', 'after-answer'];

faultTest('a run killed during the request that rotates', async ({ world }) => {
  for (const kind of isLong
    ? [...cuts, 'before-answer' as const, 'hold-answer' as const]
    : (['cut-request', 'hold-answer'] as const)) {
    await world.trial({
      label: `killed at ${kind}`,
      act: () => {
        const child = world.start({}, ...forced);
        world.wire.onRotate({ kind }, () => child.process.kill('SIGKILL'));
        return child.ended;
      },
      mend: () => world.wire.mend(),
    });
  }
});

faultTest('the connection breaks during the request that rotates', async ({ world }) => {
  // An answer that never comes lasts until the request times out, so only the long form tests it.
  for (const kind of isLong ? [...cuts, 'hold-answer' as const] : (['cut-answer', 'half-answer'] as const)) {
    await world.trial({
      label: `the wire at ${kind}`,
      act: () => {
        world.wire.onRotate({ kind });
        return world.cli(...forced);
      },
      mend: () => world.wire.mend(),
      exitCodes: [0, 1],
    });
  }
});

longTest('the network goes down during the request that rotates', async ({ world }) => {
  for (const kind of cuts) {
    await world.trial({
      label: `no network from ${kind} on`,
      act: () => {
        world.wire.onRotate({ kind }, () => world.wire.goDown());
        return world.cli(...forced);
      },
      mend: () => world.wire.mend(),
      exitCodes: [0, 1],
    });
  }
});

longTest('the console answers with an error or not at all', async ({ world }) => {
  const { weather } = world.simulator.console;
  const once = { next: 1, on: 'rotate' } as const;
  for (const patch of [
    { status500: once },
    { status429: once },
    { overloaded: once },
    { nonJson: once },
    { dropAnswerAfterRotate: { next: 1 } },
    { dropAnswerAfterRotate: { next: 1 }, fullKeyOnGet: true },
    { hang: once },
    { dropAnswerAfterRotate: { next: 2 } },
    { status500: { next: 9 } },
  ]) {
    await world.trial({
      label: JSON.stringify(patch),
      act: () => {
        weather.set(patch);
        return world.cli(...forced);
      },
      mend: () => void weather.reset(),
      exitCodes: [0, 1],
    });
  }
});

longTest('Feishu refuses connections or never answers', async ({ world }) => {
  const deaf = await startDeafServer();
  // With this setting every renewal sends a message.
  await world.cli('config', 'set', 'notify.success', 'true');
  try {
    for (const [label, domain] of [
      ['Feishu refuses connections', 'http://127.0.0.1:9'],
      ['Feishu never answers', deaf.url],
    ] as const) {
      await world.trial({
        label,
        act: () => world.start({ FEISHU_DOMAIN: domain }, ...forced).ended,
        exitCodes: [0],
      });
    }
    await world.trial({
      label: 'Feishu is down when a person is needed',
      act: () => askWithout(world, 'http://127.0.0.1:9'),
      mend: () => void world.simulator.console.weather.reset(),
      exitCodes: [3],
    });
  } finally {
    await deaf.close();
  }
});

function askWithout(world: FaultWorld, domain: string) {
  world.simulator.console.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1 } });
  return world.start({ FEISHU_DOMAIN: domain }, ...forced, '--wait', '5s').ended;
}

async function startDeafServer(): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

import { expect, test } from '@playwright/test';
import { FramePacing, type Picture } from '../../../src/takeover/frame-pacing.js';

const picture = (name: string): Picture => ({
  tab: 1,
  jpeg: Buffer.from(name),
  width: 1280,
  height: 720,
  offsetTop: 0,
});

function world() {
  const sent: string[] = [];
  const pacing = new FramePacing((_n, { jpeg }) => {
    const name = jpeg.toString();
    if (name === 'damaged') return Promise.reject(new Error('no picture'));
    return Promise.resolve(name !== 'nothing new' && sent.push(name) > 0);
  });
  /** Offers one picture after the other, each once the last one is on its way. */
  const offer = async (...names: string[]) => {
    const taken: boolean[] = [];
    for (const name of names) {
      taken.push(pacing.offer(picture(name)));
      await new Promise(setImmediate);
    }
    return taken;
  };
  return { pacing, sent, offer };
}

test('two pictures are in flight, and only the newest of the others is kept', async () => {
  const { pacing, sent, offer } = world();
  expect(await offer('a', 'b', 'c', 'd', 'e')).toEqual([true, true, false, false, false]);
  expect(sent).toEqual(['a', 'b']);
  pacing.acknowledge(1);
  await expect.poll(() => sent).toEqual(['a', 'b', 'e']);
});

test('while one picture is compared, only the newest of the next ones is kept', async () => {
  const { pacing, sent } = world();
  expect(['a', 'b', 'c'].map((name) => pacing.offer(picture(name)))).toEqual([true, false, false]);
  await expect.poll(() => sent).toEqual(['a', 'c']);
});

test('an unchanged or damaged picture does not count as in flight', async () => {
  const { sent, offer } = world();
  expect(await offer('a', 'nothing new', 'damaged', 'b')).toEqual([true, true, true, true]);
  expect(sent).toEqual(['a', 'b']);
  expect(await offer('c')).toEqual([false]);
});

test('a repeated acknowledgement is ignored', async () => {
  const { pacing, sent, offer } = world();
  await offer('a', 'b', 'c');
  for (const n of [1, 1, 99]) pacing.acknowledge(n);
  await offer('d');
  expect(sent).toEqual(['a', 'b', 'c']);
});

import { expect, test } from '@playwright/test';
import { FramePacing } from '../../../src/takeover/viewer-connection.js';

function world() {
  const sent: string[] = [];
  const pacing = new FramePacing((jpeg) => {
    const name = jpeg.toString();
    if (name === 'damaged') return Promise.reject(new Error('no picture'));
    return Promise.resolve(name !== 'nothing new' && sent.push(name) > 0);
  });
  /** Offers one picture after the other, each once the last one is on its way. */
  const offer = async (...names: string[]) => {
    for (const name of names) {
      pacing.offer(Buffer.from(name));
      await new Promise(setImmediate);
    }
  };
  return { pacing, sent, offer };
}

test('two pictures are in flight, and only the newest of the others is kept', async () => {
  const { pacing, sent, offer } = world();
  await offer('a', 'b', 'c', 'd', 'e');
  expect(sent).toEqual(['a', 'b']);
  pacing.acknowledge();
  await expect.poll(() => sent).toEqual(['a', 'b', 'e']);
});

test('while one picture is compared, only the newest of the next ones is kept', async () => {
  const { pacing, sent } = world();
  for (const name of ['a', 'b', 'c']) pacing.offer(Buffer.from(name));
  await expect.poll(() => sent).toEqual(['a', 'c']);
});

test('an unchanged or damaged picture does not count as in flight', async () => {
  const { sent, offer } = world();
  await offer('a', 'nothing new', 'damaged', 'b', 'c');
  expect(sent).toEqual(['a', 'b']);
});

test('a repeated acknowledgement is ignored', async () => {
  const { pacing, sent, offer } = world();
  await offer('a');
  for (let i = 0; i < 3; i += 1) pacing.acknowledge();
  await offer('b', 'c', 'd');
  expect(sent).toEqual(['a', 'b', 'c']);
});

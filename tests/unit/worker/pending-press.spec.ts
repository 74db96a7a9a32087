import { expect, test } from '@playwright/test';
import type { KeyStore } from '../../../src/core/held-keys.js';
import type { RotationIntent } from '../../../src/core/key-record.js';
import { watchPress } from '../../../src/worker/pending-press.js';

const store: KeyStore = {
  readRecord: () => Promise.resolve({ version: 1, previous: [] }),
  writeRecord: () => Promise.resolve(),
  readIntent: () => Promise.resolve(undefined),
  writeIntent: () => Promise.resolve(),
  removeIntent: () => Promise.resolve(),
};
const intent = { version: 1, id: 'i', runId: 'r', startedAt: '2026-03-01T00:00:00.000Z', rung: 'headless', hadKeyBefore: true } as RotationIntent; // prettier-ignore
const answer = { key: 'sk-new', seenAt: '2026-03-01T00:00:01.000Z' };

test('an interruption waits for the answer to a press, for its end or for a moment', async () => {
  const press = watchPress(store);
  const isSettled = async (ms = 10_000) => {
    let done = false;
    const waiting = press.settled(ms).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { done, waiting };
  };
  expect((await isSettled()).done).toBe(true);

  await press.store.writeIntent(intent);
  const pressed = await isSettled();
  expect(pressed.done).toBe(false);
  await press.store.writeIntent({ ...intent, answer });
  await pressed.waiting;

  await press.store.writeIntent(intent);
  const refused = await isSettled();
  expect(refused.done).toBe(false);
  await press.store.removeIntent();
  await refused.waiting;

  await press.store.writeIntent(intent);
  expect((await isSettled(1)).done).toBe(true);
});

import { expect, test } from '@playwright/test';
import { signIn, type SignInDeps } from '../../../src/core/sign-in.js';
import { renewalWorld } from '../../support/fake-console.js';
import { same } from '../../../src/messages/text.js';

const day = 86_400_000;
const options = { runId: 'run-1', lifetimeMs: 7 * day };

function signInWorld() {
  const world = renewalWorld();
  const { deps } = world;
  const signInDeps: SignInDeps = {
    ...deps,
    mayCreateKey: () => Promise.resolve(true),
  };
  return { ...world, signIn: () => signIn(options, signInDeps) };
}

test('the first sign-in creates a key', async () => {
  const { console, store, signIn } = signInWorld();
  expect(await signIn()).toMatchObject({ key: { kind: 'created' }, headless: { survives: true } });
  expect(store.record.current?.key).toBe(console.key);
});

test('at a console that hides its keys a second sign-in creates no further key', async () => {
  const { console, clock, signIn } = signInWorld();
  await signIn();
  console.reading = () => ({ hasKey: false });
  expect(await signIn()).toMatchObject({ key: { kind: 'known' } });
  expect(console.rotations).toBe(1);
  // Once the key is due, `mayCreateKey` asks the person.
  clock.now += 4 * day;
  expect(await signIn()).toMatchObject({ key: { kind: 'created' } });
});

test('a key that was deleted at the console is created again', async () => {
  const { console, signIn } = signInWorld();
  await signIn();
  console.key = undefined;
  expect(await signIn()).toMatchObject({ key: { kind: 'created' } });
});

test('a key that was not seen is reported, and the next run knows', async () => {
  const { console, store, signIn } = signInWorld();
  console.answers.push('unseen');
  expect(await signIn()).toMatchObject({ key: { kind: 'failed', failure: { kind: 'not-seen' } } });
  expect(store.intent?.end).toMatchObject({ kind: 'not-seen', detail: same('an input of 44') });
});

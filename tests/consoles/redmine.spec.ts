import { consoleTest, expect, expectRun, keyOf, refresh } from './console-test.js';
import { startRedmine } from './redmine-server.js';

const test = await consoleTest({
  name: 'redmine',
  start: startRedmine,
  owner: (server) => server.addUser(),
  fillForm: async (person, { login, password }) => {
    await person.type('the login field', (frame) => frame.locator('#username'), login);
    await person.type('the password field', (frame) => frame.locator('#password'), password);
    await (await person.find('the login button', (frame) => frame.locator('#login-submit'))).click();
  },
});

test('login adopts the key that the console shows, and the next run is not due', async ({ owner, keyturn, login }) => {
  const shown = await owner.currentKey();
  expectRun(await login(), 0);
  expect(await keyOf(keyturn)).toBe(shown);
  expect(await refresh(keyturn)).toMatchObject({ outcome: 'not-due', exitCode: 0 });
  expect(await owner.currentKey()).toBe(shown);
});

test('a dry run changes nothing at the console', async ({ owner, keyturn, login }) => {
  expectRun(await login(), 0);
  const shown = await owner.currentKey();
  expect(await refresh(keyturn, '--dry-run')).toMatchObject({ outcome: 'rehearsed', exitCode: 0 });
  expect(await owner.currentKey()).toBe(shown);
  expect(await keyOf(keyturn)).toBe(shown);
});

test('a forced renewal replaces the key, and Redmine rejects the old one', async ({ owner, keyturn, login }) => {
  expectRun(await login(), 0);
  const old = await owner.currentKey();
  expect(await refresh(keyturn, '--force', '--detailed-exitcode')).toMatchObject({
    outcome: 'renewed',
    method: 'headless',
    exitCode: 10,
  });
  const key = await keyOf(keyturn);
  expect(key).not.toBe(old);
  expect(key).toBe(await owner.currentKey());
  expect(await owner.accepts(key)).toBe(true);
  expect(await owner.accepts(old)).toBe(false);
});

test('with an expired session a due key is kept until unblock signs in and renews it', async ({
  feishu,
  owner,
  keyturn,
  login,
  atWindow,
}) => {
  const untilDue = { timeout: 90_000 };
  expectRun(await login({ profile: (text) => text.replace('every: 30d', 'every: 20s') }), 0);
  const old = await owner.currentKey();
  await owner.changePassword();
  await expect
    .poll(() => refresh(keyturn, '--wait', '1s'), untilDue)
    .toMatchObject({ exitCode: 3, error: { code: 'KT601' } });
  expect(feishu.messages().some((message) => feishu.cardText(message).includes('Redmine'))).toBe(true);
  expect(await owner.currentKey()).toBe(old);
  expect(await keyOf(keyturn)).toBe(old);

  expectRun(await atWindow('unblock', '--wait', '90s'), 0);
  const renewed = await keyOf(keyturn);
  expect(renewed).not.toBe(old);
  expect(renewed).toBe(await owner.currentKey());
  expect(await owner.accepts(old)).toBe(false);

  // An unattended run can use the new session.
  await expect
    .poll(() => refresh(keyturn), untilDue)
    .toMatchObject({ outcome: 'renewed', method: 'headless', exitCode: 0 });
  expect(await keyOf(keyturn)).toBe(await owner.currentKey());
  expect(await owner.accepts(renewed)).toBe(false);
});

import { consoleTest, expect, expectRun, keyOf, refresh } from './console-test.js';
import { startUptimeKuma } from './uptime-kuma-server.js';

const test = await consoleTest({
  name: 'uptime-kuma',
  start: startUptimeKuma,
  owner: (server) => Promise.resolve(server),
  fillForm: async (person, { login, password }) => {
    await person.type('the name field', (frame) => frame.locator('#floatingInput'), login);
    await person.type('the password field', (frame) => frame.locator('#floatingPassword'), password);
    await (await person.find('the login button', (frame) => frame.getByRole('button', { name: 'Login' }))).click();
  },
});

test('login makes a key with the chosen expiry, and the next run is not due', async ({ owner, keyturn, login }) => {
  const before = await owner.keys();
  expectRun(await login(), 0);
  const made = (await owner.keys()).slice(before.length);
  expect(made).toMatchObject([{ name: 'keyturn', status: 'active', expires: expect.stringMatching(/-28 /) }]);
  const [{ expires = '' } = {}] = made;
  expect(await owner.accepts(await keyOf(keyturn))).toBe(true);

  const end = await refresh(keyturn);
  expect(end).toMatchObject({ outcome: 'not-due', exitCode: 0 });
  expect(await owner.keys()).toHaveLength(before.length + 1);
  const expiresAt = Date.parse(String(end['expiresAt']));
  expect(expiresAt).toBe(Date.parse(`${expires?.replace(' ', 'T')}Z`));
  // The expiry is the 28th of next month, not of this month.
  expect(expiresAt - Date.now()).toBeGreaterThan(27 * 86_400_000);
  expect(await owner.keys()).toHaveLength(before.length + 1);
});

test('a dry run makes no key, and a forced renewal makes one and keeps the old one valid', async ({
  owner,
  keyturn,
  login,
}) => {
  expectRun(await login(), 0);
  const [old, before] = [await keyOf(keyturn), await owner.keys()];
  expect(await refresh(keyturn, '--dry-run')).toMatchObject({ outcome: 'rehearsed', exitCode: 0 });
  expect(await owner.keys()).toEqual(before);
  expect(await keyOf(keyturn)).toBe(old);

  expect(await refresh(keyturn, '--force', '--detailed-exitcode')).toMatchObject({
    outcome: 'renewed',
    method: 'headless',
    exitCode: 10,
  });
  const key = await keyOf(keyturn);
  expect(key).not.toBe(old);
  expect(await owner.keys()).toHaveLength(before.length + 1);
  expect(await owner.accepts(key)).toBe(true);
  expect(await owner.accepts(old)).toBe(true);
});

test('with an expired session the key is kept until unblock signs in', async ({
  feishu,
  owner,
  keyturn,
  login,
  atWindow,
}) => {
  expectRun(await login(), 0);
  const [old, before] = [await keyOf(keyturn), await owner.keys()];
  await owner.resetPassword();
  expect(await refresh(keyturn, '--force', '--wait', '1s')).toMatchObject({ exitCode: 3, error: { code: 'KT601' } });
  expect(feishu.messages().some((message) => feishu.cardText(message).includes('Uptime Kuma'))).toBe(true);
  expect(await owner.keys()).toEqual(before);
  expect(await keyOf(keyturn)).toBe(old);

  expectRun(await atWindow('unblock', '--wait', '90s'), 0);
  expect(await owner.accepts(await keyOf(keyturn))).toBe(true);
  // An unattended run can use the new session.
  expect(await refresh(keyturn, '--force')).toMatchObject({ outcome: 'renewed', method: 'headless', exitCode: 0 });
  expect(await owner.accepts(await keyOf(keyturn))).toBe(true);
});

test('a second sign-in makes no other key', async ({ owner, keyturn, login }) => {
  expectRun(await login(), 0);
  const [key, before] = [await keyOf(keyturn), await owner.keys()];
  expectRun(await keyturn.cli('login', 'work', '--yes'), 0);
  expect(await owner.keys()).toEqual(before);
  expect(await keyOf(keyturn)).toBe(key);
});

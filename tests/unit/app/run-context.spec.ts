import { systemContext } from '../../../src/app/process-context.js';
import { openRunContext } from '../../../src/app/run-context.js';
import type { AccountConfig } from '../../../src/store/accounts.js';
import { expect, test } from '../store/temp-home.js';

const open = async (home: string) => {
  const { context, dispose } = systemContext({ packageFolder: home });
  dispose();
  return openRunContext({ ...context, env: { KEYTURN_HOME: home, KEYTURN_LOG_LEVEL: 'silent' } });
};

test('at most four accounts of one site send requests at once', async ({ home }) => {
  const run = await open(home);
  const places = await Promise.all([1, 2, 3, 4].map(() => run.siteSlot('https://one.example')));
  let isFifthIn = false;
  const fifth = run.siteSlot('https://one.example').then(() => (isFifthIn = true));
  await run.siteSlot('https://other.example');
  expect(isFifthIn).toBe(false);
  places[0]?.();
  await fifth;
});

test('accounts of one site share its profile, those with other addresses do not', async ({ home }) => {
  const run = await open(home);
  const account = (baseUrl: string) => ({ site: 'iflow', baseUrl }) as AccountConfig;
  const [one, same, other] = await Promise.all(
    ['https://one.example', 'https://one.example', 'https://other.example'].map((url) => run.siteOf(account(url))),
  );
  expect(one).toBe(same);
  expect([one?.baseUrl, other?.baseUrl]).toEqual(['https://one.example', 'https://other.example']);
});

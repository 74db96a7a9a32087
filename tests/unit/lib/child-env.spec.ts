import { expect, test } from '@playwright/test';
import { childEnv } from '../../../src/lib/child-env.js';

const secrets = {
  FEISHU_APP_SECRET: 's',
  KEYTURN_PASSPHRASE_FILE: '/run/passphrase',
  KEYTURN_HEARTBEAT_URL: 'https://hc.example/secret',
};
const rest = { PATH: '/bin', KEYTURN_HOME: '/srv/keys', FEISHU_APP_ID: 'cli_1234' };
const env = { ...secrets, ...rest };

for (const [child, expected] of [
  ['consumer', { ...rest, B: '2' }],
  ['hook', { ...rest, KEYTURN_PASSPHRASE_FILE: '/run/passphrase', B: '2' }],
  ['worker', { PATH: '/bin', KEYTURN_HOME: '/srv/keys', KEYTURN_PASSPHRASE_FILE: '/run/passphrase', B: '2' }],
  ['system', { PATH: '/bin', B: '2' }],
] as const) {
  test(`the environment of a child: ${child}`, () => expect(childEnv(child, env, { B: '2' })).toEqual(expected));
}

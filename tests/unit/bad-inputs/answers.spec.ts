import { test as base, expect } from '@playwright/test';
import fc from 'fast-check';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createFeishuClient } from '../../../src/feishu/feishu-client.js';
import { silentLog } from '../../../src/lib/log.js';
import { createRedactor } from '../../../src/lib/redactor.js';
import type { SessionCheckpoint } from '../../../src/core/session-checkpoint.js';
import { openHttpConsole } from '../../../src/site/http-console.js';
import { loadSiteProfile } from '../../../src/site/load-profile.js';
import { verifyKey } from '../../../src/site/verify-key.js';
import { resolveProfile } from '../../../src/site/resolve-profile.js';
import { readCheckpoint, writeCheckpoint } from '../../../src/store/checkpoints.js';
import { accountPaths } from '../../../src/store/home.js';
import { parseSecrets } from '../../../src/store/import-secrets.js';
import { malformedJson, overInputs, plantedText, refusedOrTaken } from '../../support/malformed.js';

interface RawServer {
  readonly url: string;
  /** The bytes that the next connections get. */
  answer: Buffer;
}

const test = base.extend<{ server: RawServer }>({
  server: async ({}, use) => {
    const state = { url: '', answer: Buffer.alloc(0) };
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(state.answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use(state);
    server.close();
  },
});

const reading = { success: true, code: '200', data: { apiKeyMask: 'sk-ab****yz', expireTime: '2026-03-08 09:00:00', hasExpired: false, name: 'work' } }; // prettier-ignore
const status = fc.oneof(
  { weight: 4, arbitrary: fc.constant(200) },
  { weight: 4, arbitrary: fc.constantFrom(204, 301, 302, 304, 307, 400, 401, 403, 404, 405, 410, 429, 500, 502, 503) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 999 }) },
);
const header = fc.oneof(
  fc.constantFrom(
    'Location: /login',
    'Location: //',
    'Location: javascript:alert(1)',
    'Location: http://[::1',
    'Location: http://127.0.0.1:1/elsewhere',
    'Location: \xff\xfe',
    'Set-Cookie: BXAuth=; Domain=.com',
    'Set-Cookie: =; ; ;=',
    'Set-Cookie: BXAuth=new; Expires=never; Max-Age=x; Path=nowhere; SameSite=Odd',
    'Set-Cookie: BXAuth=new; Max-Age=99999999999999999999',
    'Set-Cookie: XSRF-TOKEN=%E0%A4%A',
    'Set-Cookie: __proto__=x',
    'Retry-After: soon',
    'Retry-After: -5',
    'Retry-After: 99999999999999999999',
    'Date: yesterday',
    'Date: Thu, 01 Jan 1970 00:00:00 GMT',
    'Content-Encoding: gzip',
    'Content-Encoding: br',
    'Content-Encoding: deflate',
    'Content-Encoding: x-unknown',
    'Content-Length: 5',
    'Content-Length: 99999',
    'Content-Type: text/html',
    'Content-Type: application/json; charset=nonsense',
    'Transfer-Encoding: chunked',
  ),
  fc
    .tuple(fc.stringMatching(/^[A-Za-z-]{1,12}$/), fc.string({ maxLength: 40 }))
    .map(([name, value]) => `${name}: ${value}`),
);

function answersOf(good: unknown): fc.Arbitrary<Buffer> {
  const json = malformedJson(good);
  const body = fc.oneof(
    { weight: 6, arbitrary: json },
    { weight: 1, arbitrary: json.map((bytes) => gzipSync(bytes)) },
    { weight: 1, arbitrary: json.map((bytes) => gzipSync(bytes).subarray(0, 15)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(Buffer.alloc(3 * 1024 * 1024, 'x'), gzipSync(Buffer.alloc(40 * 1024 * 1024))),
    },
  );
  const whole = fc
    .tuple(status, fc.array(header, { maxLength: 4 }), body)
    .map(([code, lines, bytes]) =>
      Buffer.concat([Buffer.from([`HTTP/1.1 ${code} Answer`, ...lines, '', ''].join('\r\n'), 'latin1'), bytes]),
    );
  return fc.oneof(
    { weight: 9, arbitrary: whole },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.tuple(whole, fc.nat(60)).map(([bytes, end]) => bytes.subarray(0, end)) },
  );
}

test('whatever a console answers, the renewal ends with a known result and leaves a session that can be read', async ({
  server,
}) => {
  const profile = resolveProfile(await loadSiteProfile('iflow'), { baseUrl: server.url, probeUrl: server.url });
  const cookie = `BXAuth=${plantedText}; XSRF-TOKEN=${plantedText}`;
  const { checkpoint } = parseSecrets(JSON.stringify({ cookie }), 'session', { baseUrl: server.url, now: Date.now });
  const home = await mkdtemp(join(tmpdir(), 'keyturn-answers-'));
  const paths = accountPaths(home, 'work');
  try {
    await overInputs('answers of a console', 60, answersOf(reading), async (answer) => {
      server.answer = answer;
      let saved: SessionCheckpoint = checkpoint;
      const session = openHttpConsole({
        profile,
        checkpoint,
        saveCheckpoint: (next) => Promise.resolve(void (saved = next)),
        redactor: createRedactor(),
        network: { env: {} },
        onStep: () => undefined,
        log: silentLog,
        now: Date.now,
        backoffMs: 1,
        signal: AbortSignal.timeout(5000),
      });
      const end = await orLate(session.read());
      const rotated = await orLate(
        session.rotate(end?.ok ? end.value : { hasKey: true }, {
          beforePress: () => Promise.resolve(),
          onKey: () => Promise.resolve(),
        }),
      );
      await session.saveCheckpoint();
      await session.close();
      await verifyKey(profile, 'sk-0123456789abcdef', { network: { env: {} } });
      const told = [end, rotated]
        .flatMap((each) => (each && !each.ok ? Object.values(each.failure.detail) : []))
        .join('\n');
      expect(told).not.toContain(plantedText);
      await writeCheckpoint(paths, saved);
      expect((await readCheckpoint(paths))?.cookies).toHaveLength(saved.cookies.length);
      return end?.ok ? 'taken' : 'refused';
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

/** Undefined when the signal of the caller ended the work: a site may ask for a longer pause than this test takes. */
async function orLate<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return undefined;
    throw error;
  }
}

test('any answer of Feishu is accepted or rejected with an expected error', async ({ server }) => {
  const sent = { code: 0, msg: 'ok', data: { message_id: 'om_1', chat_id: 'oc_1', create_time: '1', image_key: 'img', items: [{}], has_more: true, page_token: 'p' }, tenant_access_token: `t-${plantedText}`, expire: 7200 }; // prettier-ignore
  const settings = {
    appId: 'cli_a1b2c3d4e5f60718',
    appSecret: plantedText,
    receiver: 'ou_0123456789',
    domain: server.url,
  };
  await overInputs('answers of Feishu', 40, answersOf(sent), async (answer) => {
    server.answer = answer;
    const client = createFeishuClient({ settings, log: silentLog, env: {}, timeoutMs: 2000, retries: 0 });
    try {
      const calls = [
        () => client.sendText('hello'),
        () => client.uploadImage(Buffer.from('png')),
        () => client.listMessages('oc_1', 0),
        () => client.updateCard('om_1', {}),
      ];
      const ends = await Promise.all(calls.map(refusedOrTaken));
      return ends.includes('refused') ? 'refused' : 'taken';
    } finally {
      client.close();
    }
  });
});

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessContext } from '../../../../src/app/process-context.js';
import { browserFindings } from '../../../../src/app/doctor/browser-findings.js';
import { AppError } from '../../../../src/lib/app-error.js';
import { inEnglish } from '../../../support/english-findings.js';
import { expect, test } from '../../store/temp-home.js';

/** A program in place of the browser. */
function program(home: string, script: string): string {
  const path = join(home, 'browser-program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function look(home: string, path: string | undefined, timeoutMs = 20_000) {
  const env = {
    PATH: '/nowhere',
    HOME: home,
    KEYTURN_HOME: home,
    ...(path === undefined ? {} : { KEYTURN_BROWSER: path }),
  };
  const context = { env, platform: 'linux' } as unknown as ProcessContext;
  const { signal } = new AbortController();
  return (await browserFindings({ context, timeoutMs, signal }, undefined)).map(inEnglish);
}

for (const { what, script, timeoutMs, check, text, code, next } of [
  {
    what: 'a program that is not a browser',
    script: 'exit 1',
    check: 'browser',
    text: /could not be started: it ended at once with exit code 1/,
    code: 'KT308',
    next: /--headless --dump-dom about:blank$/,
  },
  {
    what: 'a browser that crashes',
    script: 'kill -SEGV $$',
    check: 'browser',
    text: /could not be started/,
    code: 'KT308',
    next: /--headless --dump-dom about:blank$/,
  },
  {
    what: 'a browser without its libraries',
    script:
      'echo "chrome: error while loading shared libraries: libnss3.so: cannot open shared object file" >&2; exit 127',
    check: 'browser',
    text: /libnss3\.so is not installed/,
    code: 'KT301',
    next: /install-deps chromium$/,
  },
  {
    what: 'a browser without a sandbox',
    script: 'echo "[FATAL:zygote_host_impl_linux.cc] No usable sandbox!" >&2; exit 1',
    check: 'sandbox',
    text: /found no usable sandbox/,
    code: 'KT310',
    next: /^sudo sysctl -w /,
  },
  {
    what: 'a browser that hangs',
    script: 'exec /bin/sleep 60',
    timeoutMs: 300,
    check: 'browser',
    text: /no answer within|was not ready within/,
    code: 'KT308',
    next: /--headless --dump-dom about:blank$/,
  },
]) {
  test(`${what} is a problem`, async ({ home }) => {
    const findings = await look(home, program(home, script), timeoutMs);
    expect(findings).toMatchObject([{ level: 'problem', check, code }]);
    expect(findings[0]!.text).toMatch(text);
    expect(findings[0]?.next).toMatch(next);
  });
}

test('a missing browser is reported as KT301', async ({ home }) => {
  // Absolute paths such as /opt are searched, whatever PATH is.
  const error: unknown = await look(home, undefined).catch((reason: unknown) => reason);
  test.skip(!(error instanceof AppError), 'a browser is installed outside PATH');
  expect(error).toMatchObject({ code: 'KT301', hint: 'npx playwright install chromium' });
});

test('a configured browser that does not exist is reported as KT301', async ({ home }) => {
  const error: unknown = await look(home, join(home, 'gone')).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'KT301' });
});

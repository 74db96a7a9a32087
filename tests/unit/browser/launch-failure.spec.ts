import { test, expect } from '@playwright/test';
import { launchFailure } from '../../../src/browser/launch-failure.js';

const context = { executablePath: '/usr/bin/chromium', launchTimeoutMs: 30_000, display: ':7' };

for (const [said, code, message] of [
  ['[err] chrome: error while loading shared libraries: libnss3.so: cannot open', 'KT301', /libnss3\.so/],
  [
    '[FATAL:zygote_host_impl_linux.cc] No usable sandbox! If you are running on Ubuntu 23.10+',
    'KT310',
    /no usable sandbox/,
  ],
  ['[ERROR:ozone_platform_x11.cc] Missing X server or $DISPLAY', 'KT304', /":7"/],
  ['Failed to create a ProcessSingleton for your profile directory', 'KT308', /open in another browser/],
  ['Timeout 30000ms exceeded.', 'KT308', /not ready within 30 s/],
  ['Failed to launch: Error: spawn /usr/bin/chromium ENOENT', 'KT308', /does not exist/],
  ['write: No space left on device', 'KT308', /the disk is full/],
  ['<process did exit: exitCode=127, signal=null>', 'KT308', /exit code 127/],
  ['<process did exit: exitCode=null, signal=SIGSEGV>', 'KT308', /ended by SIGSEGV/],
  ['something unheard of', 'KT308', /ended at once/],
] as const) {
  test(`"${said.slice(0, 60)}" is reported as ${code}`, () => {
    const cause = new Error(
      `browserType.launchPersistentContext: ${said} --proxy-server=http://hidden --user-data-dir=/x`,
    );
    const error = launchFailure(cause, context);
    expect(error).toMatchObject({ code, cause });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('--user-data-dir');
  });
}

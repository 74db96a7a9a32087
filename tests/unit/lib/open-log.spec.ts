import { expect, test } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appError } from '../../../src/lib/app-error.js';
import { renewalErrors } from '../../../src/core/renewal-errors.js';
import { openLog } from '../../../src/lib/open-log.js';
import { createRedactor } from '../../../src/lib/redactor.js';
import { same } from '../../../src/messages/text.js';

test('the log contains no known secret, no token from an error and no character that reorders text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-log-'));
  try {
    const redactor = createRedactor();
    const log = openLog(folder, 'debug', undefined, redactor).child({ runId: 'run_1' });
    redactor.add('S3ss"ion\\value', 'plain-key-of-the-account');
    const cause = new Error('<b>3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c</b>');
    log.warn({ err: new Error('it shows plain-key-of-the-account\n\u202eevil', { cause }) }, 'a page failed');
    log.info({ detail: 'cookie S3ss"ion\\value', messageId: 'om_d7541d1c015b40e5adefecef976ff38e' }, '\u009b2J');
    const facts = {
      account: 'work',
      site: 'S',
      detail: same('see /srv/3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c'),
      keyState: same(''),
    };
    log.error({ err: appError(renewalErrors.drift, facts) }, 'ours');

    const text = readFileSync(join(folder, 'keyturn.log'), 'utf8');
    expect(text).not.toMatch(/3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c<|plain-key|ion\\|\u202e|\u009b/);
    const [page, answer, own] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { err: { message: string; stack: string }; messageId: string; msg: string });
    expect(page?.err.message).toBe('it shows •••\n\\u202eevil');
    expect(page?.err.stack).toContain('open-log.spec.ts');
    expect(answer).toMatchObject({ messageId: 'om_d7541d1c015b40e5adefecef976ff38e', msg: '\u009b2J' });
    // The path comes from keyturn itself, so it is not hidden.
    expect(own?.err.message).toContain('/srv/3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

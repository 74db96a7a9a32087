import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terminalLanguage } from '../../../src/app/terminal-language.js';

test('the language of settings that begin with a byte order mark is known before they are read', () => {
  const home = mkdtempSync(join(tmpdir(), 'keyturn-'));
  try {
    writeFileSync(join(home, 'settings.json'), '\uFEFF{"language":"zh"}');
    expect(terminalLanguage({ KEYTURN_HOME: home, LANG: 'en_US.UTF-8' }, process.platform)).toBe('zh');
  } finally {
    rmSync(home, { recursive: true });
  }
});

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { permissionFindings as look } from '../../../../src/app/doctor/machine-findings.js';
import { shellWord } from '../../../../src/messages/shell-word.js';
import { expect, test } from '../../store/temp-home.js';
import { inEnglish } from '../../../support/english-findings.js';

const permissionFindings = async (home: string) => (await look(home)).map(inEnglish);

function write(home: string, names: readonly string[], mode: number): void {
  for (const name of names) {
    writeFileSync(join(home, name), '{}');
    chmodSync(join(home, name), mode);
  }
}

test('a file that other users can read is named, with the chmod to run', async ({ home }) => {
  write(home, ['key.json'], 0o644);
  expect(await permissionFindings(home)).toMatchObject([
    { level: 'problem', code: 'KT210', next: `chmod 600 ${shellWord(join(home, 'key.json'))}` },
  ]);
});

test('many readable files become one finding with one command', async ({ home }) => {
  write(home, ['a', 'b', 'c', 'd', 'e'], 0o664);
  expect(await permissionFindings(home)).toMatchObject([
    { level: 'problem', text: expect.stringMatching(/^5 files/), next: `chmod -R go= ${shellWord(home)}` },
  ]);
});

test("files in Chromium's own folder are not checked", async ({ home }) => {
  mkdirSync(join(home, 'browser'), { mode: 0o700 });
  write(join(home, 'browser'), ['Cookies'], 0o644);
  expect(await permissionFindings(home)).toMatchObject([{ level: 'ok' }]);
});

test('an empty home is ok', async ({ home }) => {
  expect(await permissionFindings(join(home, 'none'))).toMatchObject([
    { level: 'ok', text: expect.stringContaining('nothing is stored') },
  ]);
});

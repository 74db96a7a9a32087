import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsFindings, workingFolderFindings } from '../../../../src/app/doctor/machine-findings.js';
import { loadSettings } from '../../../../src/store/settings.js';
import { expect, test } from '../../store/temp-home.js';
import { inEnglish } from '../../../support/english-findings.js';

test('each invalid setting is a finding with the command that fixes it', async ({ home }) => {
  const file = { notfiy: { success: true }, handoff: { wait: 'soon' }, log: { colour: 1 } };
  writeFileSync(join(home, 'settings.json'), JSON.stringify(file), { mode: 0o600 });
  writeFileSync(join(home, '.env'), 'FEISHU_RECEIVER=15100001234\n', { mode: 0o600 });
  const findings = (await settingsFindings({ env: { KEYTURN_LOG_LEVEL: 'loud' }, home })).map(inEnglish);
  expect(findings.map(({ level, next }) => [level, next])).toEqual([
    ['problem', 'keyturn config unset notfiy'],
    ['problem', 'keyturn config unset log.colour'],
    ['problem', `\${EDITOR:-vi} '${home}/.env'`],
    ['problem', 'keyturn config set handoff.wait'],
    ['problem', 'unset KEYTURN_LOG_LEVEL'],
  ]);
});

test('valid settings are counted', async ({ home }) => {
  const findings = (await settingsFindings({ env: { KEYTURN_LOG_LEVEL: 'debug' }, home })).map(inEnglish);
  expect(findings).toMatchObject([{ level: 'ok', text: expect.stringMatching(/^1 set/) }]);
});

test('a variable that the env file may not set is a warning, with the command to set it instead', async ({ home }) => {
  writeFileSync(join(home, '.env'), 'KEYTURN_BROWSER=/tmp/x.sh\nFEISHU_APP_ID=cli_0123456789abcdef\n', { mode: 0o600 });
  const findings = (await settingsFindings({ env: {}, home })).map(inEnglish);
  expect(findings.map(({ level, next }) => [level, next])).toEqual([
    ['ok', undefined],
    ['warning', 'keyturn config set browser.path'],
  ]);
});

test.describe('a .env in the working folder', () => {
  test('is reported with a command that moves it to the right place', async ({ home }) => {
    const cwd = join(home, 'project');
    const state = join(home, 'no state yet');
    mkdirSync(cwd);
    writeFileSync(join(cwd, '.env'), 'FEISHU_APP_ID=cli_0123456789abcdef\n', { mode: 0o644 });
    const [finding, ...more] = (await workingFolderFindings(cwd, join(state, '.env'))).map(inEnglish);
    expect(finding).toMatchObject({ level: 'note', text: expect.stringContaining(`${cwd}/.env is not read`) });
    expect(more).toEqual([]);
    execFileSync('/bin/sh', ['-c', finding?.next ?? 'false']);
    expect((await loadSettings({ env: {}, home: state })).feishu.appId).toBe('cli_0123456789abcdef');
    expect(existsSync(join(cwd, '.env'))).toBe(false);
  });

  test('gets no move command if it is a named pipe or the target exists', async ({ home }) => {
    const cwd = join(home, 'project');
    const state = join(home, 'state');
    for (const folder of [cwd, state]) mkdirSync(folder, { mode: 0o700 });
    execFileSync('mkfifo', [join(cwd, '.env')]);
    expect(await workingFolderFindings(cwd, join(state, '.env'))).toMatchObject([{ level: 'note', next: undefined }]);
    writeFileSync(join(state, '.env'), '', { mode: 0o600 });
    expect(await workingFolderFindings(cwd, join(state, '.env'))).toMatchObject([{ level: 'note', next: undefined }]);
  });

  test('is not reported if it is the one that keyturn reads', async ({ home }) => {
    expect(await workingFolderFindings(home, join(home, '.env'))).toEqual([]);
    writeFileSync(join(home, '.env'), '', { mode: 0o600 });
    expect(await workingFolderFindings(home, join(home, '.env'))).toEqual([]);
  });
});

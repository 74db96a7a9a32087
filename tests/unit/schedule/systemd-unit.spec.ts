import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoted, systemdUnits } from '../../../src/schedule/systemd-unit.js';
import { oddPath, sampleJob } from './sample-job.js';

const unitText = (kind: 'refresh' | 'watch', end: string) =>
  systemdUnits(sampleJob({ kind })).find(({ name }) => name.endsWith(end))?.text ?? '';

test('the timer catches up after sleep and delays each start at random', () => {
  const timer = unitText('refresh', '.timer');
  for (const line of ['OnCalendar=hourly', 'Persistent=true', 'WantedBy=timers.target'])
    expect(timer).toContain(`\n${line}\n`);
  expect(timer).toMatch(/\nRandomizedDelaySec=\d+m\n/);
});

test("a session starts the watch, but not the timer's service", () => {
  expect(unitText('refresh', '.service')).not.toContain('[Install]');
  expect(unitText('watch', '.service')).toContain('WantedBy=default.target');
  expect(unitText('watch', '.service')).toContain('\nRestart=always\n');
});

test("a run has the job's limit, in minutes", () => {
  expect(unitText('refresh', '.service')).toContain('\nTimeoutStartSec=90min\n');
});

test('a quoted word reads back unchanged', () => {
  const word = quoted(oddPath);
  const inside = /^"(.*)"$/.exec(word)?.[1] ?? '';
  expect(inside.replace(/\\(.)/g, '$1').replaceAll('%%', '%')).toBe(oddPath);
  expect(quoted('100%')).toBe('100%%');
  expect(quoted('/plain/path')).toBe('/plain/path');
});

test('systemd-analyze verify reports nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-units-'));
  try {
    const files = [];
    for (const kind of ['refresh', 'watch'] as const) {
      // The program has to exist; the odd words are arguments and variables.
      const words = ['/bin/sh', '-c', oddPath] as const;
      for (const { name, text } of systemdUnits(
        sampleJob({ kind, words: [...words], env: { KEYTURN_HOME: oddPath } }),
      )) {
        files.push(join(folder, name));
        writeFileSync(join(folder, name), text);
      }
    }
    const env = { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder, LC_ALL: 'C' };
    const verify = spawnSync('systemd-analyze', ['verify', '--user', ...files], { env, encoding: 'utf8' });
    test.skip(verify.error !== undefined, 'systemd-analyze is not installed');
    expect(verify.stderr + verify.stdout).toBe('');
    expect(verify.status).toBe(0);
    // systemd-analyze does report a mistake.
    writeFileSync(files[0] ?? '', '[Timer]\nOnCalendar=sometimes\n');
    const wrong = spawnSync('systemd-analyze', ['verify', '--user', files[0] ?? ''], { env, encoding: 'utf8' });
    expect(wrong.stderr).toContain('sometimes');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

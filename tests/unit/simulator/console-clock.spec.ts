import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import ts from 'typescript';
import { SimulatedClock } from '../../simulator/clock.js';
import { shiftedClockEnv } from '../../simulator/shifted-clock-env.js';

const run = promisify(execFile);
const dayMs = 86_400_000;

test('the simulated clock is ahead by the sum of its advances', () => {
  const clock = new SimulatedClock({ realNow: () => 1000 });
  clock.advance(dayMs);
  clock.advance(500);
  expect([clock.now(), clock.offsetMs]).toEqual([1000 + dayMs + 500, dayMs + 500]);
});

test('in a child process every way to read the time is ahead of the machine', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'keyturn clock '));
  try {
    const source = await readFile(path.resolve(import.meta.dirname, '../../simulator/shifted-clock.ts'), 'utf8');
    const preload = path.join(folder, 'shifted-clock.mjs');
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    await writeFile(preload, outputText);
    const script = `
      const { mtime } = require('node:fs').statSync(process.execPath);
      console.log(JSON.stringify({
        now: Date.now(), made: +new Date(), asText: Date.parse(Date()), fixed: new Date(5).getTime(),
        parts: new Date(2026, 0, 2).getDate(), utc: Date.UTC(1970, 0, 1), fileTimeIsDate: mtime instanceof Date,
        isDate: new Date() instanceof Date, name: new (class extends Date {})().constructor.name === '' }))`;
    const { stdout } = await run(process.execPath, ['-e', script], {
      env: {
        ...process.env,
        ...shiftedClockEnv(10 * dayMs),
        NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
      },
    });
    const seen = JSON.parse(stdout) as Record<string, number>;
    for (const moment of [seen.now, seen.made, seen.asText]) {
      expect(Math.abs((moment ?? 0) - Date.now() - 10 * dayMs)).toBeLessThan(60_000);
    }
    expect(seen).toMatchObject({ fixed: 5, parts: 2, utc: 0, fileTimeIsDate: true, isDate: true, name: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a child's environment keeps its Node options and adds the built module", () => {
  const env = shiftedClockEnv(1500, '--max-old-space-size=100');
  expect(env.NODE_OPTIONS).toMatch(
    /^--max-old-space-size=100 --import=file:\/\/\/.*\/\.setup\/modules\/tests\/simulator\/shifted-clock\.js$/,
  );
  expect(env.KEYTURN_SIMULATED_OFFSET_MS).toBe('1500');
  expect(shiftedClockEnv(0)).toEqual({});
});

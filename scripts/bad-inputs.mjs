#!/usr/bin/env node
// The long form of the bad-input tests: `npm run test:bad-inputs [-- COUNT]` tries COUNT inputs (default 500) of
// every kind, different ones each time, and prints how many it tried. BAD_INPUTS_SEED repeats a run.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { scriptArguments } from './script-arguments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { positionals } = scriptArguments('test:bad-inputs', { words: '[COUNT]' });
const count = positionals[0] ?? '500';
const seed = process.env.BAD_INPUTS_SEED ?? String(Date.now() % 2 ** 31);
process.stdout.write(`bad inputs: ${count} of every kind, seed ${seed}\n`);

const cli = fileURLToPath(new URL('../node_modules/@playwright/test/cli.js', import.meta.url));
const args = [cli, 'test', '--project=unit', 'tests/unit/bad-inputs', `--timeout=${Number(count) * 2000}`];
const { status, stdout } = spawnSync(process.execPath, args, {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, BAD_INPUTS: count, BAD_INPUTS_SEED: seed },
  maxBuffer: 256 * 1024 * 1024,
});
const text = stdout.toString();
process.stdout.write(text);
const tried = [...text.matchAll(/^bad inputs: .*: (\d+) \((\d+) refused\)$/gm)];
const sum = (part) => tried.reduce((total, match) => total + Number(match[part]), 0);
process.stdout.write(`bad inputs in all: ${sum(1)}, of which ${sum(2)} were refused with an error of the catalogue\n`);
process.exitCode = status ?? 1;

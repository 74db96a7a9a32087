import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Loaded {
  readonly version: number;
  readonly folder: string;
  readonly neighbour: string;
  readonly later: string;
}

let scene: string;
let library: string;
let folder: string;

test.beforeEach(() => {
  scene = mkdtempSync(join(tmpdir(), 'keyturn-compiled-'));
  library = join(scene, 'bundle.cjs');
  folder = join(scene, 'code-cache');
  writeFileSync(join(scene, 'neighbour.cjs'), `module.exports = 'beside it';`);
  writeLibrary(1);
});
test.afterEach(() => rmSync(scene, { recursive: true, force: true }));

function writeLibrary(version: number): void {
  const text = `exports.version = ${version};
exports.folder = __dirname;
exports.neighbour = require('./neighbour.cjs');
exports.later = () => import('node:path');
// ${'x'.repeat(500_000)}`;
  writeFileSync(library, text);
}

/**
 * Loads the library in a process of its own: the test runner compiles modules itself, and a process loads each
 * module only once.
 */
function load(id = library): Loaded {
  const script = `
    const { requireCompiled } = await import(${JSON.stringify(pathToFileURL(resolve('dist/lib/code-cache.js')).href)});
    const [id, folder] = process.argv.slice(1);
    const { later, ...loaded } = requireCompiled(id, folder);
    // As a long run does, at every message; Node warns of the eleventh listener.
    for (let i = 0; i < 20; i += 1) requireCompiled(id, folder);
    if (process.listenerCount('exit') > 2) throw new Error('a listener is left behind by each');
    console.log(JSON.stringify({ ...loaded, later: await later?.().catch(({ code }) => code) }));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script, id, folder], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Loaded;
}

const kept = () => readdirSync(folder).map((name) => join(folder, name));

test('a large library works the same from the cache', () => {
  const later = 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING';
  const whole = { version: 1, folder: scene, neighbour: 'beside it', later };
  expect(load()).toEqual(whole);
  const [file] = kept();
  const { ino } = statSync(file!);
  expect(load()).toEqual(whole);
  expect(kept()).toEqual([file]);
  expect(statSync(file!).ino).toBe(ino);
});

test('a new version is compiled and replaces the old one in the cache', () => {
  load();
  const before = kept();
  writeLibrary(2);
  expect(load().version).toBe(2);
  expect(kept()).toHaveLength(1);
  expect(kept()).not.toEqual(before);
});

test('the cached code of another Node is kept until the library changes', () => {
  load();
  const [file] = kept();
  const foreign = file!.replace(process.version, 'v99.1.0');
  copyFileSync(file!, foreign);
  truncateSync(file!, 10);
  load();
  expect(kept().sort()).toEqual([file!, foreign].sort());
  writeLibrary(2);
  load();
  expect(kept()).toHaveLength(1);
});

test('the unfinished file of a killed process is removed', () => {
  load();
  const [file] = kept();
  writeFileSync(`${file}.4194305`, 'half');
  writeLibrary(2);
  load();
  expect(kept()).toHaveLength(1);
});

test('cached code that a crash has cut off is not used, and is written again', () => {
  load();
  const [file] = kept();
  const whole = statSync(file!).size;
  for (const length of [0, 10, whole - 8]) {
    truncateSync(file!, length);
    expect(load().version).toBe(1);
    expect(statSync(file!).size).toBe(whole);
  }
});

test('the library loads even when the folder cannot be written', () => {
  writeFileSync(folder, 'a file in its place');
  expect(load().version).toBe(1);
  expect(readFileSync(folder, 'utf8')).toBe('a file in its place');
});

test('small modules are not cached', () => {
  writeFileSync(join(scene, 'small.cjs'), `exports.version = 4;`);
  expect(load(join(scene, 'small.cjs'))).toEqual({ version: 4 });
  expect(readdirSync(scene)).not.toContain('code-cache');
});

test('the error of a library that throws is passed on', () => {
  writeFileSync(library, `throw new Error('no such browser'); // ${'x'.repeat(500_000)}`);
  expect(() => load()).toThrow('no such browser');
});

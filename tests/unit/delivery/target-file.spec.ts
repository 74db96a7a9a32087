import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readTargetFile, whyNotWritable, writeTargetFile } from '../../../src/delivery/target-file.js';
import { isMountedElsewhere } from '../../../src/delivery/mounts.js';
import { targetExposure } from '../../../src/delivery/target-exposure.js';
import { shellWord } from '../../../src/messages/shell-word.js';
import { expect, modeOf, test } from '../store/temp-home.js';

const write = async (path: string, text: string) => writeTargetFile(await readTargetFile(path), Buffer.from(text));

test('a file is replaced in one step, with its mode, and nothing is left beside it', async ({ home }) => {
  const path = join(home, 'a.env');
  writeFileSync(path, 'old');
  chmodSync(path, 0o664);
  const before = statSync(path).ino;
  expect(await write(path, 'new')).toBe('replaced');
  expect([readFileSync(path, 'utf8'), modeOf(path), statSync(path).ino === before]).toEqual(['new', '664', false]);
  expect(readdirSync(home)).toEqual(['a.env']);
});

test('a new file is private from the start', async ({ home }) => {
  const umask = process.umask(0);
  try {
    expect(await write(join(home, 'new'), 'x')).toBe('created');
  } finally {
    process.umask(umask);
  }
  expect(modeOf(join(home, 'new'))).toBe('600');
  expect(readdirSync(home)).toEqual(['new']);
});

test('a symbolic link is kept, and the file behind it gets the key', async ({ home }) => {
  mkdirSync(join(home, 'real'));
  writeFileSync(join(home, 'real', 'f'), 'old', { mode: 0o640 });
  symlinkSync('real/f', join(home, 'link'));
  symlinkSync('link', join(home, 'link2'));
  await write(join(home, 'link2'), 'new');
  expect(readFileSync(join(home, 'real', 'f'), 'utf8')).toBe('new');
  expect([lstatSync(join(home, 'link')).isSymbolicLink(), modeOf(join(home, 'real', 'f'))]).toEqual([true, '640']);
  symlinkSync('real/later', join(home, 'dangling'));
  expect(await write(join(home, 'dangling'), 'made')).toBe('created');
  expect(readFileSync(join(home, 'real', 'later'), 'utf8')).toBe('made');
});

for (const [title, text] of [
  ['as long', 'abcXYZghi'],
  ['longer', 'abcdefghi and more'],
  ['shorter', 'abc'],
] as const) {
  test(`a file with a second hard link is written in place, new content ${title}`, async ({ home }) => {
    writeFileSync(join(home, 'a'), 'abcdefghi');
    linkSync(join(home, 'a'), join(home, 'b'));
    const { ino } = statSync(join(home, 'a'));
    expect(await write(join(home, 'a'), text)).toBe('written-through');
    expect([readFileSync(join(home, 'b'), 'utf8'), statSync(join(home, 'a')).ino]).toEqual([text, ino]);
  });
}

test('a file that is to stay the same file, or that a container mounts, is written in place', async ({ home }) => {
  const path = join(home, 'a b.env');
  writeFileSync(path, 'old');
  const { ino } = statSync(path);
  expect(await writeTargetFile(await readTargetFile(path), Buffer.from('new'), true)).toBe('written-through');
  expect([readFileSync(path, 'utf8'), statSync(path).ino]).toEqual(['new', ino]);
  expect(isMountedElsewhere(path)).toBe(false);
  test.skip(process.platform !== 'linux' || process.getuid?.() !== 0, 'only root may mount');
  writeFileSync(join(home, 'inside'), '');
  const mounting = 'mount --bind "$0" "$1" && echo mounted && read go; cat "$1"';
  const args = ['-m', '--propagation', 'private', 'sh', '-c', mounting, path, join(home, 'inside')];
  const container = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    expect(String((await once(container.stdout, 'data'))[0])).toBe('mounted\n');
    expect(isMountedElsewhere(path)).toBe(true);
    expect(await write(path, 'newer')).toBe('written-through');
    container.stdin.write('\n');
    expect(String((await once(container.stdout, 'data'))[0])).toBe('newer');
  } finally {
    container.kill();
  }
});

test('a link of another user is not followed, wherever it is in the path', async ({ home }) => {
  test.skip(process.getuid?.() !== 0, 'only root may give a link away');
  mkdirSync(join(home, 'real'));
  writeFileSync(join(home, 'real', 'f'), 'mine');
  for (const [link, to, path] of [
    ['a', 'real/f', 'a'],
    ['b', 'real/new', 'b'],
    ['c', 'real', 'c/f'],
  ] as const) {
    symlinkSync(to, join(home, link));
    lchownSync(join(home, link), 65_534, 65_534);
    await expect(readTargetFile(join(home, path)), path).rejects.toThrow(/is a symbolic link of another user/);
  }
  symlinkSync('a', join(home, 'd'));
  await expect(readTargetFile(join(home, 'd'))).rejects.toThrow(/another user \(uid 65534\)/);
  expect(readdirSync(join(home, 'real'))).toEqual(['f']);
});

test('who can get at the key in a file is said, with a command', async ({ home }) => {
  const path = join(home, 'f');
  const exposure = () => targetExposure({ name: 'f', kind: 'env', path, variable: 'KEY' });
  expect(await exposure()).toBeUndefined();
  writeFileSync(path, '');
  for (const [mode, text] of [
    [0o600, undefined],
    [0o640, /mode 0640/],
    [0o666, /mode 0666/],
  ] as const) {
    chmodSync(path, mode);
    const found = await exposure();
    expect(found?.problem.en ?? '').toMatch(text ?? /^$/);
    if (text) expect(found?.fix).toBe(`chmod 600 ${shellWord(path)}`);
  }
  chmodSync(path, 0o600);
  chmodSync(home, 0o777);
  expect((await exposure())?.problem.en).toMatch(/its folder .* has mode 0777/);
  test.skip(process.getuid?.() !== 0, 'only root may give a file away');
  chownSync(path, 65_534, 65_534);
  expect(await exposure()).toMatchObject({ problem: { en: expect.stringMatching(/another user \(uid 65534\)/) } });
  expect((await exposure())?.fix).toMatch(/^ls -ld /);
  const circle = join(home, 'circle');
  symlinkSync('circle', circle);
  expect(await targetExposure({ name: 'f', kind: 'env', path: circle, variable: 'KEY' })).toBeUndefined();
});

test('a file that another program changed after it was read is not overwritten', async ({ home }) => {
  const path = join(home, 'a');
  writeFileSync(path, 'old');
  const seen = await readTargetFile(path);
  writeFileSync(path, 'theirs!');
  expect(await writeTargetFile(seen, Buffer.from('mine'))).toBe('changed');
  const missing = await readTargetFile(join(home, 'b'));
  writeFileSync(join(home, 'b'), 'theirs');
  expect(await writeTargetFile(missing, Buffer.from('mine'))).toBe('changed');
  expect([readFileSync(path, 'utf8'), readFileSync(join(home, 'b'), 'utf8')]).toEqual(['theirs!', 'theirs']);
  expect(readdirSync(home).sort()).toEqual(['a', 'b']);
});

test('a file that cannot be written gives the reason, and the check changes nothing', async ({ home }) => {
  mkdirSync(join(home, 'folder'));
  symlinkSync('loop', join(home, 'loop'));
  writeFileSync(join(home, 'file'), '');
  for (const [name, why] of [
    ['folder', /not a plain file|it is a folder/],
    ['nowhere/file', /folder does not exist/],
    ['loop', /circles/],
    ['file/x', /a part of the path is a file/],
  ] as const) {
    await expect(readTargetFile(join(home, name)), name).rejects.toThrow(why);
  }
  const before = statSync(join(home, 'file'), { bigint: true });
  expect(await whyNotWritable(await readTargetFile(join(home, 'file')), 10)).toBeUndefined();
  expect(await whyNotWritable(await readTargetFile(join(home, 'file')), 1e18)).toHaveProperty('en', 'the disk is full');
  const after = statSync(join(home, 'file'), { bigint: true });
  expect([after.mtimeNs, after.ctimeNs]).toEqual([before.mtimeNs, before.ctimeNs]);
  expect(readdirSync(home).sort()).toEqual(['file', 'folder', 'loop']);
});

test('temporary files of a killed writer are removed, all others are kept', async ({ home }) => {
  const path = join(home, 'a');
  writeFileSync(path, 'old');
  for (const name of ['.a.4194305.abc.tmp', '.b.4194305.abc.tmp', '.a.notes.tmp']) {
    writeFileSync(join(home, name), 'x');
    const { utimesSync } = await import('node:fs');
    utimesSync(join(home, name), 1, 1);
  }
  await write(path, 'new');
  expect(readdirSync(home).sort()).toEqual(['.a.notes.tmp', '.b.4194305.abc.tmp', 'a'].sort());
});

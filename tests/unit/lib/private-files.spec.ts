import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  appendPrivateLine,
  ensurePrivateDir,
  readPrivateFile,
  removePrivateFile,
  sweepTemps,
  writePrivateFile,
} from '../../../src/lib/private-files.js';
import { runStoreChild } from '../store/store-child.js';
import { expect, modeOf, test } from '../store/temp-home.js';

test.skip(process.platform === 'win32', 'Windows has no file modes');

test.describe('private files', () => {
  for (const umask of [0o000, 0o022, 0o077]) {
    test(`are private whatever the umask: ${umask.toString(8).padStart(3, '0')}`, async ({ home }) => {
      const child = runStoreChild(
        `import { appendPrivateLine, writePrivateFile } from 'lib/private-files.js';
         import { acquireLock } from 'store/lock.js';
         const home = process.argv[2];
         await writePrivateFile(home + '/a/b/new.json', 'secret');
         await writePrivateFile(home + '/a/b/new.json', 'secret again');
         await appendPrivateLine(home + '/a/c/lines', 'secret');
         await acquireLock(home + '/a/run.lock', { command: 'x', runId: 'r' });
         process.exitCode = 7;`,
        [home],
        { umask },
      );
      expect(await child.ended).toMatchObject({ code: 7, output: '' });
      for (const folder of ['a', 'a/b', 'a/c']) expect(modeOf(join(home, folder))).toBe('700');
      for (const file of ['a/b/new.json', 'a/c/lines']) expect(modeOf(join(home, file))).toBe('600');
      expect(statSync(join(home, 'a/run.lock')).mode & 0o077).toBe(0);
      expect(readFileSync(join(home, 'a/b/new.json'), 'utf8')).toBe('secret again');
    });
  }

  test('a file that others can read is refused with the command that repairs it', async ({ home }) => {
    const path = join(home, 'key.json');
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      writeFileSync(path, 'secret');
      chmodSync(path, mode);
      const refusal = readPrivateFile(path);
      await expect(refusal).rejects.toMatchObject({ code: 'KT210', exitCode: 2, hint: `chmod 600 '${path}'` });
      await expect(refusal).rejects.toThrow(`mode 0${mode.toString(8)}`);
    }
  });

  test('a folder that others can look into is refused, unless it is empty', async ({ home }) => {
    const folder = join(home, 'state');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    await ensurePrivateDir(folder);
    expect(modeOf(folder)).toBe('700');
    writeFileSync(join(folder, 'x'), '');
    chmodSync(folder, 0o750);
    await expect(writePrivateFile(join(folder, 'key.json'), 'new')).rejects.toMatchObject({
      code: 'KT210',
      hint: `chmod 700 '${folder}'`,
    });
    expect(readdirSync(folder)).toEqual(['x']);
  });

  test('the hint for a folder that all users share is another home, not chmod', async ({ home }) => {
    const folder = join(home, 'tmp');
    mkdirSync(folder);
    chmodSync(folder, 0o1777);
    await expect(ensurePrivateDir(folder)).rejects.toMatchObject({
      code: 'KT210',
      hint: `export KEYTURN_HOME='${folder}/keyturn'`,
    });
  });

  test("another user's file is refused", async ({ home }) => {
    test.skip(process.geteuid?.() !== 0, 'only root can make one');
    const path = join(home, 'key.json');
    writeFileSync(path, 'secret', { mode: 0o600 });
    execFileSync('chown', ['12345', path]);
    await expect(readPrivateFile(path)).rejects.toMatchObject({ code: 'KT210', exitCode: 2 });
    await expect(readPrivateFile(path)).rejects.toThrow(/belongs to another user \(uid 12345\)/);
  });

  test('links, folders and pipes are refused at once', async ({ home }) => {
    writeFileSync(join(home, 'real'), 'secret', { mode: 0o600 });
    symlinkSync(join(home, 'real'), join(home, 'link'));
    mkdirSync(join(home, 'folder'), { mode: 0o700 });
    execFileSync('mkfifo', ['-m', '600', join(home, 'pipe')]);
    for (const [name, found] of [
      ['link', 'a symbolic link'],
      ['folder', 'a folder'],
      ['pipe', 'a named pipe'],
    ] as const) {
      await expect(readPrivateFile(join(home, name))).rejects.toMatchObject({ code: 'KT213' });
      await expect(readPrivateFile(join(home, name))).rejects.toThrow(`is ${found},`);
    }
    await expect(appendPrivateLine(join(home, 'link'), 'x')).rejects.toMatchObject({ code: 'KT213' });
    expect(readFileSync(join(home, 'real'), 'utf8')).toBe('secret');
  });

  test('a missing file is no error, a file that is not text is one', async ({ home }) => {
    expect(await readPrivateFile(join(home, 'none'))).toBeUndefined();
    expect(await readPrivateFile(join(home, 'none', 'none'))).toBeUndefined();
    expect(await removePrivateFile(join(home, 'none'))).toBe(false);
    writeFileSync(join(home, 'bytes'), Buffer.from([0xff, 0xfe, 0x00]), { mode: 0o600 });
    await expect(readPrivateFile(join(home, 'bytes'))).rejects.toMatchObject({ code: 'KT216' });
  });

  test('a full disk leaves the old file and no partial one, and is reported', async ({ home }) => {
    const path = join(home, 'key.json');
    await writePrivateFile(path, 'old');
    // The file size limit of the shell simulates a full disk: the kernel refuses the write halfway.
    const script = `
      import { writePrivateFile } from 'lib/private-files.js';
      process.on('SIGXFSZ', () => {});
      const error = await writePrivateFile(process.argv[2], 'x'.repeat(300 * 1024)).catch((error) => error);
      console.log(error.code, error.message, error.state);`;
    const child = runStoreChild(script, [path], { under: ['sh', '-c', 'ulimit -f 64; exec "$@"', 'sh'] });
    expect((await child.ended).output).toMatch(/^KT214 .*key\.json could not be written: .*not changed/);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(home)).toEqual(['key.json']);
  });

  test('the error for a folder that cannot be written gives the reason', async ({ home }) => {
    writeFileSync(join(home, 'file'), '');
    await expect(writePrivateFile(join(home, 'file', 'key.json'), 'x')).rejects.toThrow(/it is a file, not a folder/);
    await expect(writePrivateFile(join(home, 'file', 'a', 'key.json'), 'x')).rejects.toThrow(
      /a part of the path is a file/,
    );
    await expect(writePrivateFile(join(home, 'n'.repeat(300)), 'x')).rejects.toThrow(/path is too long/);
  });

  test('a reader sees the whole old file or the whole new one, even if the writer is killed', async ({ home }) => {
    const path = join(home, 'key.json');
    const size = 200_000;
    await writePrivateFile(path, 'a'.repeat(size));
    const child = runStoreChild(
      `import { writePrivateFile } from 'lib/private-files.js';
       for (let round = 0; ; round++) {
         await writePrivateFile(process.argv[2], 'abcdefghij'[round % 10].repeat(${size}));
         if (round === 20) console.log('busy');
       }`,
      [path],
    );
    await child.printed('busy');
    for (let look = 0; look < 200; look++) {
      const text = (await readPrivateFile(path)) ?? '';
      expect(text.length).toBe(size);
      expect(new Set(text).size).toBe(1);
      if (look === 150) child.process.kill('SIGKILL');
    }
    await child.ended;
    const text = readFileSync(path, 'utf8');
    expect([text.length, new Set(text).size]).toEqual([size, 1]);
  });

  for (const unsettled of [undefined, 'rotation.json']) {
    test(`temporary files of a killed process are removed once they are old; present: ${unsettled ?? 'no rotation'}`, ({
      home,
    }) => {
      const hourAgo = new Date(Date.now() - 3_600_000);
      const isKept = unsettled !== undefined;
      const ended = 4_194_305; // Larger than any real pid.
      const temps = [
        [`.key.json.${ended}.abc.tmp`, hourAgo, false],
        [`.key.json.${ended}.def.tmp`, undefined, true],
        [`.rotation.json.${ended}.ghi.tmp`, hourAgo, isKept],
        [`.rotation.json.${ended}.abc.tmp`, new Date(0), isKept],
        [`.rotation.json.${ended}.def.tmp`, undefined, true],
        ['my.tmp', new Date(0), true],
      ] as const;
      if (unsettled) writeFileSync(join(home, unsettled), '');
      for (const [name, at] of temps) {
        writeFileSync(join(home, name), '');
        if (at) utimesSync(join(home, name), at, at);
      }
      sweepTemps(home);
      expect(temps.map(([name]) => existsSync(join(home, name)))).toEqual(temps.map(([, , stays]) => stays));
      sweepTemps(join(home, 'none'));
    });
  }

  test('an unfinished line does not run into the next one', async ({ home }) => {
    const path = join(home, 'lines');
    await appendPrivateLine(path, 'one');
    writeFileSync(path, 'tw', { flag: 'a' });
    await appendPrivateLine(path, 'three');
    expect(readFileSync(path, 'utf8')).toBe('one\ntw\nthree\n');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultTest, expect, isLong, longTest, pick, test, type DiskFault } from './fault-world.js';

test.describe.configure({ timeout: isLong ? 3_600_000 : 240_000 });

const forced = ['refresh', 'work', '--force', '--method', 'http'];

const kinds: readonly { code: NonNullable<DiskFault['code']>; what: string; short: number }[] = [
  { code: 'ENOSPC', what: 'the disk is full', short: 4 },
  { code: 'EROFS', what: 'the disk becomes read-only', short: 2 },
  { code: 'EIO', what: 'the disk reports an error', short: 2 },
  { code: 'EMFILE', what: 'too many files are open', short: 2 },
];

for (const { code, what, short } of kinds) {
  for (const isLasting of [false, true]) {
    // The short form tests only a disk that fills up and a brief lack of file handles. Neither may lose a key.
    const isShort = code === 'ENOSPC' ? isLasting : code === 'EMFILE' && !isLasting;
    (isShort ? faultTest : longTest)(
      `${what} ${isLasting ? 'from one operation on' : 'at one operation'} (${code})`,
      async ({ world }) => {
        const operations = await world.operations({ plan: 'fail', code }, ...forced);
        // A lasting fault also affects every later operation, so starting it at every third operation is enough.
        const tried = isLasting ? operations.filter(({ at }) => at % 3 === 1) : operations;
        for (const { at, name, path } of pick(tried, short)) {
          await world.trial({
            label: `${code} at operation ${at}${isLasting ? ' and after' : ''} (${name} ${path})`,
            act: () => world.onFaultyDisk({ plan: 'fail', at, code, isLasting }, ...forced),
            exitCodes: [0, 1],
          });
        }
      },
    );
  }
}

faultTest('a renewal succeeds even if its result cannot be recorded', async ({ world }) => {
  const fault = { plan: 'fail', code: 'EIO' } as const;
  const operations = await world.operations(fault, ...forced);
  const recording = operations.filter(({ path }) => path.includes('last-run.json'));
  expect(recording.length, JSON.stringify(operations)).toBeGreaterThan(1);
  for (const { at, name } of recording) {
    const run = await world.trial({
      label: `EIO at the record of the run's end (${name})`,
      act: () => world.onFaultyDisk({ ...fault, at }, ...forced),
      exitCodes: [0],
    });
    expect(run?.stdout).toMatch(/renewed over HTTP/);
  }
});

/** Mounts a small file system on the folder. Returns undefined where mounting is not allowed. */
function mounted(folder: string): { mount(...args: string[]): void; unmount(): void } | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return {
    mount: (...args) => void execFileSync('mount', [...args, folder], { stdio: 'ignore' }),
    unmount: () => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' }),
  };
}

faultTest('a real file system that is full or read-only', async ({ world }) => {
  const store = join(world.home, 'accounts');
  const aside = join(world.home, 'aside');
  mkdirSync(aside, { mode: 0o700 });
  execFileSync('cp', ['-a', `${store}/.`, aside]);
  const disk = mounted(store);
  test.skip(!disk, 'only root may mount a file system');
  if (!disk) return;
  try {
    execFileSync('cp', ['-a', `${aside}/.`, store]);
    const filler = join(store, 'filler');
    const fill = (leaveBytes: number) => {
      for (let bytes = 2 ** 21; bytes >= 512; bytes = Math.floor(bytes / 2)) {
        try {
          writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
        } catch {
          // The disk is full for this size. A smaller block may still fit.
        }
      }
      if (leaveBytes > 0) execFileSync('truncate', ['-s', `-${leaveBytes}`, filler]);
    };
    for (const leaveBytes of pick([0, 4096, 16_384, 32_768, 65_536, 81_920, 98_304], 1)) {
      await world.trial({
        label: `full but for ${leaveBytes} bytes`,
        act: () => {
          fill(leaveBytes);
          return world.cli(...forced);
        },
        mend: () => rmSync(filler),
        exitCodes: [0, 1],
      });
    }
    // The disk fills up between the press and its answer. The space that was reserved before saves the key.
    await world.trial({
      label: 'full at the moment of the rotation',
      act: () => {
        world.wire.onRotate({ kind: 'before-answer' }, () => fill(0));
        return world.cli(...forced);
      },
      mend: () => {
        rmSync(filler);
        world.wire.mend();
      },
      exitCodes: [0],
    });
    await world.trial({
      label: 'read-only',
      act: () => {
        disk.mount('-o', 'remount,ro');
        return world.cli(...forced);
      },
      mend: () => disk.mount('-o', 'remount,rw'),
      exitCodes: [1],
    });
  } finally {
    disk.unmount();
  }
});

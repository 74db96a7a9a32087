import { readdirSync, rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { Encrypter } from 'age-encryption';
import { readIdentityFile } from '../../../../src/store/secrets/identity-file.js';
import { expect, test } from '../temp-home.js';
import {
  decryptHome,
  encryptHome,
  everything,
  filesInTheClear,
  fillHome,
  MemoryKeychain,
  newProcess,
  readHome,
  writePassphrase,
} from './secrets-world.js';
import { longIf } from '../../../support/long-form.js';

// The order of the writes is the point here, and not how long a passphrase takes to guess.
const descriptor = Object.getOwnPropertyDescriptor(Encrypter.prototype, 'setScryptWorkFactor')!;
const setWorkFactor = descriptor.value as (factor: number) => void;
test.beforeAll(() => {
  Encrypter.prototype.setScryptWorkFactor = function () {
    setWorkFactor.call(this, 1);
  };
});
test.afterAll(() => {
  Object.defineProperty(Encrypter.prototype, 'setScryptWorkFactor', descriptor);
});

const real = { rename: fs.rename, unlink: fs.unlink, link: fs.link, open: fs.open };

/** Simulates a kill right before the nth change: nothing on disk changes after it, and there is no clean-up. */
class Death extends Error {
  #changes = 0;
  isDead = false;

  constructor(readonly atChange: number) {
    super('killed');
    const before = (path: unknown) => {
      if (this.isDead) throw this;
      if (!String(path).endsWith('.lock')) this.step();
    };
    Object.assign(fs, {
      rename: (from: string, to: string) => Promise.resolve().then(() => (before(to), real.rename(from, to))),
      unlink: (path: string) => Promise.resolve().then(() => (before(path), real.unlink(path))),
      link: (from: string, to: string) => Promise.resolve().then(() => (before(to), real.link(from, to))),
      open: (...args: Parameters<typeof real.open>) =>
        this.isDead ? Promise.reject(this) : real.open(...args), // prettier-ignore
    });
    syncBuiltinESMExports();
  }

  step(): void {
    if (++this.#changes < this.atChange) return;
    this.isDead = true;
    throw this;
  }

  end(): void {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}

const changes = {
  encryption: {
    run: (home: string) => encryptHome(home, { by: 'keychain' }),
    from: 'plain',
    ends: 'encrypted',
  },
  decryption: { run: (home: string) => decryptHome(home), from: 'encrypted', ends: 'plain' },
  'a change to a passphrase': {
    run: (home: string) =>
      encryptHome(home, { by: 'passphrase', path: writePassphrase(home, 'correct horse battery') }),
    from: 'encrypted',
    ends: 'encrypted',
  },
} as const;

for (const [name, { run, from, ends }] of Object.entries(changes)) {
  test(
    `${name} that is killed before any step loses nothing, and the next one completes it`,
    longIf(name !== 'encryption'),
    async ({ home }) => {
      test.slow();
      const template = join(home, 'template');
      const filled = new MemoryKeychain();
      newProcess(template, filled);
      await fillHome(template);
      if (from === 'encrypted') await encryptHome(template, { by: 'keychain' });

      let steps = 0;
      for (let isDone = false; !isDone; steps += 1) {
        const world = join(home, String(steps));
        // Since Node 22, cpSync applies the umask to the new folder's mode.
        await fs.cp(template, world, { recursive: true });
        const keychain = new MemoryKeychain();
        for (const [key, value] of filled.entries) keychain.entries.set(key, value);
        newProcess(world, keychain);
        const death = new Death(steps + 1);
        keychain.onChange = () => death.step();
        const end = await run(world).catch((error: unknown) => error);
        death.end();
        isDone = !death.isDead;
        if (death.isDead) expect(end).toBe(death);
        keychain.onChange = () => undefined;
        // A dead holder's lock is replaced automatically, but here both holders are the same process.
        for (const file of readdirSync(world, { recursive: true, encoding: 'utf8' })) {
          if (file.endsWith('.lock')) rmSync(join(world, file));
        }

        newProcess(world, keychain);
        expect((await readHome(world)).read, `killed before change ${steps + 1}`).toEqual(everything);
        await (ends === 'plain' ? decryptHome(world) : encryptHome(world, { by: 'keychain' }));
        newProcess(world, keychain);
        expect(await readHome(world)).toEqual({ read: everything, warnings: [] });
        const file = await readIdentityFile(world);
        if (ends === 'encrypted') {
          expect(filesInTheClear(world)).toEqual([]);
          expect(file).toMatchObject({ state: 'on', inKeychain: true, behindPassphrase: [] });
        } else {
          expect(file).toBeUndefined();
          expect(filesInTheClear(world)).toHaveLength(5);
        }
      }
      expect(steps).toBeGreaterThan(5);
    },
  );
}

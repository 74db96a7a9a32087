import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SimulatedClock } from '../simulator/clock.js';
import { startFeishu, type FeishuSimulator } from '../simulator/feishu.js';
import type { KeyturnRun } from '../simulator/keyturn-child.js';
import { PersonAtWindow } from '../simulator/owner.js';
import { test as base } from '../support/browsers.js';
import { expectRun, openKeyturnHome, type KeyturnHome } from '../support/keyturn-home.js';
import { consoles } from './set-up.mjs';
import { jsonAnswer } from '../support/json-answer.js';

export interface ConsoleTestOptions<Server, Owner> {
  /** The console. Its site profile is `NAME.yaml` in this folder. */
  readonly name: keyof typeof consoles;
  readonly start: () => Promise<Server>;
  /** Returns a user of the console. */
  readonly owner: (server: Server) => Promise<Owner>;
  /** Fills in the sign-in form as a person does. */
  readonly fillForm: (person: PersonAtWindow, owner: Owner) => Promise<void>;
}

interface Fixtures<Owner> {
  owner: Owner;
  /** Receives the questions that keyturn asks the owner. */
  feishu: FeishuSimulator;
  keyturn: KeyturnHome;
  /** Runs a command. The owner signs in at the window that it opens. */
  atWindow: (...command: string[]) => Promise<KeyturnRun>;
  /** Adds the account `work` and signs in. `profile` changes the site profile's text. */
  login: (options?: { profile?: (text: string) => string }) => Promise<KeyturnRun>;
}

/**
 * Creates a `test` that runs the built command line against a real console. All tests of a file share one server.
 * They are skipped if the console is not installed.
 */
export async function consoleTest<Server extends { readonly url: string; stop(): Promise<void> }, Owner>(
  options: ConsoleTestOptions<Server, Owner>,
) {
  const test = base.extend<Fixtures<Owner>, { server: Server }>({
    server: [
      async ({}, use) => {
        const server = await options.start();
        await use(server);
        await server.stop();
      },
      { scope: 'worker', timeout: 180_000 },
    ],
    owner: async ({ server }, use) => use(await options.owner(server)),
    feishu: async ({}, use) => {
      const feishu = await startFeishu();
      await use(feishu);
      await feishu.close();
    },
    keyturn: async ({ feishu }, use, testInfo) => {
      const keyturn = await openKeyturnHome({ clock: new SimulatedClock(), feishu }, { hasRealBrowser: true });
      await use(keyturn);
      await keyturn.endAll();
      await keyturn.remove(testInfo);
    },
    atWindow: async ({ keyturn, owner }, use) => {
      const person = new PersonAtWindow({ userDataDir: keyturn.browserFolder('work'), patienceMs: 60_000 });
      await use(async (...command) => {
        const run = keyturn.start(...command);
        await Promise.race([options.fillForm(person, owner), run.ended]);
        await person.leave();
        return run.ended;
      });
      await person.leave();
    },
    login: async ({ server, keyturn, atWindow }, use) =>
      use(async ({ profile: change = (text: string) => text } = {}) => {
        const profile = join(keyturn.home, `${options.name}.yaml`);
        const text = await readFile(new URL(`./${options.name}.yaml`, import.meta.url), 'utf8');
        await writeFile(profile, change(text));
        expectRun(await keyturn.cli('account', 'add', 'work', '--site', profile, '--base-url', server.url), 0);
        return atWindow('login', 'work', '--yes', '--timeout', '90s');
      }),
  });
  const obstacle = await obstacleTo(options.name);
  test.skip(obstacle !== undefined, obstacle ?? '');
  return test;
}

async function obstacleTo(name: keyof typeof consoles): Promise<string | undefined> {
  const wanted = consoles[name];
  const obstacle = await wanted.obstacle();
  if (obstacle !== undefined || wanted.isThere()) return obstacle;
  return `${wanted.title} is not installed: \`npm run test:consoles -- ${name}\` does that`;
}

/** Returns the account's key as `keyturn key` prints it. */
export const keyOf = async (keyturn: KeyturnHome) => (await keyturn.cli('key', 'work')).stdout.trim();

/** Runs `refresh --json` and returns the account's entry with the exit code of the command. */
export async function refresh(keyturn: KeyturnHome, ...flags: string[]): Promise<Record<string, unknown>> {
  const run = await keyturn.cli('refresh', '--json', ...flags);
  const [end] = jsonAnswer('refresh', run).accounts;
  return { ...end, exitCode: run.exitCode };
}

export { expect } from '../support/browsers.js';
export { expectRun } from '../support/keyturn-home.js';

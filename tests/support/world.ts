import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyturnRun } from '../simulator/keyturn-child.js';
import { SimulatedOwner } from '../simulator/owner.js';
import { startSimulator, type Simulator } from '../simulator/simulator.js';
import { expect, test as base } from './browsers.js';
import { expectRun, openKeyturnHome, type KeyturnHome } from './keyturn-home.js';

export const dayMs = 86_400_000;
export const phone = '15100001234';

/** An isolated world for one test: a simulator, a state folder, and the built command line that uses both. */
export interface World extends Omit<KeyturnHome, 'endAll' | 'remove'> {
  readonly simulator: Simulator;
  readonly owner: SimulatedOwner;
  /** Adds an account with a valid session from imported cookies, without a sign-in. */
  addImported(name?: string, options?: { phone?: string; flags?: string[] }): Promise<void>;
  /** Adds an account with a due key that renews with this method only. Its first key comes over HTTP. */
  addDue(method: 'browser' | 'http'): Promise<void>;
  /** Adds an account that nobody has signed in to yet. */
  addWithoutSession(name?: string): Promise<void>;
  /** Adds an account and signs in with the visible browser. */
  signIn(name?: string, options?: { flags?: string[] }): Promise<KeyturnRun>;
}

export interface WorldOptions {
  /** Set this in a test for which the browser's profile or its window is the point. Most take the headless shell. */
  hasRealBrowser: boolean;
  /** Unset this where no message is the point. */
  hasFeishu: boolean;
}

export const test = base.extend<WorldOptions & { world: World }>({
  hasRealBrowser: [false, { option: true }],
  hasFeishu: [true, { option: true }],
  world: async ({ hasRealBrowser, hasFeishu }, use, testInfo) => {
    const simulator = await startSimulator();
    simulator.console.addOwner({ phone });
    const keyturn = await openKeyturnHome(simulator, { hasRealBrowser, hasFeishu });
    const owners: SimulatedOwner[] = [];
    const ownerOf = (account: string) => {
      const owner = new SimulatedOwner({ userDataDir: keyturn.browserFolder(account), simulator });
      owners.push(owner);
      return owner;
    };
    const world: World = {
      ...keyturn,
      simulator,
      owner: ownerOf('work'),
      addImported: async (name = 'work', options = {}) => {
        const number = options.phone ?? phone;
        const isKnown = simulator.console.owners().some((each) => each.phone === number);
        if (!isKnown) simulator.console.addOwner({ phone: number });
        const { cookieHeader, xsrf } = simulator.console.issueSession(number);
        const file = join(keyturn.home, `${name}-secrets.json`);
        await writeFile(file, JSON.stringify({ name: '', cookie: cookieHeader, xsrf }), { mode: 0o600 });
        const { url, apiUrl } = simulator.console;
        const flags = ['--name', name, '--base-url', url, '--probe-url', apiUrl, ...(options.flags ?? [])];
        await world.prepare('account', 'import', file, ...flags);
      },
      addDue: async (method) => {
        await world.addImported('work', { flags: ['--method', method] });
        await world.prepare('refresh', '--method', 'http');
        simulator.clock.advance(4 * dayMs);
      },
      addWithoutSession: async (name = 'work') => {
        const { url, apiUrl } = simulator.console;
        await world.prepare('account', 'add', name, '--base-url', url, '--probe-url', apiUrl);
      },
      signIn: async (name = 'work', options = {}) => {
        await world.addWithoutSession(name);
        const login = world.start('login', name, '--yes', '--timeout', '60s', ...(options.flags ?? []));
        const owner = name === 'work' ? world.owner : ownerOf(name);
        await Promise.race([owner.signIn({ phone }), login.ended]);
        await owner.leave();
        return login.ended;
      },
    };
    await use(world);

    await keyturn.endAll();
    await Promise.all(owners.map((owner) => owner.leave()));
    await simulator.close();
    await keyturn.remove(testInfo);
  },
});

export { expect, expectRun };

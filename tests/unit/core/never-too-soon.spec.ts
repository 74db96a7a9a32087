import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { isTimeDoubtful } from '../../../src/core/is-due.js';
import { renewAccount, type RenewDeps, type RenewOptions } from '../../../src/core/renew-account.js';
import type { ShownExpiry } from '../../../src/core/ports.js';
import { same } from '../../../src/messages/text.js';
import { renewalWorld } from '../../support/fake-console.js';
import { isLong } from '../../support/long-form.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

const iso = (ms: number) => new Date(ms).toISOString();

/** How a console may word the end of a life; `isUsable`: as the design counts it. */
const wordings = {
  good: { isUsable: true, say: (expiresAt: number): ShownExpiry => ({ expiresAt: iso(expiresAt) }) },
  absent: { isUsable: false, say: (): ShownExpiry => ({}) },
  past: { isUsable: false, say: (_: number, madeAt: number): ShownExpiry => ({ expiresAt: iso(madeAt - minute) }) },
  unreadable: { isUsable: false, say: (): ShownExpiry => ({ unreadExpiry: '2026-03-01 ~ 2026-03-08' }) },
};

const lives = fc.oneof(fc.integer({ min: hour, max: 4 * hour }), fc.integer({ min: hour, max: 100 * day }));

const sites = fc.record({
  life: lives,
  lifetimeMs: fc.option(lives, { nil: undefined }),
  everyMs: fc.option(lives, { nil: undefined }),
  hasDate: fc.boolean(),
  showsFullKey: fc.boolean(),
});

const aheads = fc.oneof(
  fc.constantFrom(0, 20 * year, -20 * year, 2 * hour, -2 * hour),
  fc.integer({ min: -110_000, max: 110_000 }),
  fc.integer({ min: -40 * day, max: 40 * day }),
);

const steps = fc.oneof(
  { weight: 8, arbitrary: fc.record({ run: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 6, arbitrary: fc.record({ waitPercent: fc.integer({ min: 0, max: 70 }) }) },
  { weight: 4, arbitrary: fc.record({ aheadMs: aheads }) },
  { weight: 2, arbitrary: fc.record({ wording: fc.constantFrom('good', 'absent', 'past', 'unreadable') }) },
  { weight: 1, arbitrary: fc.record({ press: fc.constantFrom('lost', 'unseen', 'refused', 'refused-unsent') }) },
  { weight: 1, arbitrary: fc.record({ crashAtWrite: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant({ kill: true }) },
);

interface Step {
  readonly run?: number;
  readonly waitPercent?: number;
  readonly aheadMs?: number;
  readonly wording?: keyof typeof wordings;
  readonly press?: 'lost' | 'unseen' | 'refused' | 'refused-unsent';
  readonly crashAtWrite?: number;
  readonly kill?: true;
}
type Site = typeof sites extends fc.Arbitrary<infer S> ? S : never;

const counted = { histories: 0, runs: 0, rotations: 0, ofGoodKeys: 0, wrongClocks: 0, doubts: 0 };

/** Drives the real renewal through one history. Returns the good keys that were replaced too soon. */
async function replacedTooSoon(site: Site, history: readonly Step[]): Promise<string[]> {
  const { clock, console, store, deps, person } = renewalWorld();
  const { life, lifetimeMs, everyMs, hasDate } = site;
  const found: string[] = [];
  let aheadMs = 0;
  let wording: keyof typeof wordings = 'good';
  let madeAt = 0;
  let realLife = Infinity;
  let crashAt: number | undefined;
  person.answer = { kind: 'declined', via: 'card' };
  console.lifeMs = life;
  console.showsFullKey = site.showsFullKey;
  console.says = (expiresAt) => {
    // What the console says later counts, too.
    if (wordings[wording].isUsable) realLife = Math.min(realLife, life);
    return wordings[wording].say(expiresAt, madeAt);
  };
  console.probe = (key) =>
    key === console.key && !console.dead.has(key) ? { verdict: 'valid' } : { verdict: 'invalid', detail: same('434') };
  const issue = console.issue.bind(console);
  console.issue = () => {
    const { current } = store.record;
    const isGood = current !== undefined && current.key === console.key && !console.dead.has(console.key ?? '');
    const age = clock.now - madeAt;
    counted.rotations += 1;
    if (isGood && current.obtainedBy !== 'adopted') {
      counted.ofGoodKeys += 1;
      if (age < 0.4 * realLife) found.push(`after ${age} of ${realLife} ms, with the clock ${aheadMs} ms ahead`);
    }
    madeAt = clock.now;
    realLife = wordings[wording].isUsable ? life : (lifetimeMs ?? everyMs ?? day);
    return issue();
  };

  const crashing = <A extends unknown[]>(write: (...args: A) => Promise<void>) =>
    function crash(...args: A): Promise<void> {
      if (crashAt === 0) return Promise.reject(new Error('killed'));
      crashAt = crashAt === undefined ? undefined : crashAt - 1;
      return write(...args);
    };
  const written = {
    readRecord: store.readRecord,
    readIntent: store.readIntent,
    writeRecord: crashing(store.writeRecord),
    writeIntent: crashing(store.writeIntent),
    removeIntent: crashing(store.removeIntent),
  };
  const options: RenewOptions = { runId: 'run', force: false, dryRun: false, methods: ['http'], lifetimeMs, everyMs };
  const own: RenewDeps = { ...deps, store: written, now: () => clock.now + aheadMs };
  for (const step of history) {
    clock.now += Math.round(((step.waitPercent ?? 0) / 100) * life);
    // Without a `Date`, a clock that is set forward is the same as time that has passed, and the past may seem ahead.
    if (step.aheadMs !== undefined) aheadMs = hasDate ? step.aheadMs : Math.min(aheadMs, step.aheadMs);
    wording = step.wording === 'past' && !hasDate ? 'absent' : (step.wording ?? wording);
    if (step.press) console.answers.splice(0, Infinity, step.press);
    if (step.kill && console.key !== undefined) console.dead.add(console.key);
    crashAt = step.crashAtWrite ?? crashAt;
    for (let run = 0; run < (step.run ?? 0); run += 1) {
      console.clockSkewMs = hasDate ? (Math.abs(aheadMs) > 2 * minute ? aheadMs : 0) : undefined;
      counted.runs += 1;
      if (aheadMs !== 0) counted.wrongClocks += 1;
      if (isTimeDoubtful(store.record, own.now())) counted.doubts += 1;
      await renewAccount(options, own).catch((error: Error) => {
        if (error.message !== 'killed') throw error;
      });
      crashAt = undefined;
    }
  }
  counted.histories += 1;
  return found;
}

test('no good key is replaced unforced within 40 % of its real life', async () => {
  test.setTimeout(isLong ? 900_000 : 30_000);
  const history = fc.array(steps, { minLength: 5, maxLength: 60, size: 'max' });
  const property = fc.asyncProperty(sites, history, async (site, history) => {
    expect(await replacedTooSoon(site, history)).toEqual([]);
  });
  await fc.assert(property, { numRuns: isLong ? 10_000 : 1000 });
  test.info().annotations.push({ type: 'figures', description: JSON.stringify(counted) });
  if (isLong) process.stdout.write(`${JSON.stringify(counted)}\n`);
  // The histories reach what they are about.
  expect(counted.ofGoodKeys).toBeGreaterThan(counted.histories / 2);
  expect(counted.doubts).toBeGreaterThan(counted.histories / 10);
});

import { silentLog } from '../../src/lib/log.js';
import type { Page } from 'playwright';
import { createRedactor } from '../../src/lib/redactor.js';
import type { Challenge } from '../../src/core/outcome.js';
import type { ConsoleReading, ConsoleSession, NewKey, PersonAtBrowser } from '../../src/core/ports.js';
import { SimulatedOwner } from '../simulator/owner.js';
import { startSimulator, type Simulator } from '../simulator/simulator.js';
import { loadSiteProfile } from '../../src/site/load-profile.js';
import { readPage } from '../../src/site/read-page.js';
import { openPageConsole, type PageConsoleOptions } from '../../src/site/page-console.js';
import { resolveProfile, type ResolvedProfile } from '../../src/site/resolve-profile.js';
import { expect, test as base } from '../support/browsers.js';
import { long, longIf } from '../support/long-form.js';

const phone = '15100001234';

interface World {
  simulator: Simulator;
  owner: SimulatedOwner;
  /** Opens the page in the signed-in browser, with short timeouts. */
  open: (options?: Partial<PageConsoleOptions> & { signedIn?: boolean }) => Promise<ConsoleSession>;
}

/* eslint no-empty-pattern: [error, { allowObjectPatternsAsParameters: true }] --
   Playwright requires an object pattern as the first parameter, even an empty one. */
const test = base.extend<World>({
  simulator: async ({}, use) => {
    const simulator = await startSimulator({ weather: { smsResendAfterMs: 0 } });
    await use(simulator);
    await simulator.close();
  },
  owner: async ({ simulator, profile: { userDataDir } }, use) => {
    const owner = new SimulatedOwner({ userDataDir, simulator, patienceMs: 15_000, seesHeadless: true });
    await use(owner);
    await owner.leave();
  },
  open: async ({ simulator, context, page }, use) => {
    await use(async ({ signedIn = true, ...options } = {}) => {
      if (signedIn) {
        const { bxAuth, xsrf } = simulator.console.issueSession(phone);
        await context.addCookies([
          { name: 'BXAuth', value: bxAuth, url: simulator.console.url, httpOnly: true },
          { name: 'XSRF-TOKEN', value: encodeURIComponent(xsrf), url: simulator.console.url },
        ]);
      }
      return openPageConsole({
        profile: await hastyProfile(simulator),
        session: {
          page,
          saveCheckpoint: () => Promise.reject(new Error('not asked for')),
          close: () => Promise.resolve(),
        },
        method: options.person ? 'headed' : 'headless',
        redactor: createRedactor(),
        evidence: () => Promise.resolve({ screenshotPath: 'picture.png' }),
        saveCheckpoint: () => Promise.resolve(),
        onStep: () => undefined,
        log: silentLog,
        ...options,
      });
    });
  },
});

/** Returns the built-in profile with the simulator's address and short timeouts. */
async function hastyProfile(simulator: Simulator): Promise<ResolvedProfile> {
  const profile = resolveProfile(await loadSiteProfile('iflow'), { baseUrl: simulator.console.url });
  const page = profile.page!;
  const hasty = (steps: typeof page.rotate) =>
    steps.map((step) => (step.isOptional ? step : { ...step, timeoutMs: 4000 }));
  const patience = { readyMs: 6000, answerMs: 5000 };
  return {
    ...profile,
    page: { ...page, rotate: hasty(page.rotate), create: page.create && hasty(page.create), patience },
  };
}

const truth = (simulator: Simulator) => simulator.console.truth(phone);

/** Hooks that record the order of events, each with the console's number of rotations. */
function hooks(simulator: Simulator) {
  const events: string[] = [];
  const note = (what: string) => {
    events.push(`${what} after ${truth(simulator).rotations} rotations`);
    return Promise.resolve();
  };
  return { events, beforePress: () => note('press'), onKey: (key: NewKey) => note(`key ${key.key}`) };
}

async function read(session: ConsoleSession): Promise<ConsoleReading> {
  const reading = await session.read();
  if (!reading.ok) throw new Error(`${reading.failure.kind}: ${reading.failure.detail.en}`);
  return reading.value;
}

function person(seconds = 60): PersonAtBrowser & { readonly seen: (Challenge | 'cleared')[] } {
  const seen: (Challenge | 'cleared')[] = [];
  return {
    seen,
    deadlineAt: Date.now() + seconds * 1000,
    onNeeded: (challenge) => void seen.push(challenge),
    onCleared: () => void seen.push('cleared'),
  };
}

test('an account without a key gets its first one', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone });
  const session = await open();
  const order = hooks(simulator);
  const current = await read(session);
  expect(current).toMatchObject({ hasKey: false });
  const { currentKey } = truth(simulator);
  expect(currentKey).toBeUndefined();
  const result = await session.rotate(current, order);
  expect(result).toMatchObject({ ok: true, value: { key: truth(simulator).currentKey } });
  expect(order.events).toEqual(['press after 0 rotations', `key ${truth(simulator).currentKey} after 1 rotations`]);
});

for (const confirmDialog of [false, true]) {
  test(`a key is reset ${confirmDialog ? 'through' : 'without'} a confirm dialog`, async ({ simulator, open }) => {
    simulator.console.addOwner({ phone, key: 'existing', keyAgeMs: 86_400_000 });
    simulator.console.weather.set({ confirmDialog });
    const old = truth(simulator);
    const session = await open();
    const current = await read(session);
    expect(current).toMatchObject({ hasKey: true, mask: expect.stringContaining('*') });
    expect(Math.abs(Date.parse(current.expiresAt ?? '') - Date.parse(old.expiresAt ?? ''))).toBeLessThan(60_000);
    const order = hooks(simulator);
    const result = await session.rotate(current, order);
    const { currentKey, rotations } = truth(simulator);
    expect(result).toMatchObject({ ok: true, value: { key: currentKey } });
    expect(rotations).toBe(1);
    expect(currentKey).not.toBe(old.currentKey);
    expect(order.events).toEqual(['press after 0 rotations', `key ${currentKey} after 1 rotations`]);
  });
}

for (const [what, weather] of [
  ['only in the answer', { keyShownAfterRotate: 'answer' }],
  ['only on the page', { keyShownAfterRotate: 'page' }],
  ['under other names in the answer', { drift: 'fields' }],
] as const) {
  test(`a new key shown ${what} is read`, async ({ simulator, open }) => {
    simulator.console.addOwner({ phone, key: 'existing' });
    simulator.console.weather.set(weather);
    const session = await open();
    const current = await read(session);
    expect(current).toMatchObject({ hasKey: true, mask: expect.stringContaining('*') });
    const result = await session.rotate(current, hooks(simulator));
    expect(result).toMatchObject({ ok: true, value: { key: truth(simulator).currentKey } });
    const { expiresAt } = result.ok ? result.value : {};
    expect(Math.abs(Date.parse(expiresAt ?? '') - Date.parse(truth(simulator).expiresAt ?? ''))).toBeLessThan(60_000);
  });
}

test('a key that the console shows in full is read in full', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ fullKeyOnGet: true });
  const session = await open();
  const current = await read(session);
  expect(current.key).toBe(truth(simulator).currentKey);
  const result = await session.rotate(current, hooks(simulator));
  expect(result).toMatchObject({ ok: true, value: { key: truth(simulator).currentKey } });
});

test('a key is read from text, from a field and from a custom element', async ({ simulator, page }) => {
  const profile = await hastyProfile(simulator);
  const key = `sk-${'0123456789abcdef'.repeat(2)}`;
  for (const shown of [
    `<b class="value">${key}</b>`,
    `<input class="value" value="${key}" disabled>`,
    `<copy-field class="value" style="display: block; height: 9px"></copy-field>
     <script>document.querySelector('copy-field').value = '${key}';</script>`,
  ]) {
    await page.setContent(shown);
    expect(await readPage({ page, profile, section: profile.page! })).toMatchObject({ hasKey: true, key });
  }
});

test('a slow page is waited for', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ renderDelayMs: 3500 });
  expect(await read(await open())).toMatchObject({ hasKey: true });
});

test('a dry run stops before the press', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone });
  const session = await open();
  const found = await session.dryRun(await read(session));
  expect(found).toMatchObject({ ok: true, value: { en: expect.stringContaining('同意协议并生成') } });
  expect(truth(simulator).rotations).toBe(0);
  expect(simulator.console.requests().filter(({ method }) => method === 'POST')).toEqual([]);
});

test('a dry run skips a missing optional step and stops before the next rotating one', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone });
  const profile = await hastyProfile(simulator);
  const [show, make] = profile.page!.create!;
  const absent = { ...make!, isOptional: true, targets: [{ text: ['不存在'] }], timeoutMs: 500 };
  const session = await open({ profile: { ...profile, page: { ...profile.page!, create: [show!, absent, make!] } } });
  expect(await session.dryRun(await read(session))).toMatchObject({
    ok: true,
    value: { en: expect.stringContaining('step 3 of 3') },
  });
  expect(truth(simulator).rotations).toBe(0);
});

test('a dry run stops before the first click if any step may rotate', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone });
  const profile = await hastyProfile(simulator);
  const create = profile.page!.create!.map((step) => ({ ...step, mayRotate: true }));
  const session = await open({ profile: { ...profile, page: { ...profile.page!, create } } });
  expect(await session.dryRun(await read(session))).toMatchObject({
    ok: true,
    value: { en: expect.stringContaining('step 1 of 2') },
  });
});

test('an expired session is reported as signed out, with evidence', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  const session = await open();
  simulator.console.expireSessions();
  const reading = await session.read();
  expect(reading).toMatchObject({
    ok: false,
    failure: { kind: 'signed-out', challenge: { kind: 'login' }, evidence: { screenshotPath: 'picture.png' } },
  });
  expect(JSON.stringify(reading)).not.toContain(phone);
});

for (const where of ['dialog', 'page'] as const) {
  test(`a reset stopped by a slider as a ${where} is reported as not sent`, async ({ simulator, open }) => {
    simulator.console.addOwner({ phone, key: 'existing' });
    simulator.console.weather.set({ captcha: { where, on: 'rotate', nth: 1 } });
    const session = await open();
    const current = await read(session);
    const result = await session.rotate(current, hooks(simulator));
    expect(result).toMatchObject({
      ok: false,
      sent: 'no',
      failure: { kind: 'challenge', challenge: { kind: 'captcha' }, evidence: { screenshotPath: 'picture.png' } },
    });
    expect(truth(simulator).rotations).toBe(0);
  });

  for (const after of ['reissue', 'lost'] as const) {
    test(
      `a reset resumes after the person solves a slider as a ${where} (${after})`,
      longIf(where === 'page' || after === 'lost'),
      async ({ simulator, open, owner }) => {
        simulator.console.addOwner({ phone, key: 'existing' });
        simulator.console.weather.set({ captcha: { where, on: 'rotate', nth: 1, after } });
        const there = person();
        const session = await open({ person: there });
        const current = await read(session);
        const order = hooks(simulator);
        const [result] = await Promise.all([session.rotate(current, order), owner.dragSlider()]);
        const { currentKey, rotations } = truth(simulator);
        expect(result).toMatchObject({ ok: true, value: { key: currentKey } });
        expect(rotations).toBe(1);
        expect(there.seen).toMatchObject([{ kind: 'captcha' }, 'cleared']);
        expect(order.events.at(-1)).toBe(`key ${currentKey} after 1 rotations`);
        expect(order.events.filter((event) => event.startsWith('press'))).toHaveLength(after === 'lost' ? 2 : 1);
      },
    );
  }
}

test('a slider in place of the page is a challenge', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ captcha: { where: 'page', on: 'visit', nth: 1 } });
  expect(await (await open()).read()).toMatchObject({
    ok: false,
    failure: { kind: 'challenge', challenge: { kind: 'captcha' } },
  });
});

test('a reset stopped by an SMS code prompt is reported as not sent', async ({ simulator, open, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ smsOnReset: true });
  const session = await open();
  expect(await session.rotate(await read(session), hooks(simulator))).toMatchObject({
    ok: false,
    sent: 'no',
    failure: { kind: 'challenge', challenge: { kind: '2fa' } },
  });
  // The button has the same name as the confirm dialog's button, but must not be pressed without a code.
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByText('请输入 6 位验证码')).toHaveCount(0);
});

for (const smsInput of ['single', 'boxes'] as const) {
  test(`a reset resumes after the person types the SMS code (${smsInput})`, async ({ simulator, open, owner }) => {
    simulator.console.addOwner({ phone, key: 'existing' });
    simulator.console.weather.set({ smsOnReset: true, smsInput });
    const there = person();
    const session = await open({ person: there });
    const current = await read(session);
    const rotating = session.rotate(current, hooks(simulator));
    await expect.poll(() => simulator.console.smsCount(phone)).toBe(1);
    const [result] = await Promise.all([rotating, owner.typeSmsCode({ phone })]);
    expect(result).toMatchObject({ ok: true, value: { key: truth(simulator).currentKey } });
    expect(there.seen).toMatchObject([{ kind: '2fa' }, 'cleared']);
    expect(truth(simulator).rotations).toBe(1);
  });
}

test('the key page is read after the person signs in', async ({ simulator, open, owner }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  const there = person();
  const session = await open({ person: there, signedIn: false });
  const [reading] = await Promise.all([session.read(), owner.signIn({ phone })]);
  expect(reading).toMatchObject({ ok: true, value: { hasKey: true } });
  expect(there.seen).toMatchObject([{ kind: 'login' }, 'cleared']);
});

test('waiting for a person ends at the deadline', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  const session = await open({ person: person(3), signedIn: false });
  expect(await session.read()).toMatchObject({ ok: false, failure: { kind: 'signed-out' } });
});

test('after a cut-off answer the key may have been rotated', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  // When a reused connection is cut without an answer, Chromium repeats the request, even a POST. It gives up
  // after three attempts.
  simulator.console.weather.set({ dropAnswerAfterRotate: { next: 9 } });
  const session = await open();
  const current = await read(session);
  const result = await session.rotate(current, hooks(simulator));
  expect(result).toMatchObject({ ok: false, sent: 'maybe', failure: { kind: 'unreachable' } });
  expect(truth(simulator).rotations).toBeGreaterThan(0);
  expect((await read(session)).mask).not.toBe(current.mask);
});

for (const drift of ['button', 'layout'] as const) {
  test(
    `a changed page (${drift}) is drift, with a picture of the page as evidence`,
    longIf(drift === 'layout'),
    async ({ simulator, open }) => {
      simulator.console.addOwner({ phone, key: 'existing' });
      simulator.console.weather.set({ drift });
      const reading = await (await open()).read();
      expect(reading).toMatchObject({
        ok: false,
        failure: { kind: 'drift', evidence: { screenshotPath: 'picture.png' } },
      });
      expect(JSON.stringify(reading)).not.toContain(phone);
    },
  );
}

test('the failure names the number of a step whose element is missing', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone });
  const profile = await hastyProfile(simulator);
  const create = profile.page!.create!.map((step, index) =>
    index === 1 ? { ...step, targets: [{ text: ['同意'] }], timeoutMs: 1000 } : step,
  );
  const session = await open({ profile: { ...profile, page: { ...profile.page!, create } } });
  const result = await session.rotate(await read(session), hooks(simulator));
  expect(result).toMatchObject({
    ok: false,
    sent: 'no',
    failure: {
      kind: 'drift',
      detail: { en: expect.stringMatching(/^step 2 of 2 \(click "同意"\).*同意协议并生成/s) },
    },
  });
});

/** Lays a notice over the page. */
const cover = (page: Page, closes: 'by its button' | 'with Escape') =>
  page.evaluate((way) => {
    const layer = document.createElement('div');
    layer.setAttribute('style', 'position:fixed;inset:0;background:#0003;z-index:9');
    layer.innerHTML = '<p>欢迎使用新版控制台</p><button>我知道了</button>';
    layer.querySelector('button')!.onclick = () => layer.remove();
    document.body.append(layer);
    if (way === 'with Escape') addEventListener('keydown', ({ key }) => key === 'Escape' && layer.remove());
  }, closes);

test('a notice over the page that Escape does not close asks for a person', long, async ({ simulator, open, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  const session = await open();
  const current = await read(session);
  await cover(page, 'with Escape');
  expect(await session.rotate(current, hooks(simulator))).toMatchObject({ ok: true });
  const again = await read(session);
  await cover(page, 'by its button');
  expect(await session.rotate(again, hooks(simulator))).toMatchObject({
    ok: false,
    sent: 'no',
    failure: { kind: 'challenge', challenge: { kind: 'overlay', byLooks: true } },
  });
  const dismissing = await open({ dismissed: [{ kind: 'overlay', page: '/profile' }] });
  const third = await read(dismissing);
  await cover(page, 'by its button');
  expect(await dismissing.rotate(third, hooks(simulator))).toMatchObject({ ok: false, failure: { kind: 'drift' } });
  expect(truth(simulator).rotations).toBe(1);
});

test('the press is made once the person has closed a notice', async ({ simulator, open, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  const there = person();
  const session = await open({ person: there });
  const current = await read(session);
  await cover(page, 'by its button');
  const rotating = session.rotate(current, hooks(simulator));
  await expect.poll(() => there.seen, { timeout: 20_000 }).toMatchObject([{ kind: 'overlay' }]);
  await page.getByText('我知道了').click();
  expect(await rotating).toMatchObject({ ok: true });
  expect(there.seen).toMatchObject([{ kind: 'overlay' }, 'cleared']);
  expect(truth(simulator).rotations).toBe(1);
});

test('a native confirm dialog after the press is accepted', async ({ simulator, open, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  const session = await open();
  const current = await read(session);
  await page.evaluate(() => {
    const button = document.querySelector('#reset');
    button?.addEventListener('click', (event) => confirm('重置？') || event.stopImmediatePropagation(), {
      capture: true,
    });
  });
  expect(await session.rotate(current, hooks(simulator))).toMatchObject({ ok: true });
});

for (const [what, weather, kind] of [
  ['a closed service', { gone: true }, 'gone'],
  ['a page that the server cannot deliver', { status500: { next: 9 } }, 'unreachable'],
  ['an overloaded endpoint', { overloaded: { next: 9 } }, 'unreachable'],
  ['a refusing risk control', { captcha: { where: 'dialog', on: 'read', nth: 1, action: 'deny' } }, 'refused'],
] as const) {
  test(`${what} ends as ${kind}`, longIf(kind === 'unreachable'), async ({ simulator, open }) => {
    simulator.console.addOwner({ phone, key: 'existing' });
    simulator.console.weather.set(weather);
    expect(await (await open()).read()).toMatchObject({ ok: false, failure: { kind } });
  });
}

test('a console that does not listen is unreachable', async ({ simulator, open }) => {
  const session = await open();
  await simulator.console.close();
  expect(await session.read()).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
});

test.describe(() => {
  test.use({ hasOwnBrowser: true });

  test('if the browser closes after the press, the key may have been rotated', async ({ simulator, open, context }) => {
    simulator.console.addOwner({ phone, key: 'existing' });
    simulator.console.weather.set({ hang: { next: 1, on: 'rotate' } });
    const session = await open();
    const current = await read(session);
    const rotating = session.rotate(current, hooks(simulator));
    await expect.poll(() => simulator.console.requests().some(({ method }) => method === 'POST')).toBe(true);
    await context.close();
    expect(await rotating).toMatchObject({ ok: false, sent: 'maybe', failure: { kind: 'unreachable' } });
  });
});

test('an aborted run rejects with the reason', async ({ simulator, open }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ renderDelayMs: 60_000 });
  const controller = new AbortController();
  const session = await open({ signal: controller.signal });
  const reading = session.read();
  await expect.poll(() => simulator.console.requests().length).toBeGreaterThan(0);
  controller.abort(new Error('Ctrl-C'));
  await expect(reading).rejects.toThrow('Ctrl-C');
});

/** Adds an element that looks like an unsolved slider in front of a working page. */
const decoy = `addEventListener('DOMContentLoaded', () => {
  const box = document.createElement('div');
  box.className = 'nc-container nc_wrapper';
  box.setAttribute('role', 'dialog');
  box.style.cssText = 'position:fixed;left:calc(50% - 150px);top:calc(20% - 20px);width:300px;height:40px;background:#ddd;z-index:9';
  box.innerHTML = '<div class="nc_scale" style="height:34px"><span class="btn_slide" style="display:block;width:40px;height:34px;background:#888">»</span>请按住滑块，拖动到最右边</div>';
  document.body.append(box);
});`;

test('a run ignores a challenge that the person dismissed as a false alarm', async ({ simulator, open, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  await page.addInitScript(decoy);
  const stopped = await (await open()).read();
  expect(stopped).toMatchObject({
    ok: false,
    failure: { kind: 'challenge', challenge: { kind: 'captcha', byLooks: true } },
  });
  expect(stopped.ok || stopped.failure.detail.en).toBe('a slider CAPTCHA (baxia-nc) on /profile');

  const session = await open({ dismissed: [{ kind: 'captcha', page: '/profile' }] });
  const current = await read(session);
  const { beforePress, onKey } = hooks(simulator);
  expect(await session.rotate(current, { beforePress, onKey })).toMatchObject({ ok: true });
  expect(truth(simulator).rotations).toBe(1);
});

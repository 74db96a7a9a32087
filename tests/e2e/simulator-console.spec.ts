import path from 'node:path';
import { SimulatedOwner } from '../simulator/owner.js';
import { startSimulator, type ConsoleKind, type Simulator } from '../simulator/simulator.js';
import { expect, openContext, test as base, type BrowserContext, type Page } from '../support/browsers.js';
import { long, longIf } from '../support/long-form.js';

const phone = '15100001234';

interface World {
  kind: ConsoleKind;
  simulator: Simulator;
  owner: SimulatedOwner;
}

/* eslint no-empty-pattern: [error, { allowObjectPatternsAsParameters: true }] --
   Playwright requires an object pattern as the first parameter, even an empty one. */
const test = base.extend<World>({
  kind: ['one-key', { option: true }],
  simulator: async ({ kind }, use) => {
    const simulator = await startSimulator({ kind, weather: { smsResendAfterMs: 0 } });
    await use(simulator);
    await simulator.close();
  },
  owner: async ({ simulator, profile: { userDataDir } }, use) => {
    const owner = new SimulatedOwner({ userDataDir, simulator, patienceMs: 10_000, seesHeadless: true });
    await use(owner);
    await owner.leave();
  },
});

/** Adds the cookies that the sign-in page would set. */
async function signInQuietly(simulator: Simulator, context: BrowserContext): Promise<void> {
  const { bxAuth, xsrf } = simulator.console.issueSession(phone);
  await context.addCookies([
    { name: 'BXAuth', value: bxAuth, url: simulator.console.url, httpOnly: true },
    { name: 'XSRF-TOKEN', value: encodeURIComponent(xsrf), url: simulator.console.url },
  ]);
}

const keyPage = (simulator: Simulator) => `${simulator.console.url}/profile?tab=apiKey`;
const truth = (simulator: Simulator) => simulator.console.truth(phone);

async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SIMULATOR_SHOTS)
    await page.screenshot({ path: path.join(process.env.SIMULATOR_SHOTS, `${name}.png`) });
}

async function chat(simulator: Simulator, key: string): Promise<unknown> {
  const answer = await fetch(`${simulator.console.apiUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'qwen3-coder-plus', messages: [{ role: 'user', content: 'hi' }] }),
  });
  return answer.json();
}

test('an owner signs in by phone and SMS and makes the first key', async ({ simulator, page, owner }) => {
  await page.goto(keyPage(simulator));
  await expect(page).toHaveURL(/\/login\?redirect=/);
  await shot(page, 'login');
  await owner.signIn({ phone });
  await expect(page.getByText('151****1234').first()).toBeVisible();
  await shot(page, 'no-key');
  await page.getByText('创建API密钥', { exact: true }).click();
  await expect(page.getByRole('button', { name: '同意协议并生成' })).toBeVisible();
  await shot(page, 'create-dialog');
  await owner.confirmDialog();
  await expect.poll(() => truth(simulator).currentKey).toBeDefined();
  await expect(page.locator('[class*="value"]')).toHaveText(truth(simulator).currentKey!);
  await shot(page, 'fresh-key');
  expect(await chat(simulator, truth(simulator).currentKey ?? '')).toMatchObject({ object: 'chat.completion' });
});

test('a reset invalidates the old key at once, after a confirm dialog if one is configured', async ({
  simulator,
  context,
  page,
  owner,
}) => {
  const before = simulator.console.addOwner({ phone, key: 'existing' }).currentKey ?? '';
  simulator.console.weather.set({ confirmDialog: true });
  await signInQuietly(simulator, context);
  await page.goto(keyPage(simulator));
  await expect(page.locator('[class*="value"]')).toHaveText(/^sk-\S{2}\*{4}\S{4}$/);
  await shot(page, 'masked-key');
  await page.getByText('重置API密钥').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await shot(page, 'confirm-dialog');
  expect(truth(simulator).rotations).toBe(0);
  await owner.confirmDialog();
  await expect.poll(() => truth(simulator).deadKeys).toEqual([before]);
  expect(await chat(simulator, before)).toMatchObject({ status: '434', body: null });
});

for (const where of ['dialog', 'page'] as const) {
  test(
    `a reset continues after a slider as a ${where} is dragged to the end`,
    longIf(where === 'page'),
    async ({ simulator, context, page, owner }) => {
      simulator.console.addOwner({ phone, key: 'existing' });
      simulator.console.weather.set({ captcha: { where, on: 'rotate', nth: 1, rejectFirst: 1 } });
      await signInQuietly(simulator, context);
      await page.goto(keyPage(simulator));
      await page.getByText('重置API密钥').click();
      const slider = where === 'dialog' ? page.frameLocator('#baxia-dialog-content') : page;
      await expect(slider.locator('.btn_slide')).toBeVisible();
      await shot(page, `slider-${where}`);
      expect(truth(simulator).rotations).toBe(0);
      expect(await owner.dragSlider()).toBe(2);
      await expect.poll(() => truth(simulator).rotations).toBe(1);
      await expect(page.locator('[class*="value"]')).toHaveText(truth(simulator).currentKey ?? '');
      await shot(page, `after-slider-${where}`);
    },
  );
}

test('a slider rejects a jump to the end, an early release and synthetic events', async ({
  simulator,
  context,
  page,
}) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ captcha: { where: 'page', on: 'visit', nth: 1 } });
  await signInQuietly(simulator, context);
  await page.goto(keyPage(simulator));
  const handle = page.locator('.btn_slide');
  const grip = await handle.boundingBox();
  expect(grip).not.toBeNull();
  const at = { x: (grip?.x ?? 0) + 20, y: (grip?.y ?? 0) + 20 };
  await handle.evaluate((node, { x, y }) => {
    for (const type of ['pointerdown', 'pointermove', 'pointerup']) {
      node.dispatchEvent(
        new PointerEvent(type, { clientX: type === 'pointerdown' ? x : x + 400, clientY: y, bubbles: true }),
      );
    }
  }, at);
  await expect(handle).toHaveCSS('left', '0px');
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 100, at.y, { steps: 12 });
  await page.mouse.up();
  await expect(handle).toHaveCSS('left', '0px');
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 400, at.y);
  await page.mouse.up();
  await expect(page.locator('.errloading')).toContainText('验证失败');
  await shot(page, 'slider-failed');
});

test('a touch drag passes the slider too', async ({ simulator, context, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ captcha: { where: 'page', on: 'visit', nth: 1 } });
  await signInQuietly(simulator, context);
  await page.goto(keyPage(simulator));
  const grip = await page.locator('.btn_slide').boundingBox();
  const y = (grip?.y ?? 0) + 20;
  const x = (grip?.x ?? 0) + 20;
  const devtools = await context.newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', toX?: number) =>
    devtools.send('Input.dispatchTouchEvent', { type, touchPoints: toX === undefined ? [] : [{ x: toX, y }] });
  await touch('touchStart', x);
  for (let moved = 8; moved <= 280; moved += 8) await touch('touchMove', x + moved);
  await touch('touchEnd');
  await expect(page.getByText('重置API密钥')).toBeVisible();
});

test('a request lost to the slider has to be made again', long, async ({ simulator, context, page, owner }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'lost' } });
  await signInQuietly(simulator, context);
  await page.goto(keyPage(simulator));
  await owner.press('重置API密钥');
  await owner.dragSlider();
  await expect(page.getByText('验证通过，请重新操作')).toBeVisible();
  expect(truth(simulator).rotations).toBe(0);
  await owner.press('重置API密钥');
  await expect.poll(() => truth(simulator).rotations).toBe(1);
});

test('a reset that risk control interrupted is not repeated by a later visit', async ({ simulator, context, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ captcha: { where: 'page', on: 'rotate', nth: 1 } });
  await signInQuietly(simulator, context);
  await page.goto(keyPage(simulator));
  await page.getByText('重置API密钥').click();
  await expect(page.locator('.btn_slide')).toBeVisible();
  simulator.console.weather.set({ captcha: null });
  await page.goto(keyPage(simulator));
  await expect(page.getByText('重置API密钥')).toBeVisible();
  const info = page.waitForResponse((answer) => answer.url().endsWith('/api/openapi/apikey'));
  await page.reload();
  await info;
  await expect(page.getByText('重置API密钥')).toBeVisible();
  expect(truth(simulator).rotations).toBe(0);
});

for (const smsInput of ['single', 'boxes'] as const) {
  test(`a reset with an SMS code accepts only the right, unexpired code (${smsInput})`, async ({
    simulator,
    context,
    page,
    owner,
  }) => {
    simulator.console.addOwner({ phone, key: 'existing' });
    simulator.console.weather.set({ smsOnReset: true, smsInput });
    await signInQuietly(simulator, context);
    await page.goto(keyPage(simulator));
    await owner.press('重置API密钥');
    await expect(page.getByRole('dialog', { name: '安全验证' })).toBeVisible();
    await shot(page, `sms-${smsInput}`);
    const right = await expect
      .poll(() => simulator.console.smsCodeFor(phone))
      .not.toBeUndefined()
      .then(() => simulator.console.smsCodeFor(phone));
    await owner.typeSmsCode({ phone, code: right === '000000' ? '111111' : '000000' });
    await expect(page.getByText('验证码错误')).toBeVisible();
    simulator.clock.advance(6 * 60_000);
    await page.getByRole('dialog').locator('input').first().click();
    for (const input of await page.getByRole('dialog').locator('input').all()) await input.fill('');
    await owner.typeSmsCode({ phone });
    await expect(page.getByText('验证码已过期')).toBeVisible();
    expect(truth(simulator).rotations).toBe(0);
    await page.getByRole('button', { name: '重新发送' }).click();
    await expect.poll(() => simulator.console.smsCount(phone)).toBe(2);
    for (const input of await page.getByRole('dialog').locator('input').all()) await input.fill('');
    await owner.typeSmsCode({ phone });
    await expect.poll(() => truth(simulator).rotations).toBe(1);
  });
}

test.describe(() => {
  test.use({ hasOwnBrowser: true });

  test(
    'a sign-in kept in localStorage needs no login cookie and survives a browser restart',
    long,
    async ({ simulator, profile: { userDataDir }, context, page, owner }) => {
      simulator.console.weather.set({ login: 'localStorage' });
      simulator.console.addOwner({ phone, key: 'existing' });
      await page.goto(keyPage(simulator));
      await owner.signIn({ phone });
      await expect(page.getByText('重置API密钥')).toBeVisible();
      expect((await context.cookies()).map((cookie) => cookie.name)).toEqual(['XSRF-TOKEN']);
      await context.close();
      const again = await openContext(userDataDir);
      try {
        const reopened = await again.newPage();
        await reopened.goto(keyPage(simulator));
        await reopened.getByText('重置API密钥').click();
        await expect.poll(() => truth(simulator).rotations).toBe(1);
      } finally {
        await again.close();
      }
    },
  );

  for (const cookie of ['session', 'persistent'] as const) {
    test(
      `a sign-in by a ${cookie} cookie ${cookie === 'session' ? 'ends with' : 'outlives'} the browser`,
      long,
      async ({ simulator, profile: { userDataDir }, context, page, owner }) => {
        simulator.console.weather.set({ cookie });
        await page.goto(keyPage(simulator));
        await owner.signIn({ phone });
        await expect(page.getByText('创建API密钥')).toBeVisible();
        await context.close();
        const again = await openContext(userDataDir);
        try {
          const reopened = await again.newPage();
          await reopened.goto(keyPage(simulator));
          await expect(reopened.getByText(cookie === 'session' ? '手机号登录' : '创建API密钥').first()).toBeVisible();
        } finally {
          await again.close();
        }
      },
    );
  }
});

test('the simulated owner does not act in a headless browser', async ({
  simulator,
  profile: { userDataDir },
  page,
}) => {
  await page.goto(keyPage(simulator));
  const blind = new SimulatedOwner({ userDataDir, simulator, patienceMs: 1500 });
  await expect(blind.signIn({ phone })).rejects.toThrow('no browser window');
  expect(simulator.console.smsCount(phone)).toBe(0);
  await blind.leave();
});

test('a replayed request is refused while the page still works', async ({ simulator, context, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ replayRefused: true });
  const { cookieHeader } = simulator.console.issueSession(phone);
  const replay = await fetch(`${simulator.console.url}/api/openapi/apikey`, { headers: { cookie: cookieHeader } });
  expect(JSON.stringify(await replay.json())).toContain('RGV587_ERROR');
  await signInQuietly(simulator, context);
  await page.goto(keyPage(simulator));
  await page.getByText('重置API密钥').click();
  await expect.poll(() => truth(simulator).rotations).toBe(1);
});

test('each changed console shows its new texts', async ({ simulator, context, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  await signInQuietly(simulator, context);
  simulator.console.weather.set({ drift: 'button' });
  await page.goto(keyPage(simulator));
  await expect(page.getByText('更换访问令牌')).toBeVisible();
  await shot(page, 'drift-button');
  simulator.console.weather.set({ drift: 'layout' });
  await page.reload();
  await expect(page.getByText('访问凭证')).toBeVisible();
  await shot(page, 'drift-layout');
  simulator.console.weather.set({ gone: true });
  await page.reload();
  await expect(page.getByText('已停止服务')).toBeVisible();
  await shot(page, 'gone');
});

test('a key can be shown on the page and not in the answer', async ({ simulator, context, page }) => {
  simulator.console.addOwner({ phone, key: 'existing' });
  simulator.console.weather.set({ keyShownAfterRotate: 'page' });
  await signInQuietly(simulator, context);
  await page.goto(keyPage(simulator));
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/api/openapi/apikey')),
    page.getByText('重置API密钥').click(),
  ]);
  const key = truth(simulator).currentKey ?? '';
  expect(await answer.text()).not.toContain(key);
  await expect(page.locator('[class*="value"]')).toHaveText(key);
});

test.describe(() => {
  test.use({ kind: 'several-keys' });
  const shownKey = (page: Page) => page.getByRole('dialog', { name: 'Your new API key' }).locator('input');

  test('one of several keys is shown once, requires the password, and can be deleted', async ({
    simulator,
    context,
    page,
    owner,
  }) => {
    const { currentKey: older = '' } = simulator.console.addOwner({ phone, key: 'existing' });
    simulator.console.weather.set({ passwordOnRotate: true });
    await signInQuietly(simulator, context);
    await page.goto(keyPage(simulator));
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByLabel('Name').fill('work');
    await page.getByLabel('Expires').selectOption('30 days');
    await shot(page, 'several-create');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await owner.typePassword({ password: 'wrong' });
    await expect(page.getByText('That password is not right.')).toBeVisible();
    await shot(page, 'several-password');
    expect(truth(simulator).rotations).toBe(0);
    await page.locator('input[type=password]').fill('');
    await owner.typePassword();
    await expect.poll(() => truth(simulator).rotations).toBe(1);
    await expect(shownKey(page)).toHaveValue(truth(simulator).keys[1]?.value ?? 'no key was made');
    await expect(page.getByRole('row').nth(1)).toContainText('work');
    await shot(page, 'several-shown-once');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await expect(page.getByRole('row')).toHaveCount(3);
    await shot(page, 'several-list');
    const key = truth(simulator).currentKey ?? '';
    expect(await page.content()).not.toContain(key);
    for (const alive of [older, key]) expect(await chat(simulator, alive)).toMatchObject({ object: 'chat.completion' });
    await page.getByRole('row').nth(1).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => truth(simulator).deadKeys).toEqual([key]);
    await expect(page.getByRole('row')).toHaveCount(2);
  });

  test(
    'one of several keys can be shown on the page only, or nowhere',
    long,
    async ({ simulator, context, page, owner }) => {
      simulator.console.addOwner({ phone });
      simulator.console.weather.set({
        keyShownAfterRotate: 'page',
        keyExpiry: 'none',
        captcha: { where: 'page', on: 'rotate', nth: 1 },
      });
      await signInQuietly(simulator, context);
      await page.goto(keyPage(simulator));
      await expect(page.getByText('No API keys yet.')).toBeVisible();
      const create = async () => {
        await page.getByRole('button', { name: 'Create key' }).click();
        await page.getByLabel('Name').fill('work');
        await expect(page.getByLabel('Expires')).toHaveCount(0);
        await page.getByRole('button', { name: 'Create', exact: true }).click();
      };
      await create();
      // Risk control replaces the whole page. After the slider, the request continues with the name that was typed.
      await owner.dragSlider();
      await expect(shownKey(page)).toHaveValue(/^sk-/);
      await owner.confirmDialog();
      expect(truth(simulator).keys).toMatchObject([{ name: 'work', isAlive: true }]);
      simulator.console.weather.set({ keyShownAfterRotate: 'nowhere' });
      await create();
      await expect(page.getByText('The key was created.')).toBeVisible();
      await expect(page.getByRole('dialog')).toHaveCount(0);
      expect(truth(simulator).rotations).toBe(2);
    },
  );
});

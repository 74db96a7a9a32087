import { silentLog } from '../../src/lib/log.js';
import { createRedactor } from '../../src/lib/redactor.js';
import type { Simulator } from '../simulator/simulator.js';
import { loadSiteProfile } from '../../src/site/load-profile.js';
import { openPageConsole } from '../../src/site/page-console.js';
import { resolveProfile } from '../../src/site/resolve-profile.js';
import type { Takeover } from '../../src/takeover/start-takeover.js';
import { devices, type BrowserContext } from '../support/browsers.js';
import { expect, test } from '../support/takeover-world.js';
import { long, longIf } from '../support/long-form.js';

const phoneNumber = '15100001234';

const signIn = async ({ simulator, context }: { simulator: Simulator; context: BrowserContext }) => {
  const { bxAuth, xsrf } = simulator.console.issueSession(phoneNumber);
  await context.addCookies([
    { name: 'BXAuth', value: bxAuth, url: simulator.console.url, httpOnly: true },
    { name: 'XSRF-TOKEN', value: encodeURIComponent(xsrf), url: simulator.console.url },
  ]);
};

test('a touch drag solves the slider, and the page continues', async ({
  context,
  page,
  simulator,
  takeOver,
  newPhone,
}) => {
  simulator.console.addOwner({ phone: phoneNumber, key: 'existing' });
  simulator.console.weather.set({ captcha: { where: 'dialog', on: 'read', nth: 1 } });
  await signIn({ simulator, context });
  await page.goto(`${simulator.console.url}/profile?tab=apiKey`);
  const frame = page.frameLocator('#baxia-dialog-content');
  await frame.locator('.btn_slide').waitFor();

  const takeover = await takeOver({ allowedOrigins: [simulator.console.url] });
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await expect(phone.page.locator('#who')).toContainText('work');
  await expect(phone.page.locator('#who')).toContainText('心流 iFlow');
  await expect(phone.page.locator('#why')).toHaveText('请完成人机验证，通过后会自动继续。');
  // The view zooms to the dialog: its 440 px almost fill the 390 px of the screen.
  await expect.poll(() => phone.scale()).toBeGreaterThan(0.7);

  const grip = (await frame.locator('.btn_slide').boundingBox())!;
  const track = (await frame.locator('.nc_scale').boundingBox())!;
  const middle = grip.y + grip.height / 2;
  await phone.drag(
    await phone.toScreen({ x: grip.x + grip.width / 2, y: middle }),
    await phone.toScreen({ x: track.x + track.width - grip.width / 2 + 4, y: middle }),
  );
  await expect(page.getByText('重置API密钥')).toBeVisible();
  await expect(page.locator('#baxia-dialog-content')).toBeHidden();

  takeover.resolved();
  await expect(phone.page.locator('#end-head')).toHaveText('✅ 好了，谢谢！');
  expect(await takeover.ended).toBe('resolved');
});

test('the takeover ends by itself once the page is ready again', async ({
  context,
  page,
  simulator,
  takeOver,
  newPhone,
}) => {
  simulator.console.addOwner({ phone: phoneNumber, key: 'existing' });
  simulator.console.weather.set({ captcha: { where: 'page', on: 'visit', nth: 1 } });
  await signIn({ simulator, context });
  const profile = resolveProfile(await loadSiteProfile('iflow'), { baseUrl: simulator.console.url });
  const opened: { takeover?: Takeover } = {};
  let reading: ReturnType<ReturnType<typeof openPageConsole>['read']> | undefined;
  const needed = new Promise<void>((resolve) => {
    const session = openPageConsole({
      profile,
      session: {
        page,
        saveCheckpoint: () => Promise.reject(new Error('not asked for')),
        close: () => Promise.resolve(),
      },
      method: 'headed',
      person: {
        deadlineAt: Date.now() + 60_000,
        onNeeded: () => resolve(),
        onCleared: () => opened.takeover?.resolved(),
      },
      redactor: createRedactor(),
      evidence: async () => Promise.resolve({}),
      saveCheckpoint: () => Promise.resolve(),
      onStep: () => undefined,
      log: silentLog,
    });
    reading = session.read();
  });
  await needed;
  const takeover = await takeOver({ allowedOrigins: [simulator.console.url] });
  opened.takeover = takeover;
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  const grip = (await page.locator('.btn_slide').boundingBox())!;
  const track = (await page.locator('.nc_scale').boundingBox())!;
  const middle = grip.y + grip.height / 2;
  await phone.drag(
    await phone.toScreen({ x: grip.x + grip.width / 2, y: middle }),
    await phone.toScreen({ x: track.x + track.width - grip.width / 2 + 4, y: middle }),
  );
  expect(await takeover.ended).toBe('resolved');
  await expect(phone.page.locator('#end-head')).toHaveText('✅ 好了，谢谢！');
  expect(await reading).toMatchObject({ ok: true, value: { hasKey: true } });
});

const sliderPage = `
<style>body{margin:0;height:700px}#track{position:absolute;left:460px;top:300px;width:360px;height:48px;background:#ddd}
#grip{position:absolute;left:0;top:0;width:60px;height:48px;background:#46f;touch-action:none}</style>
<div id="track" class="captcha"><div id="grip"></div></div>
<script>
window.seen = []; window.final = 0;
let from = null;
for (const type of ['pointerdown', 'pointermove', 'pointerup', 'mousedown', 'mousemove', 'mouseup', 'click'])
  addEventListener(type, (e) => seen.push({ type, trusted: e.isTrusted, buttons: e.buttons, x: e.clientX, t: e.timeStamp }), true);
grip.onmousedown = (e) => { from = e.clientX; };
addEventListener('mousemove', (e) => { if (from !== null) { final = Math.max(0, Math.min(300, e.clientX - from)); grip.style.left = final + 'px'; } });
addEventListener('mouseup', () => { from = null; });
</script>`;

interface Seen {
  readonly type: string;
  readonly trusted: boolean;
  readonly buttons: number;
  readonly x: number;
}

for (const where of [
  'zoomed to the challenge',
  'on the whole page',
  'in landscape',
  'over a far and uneven link',
] as const) {
  test(
    `a drag lands within 2 px, ${where}, with every event trusted`,
    longIf(where === 'on the whole page' || where === 'in landscape'),
    async ({ page, site, takeOver, newPhone, farLink }) => {
      site.html = sliderPage;
      await page.goto(site.url);
      const isFar = where === 'over a far and uneven link';
      const takeover = await takeOver(isFar ? { publicUrl: `http://127.0.0.1:${farLink.port}` } : {});
      farLink.target = takeover.port;
      const phone = await newPhone(where === 'in landscape' ? devices['Pixel 7 landscape'] : {});
      await phone.openAndSee(takeover.link);
      await phone.page.locator('#canvas[data-settled=true]').waitFor();
      if (where === 'on the whole page') await phone.page.locator('#zoom').tap();
      const grip = (await page.locator('#grip').boundingBox())!;
      const start = { x: grip.x + 30, y: grip.y + 24 };
      // A second long: while the link is late, moves are merged.
      await phone.drag(await phone.toScreen(start), await phone.toScreen({ x: start.x + 237, y: start.y }), 80);
      await expect
        .poll(() => page.evaluate(() => (window as unknown as { seen: Seen[] }).seen.at(-1)?.type))
        .toMatch(/up|click/);
      const { seen, final } = await page.evaluate(() => {
        const { seen, final } = window as unknown as { seen: Seen[]; final: number };
        return { seen, final };
      });
      expect(Math.abs(final - 237)).toBeLessThanOrEqual(2);
      expect(seen.filter(({ trusted }) => !trusted)).toEqual([]);
      const moves = seen.filter(({ type, buttons }) => type === 'mousemove' && buttons === 1);
      expect(moves.length).toBeGreaterThan(15);
    },
  );
}

test('a tap is one click, and a second finger cancels it', async ({ page, site, takeOver, newPhone }) => {
  site.html = `<style>body{margin:0}button{position:absolute;left:500px;top:300px;width:280px;height:120px}</style>
    <button onclick="window.clicks = (window.clicks ?? 0) + 1">press</button>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  const clicks = () => page.evaluate(() => (window as { clicks?: number }).clicks ?? 0);
  const centre = await phone.locate(page, 'button');
  await phone.tap(centre);
  await expect.poll(clicks).toBe(1);

  // A pinch that starts on the button zooms and does not click.
  const before = await phone.scale();
  await phone.touch('touchStart', [centre]);
  await phone.touch('touchStart', [centre, { x: centre.x + 40, y: centre.y }]);
  for (let spread = 50; spread <= 120; spread += 10)
    await phone.touch('touchMove', [centre, { x: centre.x + spread, y: centre.y }]);
  await phone.touch('touchEnd', []);
  await expect.poll(() => phone.scale()).toBeGreaterThan(before * 1.5);
  await phone.tap(await phone.locate(page, 'button'));
  await expect.poll(clicks).toBe(2);
});

test('two fingers scroll the page', async ({ page, site, takeOver, newPhone }) => {
  site.html = '<style>body{margin:0;height:5000px}</style>';
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  const [a, b] = [await phone.toScreen({ x: 100, y: 500 }), await phone.toScreen({ x: 300, y: 500 })];
  await phone.touch('touchStart', [a, b]);
  for (let up = 5; up <= 120; up += 5)
    await phone.touch('touchMove', [
      { x: a.x, y: a.y - up },
      { x: b.x, y: b.y - up },
    ]);
  await phone.touch('touchEnd', []);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(80);
});

test('text is typed, composed with an input method, and pasted', async ({ page, site, takeOver, newPhone }) => {
  site.html = `<style>body{margin:0}input{position:absolute;left:400px;top:200px;width:400px;height:60px;font-size:30px}</style>
    <input id="name" type="text"><script>window.log = [];
    for (const type of ['keydown', 'beforeinput', 'input'])
      document.getElementById('name').addEventListener(type, (e) => log.push([type, e.isTrusted, e.data ?? e.key]));</script>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone({ permissions: ['clipboard-read', 'clipboard-write'] });
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-fields="1"]').waitFor();
  await phone.tap(await phone.locate(page, '#name'));
  // The tap opens the phone's keyboard and focuses the field of the page.
  await expect(phone.page.locator('#typing-field')).toBeFocused();
  await expect(page.locator('#name')).toBeFocused();
  const value = () => page.locator('#name').inputValue();

  await phone.page.keyboard.type('ab1');
  await expect.poll(value).toBe('ab1');
  await phone.composeAndChoose(['n', 'ni', 'ni h', 'ni hao'], '你好');
  await expect.poll(value).toBe('ab1你好');
  await phone.page.keyboard.press('Backspace');
  await expect.poll(value).toBe('ab1你');
  await phone.page.evaluate(() => navigator.clipboard.writeText('粘贴 text'));
  await phone.page.keyboard.press('Control+v');
  await expect.poll(value).toBe('ab1你粘贴 text');

  const log = await page.evaluate(() => (window as unknown as { log: [string, boolean, string][] }).log);
  expect(log.filter(([type]) => type === 'keydown').map(([, , key]) => key)).toEqual(
    expect.arrayContaining(['a', 'b', '1', 'Backspace']),
  );
  expect(log.filter(([type]) => type === 'input').every(([, isTrusted]) => isTrusted)).toBe(true);
});

test('six code boxes are filled by typing and by autofill', async ({ page, site, takeOver, newPhone }) => {
  site.html = `<style>body{margin:0}input{width:60px;height:60px;margin:200px 4px 0;font-size:30px}</style><form>
    ${'<input class="box" inputmode="numeric" maxlength="1">'.repeat(6)}</form><script>
    const boxes = [...document.querySelectorAll('.box')];
    boxes.forEach((box, i) => {
      box.addEventListener('keydown', (e) => { if (/^[0-9]$/.test(e.key)) { e.preventDefault(); box.value = e.key; boxes[i + 1]?.focus(); } });
    });</script>`;
  await page.goto(site.url);
  const takeover = await takeOver({ kind: '2fa' });
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-fields="6"]').waitFor();
  const code = () =>
    page.locator('.box').evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value).join(''));

  await phone.tap(await phone.locate(page, '.box >> nth=0'));
  await expect(phone.page.locator('#typing-field')).toHaveAttribute('inputmode', 'numeric');
  await expect(phone.page.locator('#typing-field')).toHaveAttribute('autocomplete', 'one-time-code');
  await phone.page.keyboard.type('314159');
  await expect.poll(code).toBe('314159');
  // iOS and Android insert a code from a text message in one step.
  await phone.tap(await phone.locate(page, '.box >> nth=0'));
  await expect.poll(() => page.evaluate(() => document.activeElement === document.querySelector('.box'))).toBe(true);
  await phone.page.keyboard.insertText('271828');
  await expect.poll(code).toBe('271828');
});

test('alert, confirm and prompt are answered on the phone', async ({ page, site, takeOver, newPhone }) => {
  site.html = '<h1>dialogs</h1>';
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  const sheet = phone.page.locator('#sheet');

  const alerted = page.evaluate(() => alert('读一下'));
  await expect(sheet).toContainText('读一下');
  await sheet.getByRole('button', { name: '确定' }).tap();
  await alerted;
  await expect(sheet).toBeHidden();

  const confirmed = page.evaluate(() => confirm('Really?'));
  await expect(sheet).toContainText('Really?');
  await sheet.getByRole('button', { name: '确定' }).tap();
  expect(await confirmed).toBe(true);

  const refused = page.evaluate(() => confirm('Again?'));
  await sheet.getByRole('button', { name: '取消' }).tap();
  expect(await refused).toBe(false);

  const prompted = page.evaluate(() => prompt('Name?', 'nobody'));
  await expect(phone.page.locator('#sheet-input')).toHaveValue('nobody');
  await phone.page.locator('#sheet-input').fill('某人');
  await sheet.getByRole('button', { name: '确定' }).tap();
  expect(await prompted).toBe('某人');
});

test('a phone that connects later shows a dialog that is already open', async ({ page, site, takeOver, newPhone }) => {
  site.html = '<input>';
  await page.goto(site.url);
  const takeover = await takeOver();
  const answer = page.evaluate(() => confirm('Early?'));
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await expect(phone.page.locator('#sheet')).toContainText('Early?');
  await phone.page.locator('#sheet').getByRole('button', { name: '确定' }).tap();
  expect(await answer).toBe(true);
  // The page can report its fields only after the dialog has closed.
  await phone.page.locator('#canvas[data-settled=true][data-fields="1"]').waitFor();
});

test('a select is opened and used in the picture', async ({ page, site, takeOver, newPhone }) => {
  site.html = `<style>body{margin:0}select{position:absolute;left:400px;top:250px;width:300px;height:60px;font-size:24px}</style>
    <select aria-label="国家"><option>中国<option disabled>—<option>France<option value="jp">日本</select>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  await phone.tap(await phone.locate(page, 'select'));
  await expect.poll(() => page.locator('select').evaluate((select) => select.matches(':open'))).toBe(true);
  await phone.tap(await phone.locate(page, 'option >> nth=3'));
  await expect(page.locator('select')).toHaveValue('jp');
});

test('the viewer follows a popup, lists it, and leaves it when it closes', async ({
  page,
  site,
  takeOver,
  newPhone,
}) => {
  site.html = `<style>body{margin:0}button{position:absolute;left:500px;top:300px;width:280px;height:120px}</style>
    <button onclick="open(location.href + '?popup', 'p', 'width=500,height=400')">open</button>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    phone.locate(page, 'button').then((point) => phone.tap(point)),
  ]);
  await expect(phone.page.locator('#pages')).toBeVisible();
  await expect(phone.page.locator('#canvas')).toHaveAttribute('data-page', '1');
  await expect(phone.page.getByRole('option')).toHaveCount(2);
  await phone.page.locator('#pages').selectOption({ index: 0 });
  await expect(phone.page.locator('#canvas')).toHaveAttribute('data-page', '0');
  await popup.close();
  await expect(phone.page.locator('#pages')).toBeHidden();
  await expect(phone.page.locator('#canvas')).toHaveAttribute('data-page', '0');
});

test('two popups that show a dialog at once are answered one after the other', async ({
  page,
  site,
  takeOver,
  newPhone,
}) => {
  site.html = `<style>body{margin:0}button{position:absolute;left:500px;top:300px;width:280px;height:120px}</style>
    <script>if (location.search) { alert(location.search); document.title = 'answered'; }</script>
    <button onclick="window.open('/?one'); window.open('/?two')">open</button>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  await phone.tap(await phone.locate(page, 'button'));
  const sheet = phone.page.locator('#sheet');
  for (const _ of [1, 2]) {
    await expect(sheet).toContainText(/[?](one|two)/);
    await sheet.getByRole('button', { name: '确定' }).tap();
  }
  await expect(sheet).toBeHidden();
  await expect
    .poll(() =>
      Promise.all(
        page
          .context()
          .pages()
          .slice(1)
          .map((popup) => popup.title()),
      ),
    )
    .toEqual(['answered', 'answered']);
});

test('popups that show a dialog do not hold up the end', async ({ page, site, takeOver }) => {
  site.html = `<script>if (location.search) alert(location.search)</script>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const opened = page.evaluate(() => [open('/?one'), open('/?two')].length);
  await expect.poll(() => page.context().pages().length).toBeGreaterThan(1);
  await takeover.close();
  await opened;
  await expect
    .poll(() =>
      Promise.all(
        page
          .context()
          .pages()
          .map((each) => each.evaluate(() => 'goes on')),
      ),
    )
    .toHaveLength(3);
});

test('a page that is busy when the phone connects becomes usable afterwards', async ({
  page,
  site,
  takeOver,
  newPhone,
}) => {
  site.html = `<title>busy</title><style>body{margin:0}input{position:absolute;left:500px;top:300px;width:280px}</style><input>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  const busy = page.evaluate(() => {
    const until = performance.now() + 4000;
    while (performance.now() < until);
  });
  await phone.openAndSee(takeover.link);
  await busy;
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  await expect(phone.page.locator('#canvas')).toHaveAttribute('data-fields', '1');
});

test('the tab cannot leave its site', async ({ page, site, takeOver, newPhone }) => {
  const outside = site.url.replace('127.0.0.1', 'localhost');
  site.html = `<style>body{margin:0}a{position:absolute;left:400px;width:400px;height:100px;background:#eee}</style>
    <a id="out" style="top:50px" href="${outside}/out">out</a><a id="pop" style="top:200px" target="_blank" href="${outside}/pop">pop</a>
    <a id="in" style="top:350px" href="/in">in</a><iframe src="${outside}/frame" style="position:absolute;top:500px"></iframe>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();

  await phone.tap(await phone.locate(page, '#out'));
  await expect(phone.page.locator('#toast')).toContainText('localhost');
  expect(page.url()).toBe(`${site.url}/`);
  await expect(page.locator('#out')).toBeVisible();

  const popped = page.waitForEvent('popup');
  await phone.tap(await phone.locate(page, '#pop'));
  const popup = await popped;
  await expect.poll(() => popup.isClosed()).toBe(true);

  // Frames may load other sites, because challenges use them.
  expect(page.frames().map((frame) => frame.url())).toContain(`${outside}/frame`);
  await phone.tap(await phone.locate(page, '#in'));
  await expect.poll(() => page.url()).toBe(`${site.url}/in`);
});

test('choosing a file is refused with a notice', async ({ page, site, takeOver, newPhone }) => {
  site.html = `<style>body{margin:0}input{position:absolute;left:400px;top:250px;width:300px;height:60px;font-size:24px}</style><input type="file">`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  await phone.tap(await phone.locate(page, 'input', 'left').then(({ x, y }) => ({ x: x + 20, y })));
  await expect(phone.page.locator('#toast')).toContainText('不能上传或下载文件');
});

test('the start page waits for the person', async ({ page, site, takeOver, newPhone }) => {
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.page.goto(takeover.link);
  // Longer than the connection waits between two checks of its life.
  await phone.page.waitForTimeout(5000);
  await phone.page.locator('#start').tap();
  await phone.page.locator('#canvas:not([width="0"])').waitFor();
});

test('a second device is refused, and the first one stays connected', async ({ page, site, takeOver, newPhone }) => {
  await page.goto(site.url);
  const takeover = await takeOver();
  const first = await newPhone();
  await first.openAndSee(takeover.link);
  const second = await newPhone({ locale: 'en-GB' });
  await second.open(takeover.link);
  await expect(second.page.locator('#end-head')).toHaveText('This link was already used');
  await expect(first.page.locator('body')).toHaveAttribute('data-connection', 'open');
  // The token has been removed from both address bars.
  expect(first.page.url()).not.toContain('#');
  expect(second.page.url()).not.toContain('#');
});

test('text typed while the phone is offline arrives once', async ({ page, site, takeOver, newPhone }) => {
  site.html = '<input id="name" autofocus style="width:600px;height:80px">';
  await page.goto(site.url);
  await page.locator('#name').focus();
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#keyboard').tap();
  await phone.page.keyboard.type('12');
  await expect(page.locator('#name')).toHaveValue('12');
  await phone.page.context().setOffline(true);
  await expect(phone.page.locator('body')).toHaveAttribute('data-connection', 'lost');
  await expect(phone.page.locator('#banner')).not.toBeEmpty();
  await phone.page.keyboard.type('34');
  await phone.page.context().setOffline(false);
  await expect(phone.page.locator('body')).toHaveAttribute('data-connection', 'open');
  await expect(page.locator('#name')).toHaveValue('1234');
  await phone.page.keyboard.type('5');
  await expect(page.locator('#name')).toHaveValue('12345');
});

test('reloading the page on the same phone continues without the link', async ({ page, site, takeOver, newPhone }) => {
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.reload();
  await phone.page.locator('#canvas:not([width="0"])').waitFor();
  await expect(phone.page.locator('body')).toHaveAttribute('data-screen', 'work');
});

test('another tab replaces the first one, which can take the view back', async ({ page, site, takeOver, newPhone }) => {
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  const other = await phone.page.context().newPage();
  await other.goto(takeover.link.split('#')[0]!);
  await expect(phone.page.locator('#end-head')).toHaveText('已在别的标签页打开');
  await phone.page.locator('#use-here').tap();
  await expect(other.locator('#end-head')).toHaveText('已在别的标签页打开');
  await expect(phone.page.locator('body')).toHaveAttribute('data-screen', 'work');
});

test('a new link disconnects the old viewer', async ({ page, site, takeOver, newPhone }) => {
  await page.goto(site.url);
  const takeover = await takeOver();
  const first = await newPhone();
  await first.openAndSee(takeover.link);
  const old = takeover.link;
  const fresh = await takeover.newLink();
  expect(fresh).not.toBe(old);
  await expect(first.page.locator('#end-head')).toHaveText('已换成新链接');
  const second = await newPhone();
  await second.openAndSee(fresh);
  await expect(second.page.locator('body')).toHaveAttribute('data-screen', 'work');
});

test('an expired takeover ends for the viewer and for its link', async ({ page, site, takeOver, newPhone }) => {
  await page.goto(site.url);
  // The test controls the clock, so a slow start of the phone does not use up the time.
  let now = Date.now();
  const takeover = await takeOver({ ttlMs: 1000, now: () => now });
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  now += 2000;
  expect(await takeover.ended).toBe('expired');
  await expect(phone.page.locator('#end-head')).toHaveText('⌛ 时间到了，还没有完成');
  const late = await newPhone();
  await late.open(takeover.link);
  await expect(late.page.locator('body')).toHaveAttribute('data-screen', 'end');
});

test('while the run still waits, a link whose time is over is followed by a new one', async ({
  page,
  site,
  takeOver,
  newPhone,
}) => {
  await page.goto(site.url);
  let now = Date.now();
  const takeover = await takeOver({ ttlMs: 1000, deadlineAt: now + 60_000, now: () => now });
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  now += 2000;
  await expect(phone.page.locator('#end-head')).toHaveText('⌛ 时间到了，还没有完成');
  const second = await newPhone();
  await second.openAndSee(await takeover.newLink());
  now += 60_000;
  expect(await takeover.ended).toBe('expired');
  expect(takeover.newToken()).toBeUndefined();
});

test(
  'Done requests a check each time and does not end the takeover',
  long,
  async ({ page, site, takeOver, newPhone }) => {
    await page.goto(site.url);
    const takeover = await takeOver();
    const phone = await newPhone();
    await phone.openAndSee(takeover.link);
    for (let look = 1; look <= 2; look += 1) {
      await phone.page.locator('#done').tap();
      await expect(phone.page.locator('#toast')).toContainText('正在检查网页');
      await expect(phone.page.locator('#toast')).toContainText('还没准备好');
      await expect(phone.page.locator('body')).toHaveAttribute('data-screen', 'work');
    }
  },
);

test('Give up asks for confirmation and ends the takeover', async ({ page, site, takeOver, newPhone }) => {
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#give-up').tap();
  await phone.page.getByRole('button', { name: '继续处理' }).tap();
  await expect(phone.page.locator('body')).toHaveAttribute('data-screen', 'work');
  await phone.page.locator('#give-up').tap();
  await phone.page.locator('#sheet').getByRole('button', { name: '放弃' }).tap();
  expect(await takeover.ended).toBe('gave-up');
  await expect(phone.page.locator('#end-head')).toHaveText('已放弃');
});

test('closing the takeover removes its listeners and its server', async ({
  page,
  context,
  site,
  takeOver,
  newPhone,
}) => {
  site.html = '<h1>here</h1>';
  await page.goto(site.url);
  const listeners = () =>
    ['dialog', 'popup', 'close', 'crash', 'framenavigated', 'filechooser', 'download'].map((event) =>
      (page as unknown as NodeJS.EventEmitter).listenerCount(event),
    );
  const before = listeners();
  const takeover = await takeOver();
  const address = takeover.link.split('#')[0]!;
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await takeover.close();
  expect(await takeover.ended).toBe('closed');
  await expect(phone.page.locator('#end-head')).toHaveText('⚠️ 没有完成就结束了');
  expect(listeners()).toEqual(before);
  expect((await fetch(address)).status).toBe(410);
  // The page can leave its site again.
  const outside = site.url.replace('127.0.0.1', 'localhost');
  await page.goto(outside);
  expect(page.url()).toBe(`${outside}/`);
  expect(context.pages()).toHaveLength(1);
});

test('closing the page ends the takeover', async ({ context, page, site, takeOver, newPhone }) => {
  await page.goto(site.url);
  await context.newPage();
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await page.close();
  expect(await takeover.ended).toBe('closed');
  await expect(phone.page.locator('body')).toHaveAttribute('data-screen', 'end');
});

test('a takeover of a closed page fails with KT706', async ({ context, page, takeOver }) => {
  await context.newPage();
  await page.close();
  await expect(takeOver()).rejects.toMatchObject({ code: 'KT706' });
});

import { join } from 'node:path';
import { attachToBrowser } from '../simulator/attach-to-browser.js';
import { devices, type Browser, type Frame } from '../support/browsers.js';
import { Phone } from '../support/phone.js';
import { expect, expectRun, phone as phoneNumber, test as base, type World } from '../support/world.js';
import { freePort } from '../simulator/free-port.js';
import { long } from '../support/long-form.js';

const test = base.extend<{ phone: Phone }>({
  phone: async ({ browser_ }, use) => {
    const context = await browser_.newContext({ ...devices['Pixel 7'], locale: 'zh-CN' });
    await use(await Phone.of(context));
    await context.close();
  },
});

/** Finds the slider in the browser on the server. The coordinates are those of that page. */
async function sliderOf(world: World): Promise<{ server: Browser; grip: { x: number; y: number }; length: number }> {
  const server = await attachToBrowser(join(world.home, 'accounts/work/browser'), { timeoutMs: 20_000 });
  const frames = () => server.contexts().flatMap((context) => context.pages().flatMap((page) => page.frames()));
  let found: { grip: { x: number; y: number }; length: number } | undefined;
  // Measuring an element that exists has no timeout, for slow machines. A missing element is polled for.
  const boxOf = async (frame: Frame, selector: string) => (await frame.$(selector))?.boundingBox();
  await expect
    .poll(async () => {
      for (const frame of frames()) {
        const [grip, track] = await Promise.all([boxOf(frame, '.btn_slide'), boxOf(frame, '.nc_scale')]).catch(
          () => [],
        );
        if (grip && track) {
          found = {
            grip: { x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 },
            length: track.width - grip.width,
          };
        }
      }
      return found !== undefined;
    })
    .toBe(true);
  return { server, ...found! };
}

const linkIn = (text: string) => /http:\/\/127\.0\.0\.1:\d+\/\S*#\S+/.exec(text)?.[0];

function setSlider(world: World, after: 'reissue' | 'lost'): void {
  world.simulator.console.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1, after } });
}

async function blocked(world: World, after: 'reissue' | 'lost' = 'reissue'): Promise<void> {
  await world.addDue('browser');
  setSlider(world, after);
  expectRun(await world.cli('refresh', '--wait', '1s'), 3);
}

test('unblock --remote: the slider is solved on a phone, also after joining, and the renewal resumes', async ({
  world,
  phone,
}) => {
  await blocked(world);
  let said = '';
  const run = world.start('unblock', 'work', '--remote', '--wait', '60s');
  run.process.stderr?.on('data', (data) => (said += String(data)));
  await expect.poll(() => linkIn(said), { timeout: 40_000 }).toBeDefined();
  // From another shell, with a link that was lost or used.
  const joined = await world.cli('unblock', 'work', '--remote');
  expectRun(joined, 0, /the page is open in another run/);
  const link = linkIn(joined.stderr)!;
  expect(link.split('#')[0]).toBe(linkIn(said)!.split('#')[0]);
  expect(link).not.toBe(linkIn(said));
  await phone.openAndSee(link);
  const { server, grip, length } = await sliderOf(world);
  await test.info().attach('the phone', { body: await phone.page.screenshot(), contentType: 'image/png' });
  await phone.drag(await phone.toScreen(grip), await phone.toScreen({ x: grip.x + length + 4, y: grip.y }));
  await server.close();
  expectRun(await run.ended, 0, /renewed over the page, with its owner/);
  expect(world.simulator.console.truth(phoneNumber).rotations).toBe(2);
});

/** The newest message with a link, other than those known. */
async function nextLink(world: World, known: string[]): Promise<{ link: string; messageId: string }> {
  const isNew = (each: { content: unknown }) => {
    const link = linkIn(JSON.stringify(each.content))?.replace(/[)\\].*/s, '');
    return link !== undefined && !known.includes(link) && link;
  };
  const message = await world.simulator.feishu.waitForMessage((each) => isNew(each) !== false, 40_000);
  const link = isNew(message) as string;
  known.push(link);
  return { link, messageId: message.messageId };
}

for (const by of ['refresh', 'watch'] as const) {
  test(`${by}: a used link is renewed by the button under it and by a reply`, async ({ world, phone }) => {
    await world.addDue('browser');
    setSlider(world, 'reissue');
    const { feishu } = world.simulator;
    const port = String(await freePort());
    const env = { KEYTURN_TAKEOVER_URL: `http://127.0.0.1:${port}/`, DISPLAY: undefined };
    await world.prepare('config', 'set', 'takeover.port', port);
    // At night the watch would not ask before the morning.
    await world.prepare('config', 'set', 'watch.quietHours', 'off');
    const words = by === 'watch' ? ['watch'] : ['refresh', '--wait', '60s'];
    const run = world.startWith(env, ...words);
    const question = await feishu.waitForMessage((each) => feishu.cardText(each).includes('打开浏览器'), 40_000);
    await feishu.press(question.messageId, 'ready');
    const known: string[] = [];
    const first = await nextLink(world, known);
    await phone.openAndSee(first.link);

    expect((await feishu.press(first.messageId, '获取新链接')).toast).toMatchObject({ type: 'success' });
    const second = await nextLink(world, known);
    await expect(phone.page.locator('#end-head')).toHaveText('已换成新链接');
    await feishu.say('链接');
    const third = await nextLink(world, known);
    await phone.open(second.link);
    await expect(phone.page.locator('#end-head')).toHaveText('链接无效');
    await phone.openAndSee(third.link);
    const { server, grip, length } = await sliderOf(world);
    await phone.drag(await phone.toScreen(grip), await phone.toScreen({ x: grip.x + length + 4, y: grip.y }));
    await server.close();
    await expect.poll(() => world.simulator.console.truth(phoneNumber).rotations, { timeout: 20_000 }).toBe(2);
    if (by === 'watch') run.process.kill('SIGTERM');
    expectRun(await run.ended, 0);
  });
}

test('a second challenge gets a page and a link of its own', long, async ({ world, phone }) => {
  await blocked(world, 'lost');
  let said = '';
  const run = world.start('unblock', 'work', '--remote', '--wait', '80s');
  run.process.stderr?.on('data', (data) => (said += String(data)));
  for (const isSecond of [false, true]) {
    await expect.poll(() => linkIn(said), { timeout: 40_000 }).toBeDefined();
    await phone.openAndSee(linkIn(said)!);
    said = '';
    const { server, grip, length } = await sliderOf(world);
    await phone.drag(await phone.toScreen(grip), await phone.toScreen({ x: grip.x + length + 4, y: grip.y }));
    await server.close();
    if (isSecond) break;
    // The press is lost. The console refuses the next one as well.
    await expect.poll(() => said, { intervals: [25] }).toContain('cleared');
    setSlider(world, 'lost');
  }
  expectRun(await run.ended, 0, /renewed over the page, with its owner/);
  expect(world.simulator.console.truth(phoneNumber).rotations).toBe(2);
});

test('giving up on the phone ends the wait', long, async ({ world, phone }) => {
  await blocked(world);
  let said = '';
  const run = world.start('unblock', 'work', '--remote', '--wait', '5m');
  run.process.stderr?.on('data', (data) => (said += String(data)));
  await expect.poll(() => linkIn(said), { timeout: 40_000 }).toBeDefined();
  await phone.openAndSee(linkIn(said)!);
  await phone.page.locator('#give-up').tap();
  await phone.page.getByRole('button', { name: '放弃', exact: true }).last().tap();
  expectRun(await run.ended, 3, /the person at the browser gave up/);
});

test('with a public address the takeover link is sent in the chat and not logged', async ({ world }) => {
  await blocked(world);
  const cards = world.simulator.feishu.messages().length;
  const run = world.startWith(
    { KEYTURN_TAKEOVER_URL: 'https://keyturn.example.com', DISPLAY: undefined },
    'unblock',
    'work',
    '--wait',
    '60s',
  );
  const message = await world.simulator.feishu.waitForMessage(
    (each) =>
      world.simulator.feishu.messages().indexOf(each) >= cards &&
      JSON.stringify(each.content).includes('https://keyturn.example.com'),
    40_000,
  );
  const token = /#([\w-]{30,})/.exec(JSON.stringify(message.content))?.[1];
  expect(token).toBeDefined();
  expect(world.simulator.feishu.cardText(message)).toMatch(/链接只能用一次，\d{4}-\d\d-\d\d \d\d:\d\d 前有效/);
  run.process.kill('SIGTERM');
  const { stdout, stderr } = await run.ended;
  expect(stdout + stderr).not.toContain(token!);
  for (const { path, text } of await world.files()) expect(text.includes(token!), `the token in ${path}`).toBe(false);
});

import type { Phone } from '../support/phone.js';
import { expect, test } from '../support/takeover-world.js';

const boxBesideText = `<style>body{margin:20px;font:16px sans-serif}i{position:absolute;left:700px;top:300px;width:120px;height:60px;background:#d22}</style>
<p>${'A page has text beside what moves. '.repeat(120)}</p><i></i>`;
const form = `<style>body{margin:20px;font:16px sans-serif}form{max-width:400px}input{width:90%;font:inherit}</style>
<form><p>${'A form that fits on a phone. '.repeat(20)}</p><input autofocus></form>`;

interface Received {
  readonly jpeg: Buffer;
  readonly at?: { readonly x: number; readonly y: number };
}

/** The pictures that the phone gets from now on. */
function picturesOf(phone: Phone): Received[] {
  const received: Received[] = [];
  phone.page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return;
      const end = 2 + payload.readUInt16BE(0);
      const head = JSON.parse(payload.subarray(2, end).toString()) as Omit<Received, 'jpeg'>;
      received.push({ ...head, jpeg: payload.subarray(end) });
    }),
  );
  return received;
}

/** The width of the last whole picture. */
function widthOf(received: readonly Received[]): number {
  const { jpeg } = received.findLast(({ at }) => at === undefined)!;
  return jpeg.readUInt16BE(jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 7);
}

test('an animated page settles too', async ({ page, site, takeOver, newPhone }) => {
  site.html = `<style>div{width:50px;height:50px;background:#46f;animation:turn 1s linear infinite}@keyframes turn{to{transform:rotate(1turn)}}</style><div></div>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
});

test('a small change sends a small part, which appears in the right place', async ({
  page,
  site,
  takeOver,
  newPhone,
}) => {
  site.html = boxBesideText;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  const received = picturesOf(phone);
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  const whole = received.at(-1)!;
  expect(whole.at).toBeUndefined();
  for (const [color, isSeen] of [
    ['#2d2', [false, true, false, true]],
    ['#22d', [false, false, true, true]],
  ] as const) {
    const before = received.length;
    await page.evaluate((to) => (document.querySelector('i')!.style.background = to), color);
    await expect.poll(() => phone.colorAt({ x: 760, y: 330 })).toEqual(isSeen);
    // The tiles in which the box is, and those into which its colour was smoothed.
    // On a busy machine, a whole picture from before the change may still arrive.
    const part = received.slice(before).find(({ at }) => at !== undefined)!;
    expect(part.at!.x).toBeGreaterThanOrEqual(700 - 32);
    expect(part.jpeg.length).toBeLessThan(whole.jpeg.length / 4);
  }
  expect(await phone.colorAt({ x: 690, y: 330 })).not.toEqual([false, false, true, true]);
});

test('every picture of a field in which somebody types is sharp and small', async ({
  page,
  site,
  takeOver,
  newPhone,
}) => {
  site.html = form;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  const received = picturesOf(phone);
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  const first = received.length;
  expect(widthOf(received)).toBe(await page.evaluate(() => innerWidth));
  for (const letter of '151 0000 1234') {
    await page.keyboard.type(letter);
    await page.waitForTimeout(100);
  }
  const typed = received.slice(first);
  expect(typed.length).toBeGreaterThan(4);
  for (const { jpeg } of received) {
    // A JPEG of quality 80 divides the mean brightness of a block by 6, a worse one by more.
    expect(jpeg[jpeg.indexOf(Buffer.from([0xff, 0xdb])) + 5]).toBeLessThanOrEqual(6);
  }
  for (const { jpeg, at } of typed) {
    expect(at).toBeDefined();
    expect(jpeg.length).toBeLessThan(2000);
  }
});

test('a page that fits gets the width of the phone, and its own for a check and once the phone is gone', async ({
  page,
  site,
  takeOver,
  newPhone,
}) => {
  site.html = form;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  const received = picturesOf(phone);
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  const width = () => page.evaluate(() => innerWidth);
  const stage = await phone.page.locator('#stage').evaluate((element) => element.clientWidth);
  expect(await width()).toBe(stage);
  expect(widthOf(received)).toBe(stage);

  await phone.page.locator('#done').tap();
  await expect.poll(width).toBeGreaterThan(1000);
  await expect.poll(width, { timeout: 10_000 }).toBe(stage);

  await phone.page.close();
  await expect.poll(width).toBeGreaterThan(1000);
});

test('a page that needs a wider window keeps its own', async ({ page, site, takeOver, newPhone }) => {
  site.html = `<style>div{position:fixed;left:50%;margin-left:-250px;top:200px;width:500px;height:120px;background:#ddd}</style>
    <div role="dialog">a dialog that does not fit</div>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  const received = picturesOf(phone);
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  await expect.poll(() => page.evaluate(() => innerWidth)).toBeGreaterThan(1000);
  expect(widthOf(received)).toBeGreaterThan(1000);
});

import type * as PictureModule from '../../src/takeover/viewer/picture.js';
import { expect, test } from '../support/takeover-world.js';

const boxBesideText = `<style>body{margin:20px;font:16px sans-serif}i{position:absolute;left:700px;top:300px;width:120px;height:60px;background:#d22}</style>
<p>${'A page has text beside what moves. '.repeat(120)}</p><i></i>`;

test('an animated page also gets a sharp picture', async ({ page, site, takeOver, newPhone }) => {
  site.html = `<style>div{width:50px;height:50px;background:#46f;animation:turn 1s linear infinite}@keyframes turn{to{transform:rotate(1turn)}}</style><div></div>`;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.openAndSee(takeover.link);
  // The canvas is settled for one picture at a time, too short for polling.
  await phone.page.locator('#canvas').evaluate(
    (canvas) =>
      new Promise<void>((resolve) => {
        new MutationObserver(() => {
          if ((canvas as HTMLElement).dataset['settled'] === 'true') resolve();
        }).observe(canvas, { attributes: true });
      }),
  );
});

test('the first moving picture of a new size keeps unchanged parts sharp', async ({ takeOver, newPhone }) => {
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.page.goto(takeover.link);
  const look = async (decoder: 'ImageDecoder' | 'one that fails' | 'none') => {
    if (decoder === 'none') Reflect.deleteProperty(window, 'ImageDecoder');
    if (decoder === 'one that fails') ImageDecoder.prototype.decode = () => Promise.reject(new Error('not this kind'));
    const address = '/viewer/picture.js';
    const { PageView } = (await import(address)) as typeof PictureModule;
    const canvas = document.createElement('canvas');
    canvas.style.cssText = 'position:fixed;left:0;top:0;width:640px;height:360px';
    document.body.append(canvas);
    const view = new PageView(canvas, () => undefined);
    // The view cannot draw before its ResizeObserver has reported the size of the canvas.
    await new Promise((resolve) => new ResizeObserver(resolve).observe(canvas));
    let n = 0;
    const show = async (width: number, quality: number, color: string) => {
      const page = document.createElement('canvas');
      [page.width, page.height] = [1280, 720];
      const context = page.getContext('2d')!;
      context.fillStyle = '#fff';
      context.fillRect(0, 0, 1280, 720);
      context.font = '16px sans-serif';
      context.fillStyle = '#234';
      for (let y = 20; y < 720; y += 24) context.fillText('Text that a person wants to read. '.repeat(2), 20, y);
      context.fillStyle = color;
      context.fillRect(800, 200, 300, 200);
      const source = document.createElement('canvas');
      [source.width, source.height] = [width, (width * 9) / 16];
      const scaled = source.getContext('2d')!;
      scaled.imageSmoothingQuality = 'high';
      scaled.drawImage(page, 0, 0, source.width, source.height);
      const jpeg = await new Promise<Blob>((resolve) => source.toBlob((blob) => resolve(blob!), 'image/jpeg', quality));
      const head = { n: (n += 1), tab: 1, isSharp: width === 1280, width: 1280, height: 720, offsetTop: 0 };
      await view.show(head, new Uint8Array(await jpeg.arrayBuffer()));
      const ratio = canvas.width / 640;
      const stage = canvas.getContext('2d')!;
      return {
        text: stage.getImageData(0, 0, 300 * ratio, 360 * ratio).data.join(),
        box: [...stage.getImageData(475 * ratio, 150 * ratio, 1, 1).data],
      };
    };
    const sharp = await show(1280, 0.8, '#d22');
    const moving = await show(400, 0.3, '#2d2');
    const next = await show(400, 0.3, '#22d');
    return {
      isTextKept: sharp.text === moving.text && sharp.text === next.text,
      boxes: [sharp.box, moving.box, next.box],
    };
  };
  // The last two simulate browsers whose ImageDecoder fails or is missing.
  for (const decoder of ['ImageDecoder', 'one that fails', 'none'] as const) {
    const { isTextKept, boxes } = await phone.page.evaluate(look, decoder);
    expect(isTextKept, decoder).toBe(true);
    const strongest = boxes.map((rgba) => rgba.indexOf(Math.max(...rgba.slice(0, 3))));
    expect(strongest, decoder).toEqual([0, 1, 2]);
  }
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
  interface Seen {
    readonly bytes: number;
    readonly changes?: object;
  }
  const [moving, sharp]: [Seen[], Seen[]] = [[], []];
  phone.page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return;
      const end = 2 + payload.readUInt16BE(0);
      const head = JSON.parse(payload.subarray(2, end).toString()) as { isSharp: boolean; changes?: object };
      (head.isSharp ? sharp : moving).push({ bytes: payload.length - end, changes: head.changes });
    }),
  );
  await phone.openAndSee(takeover.link);
  await phone.page.locator('#canvas[data-settled=true]').waitFor();
  const whole = { moving: moving[0]!, sharp: sharp[0]! };
  expect([whole.moving.changes, whole.sharp.changes]).toEqual([undefined, undefined]);
  for (const [color, isSeen] of [
    ['#2d2', [false, true, false, true]],
    ['#22d', [false, false, true, true]],
  ] as const) {
    const before = { moving: moving.length, sharp: sharp.length };
    await page.evaluate((to) => (document.querySelector('i')!.style.background = to), color);
    await expect.poll(() => phone.colorAt({ x: 760, y: 330 })).toEqual(isSeen);
    const [first] = moving.slice(before.moving);
    expect(first?.changes).toBeDefined();
    expect(first!.bytes).toBeLessThan(whole.moving.bytes / 4);
    await expect.poll(() => sharp.length).toBeGreaterThan(before.sharp);
    // Around the first change the phone reports its display size and gets a whole picture for it.
    if (color !== '#2d2') {
      expect(sharp.at(-1)!.changes).toBeDefined();
      expect(sharp.at(-1)!.bytes).toBeLessThan(whole.sharp.bytes / 4);
    }
  }
});

test('a phone that cannot decode partial pictures gets whole ones', async ({ page, site, takeOver, newPhone }) => {
  site.html = boxBesideText;
  await page.goto(site.url);
  const takeover = await takeOver();
  const phone = await newPhone();
  await phone.page.addInitScript(() => {
    Reflect.deleteProperty(window, 'ImageDecoder');
    const decode = window.createImageBitmap.bind(window);
    Reflect.set(window, 'createImageBitmap', async (image: ImageBitmapSource) => {
      const bytes = new Uint8Array(await (image as Blob).arrayBuffer());
      // Chromium writes four Huffman table segments (FF C4), a partial picture has one.
      const tables = bytes.filter((byte, i) => byte === 0xff && bytes[i + 1] === 0xc4).length;
      if (tables === 1) throw new DOMException('no picture of this kind', 'InvalidStateError');
      return decode(image);
    });
  });
  const lost: string[] = [];
  phone.page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (String(payload).includes('isLost')) lost.push(String(payload));
    }),
  );
  await phone.openAndSee(takeover.link);
  const change = async (color: string, isSeen: readonly boolean[]) => {
    await page.evaluate((to) => (document.querySelector('i')!.style.background = to), color);
    await expect.poll(() => phone.colorAt({ x: 760, y: 330 })).toEqual(isSeen);
  };
  await change('#2d2', [false, true, false, true]);
  expect(lost).not.toHaveLength(0);
  const before = lost.length;
  await change('#22d', [false, false, true, true]);
  expect(lost).toHaveLength(before);
});

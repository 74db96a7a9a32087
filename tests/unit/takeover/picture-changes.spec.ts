import { expect, test } from '@playwright/test';
import type { JpegScan } from '../../../src/takeover/jpeg-scan.js';
import { PictureChanges } from '../../../src/takeover/picture-changes.js';
import { readScan } from '../../../src/takeover/read-scan.js';
import { writeScan } from '../../../src/takeover/write-scan.js';

/** Two pictures of 70 x 40 pixels from Chromium: a word on white, and the same with a red box at its lower right. */
const plain = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8yb',
    'qmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAo',
    'AEYDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAAAAQDAgb/xAApEAACAgIBAwIFBQAAAAAAAAABAgADERIEEyExUWEUIjJxkUFScoHR/8',
    'QAFQEBAQAAAAAAAAAAAAAAAAAAAAH/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwD0L26311a53DHOfGMf7B5FKqrG6sK3glhg',
    'zDncazkWVaHAUNk/ofHY+xxM7KLmtFvTsQGsIUr0OuCf3dsfaVFwZSSoYZHkZ8TJeXQ13SFi7ahgdhg5z4/Ek5FL1JQlRIa1Og2x7gec/wBDP5',
    'lAravlkrWTW1aoCpHy4J85PvAoFiEKQ6nf6e/1facfE0EZ69eP5iS01Xg8NGqIFAwzbDB+XHaE4rjh8Wo1jKOrMO3b1gWo6WLsjKw9VOROphTW',
    'ycjkMRhXYFffsAZvIpERAREQOdE6nU0XfGNsd8emZ1EQEREBERAREQEREBERAREQEREBERA//9k=',
  ].join(''),
  'base64',
);
const boxed = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8yb',
    'qmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAo',
    'AEYDASIAAhEBAxEB/8QAGAABAAMBAAAAAAAAAAAAAAAAAAIDBAb/xAAtEAACAgEDAgIJBQAAAAAAAAABAgADEQQSMRMhUWEFFCIyNXGCkbFBUn',
    'KB0f/EABcBAQEBAQAAAAAAAAAAAAAAAAABAgT/xAAcEQEAAgEFAAAAAAAAAAAAAAAAERIBFCEiQVH/2gAMAwEAAhEDEQA/AOhe3bfXVtzvDHOe',
    'MY/2DqKVVWN1YVuCWGDKNdprNRZVsOAobJ/Q8dj5HErsoua0W9OxAawhSvYduCf3dsfKVG4MpJUMMjkZ4lS6uhrukLF3bQwO4YOc8faZNRS9SU',
    'JUSGtToNuPcDnP9DP3mgVtXqyVrJratUBUj2cE85PnA0CxCFIdTv8Ad7+98pD1mgjPXrx/MTLTVeDo0aogUDDNuGD7OO0JpXGj0tRrGUdWYdu3',
    'jA2o6WLuRlYeKnIkpRTWyajUMRhXYFfPsAZfIpERAREQI7E6nU2LvxjdjvjwzJREBERAROa9MfErvp/Aj0P8Sp+r8GYvvDq0/C89S6WIibcpER',
    'AREQERECp9NRYxZ6a2Y8kqCYTTUVsGSmtWHBCgGIiFtn1bERCP/9k=',
  ].join(''),
  'base64',
);

const scanOf = (jpeg: Buffer): JpegScan => {
  const scan = readScan(jpeg);
  if (!scan) throw new Error('this is no scan');
  return scan;
};
const allOf = ({ columns, rows }: JpegScan) => ({ column: 0, row: 0, columns, rows });
const everyUnit = ({ columns, rows }: JpegScan) => new Uint8Array(columns * rows).fill(1);

/** The index of the first marker with this second byte. */
const at = (jpeg: Buffer, marker: number) => jpeg.indexOf(Buffer.from([0xff, marker]));
const withByte = (jpeg: Buffer, place: number, byte: number) => {
  const changed = Buffer.from(jpeg);
  changed[place] = byte;
  return changed;
};

test('a written JPEG reads back unchanged', () => {
  const scan = scanOf(boxed);
  expect(scan).toMatchObject({ width: 70, height: 40, unitSize: 16, columns: 5, rows: 3 });
  const again = scanOf(writeScan(scan, allOf(scan), everyUnit(scan))!);
  expect(again).toMatchObject({ width: 70, height: 40, components: scan.components.map(({ id }) => ({ id })) });
  expect(again.coefficients).toEqual(scan.coefficients);
});

test('a part has its own size, and its unwanted units are blank', () => {
  const scan = scanOf(boxed);
  const wanted = new Uint8Array(15).fill(1, 9, 10);
  const part = scanOf(writeScan(scan, { column: 3, row: 1, columns: 2, rows: 2 }, wanted)!);
  expect(part).toMatchObject({ width: 22, height: 24, columns: 2, rows: 2 });
  const unit = (of: JpegScan, n: number) => of.coefficients.subarray(n * of.unitLength, (n + 1) * of.unitLength);
  expect(unit(part, 1)).toEqual(unit(scan, 9));
  expect(
    unit(part, 3)
      .filter((_, i) => i % 64 > 0)
      .every((value) => value === 0),
  ).toBe(true);
});

test('only the changed part is sent', () => {
  const pictures = new PictureChanges();
  expect(pictures.next(plain, false)).toEqual({ jpeg: plain });
  expect(pictures.next(plain, false)).toBeUndefined();
  const { jpeg, changes } = pictures.next(boxed, false)!;
  expect(jpeg.length).toBeLessThan(boxed.length);
  // Two units, one above the other, plus one unit on each side.
  expect(changes).toEqual({
    width: 70,
    height: 40,
    x: 32,
    y: 0,
    tileSize: 16,
    tiles: Buffer.from([0b00001001, 0]).toString('base64'),
  });
  expect(scanOf(jpeg)).toMatchObject({ width: 38, height: 40 });
});

test('a sharp picture repairs what moving ones were drawn over, even if it equals the last sharp one', () => {
  const pictures = new PictureChanges();
  pictures.next(plain, false);
  expect(pictures.next(plain, true)).toEqual({ jpeg: plain });
  expect(pictures.next(plain, true)).toBeUndefined();
  pictures.next(boxed, false);
  expect(pictures.next(boxed, true)?.changes).toBeDefined();
  pictures.next(plain, false);
  // The box was gone for a moment and is back.
  const { changes } = pictures.next(boxed, true)!;
  const marked = Buffer.from(changes!.tiles, 'base64').reduce(
    (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
    0,
  );
  expect(marked).toBeGreaterThanOrEqual(2);
  expect(pictures.next(boxed, true)).toBeUndefined();
});

test('the sharp picture is whole if only the viewer knows what it has drawn', () => {
  const pictures = new PictureChanges();
  pictures.next(plain, true);
  pictures.next(boxed, false);
  expect(pictures.next(plain, true)).toEqual({ jpeg: plain });
});

test('a viewer with an empty buffer gets a whole picture', () => {
  const pictures = new PictureChanges();
  pictures.next(plain, false);
  pictures.reset();
  expect(pictures.next(plain, false)).toEqual({ jpeg: plain });
});

test('every picture is whole after stop()', () => {
  const pictures = new PictureChanges();
  pictures.next(plain, false);
  pictures.stop();
  for (const jpeg of [boxed, boxed]) expect(pictures.next(jpeg, false)).toEqual({ jpeg });
});

test('a part includes the colour profile', () => {
  const profile = Buffer.from([0xff, 0xe2, 0, 6, 1, 2, 3, 4]);
  const [first, second] = [plain, boxed].map((jpeg) => Buffer.concat([jpeg.subarray(0, 2), profile, jpeg.subarray(2)]));
  const pictures = new PictureChanges();
  pictures.next(first!, false);
  expect(pictures.next(second!, false)?.jpeg.includes(profile)).toBe(true);
});

for (const [what, jpeg] of [
  ['nothing', Buffer.alloc(0)],
  ['no JPEG', Buffer.from('GIF89a, and more')],
  ['a progressive one', withByte(boxed, at(boxed, 0xc0) + 1, 0xc2)],
  [
    'one with restart markers',
    Buffer.concat([
      boxed.subarray(0, at(boxed, 0xdb)),
      Buffer.from([0xff, 0xdd, 0, 4, 0, 1]),
      boxed.subarray(at(boxed, 0xdb)),
    ]),
  ],
  ['one of 12 bits', withByte(boxed, at(boxed, 0xc0) + 4, 12)],
  ['one that promises more than it has', withByte(boxed, at(boxed, 0xc0) + 5, 0xff)],
  ['one that breaks off', boxed.subarray(0, boxed.length - 60)],
  ['one without its tables', Buffer.concat([boxed.subarray(0, at(boxed, 0xc4)), boxed.subarray(at(boxed, 0xda))])],
] as const) {
  test(`a file that cannot be split is sent whole: ${what}`, () => {
    expect(readScan(jpeg)).toBeUndefined();
    const pictures = new PictureChanges();
    pictures.next(plain, false);
    expect(pictures.next(jpeg, false)).toEqual({ jpeg });
    expect(pictures.next(boxed, false)).toEqual({ jpeg: boxed });
  });
}

test('a damaged file never causes an error', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const pictures = new PictureChanges();
  for (let i = 0; i < 1000; i += 1) {
    const jpeg = Buffer.from(i % 2 === 0 ? plain : boxed);
    for (let n = random(4); n >= 0; n -= 1) jpeg[random(jpeg.length)] = random(256);
    const given = jpeg.subarray(0, jpeg.length - random(2) * random(jpeg.length));
    const next = pictures.next(given, false);
    if (next?.changes) expect(readScan(next.jpeg)).toBeDefined();
    else if (next) expect(next.jpeg).toBe(given);
  }
});

import { expect, test } from '@playwright/test';
import { FramePacing, type Picture } from '../../../src/takeover/frame-pacing.js';

function world() {
  const clock = { now: 0 };
  const sent: { n: number; name: string }[] = [];
  const sizes: number[] = [];
  const pacing = new FramePacing({
    send: (n, { jpeg }) => jpeg.toString() !== 'nothing new' && sent.push({ n, name: jpeg.toString() }) > 0,
    now: () => clock.now,
    onSize: (index) => sizes.push(index),
  });
  const picture = (name: string, isSharp = false): Picture => ({
    tab: 1,
    jpeg: Buffer.from(name),
    isSharp,
    width: 1280,
    height: 720,
    offsetTop: 0,
  });
  const roundTrips = (count: number, tookMs: number) => {
    for (let i = 0; i < count; i += 1) {
      pacing.offer(picture('x'));
      clock.now += tookMs;
      pacing.acknowledge(sent.at(-1)!.n);
    }
  };
  return { pacing, sent, sizes, picture, clock, roundTrips };
}

test('two pictures are in flight, and only the newest of the others is kept', () => {
  const { pacing, sent, picture } = world();
  expect(['a', 'b', 'c', 'd', 'e'].map((name) => pacing.offer(picture(name)))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(sent.map(({ name }) => name)).toEqual(['a', 'b']);
  pacing.acknowledge(1);
  expect(sent.map(({ name }) => name)).toEqual(['a', 'b', 'e']);
});

test('an unchanged picture does not count as in flight', () => {
  const { pacing, sent, picture } = world();
  for (const name of ['a', 'nothing new', 'nothing new', 'b']) expect(pacing.offer(picture(name))).toBe(true);
  expect(sent).toEqual([
    { n: 1, name: 'a' },
    { n: 2, name: 'b' },
  ]);
  expect(pacing.isFull).toBe(true);
});

test('a repeated acknowledgement is ignored', () => {
  const { pacing, sent, picture } = world();
  for (const name of ['a', 'b', 'c']) pacing.offer(picture(name));
  expect([1, 1, 99].map((n) => pacing.acknowledge(n))).toEqual([true, false, false]);
  pacing.offer(picture('d'));
  expect(sent.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('a sharp picture does not replace a newer one that waits', () => {
  const { pacing, sent, picture } = world();
  for (const name of ['a', 'b', 'moving']) pacing.offer(picture(name));
  expect(pacing.offer(picture('sharp', true))).toBe(false);
  pacing.acknowledge(1);
  expect(sent.at(-1)?.name).toBe('moving');
});

test('a slow link gets smaller pictures, a fast link larger ones', () => {
  const { sizes, roundTrips } = world();
  roundTrips(80, 10);
  expect(sizes).toEqual([1, 2]);
  roundTrips(4, 300);
  expect(sizes).toEqual([1, 2, 1]);
  roundTrips(40, 300);
  expect(sizes).toEqual([1, 2, 1, 0]);
});

test('a distant but steady link keeps its picture size', () => {
  const { sizes, roundTrips } = world();
  roundTrips(100, 120);
  expect(sizes).toEqual([]);
});

test('a viewer that reconnects has no pictures in flight', () => {
  const { pacing, sent, picture } = world();
  for (const name of ['a', 'b', 'c']) pacing.offer(picture(name));
  pacing.reset();
  expect(pacing.offer(picture('d'))).toBe(true);
  expect(sent.at(-1)?.name).toBe('d');
});

test('the acknowledgement of a sharp picture shows how long it kept the link busy', () => {
  const { pacing, sent, picture, clock, roundTrips } = world();
  roundTrips(3, 80);
  pacing.offer(picture('sharp', true));
  clock.now += 190;
  pacing.acknowledge(sent.at(-1)!.n);
  expect(pacing.sharpCostMs).toBe(110);
});

test('a forced sharp picture is sent even when the link is always full', () => {
  const { pacing, sent, picture } = world();
  for (const name of ['a', 'b', 'c']) pacing.offer(picture(name));
  expect(pacing.offer(picture('late', true))).toBe(false);
  expect(pacing.offer(picture('sharp', true), true)).toBe(true);
  expect(pacing.offer(picture('d'))).toBe(false);
  pacing.acknowledge(1);
  expect(sent.map(({ name }) => name)).toEqual(['a', 'b', 'sharp']);
  pacing.offer(picture('e'));
  pacing.acknowledge(2);
  expect(sent.at(-1)?.name).toBe('e');
});

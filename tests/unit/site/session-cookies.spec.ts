import { expect, test } from '@playwright/test';
import type { CheckpointCookie } from '../../../src/core/session-checkpoint.js';
import { openSessionCookies } from '../../../src/site/session-cookies.js';

const url = 'https://console.example.com:8443/keys';
const own = { partitionKey: 'https://example.com', _crHasCrossSiteAncestor: false };
const cookie = (name: string, value: string, more: object = {}): CheckpointCookie => ({
  ...{ name, value, domain: 'console.example.com', path: '/', expires: -1, httpOnly: true, secure: true },
  sameSite: 'None',
  ...more,
});
const now = Date.parse('2026-12-01T00:00:00Z');
const open = (...cookies: CheckpointCookie[]) => {
  const jar = openSessionCookies(cookies, () => [now]);
  return { ...jar, accept: (lines: readonly string[], to: string) => jar.accept(lines, to, now) };
};

test.describe('a Partitioned cookie', () => {
  test('keeps its partition, and a new one replaces it', () => {
    const jar = open(cookie('sid', 't1', own));
    expect(jar.accept(['sid=t2; Path=/; Secure; HttpOnly; SameSite=None; Partitioned'], url)).toBe(true);
    expect(jar.headerFor(url)).toBe('sid=t2');
    expect(jar.all()).toEqual([cookie('sid', 't2', own)]);
  });

  test('gets the partition of the site when an answer sets it for the first time', () => {
    const jar = open();
    jar.accept(['sid=t1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned'], url);
    expect(jar.all()).toEqual([cookie('sid', 't1', own)]);
  });

  test('stands beside one of the same name without a partition', () => {
    const jar = open(cookie('sid', 'plain'), cookie('sid', 't1', own));
    expect(jar.headerFor(url)).toBe('sid=plain; sid=t1');
    jar.accept(['sid=; Max-Age=0; Path=/; Secure; Partitioned'], url);
    expect(jar.all()).toEqual([cookie('sid', 'plain')]);
  });

  for (const [what, more] of [
    ["another site's page", { partitionKey: 'https://portal.example', _crHasCrossSiteAncestor: true }],
    ["a frame below another site's", { ...own, _crHasCrossSiteAncestor: true }],
  ] as const) {
    test(`of ${what} is kept and not sent`, () => {
      const jar = open(cookie('sid', 'framed', more), cookie('sid', 't1', own));
      jar.accept(['sid=t2; Path=/; Secure; HttpOnly; SameSite=None; Partitioned'], url);
      expect(jar.headerFor(url)).toBe('sid=t2');
      expect(jar.all()).toContainEqual(cookie('sid', 'framed', more));
    });
  }
});

test('what the jar does not know of a cookie is kept', () => {
  const jar = open(cookie('sid', 't1', { priority: 'High' }));
  jar.accept(['sid=t2; Path=/; Secure; HttpOnly; SameSite=None'], url);
  expect(jar.all()).toEqual([cookie('sid', 't2', { priority: 'High' })]);
});

test('only the names of cookies that a request carries are listed', () => {
  const jar = open(cookie('a', ''), cookie('b', '', { domain: 'example.com' }), cookie('c', '', { path: '/other' }));
  expect(jar.namesFor(url)).toEqual(['a']);
});

test('a cookie has expired only when both clocks say so', () => {
  const year = 365 * 86_400_000;
  let times = [0];
  const jar = openSessionCookies([cookie('sid', 't1', { expires: now / 1000 + 60 })], () => times);
  for (const clocks of [[0], [now + 20 * year, now], [now, now - 20 * year]]) {
    times = clocks;
    expect([jar.headerFor(url), jar.all().length]).toEqual(['sid=t1', 1]);
  }
  times = [now + year, now + 61_000];
  expect([jar.headerFor(url), jar.all()]).toEqual(['', []]);
});

test("a Max-Age counts by the site's clock, and an end in the past deletes by that clock alone", () => {
  const jar = openSessionCookies([], () => [now - 7_200_000, now]);
  jar.accept(['a=1; Max-Age=60', 'b=1; Expires=Tue, 01 Dec 2026 00:01:00 GMT', 'c=1'], url, now);
  expect(jar.all().map(({ expires }) => expires)).toEqual([now / 1000 + 60, now / 1000 + 60, -1]);
  jar.accept(['a=; Max-Age=0', 'b=; Expires=Mon, 30 Nov 2026 23:00:00 GMT'], url, now);
  expect(jar.headerFor(url)).toBe('c=1');
});

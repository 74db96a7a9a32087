import { expect, test } from '@playwright/test';
import { OneTimeLink } from '../../../src/takeover/one-time-link.js';

const minute = 60_000;

function world() {
  const clock = { now: 1_000_000 };
  return { clock, link: new OneTimeLink({ ttlMs: 15 * minute, now: () => clock.now }) };
}

test('a token has 256 bits and is never issued twice', () => {
  const { link } = world();
  const tokens = Array.from({ length: 50 }, () => link.issue());
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(new Set(tokens).size).toBe(50);
});

test('a link works once', () => {
  const { link } = world();
  const token = link.issue();
  const first = link.claim(token);
  expect(first).toMatchObject({ kind: 'claimed' });
  expect(link.claim(token)).toEqual({ kind: 'used' });
  expect(link.admits(first.kind === 'claimed' ? first.session : '')).toBe(true);
});

test('the session opens the view, and the token does not', () => {
  const { link } = world();
  const token = link.issue();
  link.claim(token);
  expect(link.admits(token)).toBe(false);
  expect(link.admits(undefined)).toBe(false);
  expect(link.admits('')).toBe(false);
});

test('nothing opens the view before the claim', () => {
  const { link } = world();
  expect(link.admits('anything')).toBe(false);
  link.issue();
  expect(link.admits('anything')).toBe(false);
});

test('an unused link expires', () => {
  const { link, clock } = world();
  const token = link.issue();
  clock.now += 15 * minute;
  expect(link.claim(token)).toEqual({ kind: 'expired' });
});

test('neither a link nor its view lasts longer than the wait', () => {
  const clock = { now: 1_000_000 };
  const link = new OneTimeLink({ ttlMs: 15 * minute, endsAt: clock.now + 4 * minute, now: () => clock.now });
  const token = link.issue();
  expect(link.leftMs).toBe(4 * minute);
  clock.now += 3 * minute;
  expect(link.claim(token)).toMatchObject({ kind: 'claimed' });
  expect(link.leftMs).toBe(minute);
  link.end('resolved');
  expect(link.claim(token)).toEqual({ kind: 'resolved' });
});

test('the claim restarts the time limit, which then ends the view', () => {
  const { link, clock } = world();
  const token = link.issue();
  clock.now += 14 * minute;
  const claim = link.claim(token);
  const session = claim.kind === 'claimed' ? claim.session : '';
  clock.now += 14 * minute;
  expect(link.admits(session)).toBe(true);
  expect(link.leftMs).toBe(minute);
  clock.now += minute;
  expect(link.admits(session)).toBe(false);
});

test('a new link revokes the old one and its viewer', () => {
  const { link } = world();
  const old = link.issue();
  const claim = link.claim(old);
  const fresh = link.issue();
  expect(link.admits(claim.kind === 'claimed' ? claim.session : '')).toBe(false);
  expect(link.claim(old)).toEqual({ kind: 'wrong' });
  expect(link.claim(fresh)).toMatchObject({ kind: 'claimed' });
});

test('no token and no session works after the end', () => {
  const { link } = world();
  const token = link.issue();
  const claim = link.claim(token);
  link.end('closed');
  expect(link.claim(token)).toEqual({ kind: 'closed' });
  expect(link.admits(claim.kind === 'claimed' ? claim.session : '')).toBe(false);
});

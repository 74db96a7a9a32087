import { scheduleAlert } from '../../../../src/app/watch/schedule-alert.js';
import type { Notice } from '../../../../src/core/owner-ports.js';
import { silentLog } from '../../../../src/lib/log.js';
import type { QuietHours } from '../../../../src/lib/quiet-hours.js';
import { readScheduleRecord, writeScheduledRun, writeScheduleRecord } from '../../../../src/store/schedule-records.js';
import { Watcher, type WatcherDeps } from '../../../../src/app/watch/watcher.js';
import { noticeText } from '../../../support/notice-text.js';
import { expect, test } from '../../store/temp-home.js';

const hourMs = 3_600_000;
const noon = new Date(2026, 2, 4, 12).getTime();
const iso = (time: number) => new Date(time).toISOString();

/** A schedule installed at noon, and a watch that checks it. */
async function world(
  home: string,
  { kind = 'refresh', quiet }: { kind?: 'refresh' | 'watch'; quiet?: QuietHours } = {},
) {
  const state = { now: noon, delivers: true };
  const notices: Notice[] = [];
  const start = () =>
    scheduleAlert(home, {
      notifier: {
        notify: (notice) => {
          notices.push(notice);
          return Promise.resolve({ delivered: state.delivers });
        },
      },
      now: () => state.now,
      language: 'en',
      quiet,
    });
  let look = start();
  await writeScheduleRecord(home, { version: 1, with: 'cron', kind, node: '/n', bin: '/b', installedAt: iso(noon) });
  return {
    state,
    notices,
    restart: () => (look = start()),
    look: () => look(),
    ran: () =>
      writeScheduledRun(home, {
        version: 1,
        lastRunAt: iso(state.now),
        endedAt: iso(state.now),
        outcome: 'not-due',
        exitCode: 0,
      }),
    /** Sleeps except for the last two hours, in which the watch checks every two minutes. */
    pass: async (ms: number) => {
      const until = state.now + ms;
      for (state.now = Math.max(state.now, until - 2 * hourMs); state.now < until;) {
        state.now += 2 * 60_000;
        await look();
      }
    },
  };
}

test('a stopped schedule is reported once, even across a restart of the watch, until it runs again', async ({
  home,
}) => {
  const { state, notices, pass, ran, restart } = await world(home);
  await ran();
  await pass(25 * hourMs);
  expect(notices).toEqual([]);
  await pass(3 * hourMs);
  expect(notices).toHaveLength(1);
  expect(noticeText(notices[0]!)).toMatch(/1d 3h[^]*keyturn schedule status/);
  restart();
  await pass(5 * hourMs);
  expect(notices).toHaveLength(1);
  await ran();
  await pass(28 * hourMs);
  expect(notices).toHaveLength(2);
  expect(Date.parse((await readScheduleRecord(home))?.toldAt ?? '')).toBeLessThanOrEqual(state.now);
});

test('after a sleep the machine gets time to catch up', async ({ home }) => {
  const { state, notices, look, pass, ran } = await world(home);
  await ran();
  await look();
  state.now += 3 * 24 * hourMs;
  await look();
  await pass(hourMs);
  await ran();
  await pass(2 * hourMs);
  expect(notices).toEqual([]);
});

test('quiet hours delay the notification, and a failed one is sent again', async ({ home }) => {
  const quiet = { fromMinute: 12 * 60, toMinute: 20 * 60 };
  const { state, notices, pass } = await world(home, { quiet });
  await pass(31 * hourMs);
  expect(notices).toEqual([]);
  state.delivers = false;
  await pass(2 * hourMs);
  expect(notices).toHaveLength(1);
  state.delivers = true;
  await pass(6 * hourMs);
  expect(notices).toHaveLength(2);
});

test('a watch that is itself the schedule is not reported', async ({ home }) => {
  const { notices, pass } = await world(home, { kind: 'watch' });
  await pass(30 * hourMs);
  expect(notices).toEqual([]);
});

test('the watch checks the schedule whenever it checks the accounts', async () => {
  let looks = 0;
  const deps = { accounts: () => Promise.resolve([]), now: () => noon, log: silentLog } as unknown as WatcherDeps;
  const watcher = new Watcher(deps, {
    jitterMs: 0,
    askAgainAfterMs: 0,
    language: 'en',
    maxAtOnce: 1,
    watchSchedule: () => Promise.resolve(void (looks += 1)),
    beat: () => Promise.resolve(),
    close: () => Promise.resolve(),
  });
  await watcher.checkAccounts(new AbortController().signal);
  expect(looks).toBe(1);
});

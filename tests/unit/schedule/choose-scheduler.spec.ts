import { expect, test } from '@playwright/test';
import { appError, type AppError } from '../../../src/errors/app-error.js';
import { scheduleErrors } from '../../../src/errors/schedule-errors.js';
import { chooseScheduler } from '../../../src/schedule/choose-scheduler.js';
import type { Scheduler, SchedulerName } from '../../../src/schedule/scheduler.js';

const missing = appError(scheduleErrors.schedulerMissing, { scheduler: 'it', reason: 'there is none' });
const noManager = appError(scheduleErrors.noUserManager, { user: 'me', uid: 1, reason: 'no bus' });
const denied = appError(scheduleErrors.crontabDenied, { user: 'me', reason: 'not allowed' });

const one = (name: SchedulerName, trouble?: AppError): Scheduler => ({
  name,
  title: name,
  hasServices: name !== 'cron',
  trouble: () => Promise.resolve(trouble),
  render: () => ({ files: [], commands: [] }),
  install: () => Promise.resolve([]),
  remove: () => Promise.resolve([]),
  inspect: () => Promise.reject(new Error('not asked for')),
});

const nameOf = async (all: readonly Scheduler[], wish: Partial<Parameters<typeof chooseScheduler>[1]> = {}) =>
  (await chooseScheduler(all, { needsService: false, ...wish })).scheduler.name;

test('systemd goes before cron, and cron is taken where systemd is out of reach, with the reason', async () => {
  expect(await nameOf([one('systemd'), one('cron')])).toBe('systemd');
  const choice = await chooseScheduler([one('systemd', noManager), one('cron')], { needsService: false });
  expect(choice.scheduler.name).toBe('cron');
  expect(choice.passedOver).toEqual([noManager.message]);
});

test('what was asked for is taken, or its trouble told', async () => {
  expect(await nameOf([one('systemd'), one('cron')], { wanted: 'cron' })).toBe('cron');
  await expect(nameOf([one('systemd'), one('cron', denied)], { wanted: 'cron' })).rejects.toBe(denied);
  await expect(nameOf([one('systemd')], { wanted: 'launchd' })).rejects.toMatchObject({ code: 'KT852' });
});

test('what was installed before stays chosen while it works', async () => {
  expect(await nameOf([one('systemd'), one('cron')], { before: 'cron' })).toBe('cron');
  expect(await nameOf([one('systemd'), one('cron', denied)], { before: 'cron' })).toBe('systemd');
});

test('a service never goes to cron', async () => {
  expect(await nameOf([one('systemd'), one('cron')], { before: 'cron', needsService: true })).toBe('systemd');
  await expect(nameOf([one('cron')], { wanted: 'cron', needsService: true })).rejects.toMatchObject({ code: 'KT857' });
  await expect(nameOf([one('cron')], { needsService: true })).rejects.toMatchObject({ code: 'KT850' });
});

test('without any scheduler the trouble of the nearest one is told', async () => {
  await expect(nameOf([one('systemd', noManager), one('cron', missing)])).rejects.toBe(noManager);
  await expect(nameOf([one('systemd', missing), one('cron', missing)])).rejects.toMatchObject({ code: 'KT850' });
  await expect(nameOf([])).rejects.toMatchObject({ code: 'KT850' });
});

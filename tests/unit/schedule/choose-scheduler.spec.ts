import { expect, test } from '@playwright/test';
import { appError, type AppError } from '../../../src/lib/app-error.js';
import { scheduleErrors } from '../../../src/schedule/schedule-errors.js';
import { schedulerTexts } from '../../../src/messages/schedule-errors.js';
import { chooseScheduler } from '../../../src/schedule/choose-scheduler.js';
import { unusableScheduler, type Scheduler, type SchedulerName } from '../../../src/schedule/scheduler.js';

const missing = unusableScheduler('cron', schedulerTexts.notHere);
const noManager = appError(scheduleErrors.noUserManager, { user: 'me', uid: 1, reason: 'no bus' });
const denied = unusableScheduler('cron', schedulerTexts.crontabDenied('me', 'not allowed'));

const one = (name: SchedulerName, trouble?: AppError): Scheduler => ({
  name,
  hasServices: name !== 'cron',
  trouble: () => Promise.resolve(trouble),
  render: () => ({ files: [], commands: [] }),
  install: () => Promise.resolve([]),
  remove: () => Promise.resolve([]),
  inspect: () => Promise.reject(new Error('not asked for')),
});

const nameOf = async (all: readonly Scheduler[], wish: Partial<Parameters<typeof chooseScheduler>[1]> = {}) =>
  (await chooseScheduler(all, { needsService: false, ...wish })).scheduler.name;

test('systemd is preferred to cron; cron is chosen, with the reason, when systemd cannot be reached', async () => {
  expect(await nameOf([one('systemd'), one('cron')])).toBe('systemd');
  const choice = await chooseScheduler([one('systemd', noManager), one('cron')], { needsService: false });
  expect(choice.scheduler.name).toBe('cron');
  expect(choice.passedOver).toEqual([noManager.texts.message]);
});

test('a requested scheduler is used, or its error is thrown', async () => {
  expect(await nameOf([one('systemd'), one('cron')], { wanted: 'cron' })).toBe('cron');
  await expect(nameOf([one('systemd'), one('cron', denied)], { wanted: 'cron' })).rejects.toBe(denied);
  await expect(nameOf([one('systemd')], { wanted: 'launchd' })).rejects.toMatchObject({ code: 'KT850' });
});

test('the scheduler of an earlier install is kept while it works', async () => {
  expect(await nameOf([one('systemd'), one('cron')], { before: 'cron' })).toBe('cron');
  expect(await nameOf([one('systemd'), one('cron', denied)], { before: 'cron' })).toBe('systemd');
});

test('cron is never chosen for a service', async () => {
  expect(await nameOf([one('systemd'), one('cron')], { before: 'cron', needsService: true })).toBe('systemd');
  await expect(nameOf([one('cron')], { wanted: 'cron', needsService: true })).rejects.toMatchObject({ code: 'KT850' });
  await expect(nameOf([one('cron')], { needsService: true })).rejects.toMatchObject({ code: 'KT850' });
});

test('when no scheduler works, the error of an installed one is thrown', async () => {
  await expect(nameOf([one('systemd', noManager), one('cron', missing)])).rejects.toBe(noManager);
  await expect(nameOf([one('systemd', missing), one('cron', missing)])).rejects.toMatchObject({ code: 'KT850' });
  await expect(nameOf([])).rejects.toMatchObject({ code: 'KT850' });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemdScheduler } from '../../../src/schedule/systemd.js';
import { expect, test } from '../store/temp-home.js';
import { answer, programs } from './fake-programs.js';
import { sampleJob } from './sample-job.js';

const at = { kind: 'refresh', suffix: '' } as const;

/** A fake systemd that keeps track of enabled and active units. */
function world(home: string, { fails = '', next = 'Wed 2026-03-04 13:05:00 UTC', linger = 'yes' } = {}) {
  const up = new Set<string>();
  const { run, calls } = programs((call) => {
    const unit = call.split(' ').find((word) => word.startsWith('keyturn-')) ?? '';
    if (fails !== '' && call.includes(fails)) return answer('', 1, 'Failed to connect to bus: No medium found');
    if (call.startsWith('loginctl')) return answer(`Linger=${linger}\n`);
    if (call.includes(' show --property=Version')) return answer('Version=252\n');
    if (call.includes(' restart ')) up.add(unit);
    if (call.includes(' disable ')) up.delete(unit);
    const isUp = up.has(unit);
    const says = {
      LoadState: 'loaded',
      ActiveState: isUp ? 'active' : 'inactive',
      SubState: isUp ? 'waiting' : 'dead',
      UnitFileState: isUp ? 'enabled' : 'disabled',
      NextElapseUSecRealtime: next,
    };
    return answer(Object.entries(says).map(([key, value]) => `${key}=${value}\n`).join('')); // prettier-ignore
  });
  const unitFolder = join(home, 'units');
  const scheduler = systemdScheduler({ run, unitFolder, user: 'me', uid: 1000, env: { XDG_RUNTIME_DIR: '/x' } }); // prettier-ignore
  const files = () => (existsSync(unitFolder) ? readdirSync(unitFolder).sort() : []);
  return { scheduler, calls, up, unitFolder, files };
}

test('a second install changes nothing, but starts a timer again that was stopped', async ({ home }) => {
  const { scheduler, up, files } = world(home);
  expect((await scheduler.install(sampleJob())).map(({ what }) => what)).toEqual(['written', 'written', 'started']);
  expect(files()).toEqual(['keyturn-refresh.service', 'keyturn-refresh.timer']);
  expect(await scheduler.install(sampleJob())).toEqual([]);
  up.clear();
  expect((await scheduler.install(sampleJob())).map(({ what }) => what)).toEqual(['started']);
});

test('changed settings reach the unit that holds them', async ({ home }) => {
  const { scheduler, unitFolder, calls } = world(home);
  await scheduler.install(sampleJob());
  calls.length = 0;
  const changes = await scheduler.install(sampleJob({ env: { KEYTURN_HOME: '/elsewhere' } }));
  expect(changes).toEqual([
    { what: 'updated', name: join(unitFolder, 'keyturn-refresh.service') },
    { what: 'started', name: 'keyturn-refresh.timer' },
  ]);
  expect(readFileSync(join(unitFolder, 'keyturn-refresh.service'), 'utf8')).toContain('/elsewhere');
  expect(calls).toContain('systemctl --user daemon-reload');
});

test('an install that systemd refuses can be repeated', async ({ home }) => {
  for (const fails of ['daemon-reload', ' enable ', ' restart ']) {
    const { scheduler } = world(home, { fails });
    await expect(scheduler.install(sampleJob())).rejects.toMatchObject({ code: 'KT855', message: expect.stringContaining('No medium found') }); // prettier-ignore
    expect((await world(home).scheduler.install(sampleJob())).at(-1)).toMatchObject({ what: 'started' });
  }
});

test("another program's unit is neither overwritten nor removed", async ({ home }) => {
  const { scheduler, unitFolder, files } = world(home);
  mkdirSync(unitFolder);
  writeFileSync(join(unitFolder, 'keyturn-refresh.service'), '[Service]\nExecStart=/bin/true\n');
  await expect(scheduler.install(sampleJob())).rejects.toMatchObject({ code: 'KT853', hint: expect.stringMatching(/^mv /) }); // prettier-ignore
  expect(await scheduler.remove('')).toEqual([]);
  expect(files()).toEqual(['keyturn-refresh.service']);
});

test('a masked unit is left masked', async ({ home }) => {
  const { scheduler, unitFolder } = world(home);
  mkdirSync(unitFolder);
  symlinkSync('/dev/null', join(unitFolder, 'keyturn-refresh.timer'));
  await expect(scheduler.install(sampleJob())).rejects.toMatchObject({ code: 'KT853' });
});

test('the watch replaces the timer, and the timer replaces the watch', async ({ home }) => {
  const { scheduler, files, up } = world(home);
  await scheduler.install(sampleJob());
  await scheduler.install(sampleJob({ kind: 'watch' }));
  expect(files()).toEqual(['keyturn-watch.service']);
  expect([...up]).toEqual(['keyturn-watch.service']);
  await scheduler.install(sampleJob());
  expect(files()).toEqual(['keyturn-refresh.service', 'keyturn-refresh.timer']);
});

test('removing leaves no file, even when systemd cannot be reached', async ({ home }) => {
  const { scheduler, files } = world(home);
  await scheduler.install(sampleJob());
  const unreachable = world(home, { fails: 'systemctl' });
  expect((await unreachable.scheduler.remove('')).map(({ what }) => what)).toEqual(['removed', 'removed']);
  expect(files()).toEqual([]);
});

test('two homes have two timers', async ({ home }) => {
  const { scheduler, files } = world(home);
  await scheduler.install(sampleJob());
  await scheduler.install(sampleJob({ suffix: '-0a1b2c3d' }));
  expect(files()).toHaveLength(4);
  await scheduler.remove('-0a1b2c3d');
  expect(files()).toEqual(['keyturn-refresh.service', 'keyturn-refresh.timer']);
});

test('the next run is at the time that systemd reports', async ({ home }) => {
  const { scheduler } = world(home);
  await scheduler.install(sampleJob());
  expect(await scheduler.inspect(at, 0)).toMatchObject({
    nextAt: Date.UTC(2026, 2, 4, 13, 5),
    nextSaidBy: { en: 'systemd' },
    troubles: [],
    notes: [],
  });
});

test('an active timer without a next time, an inactive timer and a missing timer are reported as troubles', async ({
  home,
}) => {
  for (const next of ['', 'n/a', '0']) {
    const never = world(home, { next });
    await never.scheduler.install(sampleJob());
    never.up.add('keyturn-refresh.timer');
    expect((await never.scheduler.inspect(at, 0)).troubles[0]?.text.en).toContain('names no next time');
  }
  const stopped = world(home);
  expect((await stopped.scheduler.inspect(at, 0)).troubles[0]?.text.en).toContain('not active (inactive)');
  await stopped.scheduler.remove('');
  expect((await stopped.scheduler.inspect(at, 0)).troubles[0]?.text.en).toContain('is not there');
});

test('without lingering, a note says that the timer runs only while the user is logged in', async ({ home }) => {
  const { scheduler } = world(home, { linger: 'no' });
  await scheduler.install(sampleJob());
  const { troubles, notes } = await scheduler.inspect(at, 0);
  expect(troubles).toEqual([]);
  expect(notes).toMatchObject([{ text: { en: 'runs only while you are logged in' }, next: 'loginctl enable-linger' }]);
});

test('the error for an unreachable user manager names lingering and XDG_RUNTIME_DIR', async ({ home }) => {
  const error = await world(home, { fails: 'Version' }).scheduler.trouble();
  expect(error).toMatchObject({ code: 'KT851', hint: 'sudo loginctl enable-linger me' });
  expect(error?.message).toContain('XDG_RUNTIME_DIR (usually /run/user/1000)');
});

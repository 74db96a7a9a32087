import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchdScheduler } from '../../../src/schedule/launchd.js';
import { expect, test } from '../store/temp-home.js';
import { answer, programs } from './fake-programs.js';
import { sampleJob } from './sample-job.js';

const at = { kind: 'refresh', suffix: '' } as const;
const printed = `keyturn.refresh = {
	state = not running
	event triggers = {
		keyturn.refresh.268435522 => {
			descriptor = {
				"Minute" => 17
			}
		}
	}
}`;

/** A fake launchd. As with the real one, its agents take a while to end. */
function world(home: string, { desktop = true, refuses = false } = {}) {
  const loaded = new Map<string, number>();
  const { run, calls } = programs((call) => {
    const [, verb = '', target = ''] = call.split(' ');
    if (verb === 'print' && /^\w+\/501$/.test(target))
      return answer('', target.startsWith('gui') && !desktop ? 113 : 0);
    if (verb === 'print') {
      const left = loaded.get(target);
      if (left === undefined) return answer('', 113, 'Could not find service');
      if (left === 0) loaded.delete(target);
      else if (left !== Infinity) loaded.set(target, left - 1);
      return answer(printed);
    }
    if (verb === 'bootout') loaded.set(target, 2);
    if (verb === 'bootstrap') {
      const path = call.split(' ').slice(3).join(' ');
      const service = `${target}/${path
        .split('/')
        .at(-1)
        ?.replace(/\.plist$/, '')}`;
      if (refuses || loaded.has(service)) return answer('', 5, 'Bootstrap failed: 5: Input/output error');
      loaded.set(service, Infinity);
    }
    return answer();
  });
  const agentFolder = join(home, 'LaunchAgents');
  const scheduler = launchdScheduler({ run, agentFolder, uid: 501, pollMs: 1 });
  return { scheduler, calls, loaded, agentFolder };
}

test('a second install changes nothing, and new settings wait until the old agent has ended', async ({ home }) => {
  const { scheduler, loaded, agentFolder } = world(home);
  expect(await scheduler.install(sampleJob())).toEqual([
    { what: 'written', name: join(agentFolder, 'keyturn.refresh.plist') },
    { what: 'started', name: 'gui/501/keyturn.refresh' },
  ]);
  expect(await scheduler.install(sampleJob())).toEqual([]);
  const changes = await scheduler.install(sampleJob({ minute: 20 }));
  expect(changes.map(({ what }) => what)).toEqual(['updated', 'started']);
  expect([...loaded]).toEqual([['gui/501/keyturn.refresh', Infinity]]);
});

test('without a desktop session the agent goes to the user domain', async ({ home }) => {
  const { scheduler, loaded } = world(home, { desktop: false });
  await scheduler.install(sampleJob());
  expect([...loaded.keys()]).toEqual(['user/501/keyturn.refresh']);
});

test('an install that launchd refuses can be repeated', async ({ home }) => {
  await expect(world(home, { refuses: true }).scheduler.install(sampleJob())).rejects.toMatchObject({ code: 'KT855' });
  expect((await world(home).scheduler.install(sampleJob())).map(({ what }) => what)).toEqual(['started']);
});

test('the watch replaces the hourly agent, and removing leaves no file', async ({ home }) => {
  const { scheduler, loaded, agentFolder } = world(home);
  await scheduler.install(sampleJob());
  await scheduler.install(sampleJob({ kind: 'watch' }));
  expect(readdirSync(agentFolder)).toEqual(['keyturn.watch.plist']);
  expect((await scheduler.remove('')).map(({ what }) => what)).toEqual(['stopped', 'removed']);
  expect(readdirSync(agentFolder)).toEqual([]);
  expect(loaded.size).toBe(0);
});

test('the next time comes from the minute that launchd prints', async ({ home }) => {
  const { scheduler, loaded } = world(home);
  await scheduler.install(sampleJob());
  const noon = new Date(2026, 2, 4, 12).getTime();
  expect(await scheduler.inspect(at, noon)).toMatchObject({ nextAt: noon + 17 * 60_000, troubles: [] });
  loaded.clear();
  expect((await scheduler.inspect(at, noon)).troubles[0]?.text.en).toContain('has not loaded');
});

test("another program's agent is left alone", async ({ home }) => {
  const { scheduler, agentFolder } = world(home);
  await scheduler.install(sampleJob());
  writeFileSync(join(agentFolder, 'keyturn.refresh.plist'), '<plist/>');
  await expect(scheduler.install(sampleJob())).rejects.toMatchObject({ code: 'KT853' });
  expect(await scheduler.remove('')).toEqual([]);
  expect(existsSync(join(agentFolder, 'keyturn.refresh.plist'))).toBe(true);
});

import { expect, test } from '@playwright/test';
import { cronScheduler } from '../../../src/schedule/cron.js';
import { cronLine } from '../../../src/schedule/crontab-block.js';
import { answer, programs } from './fake-programs.js';
import { sampleJob } from './sample-job.js';

const noon = new Date(2026, 2, 4, 12, 30).getTime();
const at = { kind: 'refresh', suffix: '' } as const;

/** A fake crontab program with one crontab. */
function world({ text, cron = true }: { text?: string; cron?: boolean } = {}) {
  const state = { text };
  const { run, calls } = programs((call, input) => {
    if (call === 'crontab -l')
      return state.text === undefined ? answer('', 1, 'no crontab for me') : answer(state.text);
    if (call === 'crontab -r') state.text = undefined;
    else state.text = input;
    return answer();
  });
  const scheduler = cronScheduler({ run, user: 'me', isCronRunning: () => Promise.resolve(cron) });
  return { state, calls, scheduler };
}

test('a second install changes nothing, new settings change the block, and removing leaves no crontab', async () => {
  const { state, calls, scheduler } = world();
  expect(await scheduler.install(sampleJob())).toEqual([{ what: 'written', name: 'the crontab of me' }]);
  calls.length = 0;
  expect(await scheduler.install(sampleJob())).toEqual([]);
  expect(calls).toEqual(['crontab -l']);
  const moved = sampleJob({ minute: 40 });
  expect(await scheduler.install(moved)).toEqual([{ what: 'updated', name: 'the crontab of me' }]);
  expect(state.text?.match(/refresh/g)).toHaveLength(1);
  expect(state.text).toContain(cronLine(moved));
  expect(await scheduler.remove('')).toHaveLength(1);
  expect(state.text).toBeUndefined();
  expect(await scheduler.remove('')).toEqual([]);
});

test('all other lines of the crontab are kept, in any encoding', async () => {
  const before = 'MAILTO=me\n# caf\xe9\n5 4 * * * backup 100\\%\r\n';
  const { state, scheduler } = world({ text: before });
  await scheduler.install(sampleJob({ env: { KEYTURN_HOME: '/home/李' } }));
  expect(Buffer.from(state.text ?? '', 'latin1').toString('utf8')).toContain("KEYTURN_HOME='/home/李'");
  await scheduler.remove('');
  expect(state.text).toBe(before);
});

test('a damaged block is left alone', async () => {
  const { state, scheduler } = world();
  await scheduler.install(sampleJob());
  const cut = state.text?.split('\n').slice(0, 2).join('\n') + '\n5 4 * * * backup\n';
  state.text = cut;
  await expect(scheduler.install(sampleJob())).rejects.toMatchObject({ code: 'KT853', hint: 'crontab -e' });
  await expect(scheduler.remove('')).rejects.toMatchObject({ code: 'KT853' });
  expect(state.text).toBe(cut);
});

test('a crontab program that does not work gives the reason', async () => {
  const says = (exitCode: number, stderr: string) =>
    cronScheduler({ run: programs(() => answer('', exitCode, stderr)).run, user: 'me', isCronRunning: () => Promise.resolve(true) }); // prettier-ignore
  const denied = says(1, 'You (me) are not allowed to use this program (crontab)\nSee crontab(1) for more information');
  expect(await denied.trouble()).toMatchObject({ code: 'KT850', message: expect.stringContaining('not allowed') });
  expect(await says(1, 'crontabs/me: the disk is full').trouble()).toMatchObject({ code: 'KT855' });
  expect(await says(1, 'no crontab for me').trouble()).toBeUndefined();
  const none = cronScheduler({
    run: programs(() => undefined).run,
    user: 'me',
    isCronRunning: () => Promise.resolve(true),
  });
  expect(await none.trouble()).toMatchObject({ code: 'KT850' });
});

test('with a cron daemon, the next run is at the minute of the job', async () => {
  const { scheduler } = world();
  await scheduler.install(sampleJob());
  const said = await scheduler.inspect(at, noon);
  expect(said).toMatchObject({ troubles: [], notes: [] });
  expect(said.nextAt).toBe(new Date(2026, 2, 4, 13, 17).getTime());
  const early = await scheduler.inspect(at, new Date(2026, 2, 4, 13, 17, 5).getTime());
  expect(early.nextAt).toBe(new Date(2026, 2, 4, 14, 17).getTime());
});

test('a missing daemon, a line that is switched off and a missing line are reported', async () => {
  const { scheduler } = world({ cron: false });
  await scheduler.install(sampleJob());
  expect((await scheduler.inspect(at, noon)).troubles[0]?.text.en).toContain('no cron daemon');
  const off = world();
  await off.scheduler.install(sampleJob());
  off.state.text = off.state.text?.replace(/^17/m, '#17');
  expect((await off.scheduler.inspect(at, noon)).troubles[0]?.text.en).toContain('switched off');
  expect((await world({ text: '' }).scheduler.inspect(at, noon)).troubles[0]?.text.en).toContain('not in the crontab');
});

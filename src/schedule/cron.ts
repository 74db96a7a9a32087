import { appError, type AppError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import { crontabBlock, findBlock, withBlock } from './crontab-block.js';
import type { Job } from './job.js';
import { nextAtMinute } from './next-at-minute.js';
import { failureReason, type Run } from './system-run.js';
import { unusableScheduler, type Change, type Inspection, type Remark, type Scheduler } from './scheduler.js';

export interface CronOptions {
  readonly run: Run;
  readonly user: string;
  /** Undefined when other users' processes cannot be seen. */
  readonly isCronRunning: () => Promise<boolean | undefined>;
}

/** Keeps a marked block in the user's crontab. The crontab is read and written as Latin-1, which keeps every byte. */
export function cronScheduler({ run, user, isCronRunning }: CronOptions): Scheduler {
  async function read(): Promise<string> {
    const end = await run('crontab', ['-l']);
    if (!end) throw unusableScheduler('cron', schedulerTexts.noProgram('crontab'));
    if (end.exitCode === 0) return end.stdout.toString('latin1');
    if (/no crontab for|no such file/i.test(end.stderr)) return '';
    const denied = end.stderr.split('\n').find((line) => /not allowed|denied|permission/i.test(line));
    if (denied !== undefined) throw unusableScheduler('cron', schedulerTexts.crontabDenied(user, denied.trim()));
    throw appError(scheduleErrors.failed, { command: 'crontab -l', reason: failureReason('crontab', end) });
  }

  /** Writes the crontab and reads it back. When the two differ, puts the old one back. */
  async function write(text: string, before: string): Promise<void> {
    const end = text === '' ? await run('crontab', ['-r']) : await put(text);
    const command = text === '' ? 'crontab -r' : 'crontab -';
    if (end?.exitCode !== 0) {
      throw appError(scheduleErrors.failed, { command, reason: failureReason('crontab', end) });
    }
    if ((await read()) === text) return;
    await put(before);
    const { crontabDiffers: reason, crontabPutBack: state } = schedulerTexts;
    throw appError(scheduleErrors.failed, { command, reason, state });
  }

  const put = (text: string) => run('crontab', ['-'], { input: Buffer.from(text, 'latin1') });

  function requireWhole(crontab: string, suffix: string): void {
    if (findBlock(crontab, suffix).state !== 'damaged') return;
    throw appError(scheduleErrors.foreign, { place: schedulerTexts.crontabBlock, hint: 'crontab -e' });
  }

  async function remove(suffix: string): Promise<readonly Change[]> {
    const before = await read();
    requireWhole(before, suffix);
    if (findBlock(before, suffix).state === 'none') return [];
    await write(withBlock(before, suffix, ''), before);
    return [{ what: 'removed', name: `keyturn's lines from the crontab of ${user}` }];
  }

  async function inspect({ kind, suffix }: Pick<Job, 'kind' | 'suffix'>, now: number): Promise<Inspection> {
    const what = `the crontab of ${user}`;
    const found = findBlock(await read(), suffix);
    const again = 'keyturn schedule install';
    if (found.state !== 'there' || kind === 'watch') {
      const text = `keyturn's lines are not in the crontab${found.state === 'damaged' ? ' as a whole' : ''}`;
      return { what, isInstalled: false, isRunning: false, troubles: [{ text, next: again }], notes: [] };
    }
    const troubles: Remark[] = [];
    const notes: Remark[] = [];
    const line = found.block.split('\n').find((each) => !/^\s*(?:#|$)/.test(each));
    if (line === undefined) troubles.push({ text: 'the line in the crontab is switched off', next: again });
    const isRunning = await isCronRunning();
    if (isRunning === false) troubles.push({ text: 'no cron daemon is running', next: 'sudo service cron start' });
    if (isRunning === undefined) notes.push({ text: 'whether a cron daemon is running cannot be seen from here' });
    const minute = /^\s*(\d{1,2})(?:\s+\*){4}\s/.exec(line ?? '')?.[1];
    if (line !== undefined && minute === undefined) notes.push({ text: 'its time was changed by hand' });
    return {
      what: isRunning === true ? `${what}, with a cron daemon running` : what,
      isInstalled: true,
      isRunning: false,
      nextAt: minute === undefined ? undefined : nextAtMinute(Number(minute), now),
      nextSaidBy: 'the crontab',
      troubles,
      notes,
    };
  }

  return {
    name: 'cron',
    title: 'line in the crontab',
    hasServices: false,
    trouble: async () => {
      try {
        await read();
        return undefined;
      } catch (error) {
        return error as AppError;
      }
    },
    render: (job) => ({
      files: [{ path: `the crontab of ${user}`, text: crontabBlock(job) }],
      commands: [['crontab', '-']],
    }),
    install: async (job) => {
      const before = await read();
      requireWhole(before, job.suffix);
      const block = Buffer.from(crontabBlock(job), 'utf8').toString('latin1');
      const found = findBlock(before, job.suffix);
      if (found.state === 'there' && found.block === block) return [];
      await write(withBlock(before, job.suffix, block), before);
      return [{ what: found.state === 'there' ? 'updated' : 'written', name: `the crontab of ${user}` }];
    },
    remove,
    inspect,
  };
}

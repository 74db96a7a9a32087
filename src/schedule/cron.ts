import { scheduleRemarks as remarks } from '../messages/schedule-remarks.js';
import { AppError, appError, orAppError } from '../lib/app-error.js';
import { scheduleErrors } from './schedule-errors.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import { crontabBlock, splitCrontab } from './crontab-block.js';
import type { Job } from './job.js';
import { nextAtMinute } from './next-at-minute.js';
import { failureReason, type Run } from './system-run.js';
import { installAgain, unusableScheduler, type Change, type Inspection, type Remark, type Scheduler } from './scheduler.js'; // prettier-ignore

export interface CronOptions {
  readonly run: Run;
  readonly user: string;
  /** Undefined when other users' processes cannot be seen. */
  readonly isCronRunning: () => Promise<boolean | undefined>;
}

/** Keeps a marked block in the user's crontab. The crontab is read and written as Latin-1, which keeps every byte. */
export function cronScheduler({ run, user, isCronRunning }: CronOptions): Scheduler {
  const name = `the crontab of ${user}`;

  async function read(): Promise<string> {
    const end = await run('crontab', ['-l']);
    if (!end) throw unusableScheduler('cron', schedulerTexts.noProgram('crontab'));
    if (end.exitCode === 0) return end.stdout.toString('latin1');
    if (/no crontab for|no such file/i.test(end.stderr)) return '';
    const denied = end.stderr.split('\n').find((line) => /not allowed|denied|permission/i.test(line));
    if (denied !== undefined) throw unusableScheduler('cron', schedulerTexts.crontabDenied(user, denied.trim()));
    throw appError(scheduleErrors.failed, { command: 'crontab -l', reason: failureReason('crontab', end) });
  }

  /** Replaces keyturn's block. @returns the block that was there */
  async function replaceBlock(suffix: string, block: string): Promise<string> {
    const parts = splitCrontab(await read(), suffix);
    if (!parts) throw appError(scheduleErrors.foreign, { place: schedulerTexts.crontabBlock, hint: 'crontab -e' });
    if (parts.block === block) return block;
    const text = parts.before + block + parts.after;
    const arg = text === '' ? '-r' : '-';
    const end = await run('crontab', [arg], { input: Buffer.from(text, 'latin1') });
    if (end?.exitCode === 0) return parts.block;
    throw appError(scheduleErrors.failed, { command: `crontab ${arg}`, reason: failureReason('crontab', end) });
  }

  async function inspect({ kind, suffix }: Pick<Job, 'kind' | 'suffix'>, now: number): Promise<Inspection> {
    const block = splitCrontab(await read(), suffix)?.block ?? '';
    if (block === '' || kind === 'watch') {
      const gone = { text: remarks.notInCrontab(block !== ''), next: installAgain };
      return { what: remarks.cronJob(user, false), isRunning: false, troubles: [gone], notes: [] };
    }
    const troubles: Remark[] = [];
    const notes: Remark[] = [];
    const line = block.split('\n').find((each) => !/^\s*(?:#|$)/.test(each));
    if (line === undefined) troubles.push({ text: remarks.lineOff, next: installAgain });
    const isRunning = await isCronRunning();
    if (isRunning === false) troubles.push({ text: remarks.noCron, next: 'sudo service cron start' });
    if (isRunning === undefined) notes.push({ text: remarks.cronUnseen });
    const minute = /^\s*(\d{1,2})(?:\s+\*){4}\s/.exec(line ?? '')?.[1];
    return {
      what: remarks.cronJob(user, isRunning === true),
      isRunning: false,
      nextAt: minute === undefined ? undefined : nextAtMinute(Number(minute), now),
      nextSaidBy: remarks.crontab,
      troubles,
      notes,
    };
  }

  return {
    name: 'cron',
    hasServices: false,
    trouble: async () => {
      const text = await orAppError(read());
      return text instanceof AppError ? text : undefined;
    },
    render: (job) => ({ files: [{ path: name, text: crontabBlock(job) }], commands: [['crontab', '-']] }),
    install: async (job): Promise<Change[]> => {
      const block = Buffer.from(crontabBlock(job), 'utf8').toString('latin1');
      const before = await replaceBlock(job.suffix, block);
      return before === block ? [] : [{ what: before === '' ? 'written' : 'updated', name }];
    },
    remove: async (suffix): Promise<Change[]> => {
      const before = await replaceBlock(suffix, '');
      return before === '' ? [] : [{ what: 'removed', name: `keyturn's lines from ${name}` }];
    },
    inspect,
  };
}

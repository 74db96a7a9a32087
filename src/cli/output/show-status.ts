import type { AccountStatus, StatusReport } from '../../app/account-status.js';
import { sessionLine } from '../../app/session-status.js';
import { undeliveredNote } from '../../app/undelivered.js';
import { formatDuration } from '../../lib/duration.js';
import { oneLine, printable, redactText } from '../../lib/redact.js';
import { showTime } from '../../lib/show-time.js';
import type { Paint } from './paint.js';

const columns = ['ACCOUNT', 'KEY', 'NEXT RENEWAL', 'SESSION', 'LAST RUN', 'WAITING'];

/** A row for each account, and below the table what needs more room than a cell. */
export async function showStatus({ accounts, watch }: StatusReport, now: number, color: Paint): Promise<string> {
  // With --json the package that measures the width of text is not needed.
  const { table } = await import('./table.js');
  const notes = accounts.flatMap((each) => notesOf(each, now).map((note) => `  ${each.account}: ${printable(note)}`));
  const lines = [
    table([columns, ...accounts.map((each) => rowOf(each, now, color))]),
    ...notes,
    ...(watch === undefined ? [] : [`  watched over by ${watch}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function rowOf(status: AccountStatus, now: number, color: Paint): string[] {
  const ago = (time: string | undefined) =>
    time === undefined ? '-' : `${formatDuration(now - Date.parse(time))} ago`;
  return [
    color.bold(status.account),
    keyCell(status, now, color),
    !status.enabled
      ? color.dim('switched off')
      : status.dueAt === undefined
        ? color.yellow('due now')
        : showTime(status.dueAt),
    status.sessionSavedAt === undefined ? color.dim('none') : `saved ${ago(status.sessionSavedAt)}`,
    status.lastOutcome === undefined
      ? '-'
      : `${status.lastCode ? color.red(status.lastOutcome) : status.lastOutcome} ${ago(status.lastRunAt)}`,
    status.running
      ? color.yellow('running now')
      : status.waiting
        ? color.yellow(`waiting for you: ${status.waiting.kind}`)
        : '-',
  ];
}

function keyCell({ key, expiresAt, dueAt }: AccountStatus, now: number, color: Paint): string {
  if (key === 'none') return color.red('none');
  if (expiresAt === undefined)
    return dueAt === undefined ? color.yellow('expiry unknown') : color.green('no expiry known');
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return color.red(`expired ${formatDuration(left)} ago`);
  const text = `${showTime(expiresAt)} (${formatDuration(left)} left)`;
  return dueAt === undefined ? color.yellow(text) : color.green(text);
}

function notesOf(status: AccountStatus, now: number): string[] {
  const safe = (text: string) => oneLine(redactText(text));
  const { running, waiting, session, lastCode, lastMessage, undelivered, next } = status;
  return [
    running && `running: ${running}`,
    waiting && `waiting since ${showTime(waiting.since)}: ${safe(waiting.detail)}`,
    session && sessionLine(session, now),
    status.unsettledRotation && 'a rotation is unsettled: the next refresh reads the console',
    lastCode && !waiting && `${safe(lastMessage ?? '')} [${lastCode}]`,
    ...undelivered.map((each) => safe(undeliveredNote(each))),
    undelivered.length > 0 && `next: keyturn deliver ${status.account}`,
    next && `next: ${next}`,
  ].filter((note): note is string => typeof note === 'string');
}

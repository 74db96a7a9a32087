import { sessionLine, undeliveredNote, type AccountStatus, type StatusReport } from '../../app/account-status.js';
import { formatDuration } from '../../lib/duration.js';
import { oneLine, printable, redactText } from '../../lib/redact.js';
import { showTime } from '../../lib/show-time.js';
import { enableCommand, programOff } from '../../messages/cli/account-hook.js';
import { statusTexts } from '../../messages/cli/status.js';
import { progressTexts } from '../../messages/progress.js';
import { scheduleTexts } from '../../messages/cli/schedule.js';
import { commandLineTexts } from '../../messages/command-line.js';
import type { Language } from '../../messages/text.js';
import type { Paint } from './paint.js';

interface ShowOptions {
  /** The width of the terminal. */
  readonly columns?: number;
  readonly color: Paint;
  readonly language: Language;
}

/** A row for each account, and below the table what needs more room than a cell. */
export async function showStatus({ accounts, watch }: StatusReport, now: number, options: ShowOptions) {
  // With --json the package that measures the width of text is not needed.
  const { table } = await import('./table.js');
  const { language } = options;
  const colon = commandLineTexts.colon[language];
  const notes = accounts.flatMap((each) =>
    notesOf(each, now, language).map((note) => `  ${each.account}${colon}${printable(note)}`),
  );
  const lines = [
    table([statusTexts.columns[language], ...accounts.map((each) => rowOf(each, now, options))], options.columns),
    ...notes,
    ...(watch === undefined ? [] : [`  ${scheduleTexts.watchRunning(watch)[language]}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function rowOf(status: AccountStatus, now: number, options: ShowOptions): string[] {
  const { color, language } = options;
  const since = (time: string) => formatDuration(now - Date.parse(time), language);
  const { sessionSavedAt: savedAt, lastRun } = status;
  return [
    color.bold(status.account),
    keyCell(status, now, options),
    !status.enabled
      ? color.dim(statusTexts.disabled[language])
      : status.dueAt === undefined
        ? color.yellow(statusTexts.dueNow[language])
        : showTime(status.dueAt, language),
    savedAt === undefined ? color.dim(statusTexts.none[language]) : statusTexts.saved(since(savedAt))[language],
    lastRun === undefined
      ? '-'
      : `${lastRun.error ? color.red(lastRun.outcome) : lastRun.outcome} ${statusTexts.ago(since(lastRun.at))[language]}`,
    status.running
      ? color.yellow(statusTexts.runningNow[language])
      : status.waiting
        ? color.yellow(statusTexts.waitingForYou(status.waiting.kind)[language])
        : '-',
  ];
}

function keyCell(
  { key, expiresAt, dueAt, clockAheadMs = 0 }: AccountStatus,
  now: number,
  { color, language }: ShowOptions,
): string {
  if (key === 'none') return color.red(statusTexts.none[language]);
  if (expiresAt === undefined || key === 'unknown-expiry') {
    return dueAt === undefined
      ? color.yellow(statusTexts.expiryUnknown[language])
      : color.green(statusTexts.noExpiry[language]);
  }
  const left = Date.parse(expiresAt) - (now - clockAheadMs);
  if (left <= 0) return color.red(statusTexts.expired(formatDuration(left, language))[language]);
  const text = statusTexts.left(showTime(expiresAt, language), formatDuration(left, language))[language];
  return dueAt === undefined ? color.yellow(text) : color.green(text);
}

function notesOf(status: AccountStatus, now: number, language: Language): string[] {
  const safe = (text: string) => oneLine(redactText(text));
  const next = (command: string) => `${commandLineTexts.next[language]} ${command}`;
  const { running, waiting, session, lastRun, undelivered, clockAheadMs } = status;
  return [
    clockAheadMs !== undefined && progressTexts.clockSkew(clockAheadMs)[language],
    running && statusTexts.running(running)[language],
    waiting && statusTexts.waitingSince(showTime(waiting.since, language), safe(waiting.detail[language]))[language],
    session && sessionLine(session, now)[language],
    status.unsettledRotation && statusTexts.unsettled[language],
    lastRun?.error && !waiting && `${safe(lastRun.error.message[language])} [${lastRun.error.code}]`,
    ...undelivered.map((each) => safe(undeliveredNote(each)[language])),
    ...status.switchedOff.flatMap((each) => [
      safe(programOff(each)[language]),
      next(enableCommand(status.account, each)),
    ]),
    undelivered.length > 0 && next(`keyturn deliver ${status.account}`),
    status.next && next(status.next),
  ].filter((note): note is string => typeof note === 'string');
}

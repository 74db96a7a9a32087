import type { Job } from './job.js';
import { ownMark } from './own-file.js';

/** keyturn's lines between two marker lines. Each home has a block of its own. */
export function crontabBlock(job: Job): string {
  const [begin, end] = marksOf(job.suffix);
  return `${begin}\n${cronLine(job)}\n${end}\n`;
}

export function cronLine({ minute, env, words }: Job): string {
  // `env` sets the variables for this line only, whatever shell the crontab chooses.
  const command = ['/usr/bin/env', ...Object.entries(env).map(([key, value]) => `${key}=${cronWord(value)}`), ...words.map(cronWord)]; // prettier-ignore
  return `${minute} * * * * ${command.join(' ')}`;
}

/** Quotes one word for the shell that cron starts. For cron itself, an unescaped percent sign ends the command. */
function cronWord(word: string): string {
  if (/^[\w./:@+=,-]+$/.test(word)) return word;
  // The escaped percent sign stands outside the quotes. If a cron passes the backslash on, the shell removes it.
  return `'${word.replaceAll("'", String.raw`'\''`).replaceAll('%', String.raw`'\%'`)}'`;
}

/** The crontab around keyturn's block. Undefined when the block has lost one of its marks, or occurs twice. */
export function splitCrontab(crontab: string, suffix: string) {
  const lines = crontab.split('\n');
  const [from = -1, to = -1] = marksOf(suffix).map((mark) => lines.indexOf(mark));
  const marks = lines.filter((line) => marksOf(suffix).includes(line)).length;
  if (marks === 0) return { before: crontab.replace(/([^\n])$/, '$1\n'), block: '', after: '' };
  if (marks !== 2 || from === -1 || to < from) return undefined;
  const text = (part: readonly string[]) => part.map((line) => `${line}\n`).join('');
  return {
    before: text(lines.slice(0, from)),
    block: text(lines.slice(from, to + 1)),
    after: lines.slice(to + 1).join('\n'),
  };
}

const marksOf = (suffix: string): readonly string[] => [
  `# begin keyturn${suffix}. ${ownMark}.`,
  `# end keyturn${suffix}.`,
];

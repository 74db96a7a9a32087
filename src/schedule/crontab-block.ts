import type { Job } from './job.js';
import { ownMark } from './own-file.js';

/** keyturn's lines between two marker lines. Each home has a block of its own. */
export function crontabBlock(job: Job): string {
  const { begin, end } = marksOf(job.suffix);
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

export type FoundBlock =
  { readonly state: 'none' | 'damaged' } | { readonly state: 'there'; readonly at: number; readonly block: string };

export function findBlock(crontab: string, suffix: string): FoundBlock {
  const { begin, end } = marksOf(suffix);
  const from = lineAt(crontab, begin);
  if (from === -1) return lineAt(crontab, end) === -1 ? { state: 'none' } : { state: 'damaged' };
  const to = lineAt(crontab, end, from);
  const next = lineAt(crontab, begin, from + begin.length);
  if (to === -1 || next !== -1) return { state: 'damaged' };
  return { state: 'there', at: from, block: crontab.slice(from, to + end.length + 1) };
}

/** Replaces or adds the block and keeps every other byte. A block that is there must not be damaged. */
export function withBlock(crontab: string, suffix: string, block: string): string {
  const found = findBlock(crontab, suffix);
  if (found.state !== 'there') return `${crontab}${crontab === '' || crontab.endsWith('\n') ? '' : '\n'}${block}`;
  return crontab.slice(0, found.at) + block + crontab.slice(found.at + found.block.length);
}

function marksOf(suffix: string): { readonly begin: string; readonly end: string } {
  return { begin: `# begin keyturn${suffix}. ${ownMark}.`, end: `# end keyturn${suffix}.` };
}

/** The offset of the first line with exactly this text, or -1. */
function lineAt(text: string, line: string, from = 0): number {
  for (let at = text.indexOf(line, from); at !== -1; at = text.indexOf(line, at + 1)) {
    const after = text[at + line.length];
    if ((at === 0 || text[at - 1] === '\n') && (after === undefined || after === '\n')) return at;
  }
  return -1;
}

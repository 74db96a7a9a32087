import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { cronLine, crontabBlock, splitCrontab } from '../../../src/schedule/crontab-block.js';
import { oddPath, sampleJob } from './sample-job.js';

/**
 * Splits a line into the command for the shell and its input, as Vixie cron does: an unescaped `%` ends the command.
 */
function asCronReads(line: string): { command: string; input?: string } {
  let command = '';
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '%') return { command, input: line.slice(at + 1) };
    const isEscape = line[at] === '\\' && at + 1 < line.length;
    if (isEscape) at += 1;
    command += isEscape && line[at] !== '%' ? `\\${line[at]}` : line[at];
  }
  return { command };
}

const odd = fc.string({ unit: fc.constantFrom(...` %'"\\$&;#*~!()<>|=aZ0李/`), minLength: 1, maxLength: 12 });

test('a real shell gets every word and variable unchanged, whether or not cron treats percent signs specially', () => {
  for (const text of [oddPath, '%', "it's 5%", ...fc.sample(odd, 30)]) {
    const words = ['/bin/sh', '-c', 'printf "%s\n" "$1" "$KEYTURN_HOME"', 'sh', text] as const;
    const line = cronLine(sampleJob({ words: [...words], env: { KEYTURN_HOME: text } })).replace(/^(?:\S+ ){5}/, '');
    const { command, input } = asCronReads(line);
    expect(input).toBeUndefined();
    for (const heard of [command, line]) {
      const end = spawnSync('/bin/sh', ['-c', heard], { env: {}, encoding: 'utf8' });
      expect(end.stderr + end.stdout).toBe(`${text}\n${text}\n`);
    }
  }
});

const withBlock = (crontab: string, block: string) => {
  const { before, after } = splitCrontab(crontab, '')!;
  return before + block + after;
};

test('the rest of a crontab is kept byte for byte', () => {
  const block = crontabBlock(sampleJob());
  const other = crontabBlock(sampleJob({ suffix: '-other', minute: 3 }));
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'# *%\tkeyturn\xe9\r') })), (lines) => {
      const before = lines.map((line) => `${line}\n`).join('') + other;
      const installed = withBlock(before, block);
      expect(installed).toBe(before + block);
      const grown = `${installed}5 4 * * * backup\n`;
      const moved = crontabBlock(sampleJob({ minute: 9 }));
      expect(withBlock(grown, moved)).toBe(`${before}${moved}5 4 * * * backup\n`);
      expect(withBlock(grown, '')).toBe(`${before}5 4 * * * backup\n`);
    }),
  );
});

test('a block that lost one of its marks, or occurs twice, counts as damaged', () => {
  const block = crontabBlock(sampleJob());
  const [begin, line, end] = block.split('\n');
  expect(splitCrontab(`${begin}\n${line}\n5 4 * * * backup\n`, '')).toBeUndefined();
  expect(splitCrontab(`${line}\n${end}\n`, '')).toBeUndefined();
  expect(splitCrontab(block + block, '')).toBeUndefined();
  expect(splitCrontab(`# ${begin}\n`, '')?.block).toBe('');
});

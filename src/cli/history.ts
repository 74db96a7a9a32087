import { InvalidArgumentError } from 'commander';
import { readAccountHistory } from '../app/account-history.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { oneLine, redactText } from '../lib/redact.js';
import { commonTexts } from '../messages/cli/common.js';
import { historyTexts } from '../messages/cli/history.js';
import { report, type KeyturnCommand } from './command-help.js';
import { showTime } from '../lib/show-time.js';
import { printJson } from './output/print-json.js';

export function registerHistory(program: KeyturnCommand, context: ProcessContext): void {
  const { language } = context;
  program
    .command('history')
    .argument('[account]', commonTexts.onlyAccount[language])
    .description(historyTexts.about[language])
    .option('-n, --last <count>', historyTexts.last[language], (text) => positiveInteger(text, context), 50)
    .option('--json', commonTexts.json[language])
    .examples(['keyturn history work', 'keyturn history work -n 500 --json'])
    .action(async (name: string | undefined, options: { last: number; json?: boolean }) => {
      const { account, events } = await readAccountHistory(homeOf(context), name, options.last);
      if (options.json) {
        printJson<'history'>(context, { events });
        return;
      }
      if (events.length === 0) return report(context, historyTexts.empty(account));
      const { table } = await import('./output/table.js');
      const rows = events.map(({ at, event, runId, ...details }) => [
        showTime(at),
        runId,
        event,
        oneLine(
          redactText(
            Object.entries(details)
              .filter(([, value]) => value !== undefined && value !== null)
              .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
              .join(' '),
          ),
        ),
      ]);
      context.stdout.write(`${table([historyTexts.columns[context.language], ...rows], context.stdout.columns)}\n`);
    });
}

function positiveInteger(text: string, { language }: ProcessContext): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError(historyTexts.notACount[language]);
  return Number(text);
}

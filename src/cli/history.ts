import { InvalidArgumentError, type Command } from 'commander';
import { readAccountHistory } from '../app/read-history.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { oneLine, printableJson, redactText } from '../lib/redact.js';
import { examples, type SetExitCode } from './command-help.js';
import { showTime } from '../lib/show-time.js';

export function registerHistory(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  program
    .command('history')
    .argument('[account]', 'may be left out when there is only one')
    .description('every rotation, question and answer of an account, oldest first')
    .option('-n, --last <count>', 'only the newest events', positiveInteger, 50)
    .option('--json', 'one JSON object per line')
    .addHelpText('after', examples(['keyturn history work', 'keyturn history work -n 500 --json']))
    .action(async (name: string | undefined, options: { last: number; json?: boolean }) => {
      const { account, events } = await readAccountHistory(homeOf(context), name, options.last);
      if (options.json) {
        for (const event of events) context.stdout.write(`${printableJson(JSON.stringify(event))}\n`);
        return;
      }
      if (events.length === 0) {
        context.stderr.write(`nothing has happened to ${account} yet\n`);
        return;
      }
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
      context.stdout.write(`${table([['TIME', 'RUN', 'EVENT', 'DETAILS'], ...rows])}\n`);
    });
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a positive whole number.');
  return Number(text);
}

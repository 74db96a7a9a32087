import type { Command } from 'commander';
import { statusReport } from '../app/account-status.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { printableJson } from '../lib/redact.js';
import { examples, type SetExitCode } from './command-help.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';
import { showStatus } from './output/show-status.js';

export function registerStatus(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('status')
    .argument('[accounts...]', 'default: all')
    .description('every account: key expiry, session, last result, what is waiting, next renewal')
    .option('--json', 'as JSON')
    .addHelpText('after', examples(['keyturn status', "keyturn status --json | jq '.[].expiresAt'"]))
    .action(async (names: string[], options: { json?: boolean }) => {
      const { stdout, stderr } = context;
      const now = context.clock.now();
      const report = await statusReport(homeOf(context), names, now);
      const { accounts, unreadable, schedule } = report;
      if (options.json) {
        stdout.write(`${printableJson(JSON.stringify(accounts, null, 2))}\n`);
      } else if (accounts.length === 0) {
        if (unreadable.length === 0) stderr.write('there is no account yet\nnext: keyturn account add NAME\n');
      } else {
        stdout.write(await showStatus(report, now, paint(stdout, context.env)));
      }
      if (schedule && !options.json) stdout.write(`  ${schedule.text}\n  next: ${schedule.next ?? ''}\n`);
      for (const { name, error } of unreadable) setExitCode(printError(error, context, `${name}: `));
    });
}

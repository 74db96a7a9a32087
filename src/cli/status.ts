import { needsCare, statusReport } from '../app/account-status.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { commonTexts } from '../messages/cli/common.js';
import { statusTexts } from '../messages/cli/status.js';
import { nextLine } from '../messages/command-line.js';
import { report, type KeyturnCommand, type SetExitCode } from './command-help.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';
import { printJson } from './output/print-json.js';
import { showStatus } from './output/show-status.js';

export function registerStatus(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('status')
    .argument('[accounts...]', commonTexts.allAccounts[language])
    .description(statusTexts.about[language])
    .option('--check', statusTexts.check[language])
    .option('--json', commonTexts.json[language])
    .examples(['keyturn status', 'keyturn status --check', "keyturn status --json | jq '.accounts[].expiresAt'"])
    .action(async (names: string[], options: { json?: boolean; check?: boolean }) => {
      const { stdout, language: shown } = context;
      const now = context.clock.now();
      const status = await statusReport(homeOf(context), names, now);
      const { accounts, unreadable, schedule } = status;
      // For monitoring, a home without accounts is the wrong home.
      const isRefused = options.check && (accounts.length === 0 || accounts.some(needsCare) || schedule !== undefined);
      if (isRefused) setExitCode(1);
      if (options.json) {
        printJson<'status'>(context, status, unreadable.length === 0 && !isRefused);
      } else if (accounts.length === 0) {
        if (unreadable.length === 0) report(context, commonTexts.noAccounts, 'keyturn account add NAME');
      } else {
        stdout.write(
          await showStatus(status, now, {
            color: paint(stdout, context.env),
            language: shown,
            columns: stdout.columns,
          }),
        );
      }
      if (schedule && !options.json)
        stdout.write(`  ${schedule.text[shown]}\n  ${nextLine(schedule.next ?? '', shown)}`);
      for (const { account, error } of unreadable) setExitCode(printError(error, context, account));
    });
}

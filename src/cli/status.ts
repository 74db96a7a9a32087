import { statusReport, type AccountStatus } from '../app/account-status.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { commonTexts } from '../messages/cli/common.js';
import { statusTexts } from '../messages/cli/status.js';
import { nextLine } from '../messages/command-line.js';
import { report, type KeyturnCommand, type SetExitCode } from './command-help.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';
import { jsonError, printJson } from './output/print-json.js';
import { showStatus } from './output/show-status.js';

export function registerStatus(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('status')
    .argument('[accounts...]', commonTexts.allAccounts[language])
    .description(statusTexts.about[language])
    .option('--json', commonTexts.json[language])
    .examples(['keyturn status', "keyturn status --json | jq '.accounts[].expiresAt'"])
    .action(async (names: string[], options: { json?: boolean }) => {
      const { stdout, language: shown } = context;
      const now = context.clock.now();
      const status = await statusReport(homeOf(context), names, now);
      const { accounts, unreadable, watch, schedule } = status;
      if (options.json) {
        const broken = unreadable.map(({ name, error }) => ({ account: name, error: jsonError(error) }));
        printJson<'status'>(
          context,
          {
            accounts: accounts.map(inEnglish),
            unreadable: broken,
            watch: watch?.en,
            schedule: schedule && { ...schedule, text: schedule.text.en },
          },
          broken.length === 0,
        );
      } else if (accounts.length === 0) {
        if (unreadable.length === 0) report(context, commonTexts.noAccounts, 'keyturn account add NAME');
      } else {
        stdout.write(await showStatus(status, now, { color: paint(stdout, context.env), language: shown }));
      }
      if (schedule && !options.json)
        stdout.write(`  ${schedule.text[shown]}\n  ${nextLine(schedule.next ?? '', shown)}`);
      for (const { name, error } of unreadable) setExitCode(printError(error, context, name));
    });
}

function inEnglish({ lastRun, waiting, ...status }: AccountStatus) {
  const error = lastRun?.error && { ...lastRun.error, message: lastRun.error.message.en };
  return {
    ...status,
    running: status.running?.en,
    lastRun: lastRun && { ...lastRun, headline: lastRun.headline?.en, error },
    waiting: waiting && { ...waiting, detail: waiting.detail.en },
  };
}

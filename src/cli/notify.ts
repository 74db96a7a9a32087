import type { Command } from 'commander';
import { requireDuration } from '../lib/duration.js';
import { appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import type { TestMessageReport } from '../feishu/test-message.js';
import { homePaths } from '../store/home.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { printError } from './output/print-error.js';
import { examples, type SetExitCode } from './command-help.js';

const steps = {
  'signed-in': 'the app id and secret are right',
  connected: 'the long connection is up: presses will arrive here',
  'not-connected': 'the long connection did not come up',
  sent: 'a test card is in your chat: press its button now; if that does nothing, reply ok or put 👍 under it',
  'sent-without-buttons': 'a test card is in your chat: reply ok, or put 👍 under it',
  answered: 'your answer arrived over the long connection',
  'answered-by-polling': 'your answer was found by reading the chat',
} as const;

function wayOf({ answeredBy, canPoll }: TestMessageReport): string {
  if (answeredBy === 'connection') return 'the long connection (buttons and replies)';
  if (answeredBy === 'polling') return 'reading the chat (replies and reactions, no buttons)';
  return canPoll ? 'not known: no answer came, but the chat can be read' : 'nothing: no answer can arrive';
}

export function registerNotify(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  const notify = program.command('notify').description('try the messages to you');
  notify
    .command('test')
    .option('--wait <duration>', 'how long to wait for your press', '2m')
    .option('--json', 'what was measured, as JSON')
    .description('send a test card in Feishu and wait for its button')
    .addHelpText('after', examples(['keyturn notify test', 'keyturn notify test --wait 30s']))
    .action(async (options: { wait: string; json?: boolean }) => {
      const waitMs = requireDuration(options.wait, '--wait');
      const home = homeOf(context);
      const { languageFor, loadSettings } = await import('../store/settings.js');
      const settings = await loadSettings({ env: context.env, home });
      const { feishuSettings } = await import('../app/feishu-line.js');
      const feishu = feishuSettings(settings, languageFor(settings, 'feishu', context.env));
      if (!('ready' in feishu)) throw appError(cliErrors.feishuMissing, { missing: feishu.missing });

      const { openLog } = await import('../lib/open-log.js');
      const { createFeishuClient } = await import('../feishu/feishu-client.js');
      const { sendTestMessage } = await import('../feishu/test-message.js');
      const log = openLog(homePaths(home).logs, settings.log.level);
      const client = createFeishuClient({ settings: feishu.ready, log, env: context.env });
      try {
        const report = await sendTestMessage({
          client,
          log,
          waitMs,
          signal: context.signal,
          onStep: (step) => void context.stderr.write(`${steps[step]}\n`),
        });
        if (options.json) {
          const { problem, ...rest } = report;
          context.stdout.write(`${JSON.stringify({ ...rest, code: problem?.code }, null, 2)}\n`);
        } else {
          const ms = (value: number | undefined) => (value === undefined ? '-' : `${Math.round(value)} ms`);
          context.stdout.write(
            `sent: ${report.sent ? 'yes' : 'no'} (${ms(report.sendMs)})  connected: ${report.connectMs === undefined ? 'no' : 'yes'} (${ms(report.connectMs)})  ` +
              `answered: ${report.answered ? 'yes' : 'no'} (${ms(report.answerMs)})\n` +
              `works: ${wayOf(report)}\n`,
          );
        }
        for (const line of report.advice) context.stderr.write(`advice: ${line}\n`);
        if (report.problem) setExitCode(printError(report.problem, context));
        else if (!report.answered) setExitCode(3);
      } finally {
        client.close();
      }
    });
}

import type { Command } from 'commander';
import { requireDuration } from '../lib/duration.js';
import type { ProcessContext } from '../app/process-context.js';
import type { TestFeishuStep, TestMessageReport } from '../app/test-feishu.js';
import { printError } from './output/print-error.js';
import { examples, type SetExitCode } from './command-help.js';

const steps: Readonly<Record<TestFeishuStep, string>> = {
  'signed-in': 'the app id and secret are right',
  connected: 'the long connection is up: presses will arrive here',
  'not-connected': 'the long connection did not come up',
  sent: 'a test card is in your chat: press its button now; if that does nothing, reply ok',
  'sent-without-buttons': 'a test card is in your chat: reply ok',
  answered: 'your answer arrived over the long connection',
  'answered-by-polling': 'your answer was found by reading the chat',
};

function summary({ sent, sendMs, connectMs, answered, answerMs }: TestMessageReport): string {
  const part = (name: string, isDone: boolean, ms: number | undefined) =>
    `${name}: ${isDone ? 'yes' : 'no'} (${ms === undefined ? '-' : `${Math.round(ms)} ms`})`;
  return [
    part('sent', sent, sendMs),
    part('connected', connectMs !== undefined, connectMs),
    part('answered', answered, answerMs),
  ].join('  ');
}

function wayOf({ answeredBy, canPoll }: TestMessageReport): string {
  if (answeredBy === 'connection') return 'the long connection (buttons and replies)';
  if (answeredBy === 'polling') return 'reading the chat (replies, no buttons)';
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
      const { testFeishu } = await import('../app/test-feishu.js');
      const onStep = (step: TestFeishuStep) => void context.stderr.write(`${steps[step]}\n`);
      const report = await testFeishu(context, { waitMs, onStep });
      if (options.json) {
        const { problem, ...rest } = report;
        context.stdout.write(`${JSON.stringify({ ...rest, code: problem?.code }, null, 2)}\n`);
      } else {
        context.stdout.write(`${summary(report)}\nworks: ${wayOf(report)}\n`);
      }
      for (const line of report.advice) context.stderr.write(`advice: ${line}\n`);
      if (report.problem) setExitCode(printError(report.problem, context));
      else if (!report.answered) setExitCode(3);
    });
}

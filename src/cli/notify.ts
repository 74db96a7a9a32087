import { requireDuration } from '../lib/duration.js';
import { commonTexts } from '../messages/cli/common.js';
import { notifyTexts } from '../messages/cli/notify.js';
import type { Text } from '../messages/text.js';
import type { ProcessContext } from '../app/process-context.js';
import type { TestMessageReport } from '../app/test-feishu.js';
import { printError } from './output/print-error.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { jsonError, printJson } from './output/print-json.js';

function summary(report: TestMessageReport, { language }: ProcessContext): string {
  const { sent, sendMs, connectMs, answered, answerMs } = report;
  const part = (name: Text, isDone: boolean, ms: number | undefined) =>
    notifyTexts.part(name, isDone, ms === undefined ? '-' : `${Math.round(ms)} ms`)[language];
  return [
    part(notifyTexts.sent, sent, sendMs),
    part(notifyTexts.connected, connectMs !== undefined, connectMs),
    part(notifyTexts.answered, answered, answerMs),
  ].join('  ');
}

function wayOf({ answeredBy, canPoll }: TestMessageReport): Text {
  if (answeredBy === 'connection') return notifyTexts.byConnection;
  if (answeredBy === 'polling') return notifyTexts.byPolling;
  return canPoll ? notifyTexts.unknown : notifyTexts.nothing;
}

export function registerNotify(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  const notify = program.command('notify').description(notifyTexts.about[language]);
  notify
    .command('test')
    .option('--wait <duration>', notifyTexts.wait[language], '2m')
    .option('--json', commonTexts.json[language])
    .description(notifyTexts.test[language])
    .examples(['keyturn notify test', 'keyturn notify test --wait 30s'])
    .action(async (options: { wait: string; json?: boolean }) => {
      const waitMs = requireDuration(options.wait, '--wait', 'keyturn notify test');
      const { testFeishu } = await import('../app/test-feishu.js');
      const report = await testFeishu(context, {
        waitMs,
        onStep: (step) => void context.stderr.write(`${notifyTexts.steps[step][context.language]}\n`),
      });
      if (options.json) {
        const { problem, ...rest } = report;
        const error = problem && jsonError(problem);
        printJson<'notify test'>(context, { ...rest, error }, report.answered && !problem);
      } else {
        const way = `${notifyTexts.works[context.language]} ${wayOf(report)[context.language]}`;
        context.stdout.write(`${summary(report, context)}\n${way}\n`);
      }
      for (const line of report.advice) context.stderr.write(`${notifyTexts.advice[context.language]} ${line}\n`);
      if (report.problem) setExitCode(printError(report.problem, context));
      else if (!report.answered) setExitCode(3);
    });
}

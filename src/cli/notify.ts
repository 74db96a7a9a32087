import { requireDuration } from '../lib/duration.js';
import { commonTexts } from '../messages/cli/common.js';
import { notifyTexts } from '../messages/cli/notify.js';
import type { ProcessContext } from '../app/process-context.js';
import { printError } from './output/print-error.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { printJson } from './output/print-json.js';

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
        onSent: (way) => void context.stderr.write(`${notifyTexts.answerNow[way][context.language]}\n`),
      });
      if (options.json) {
        const { problem: error, advice, ...rest } = report;
        const inEnglish = advice.map(({ en }) => en);
        printJson<'notify test'>(context, { ...rest, advice: inEnglish, error }, report.answered && !error);
      } else {
        context.stdout.write(
          `${notifyTexts.works[context.language]} ${notifyTexts.ways[report.answeredBy ?? 'none'][context.language]}\n`,
        );
      }
      for (const line of report.advice) {
        context.stderr.write(`${notifyTexts.advice[context.language]} ${line[context.language]}\n`);
      }
      if (report.problem) setExitCode(printError(report.problem, context));
      else if (!report.answered) setExitCode(3);
    });
}

import { requireDuration } from '../lib/duration.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { commonTexts } from '../messages/cli/common.js';
import { doctorTexts } from '../messages/cli/doctor.js';
import { checkName } from '../messages/doctor.js';
import { paint } from './output/paint.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { printJson } from './output/print-json.js';

interface DoctorOptions {
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly send?: boolean;
  readonly timeout: string;
}

export function registerDoctor(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('doctor')
    .argument('[accounts...]', commonTexts.allAccounts[language])
    .description(doctorTexts.about[language])
    .option('--json', commonTexts.json[language])
    .option('--offline', doctorTexts.offline[language])
    .option('--send', doctorTexts.send[language])
    .option('--timeout <duration>', doctorTexts.timeout[language], '30s')
    .examples(
      [
        'keyturn doctor',
        'keyturn doctor work --offline',
        'keyturn doctor --json | jq \'.findings[] | select(.level == "problem")\'',
      ],
      doctorTexts.more[language],
    )
    .action(async (names: string[], options: DoctorOptions) => {
      const timeoutMs = requireDuration(options.timeout, '--timeout', 'keyturn doctor');
      const { examine } = await import('../app/doctor/examine.js');
      const pending = pendingLine(context, options.json === true);
      const findings = await examine(context, {
        home: homeOf(context),
        names,
        offline: options.offline === true,
        sends: options.send === true,
        timeoutMs,
        onPending: (checks) => pending(checks.map(({ check }) => checkName(check)[language])),
      }).finally(() => pending([]));
      const isOk = findings.every((finding) => finding.level !== 'problem');
      if (options.json) {
        const inEnglish = findings.map(({ text, next, ...finding }) => ({ ...finding, text: text.en, next: next?.en }));
        printJson<'doctor'>(context, { findings: inEnglish }, isOk);
      } else {
        const { showFindings } = await import('./output/show-findings.js');
        const { isTTY, columns } = context.stdout;
        const color = paint(context.stdout, context.env);
        context.stdout.write(
          showFindings(findings, { color, language: context.language, columns: isTTY ? columns : undefined }),
        );
      }
      if (!isOk) setExitCode(1);
    });
}

/** At a terminal: one temporary line with the checks that are still running. */
function pendingLine({ stderr, language }: ProcessContext, isQuiet: boolean): (checks: readonly string[]) => void {
  if (isQuiet || !stderr.isTTY) return () => undefined;
  return (checks) => {
    const text = doctorTexts.checking([...new Set(checks)].join(', '))[language];
    stderr.write(checks.length === 0 ? '\r\u001b[K' : `\r\u001b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
  };
}

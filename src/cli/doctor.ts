import { requireDuration } from '../lib/duration.js';
import type { ProcessContext } from '../app/process-context.js';
import { commonTexts } from '../messages/cli/common.js';
import { doctorTexts } from '../messages/cli/doctor.js';
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
      if (context.stderr.isTTY && !options.json) context.stderr.write(`${doctorTexts.checking[language]}\n`);
      const findings = await examine(context, {
        names,
        offline: options.offline === true,
        sends: options.send === true,
        timeoutMs,
      });
      const isOk = findings.every((finding) => finding.level !== 'problem');
      if (options.json) {
        printJson<'doctor'>(context, { findings }, isOk);
      } else {
        const { showFindings } = await import('./output/show-findings.js');
        context.stdout.write(showFindings(findings, paint(context.stdout, context.env), context.language));
      }
      if (!isOk) setExitCode(1);
    });
}

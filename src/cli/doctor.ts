import type { Command } from 'commander';
import { requireDuration } from '../lib/duration.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { paint } from './output/paint.js';
import { examples, type SetExitCode } from './command-help.js';

interface DoctorOptions {
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly send?: boolean;
  readonly timeout: string;
}

export function registerDoctor(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('doctor')
    .argument('[accounts...]', 'default: all')
    .description('look for what will break a renewal, and say what to run for it')
    .option('--json', 'as JSON')
    .option('--offline', 'leave out what needs the network')
    .option('--send', 'send a message in Feishu, which alone shows that messages reach you')
    .option('--timeout <duration>', 'how long each check may take', '30s')
    .addHelpText(
      'after',
      `
It looks at the browser (which it starts), the display, settings, permissions and the disk; at Feishu; and at each
account: key, session (one read of the key page's data), site, proxy, clock, files. It renews nothing.

Exit code 1 when something will break a renewal, else 0.
${examples(['keyturn doctor', 'keyturn doctor work --offline', 'keyturn doctor --json | jq \'.[] | select(.level == "problem")\''])}`,
    )
    .action(async (names: string[], options: DoctorOptions) => {
      const timeoutMs = requireDuration(options.timeout, '--timeout');
      const { examine } = await import('../app/doctor/examine.js');
      const pending = pendingLine(context, options.json === true);
      const findings = await examine(context, {
        home: homeOf(context),
        names,
        offline: options.offline === true,
        sends: options.send === true,
        timeoutMs,
        onPending: (checks) => pending(checks.map(({ check }) => check)),
      }).finally(() => pending([]));
      if (options.json) context.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else {
        const { showFindings } = await import('./output/show-findings.js');
        const { isTTY, columns } = context.stdout;
        const color = paint(context.stdout, context.env);
        context.stdout.write(showFindings(findings, { color, columns: isTTY ? columns : undefined }));
      }
      if (findings.some((finding) => finding.level === 'problem')) setExitCode(1);
    });
}

/** At a terminal: one temporary line with the checks that are still running. */
function pendingLine({ stderr }: ProcessContext, isQuiet: boolean): (checks: readonly string[]) => void {
  if (isQuiet || !stderr.isTTY) return () => undefined;
  return (checks) => {
    const text = `looking at ${[...new Set(checks)].join(', ')} …`;
    stderr.write(checks.length === 0 ? '\r\u001b[K' : `\r\u001b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
  };
}

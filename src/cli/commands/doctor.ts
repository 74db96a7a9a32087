import type { Command } from 'commander';
import { homeOf, type CliContext } from '../context.js';
import { paint } from '../paint.js';
import { examples, type SetExitCode } from '../command-help.js';

export function registerDoctor(program: Command, context: CliContext, setExitCode: SetExitCode): void {
  program
    .command('doctor')
    .description('look for what will break a renewal: browser, display, permissions, settings, Feishu, clock')
    .option('--json', 'as JSON')
    .option('--offline', 'leave out what needs the network')
    .addHelpText('after', examples(['keyturn doctor', 'keyturn doctor --json']))
    .action(async (options: { json?: boolean; offline?: boolean }) => {
      const { examine } = await import('../doctor/examine.js');
      const findings = await examine(context, {
        home: homeOf(context),
        offline: options.offline === true,
      });
      if (options.json) context.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else {
        const color = paint(context.stdout, context.env);
        const marks = {
          ok: color.green('✓'),
          note: color.dim('·'),
          warning: color.yellow('!'),
          problem: color.red('✗'),
        };
        for (const { level, check, text, next } of findings) {
          context.stdout.write(`${marks[level]} ${color.bold(check)}: ${text}\n`);
          if (next) context.stdout.write(`    ${color.dim('next:')} ${next}\n`);
        }
      }
      if (findings.some((finding) => finding.level === 'problem')) setExitCode(1);
    });
}

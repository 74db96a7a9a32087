import { basename } from 'node:path';
import type { Command } from 'commander';
import type { ProcessContext } from '../app/process-context.js';
import type { SettingSource } from '../store/settings.js';
import { examples, type SetExitCode } from './command-help.js';

export function registerConfig(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  const config = program
    .command('config')
    .description('read and change the settings')
    .addHelpText(
      'after',
      `\nFlags win over the environment, the environment over the env file (.env in the state folder, or --env-file),\nthat over the settings file, that over the defaults.` +
        examples([
          'keyturn config list',
          'keyturn config set feishu.appId cli_0123456789abcdef',
          'keyturn config set feishu.appSecret',
        ]),
    );

  config
    .command('list', { isDefault: true })
    .description('every setting, its value and where it comes from')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { listSettings } = await import('../app/config.js');
      const lines = await listSettings(context);
      if (options.json) {
        context.stdout.write(`${JSON.stringify(lines, null, 2)}\n`);
        return;
      }
      const { table } = await import('./output/table.js');
      const rows = lines.map(({ key, value, source, description }) => [
        key,
        show(value),
        describeSource(source),
        description,
      ]);
      context.stdout.write(`${table([['SETTING', 'VALUE', 'FROM', 'MEANING'], ...rows])}\n`);
    });

  config
    .command('get')
    .argument('<key>')
    .description('print one setting, nothing else')
    .action(async (key: string) => {
      const { getSetting } = await import('../app/config.js');
      const line = await getSetting(key, context);
      if (line.value === undefined) {
        context.stderr.write(`${line.key} is not set\n`);
        setExitCode(1);
        return;
      }
      context.stdout.write(`${show(line.value)}\n`);
    });

  config
    .command('set')
    .argument('<key>')
    .argument('[value]', 'left out for a secret: it is then asked for, hidden; - reads it from a pipe')
    .description('check a value and write it to the settings file')
    .addHelpText(
      'after',
      examples([
        'keyturn config set handoff.wait 30m',
        'keyturn config set feishu.appSecret',
        'pass feishu | keyturn config set feishu.appSecret -',
      ]),
    )
    .action(async (key: string, value: string | undefined) => {
      const { setSetting, isSecretSetting } = await import('../app/config.js');
      const { readSecret } = await import('./read-secret.js');
      if (value !== undefined && value !== '-' && isSecretSetting(key)) {
        context.stderr.write(
          `warning: a secret on the command line can be seen by others; leave the value out to type it hidden\n`,
        );
      }
      const text = value === undefined || value === '-' ? await readSecret(context, key, value === '-') : value;
      const line = await setSetting(key, text, context);
      context.stderr.write(`${key} was set`);
      const overridden = line.source.kind === 'env' || line.source.kind === 'dotenv';
      context.stderr.write(overridden ? `; but ${describeSource(line.source)} is in force\n` : '\n');
    });

  config
    .command('unset')
    .argument('<key>')
    .description('take a setting out of the settings file')
    .action(async (key: string) => {
      const { unsetSetting } = await import('../app/config.js');
      context.stderr.write((await unsetSetting(key, context)) ? `${key} was unset\n` : `${key} was not set\n`);
    });

  config
    .command('path')
    .description('print where the settings file is')
    .action(async () => {
      const { settingsFile } = await import('../app/config.js');
      context.stdout.write(`${settingsFile(context)}\n`);
    });
}

function show(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describeSource(source: SettingSource): string {
  switch (source.kind) {
    case 'env':
      return source.name;
    case 'dotenv':
      return `${source.name} in ${basename(source.path)}`;
    case 'file':
      return 'settings file';
    default:
      return source.kind;
  }
}

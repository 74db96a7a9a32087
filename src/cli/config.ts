import { basename } from 'node:path';
import type { Command } from 'commander';
import type { ProcessContext } from '../app/process-context.js';
import type { SettingSource } from '../store/settings.js';
import { configTexts } from '../messages/cli/config.js';
import { commonTexts } from '../messages/cli/common.js';
import { settingMeanings } from '../messages/cli/setting-meanings.js';
import { same, type Text } from '../messages/text.js';
import { examples, type SetExitCode } from './command-help.js';

export function registerConfig(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  const config = program
    .command('config')
    .description(configTexts.about[language])
    .addHelpText(
      'after',
      `\n${configTexts.order[language]}\n${examples(language, [
        'keyturn config list',
        'keyturn config set feishu.appId cli_0123456789abcdef',
        'keyturn config set feishu.appSecret',
      ])}`,
    );

  config
    .command('list', { isDefault: true })
    .description(configTexts.list[language])
    .option('--json', commonTexts.json[language])
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
        describeSource(source)[context.language],
        context.language === 'zh' ? (settingMeanings[key] ?? description) : description,
      ]);
      context.stdout.write(`${table([configTexts.columns[context.language], ...rows])}\n`);
    });

  config
    .command('get')
    .argument('<key>', configTexts.key[language])
    .description(configTexts.get[language])
    .action(async (key: string) => {
      const { getSetting } = await import('../app/config.js');
      const line = await getSetting(key, context);
      if (line.value === undefined) {
        context.stderr.write(`${configTexts.notSet(line.key)[context.language]}\n`);
        setExitCode(1);
        return;
      }
      context.stdout.write(`${show(line.value)}\n`);
    });

  config
    .command('set')
    .argument('<key>', configTexts.key[language])
    .argument('[value]', configTexts.value[language])
    .description(configTexts.set[language])
    .addHelpText(
      'after',
      examples(language, [
        'keyturn config set handoff.wait 30m',
        'keyturn config set feishu.appSecret',
        'pass feishu | keyturn config set feishu.appSecret -',
      ]),
    )
    .action(async (key: string, value: string | undefined) => {
      const { setSetting, isSecretSetting } = await import('../app/config.js');
      const { readSecret } = await import('./read-secret.js');
      if (value !== undefined && value !== '-' && isSecretSetting(key)) {
        context.stderr.write(`${configTexts.visible[context.language]}\n`);
      }
      const text = value === undefined || value === '-' ? await readSecret(context, key, value === '-') : value;
      const line = await setSetting(key, text, context);
      const overridden = line.source.kind === 'env' || line.source.kind === 'dotenv';
      const done = configTexts.wasSet(key, overridden ? describeSource(line.source) : undefined);
      context.stderr.write(`${done[context.language]}\n`);
    });

  config
    .command('unset')
    .argument('<key>', configTexts.key[language])
    .description(configTexts.unset[language])
    .action(async (key: string) => {
      const { unsetSetting } = await import('../app/config.js');
      const done = (await unsetSetting(key, context)) ? configTexts.wasUnset(key) : configTexts.notSet(key);
      context.stderr.write(`${done[context.language]}\n`);
    });

  config
    .command('path')
    .description(configTexts.path[language])
    .action(async () => {
      const { settingsFile } = await import('../app/config.js');
      context.stdout.write(`${settingsFile(context)}\n`);
    });
}

function show(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describeSource(source: SettingSource): Text {
  switch (source.kind) {
    case 'env':
      return same(source.name);
    case 'dotenv':
      return configTexts.inFile(source.name, basename(source.path));
    default:
      return configTexts.sources[source.kind];
  }
}

import { basename } from 'node:path';
import type { ProcessContext } from '../app/process-context.js';
import type { SettingSource } from '../store/settings.js';
import { configTexts } from '../messages/cli/config.js';
import { commonTexts } from '../messages/cli/common.js';
import { settingMeanings } from '../messages/settings.js';
import { same, type Text } from '../messages/text.js';
import { report, type KeyturnCommand, type SetExitCode } from './command-help.js';
import { printJson } from './output/print-json.js';

export function registerConfig(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  const config = program
    .command('config')
    .description(configTexts.about[language])
    .examples(
      [
        'keyturn config list',
        'keyturn config set feishu.appId cli_0123456789abcdef',
        'keyturn config set feishu.appSecret',
      ],
      configTexts.order[language],
    );

  config
    .command('list', { isDefault: true })
    .description(configTexts.list[language])
    .option('--json', commonTexts.json[language])
    .action(async (options: { json?: boolean }) => {
      const { configList, settingSources } = await import('../app/config.js');
      const lines = await configList(settingSources(context));
      if (options.json) {
        printJson<'config list'>(context, { settings: lines });
        return;
      }
      const { table } = await import('./output/table.js');
      const rows = lines.map(({ key, value, source }) => [
        key,
        show(value),
        describeSource(source)[context.language],
        settingMeanings[key][language],
      ]);
      context.stdout.write(`${table([configTexts.columns[context.language], ...rows])}\n`);
    });

  config
    .command('get')
    .argument('<key>', configTexts.key[language])
    .description(configTexts.get[language])
    .action(async (key: string) => {
      const { configGet, settingSources } = await import('../app/config.js');
      const line = await configGet(settingSources(context), key);
      if (line.value !== undefined) return void context.stdout.write(`${show(line.value)}\n`);
      report(context, configTexts.notSet(line.key));
      setExitCode(1);
    });

  config
    .command('set')
    .argument('<key>', configTexts.key[language])
    .argument('[value]', configTexts.value[language])
    .description(configTexts.set[language])
    .examples([
      'keyturn config set handoff.wait 30m',
      'keyturn config set feishu.appSecret',
      'pass feishu | keyturn config set feishu.appSecret -',
    ])
    .action(async (key: string, value: string | undefined) => {
      const { configSet, isSecretSetting, settingSources } = await import('../app/config.js');
      const { readSecret } = await import('./read-secret.js');
      const isTyped = value !== undefined && value !== '-';
      if (isTyped && isSecretSetting(key)) report(context, configTexts.visible);
      const text = isTyped ? value : await readSecret(context, key, value === '-');
      const { source } = await configSet(settingSources(context), key, text);
      const isOverridden = source.kind === 'env' || source.kind === 'dotenv';
      report(context, configTexts.wasSet(key, isOverridden ? describeSource(source) : undefined));
    });

  config
    .command('unset')
    .argument('<key>', configTexts.key[language])
    .description(configTexts.unset[language])
    .action(async (key: string) => {
      const { configUnset, settingSources } = await import('../app/config.js');
      const wasSet = await configUnset(settingSources(context), key);
      report(context, wasSet ? configTexts.wasUnset(key) : configTexts.notSet(key));
    });

  config
    .command('path')
    .description(configTexts.path[language])
    .action(async () => {
      const { settingSources, settingsPath } = await import('../app/config.js');
      context.stdout.write(`${settingsPath(settingSources(context).home)}\n`);
    });
}

function show(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describeSource(source: SettingSource): Text {
  if (source.kind === 'env') return same(source.name);
  if (source.kind === 'dotenv') return configTexts.inFile(source.name, basename(source.path));
  return configTexts.sources[source.kind];
}

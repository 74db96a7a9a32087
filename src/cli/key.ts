import { pickKey } from '../app/pick-account.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import type { KeyturnCommand } from './command-help.js';
import { showTime } from '../lib/show-time.js';
import { commonTexts } from '../messages/cli/common.js';
import { keyTexts } from '../messages/cli/key.js';
import type { Text } from '../messages/text.js';

export function registerKey(program: KeyturnCommand, context: ProcessContext): void {
  const { language } = context;
  program
    .command('key')
    .argument('[account]', commonTexts.onlyAccount[language])
    .description(keyTexts.about[language])
    .examples(['curl -H "Authorization: Bearer $(keyturn key work)" https://api.example.com/'])
    .action(async (name: string | undefined) => {
      const warn = (text: Text) => void context.stderr.write(`${text[language]}\n`);
      const order = { name, command: 'key', now: context.clock.now(), warn };
      const { account, key, expiredAt } = await pickKey(homeOf(context), order);
      if (expiredAt !== undefined) warn(keyTexts.expired(showTime(expiredAt), account.name));
      context.stdout.write(`${key}\n`);
    });
}

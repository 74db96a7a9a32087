import type { LoginOptions } from '../app/login.js';
import type { ProcessContext } from '../app/process-context.js';
import type { SignInKey } from '../core/sign-in.js';
import { maskKey, printable } from '../lib/redact.js';
import { showTime } from '../lib/show-time.js';
import { commonTexts } from '../messages/cli/common.js';
import { loginTexts } from '../messages/cli/login.js';
import { commandLineTexts, nextLine } from '../messages/command-line.js';
import type { Text } from '../messages/text.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { confirm } from './confirm.js';

export function registerLogin(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('login')
    .alias('headed')
    .argument('[account]', commonTexts.onlyAccount[language])
    .description(loginTexts.about[language])
    .option('--timeout <duration>', loginTexts.timeout[language])
    .option('--trace', commonTexts.trace[language])
    .option('-y, --yes', loginTexts.yes[language])
    .examples(['keyturn login work', 'keyturn headed work --timeout 20m'])
    .action(async (name: string | undefined, flags: LoginFlags) => {
      setExitCode(await run(name, flags, context));
    });
}

type LoginFlags = Pick<LoginOptions, 'timeout' | 'trace'> & { readonly yes?: boolean };

async function run(name: string | undefined, flags: LoginFlags, context: ProcessContext): Promise<number> {
  const { login } = await import('../app/login.js');
  const { language, stderr } = context;
  const say = (of: string, text: Text) =>
    void stderr.write(`${printable(`${of}${commandLineTexts.colon[language]}${text[language]}`)}\n`);
  const { account, key, isDelivered, nextRenewalAt } = await login(context, {
    name,
    ...flags,
    mayCreateKey: async (of) => {
      if (flags.yes) return true;
      if (context.stdin.isTTY !== true) return false;
      return confirm(context, loginTexts.createKey, `keyturn login ${of}`);
    },
    onKey: (of, found) => say(of, keyText(found)),
  });
  say(account, loginTexts.isKept);
  const isUnseen = key.kind === 'failed' && key.failure.kind === 'not-seen';
  if (isUnseen) say(account, loginTexts.lookAtConsole);
  const next = nextRenewalAt
    ? loginTexts.renewsFrom(showTime(nextRenewalAt, language))[language]
    : `keyturn refresh ${account}${isUnseen ? ' --force' : ''}`;
  stderr.write(nextLine(next, language));
  return key.kind === 'failed' || !isDelivered ? 1 : 0;
}

function keyText(key: SignInKey): Text {
  const time = (at: string | undefined) => (at === undefined ? undefined : showTime(at));
  switch (key.kind) {
    case 'created':
    case 'adopted': {
      const { verification } = key;
      const verified =
        verification.verdict === 'valid' ? loginTexts.verified : loginTexts.notVerified(verification.detail);
      return loginTexts.key(loginTexts[key.kind], maskKey(key.key.key), time(key.key.expiresAt), verified);
    }
    case 'known':
      return loginTexts.known(time(key.key.expiresAt));
    case 'none':
      return loginTexts.noKey;
    case 'hidden':
      return loginTexts.hidden(key.mask && maskKey(key.mask), time(key.expiresAt));
    case 'failed':
      return key.failure.kind === 'not-seen'
        ? loginTexts.notSeen(key.failure.detail)
        : loginTexts.notCreated(key.failure.detail);
  }
}

import type { Command } from 'commander';
import type { ProcessContext } from '../app/process-context.js';
import type { SignInKey } from '../core/sign-in.js';
import { maskKey, printable } from '../lib/redact.js';
import { showTime } from '../lib/show-time.js';
import { examples, type SetExitCode } from './command-help.js';
import { confirm } from './confirm.js';

interface LoginFlags {
  readonly timeout?: string;
  readonly yes?: boolean;
}

export function registerLogin(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('login')
    .alias('headed')
    .argument('[account]', 'may be left out when there is only one')
    .description('sign in once in a visible browser; then verifies that headless works before it says done')
    .option('--timeout <duration>', 'how long to wait for you (setting login.timeout)')
    .option('-y, --yes', 'make the first key, if the account has none, without asking')
    .addHelpText('after', examples(['keyturn login work', 'keyturn headed work --timeout 20m']))
    .action(async (name: string | undefined, flags: LoginFlags) => {
      setExitCode(await run(name, flags, context));
    });
}

async function run(name: string | undefined, flags: LoginFlags, context: ProcessContext): Promise<number> {
  const { login } = await import('../app/login.js');
  const say = (line: string) => void context.stderr.write(`${printable(line)}\n`);
  const { account, key, isDelivered, nextRenewalAt } = await login(context, {
    name,
    timeout: flags.timeout,
    openProgress: async () => {
      const { openProgress } = await import('./output/open-progress.js');
      return openProgress(context, { quiet: false });
    },
    mayCreateKey: async (of) => {
      if (flags.yes) return true;
      if (context.stdin.isTTY !== true) return false;
      const what = 'The account has no API key yet. Make its first one now?';
      return confirm(context, { what, command: `keyturn login ${of}`, yes: false });
    },
    onKey: (of, found) => say(keyLine(found, of)),
  });
  say(`${account}: a second, headless browser found the login alive: unattended renewals will work`);
  const isUnseen = key.kind === 'failed' && key.failure.kind === 'not-seen';
  if (isUnseen) say(`${account}: look at the console's key page, and delete a key there that nobody has`);
  say(
    nextRenewalAt
      ? `next: keyturn refresh renews it from ${showTime(nextRenewalAt)} on; run it every hour`
      : `next: keyturn refresh ${account}${isUnseen ? ' --force' : ''}`,
  );
  return key.kind === 'failed' || !isDelivered ? 1 : 0;
}

function keyLine(key: SignInKey, account: string): string {
  switch (key.kind) {
    case 'created':
    case 'adopted': {
      const how = key.kind === 'created' ? 'the first key was made' : "the console's key was taken over";
      const until = key.key.expiresAt ? `good until ${showTime(key.key.expiresAt)}` : 'its expiry is not shown';
      return `${account}: ${how}: ${maskKey(key.key.key)}, ${until}${key.verification.verdict === 'valid' ? ', verified against the service' : ` (not verified: ${key.verification.detail})`}`;
    }
    case 'known':
      return `${account}: the key is the one that keyturn has${key.key.expiresAt ? `, good until ${showTime(key.key.expiresAt)}` : ''}`;
    case 'none':
      return `${account}: the account has no key yet, and none was made`;
    case 'hidden':
      return (
        `${account}: the console has a key but shows only its mask${key.mask ? ` (${maskKey(key.mask)})` : ''}` +
        `${key.expiresAt ? `, good until ${showTime(key.expiresAt)}` : ''}; the next refresh resets it, which ends the old key at once`
      );
    case 'failed':
      return key.failure.kind === 'not-seen'
        ? `${account}: signed in; the console was asked for a key, and none was seen: ${key.failure.detail}`
        : `${account}: signed in, but no key was made: ${key.failure.detail}`;
  }
}

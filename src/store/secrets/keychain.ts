import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { appError } from '../../lib/app-error.js';
import { childEnv } from '../../lib/child-env.js';
import { secretsErrors } from './secrets-errors.js';
import { packageFolder } from '../../lib/package-folder.js';

/** The part of the system's keychain that keyturn uses. Names are not secret. Rejects with KT920 or KT921. */
export type Keychain = ReturnType<typeof osKeychain>;

export type KeychainAnswer =
  { readonly ok: true; readonly value: string | boolean | null } | { readonly ok: false; readonly problem: string };

/** Long enough to type the keychain's password into the desktop's prompt. */
const deadlineMs = 45_000;

/**
 * macOS Keychain, Windows Credential Manager, or a Secret Service (GNOME Keyring, KWallet). Each access runs in a child
 * process: a locked keychain prompts on the desktop and blocks until somebody answers, and only a kill ends that.
 */
export function osKeychain(env: NodeJS.ProcessEnv) {
  const ask = async (verb: 'read' | 'write' | 'remove', name: string, secret = '') => {
    const answer = await runChild([verb, name], secret, env);
    if (answer.ok) return answer.value;
    throw isRefusal(answer.problem)
      ? appError(secretsErrors.keychainRefused, { reason: answer.problem })
      : appError(secretsErrors.noKeychain, { reason: answer.problem });
  };
  return {
    read: async (name: string) => {
      const value = await ask('read', name);
      return typeof value === 'string' ? value : undefined;
    },
    write: async (name: string, secret: string): Promise<void> => void (await ask('write', name, secret)),
    remove: async (name: string) => (await ask('remove', name)) === true,
  };
}

/** Messages of the library and the systems for a keychain that exists but is locked or whose access was denied. */
function isRefusal(problem: string): boolean {
  return /dismissed|locked|denied|not allowed|cancell?ed|interaction|did not answer/i.test(problem);
}

async function runChild(args: readonly string[], stdin: string, env: NodeJS.ProcessEnv): Promise<KeychainAnswer> {
  const script = join(packageFolder, 'dist/store/secrets/keychain-child.js');
  const limits = { timeout: deadlineMs, killSignal: 'SIGKILL' } as const;
  const running = promisify(execFile)(process.execPath, [script, ...args], {
    env: childEnv('system', env),
    ...limits,
  });
  // A child that dies early closes the pipe.
  running.child.stdin?.on('error', () => undefined).end(stdin);
  try {
    return JSON.parse((await running).stdout) as KeychainAnswer;
  } catch (error) {
    const isLate = (error as { killed?: boolean }).killed === true;
    const problem = isLate
      ? `it did not answer within ${deadlineMs / 1000} s; it may be asking for its password on the desktop`
      : 'the process that asks it ended without an answer';
    return { ok: false, problem };
  }
}

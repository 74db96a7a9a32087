import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import { packageFolder } from '../../lib/package-folder.js';

/** The part of the system's keychain that keyturn uses. Names are not secret. Rejects with KT920 or KT921. */
export interface Keychain {
  read(name: string): Promise<string | undefined>;
  write(name: string, secret: string): Promise<void>;
  /** Returns whether there was an entry. */
  remove(name: string): Promise<boolean>;
}

export type KeychainAnswer =
  { readonly ok: true; readonly value: string | boolean | null } | { readonly ok: false; readonly problem: string };

/** Long enough to type the keychain's password into the desktop's prompt. */
const deadlineMs = 45_000;

/**
 * macOS Keychain, Windows Credential Manager, or a Secret Service (GNOME Keyring, KWallet). Each access runs in a child
 * process: a locked keychain prompts on the desktop and blocks until somebody answers, and only a kill ends that.
 */
export function osKeychain(env: NodeJS.ProcessEnv, options: { readonly deadlineMs?: number } = {}): Keychain {
  const ask = async (verb: 'read' | 'write' | 'remove', name: string, secret = '') => {
    const answer = await runChild([verb, name], secret, env, options.deadlineMs ?? deadlineMs);
    if (answer.ok) return answer.value;
    throw isRefusal(answer.problem)
      ? appError(secretsErrors.keychainRefused, { reason: answer.problem })
      : appError(secretsErrors.noKeychain, { reason: answer.problem });
  };
  return {
    read: async (name) => {
      const value = await ask('read', name);
      return typeof value === 'string' ? value : undefined;
    },
    write: async (name, secret) => void (await ask('write', name, secret)),
    remove: async (name) => (await ask('remove', name)) === true,
  };
}

/** Messages of the library and the systems for a keychain that exists but is locked or whose access was denied. */
function isRefusal(problem: string): boolean {
  return /dismissed|locked|denied|not allowed|cancell?ed|interaction|did not answer/i.test(problem);
}

function runChild(
  args: readonly [string, string],
  stdin: string,
  env: NodeJS.ProcessEnv,
  limitMs: number,
): Promise<KeychainAnswer> {
  const script = join(packageFolder, 'dist/store/secrets/keychain-child.js');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'ignore'], env });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    // A child that dies early closes the pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const end = (problem: string) => {
      clearTimeout(timer);
      resolve(parseAnswer(text) ?? { ok: false, problem });
    };
    child.once('error', (error) => end(error.message));
    child.once('close', () =>
      end(
        isLate
          ? `it did not answer within ${limitMs / 1000} s; it may be asking for its password on the desktop`
          : 'the process that asks it ended without an answer',
      ),
    );
  });
}

function parseAnswer(text: string): KeychainAnswer | undefined {
  try {
    return JSON.parse(text) as KeychainAnswer;
  } catch {
    return undefined;
  }
}

import type { KeychainAnswer } from './keychain.js';

/** Child process of keychain.ts for one access: `read|write|remove NAME`. A secret to write comes on stdin. */
const service = 'keyturn';

async function access(verb: string | undefined, name: string): Promise<KeychainAnswer> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    // Without this, Linux falls back to the kernel's keyring, which loses the keys at a restart.
    const entry = new AsyncEntry(service, name, { linux: { store: 'secret-service' } });
    switch (verb) {
      case 'read':
        return { ok: true, value: await entry.getPassword() };
      case 'write':
        await entry.setPassword(await allOfStdin());
        return { ok: true, value: true };
      default:
        return { ok: true, value: await entry.deletePassword() };
    }
  } catch (error) {
    return { ok: false, problem: (error as Error).message.split('\n')[0] ?? 'unknown' };
  }
}

async function allOfStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  return text;
}

process.stdout.write(JSON.stringify(await access(process.argv[2], process.argv[3] ?? '')));

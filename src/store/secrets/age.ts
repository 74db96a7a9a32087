type Passphrase = { readonly passphrase: string };

export type Opened =
  | { readonly ok: true; readonly text: string }
  /** `isForeign`: the file is for another identity or passphrase. Otherwise it is damaged, or not an age file. */
  | { readonly ok: false; readonly isForeign: boolean };

const scryptWorkFactor = 15;

const load = () => import('age-encryption');

/** An X25519 identity, which is secret, and its recipient, which is public. */
export async function newIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await load();
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** Undefined when the text is not an identity. */
export async function recipientOf(identity: string): Promise<string | undefined> {
  const { identityToRecipient } = await load();
  return identityToRecipient(identity).catch(() => undefined);
}

export async function encryptFor(to: Passphrase | { readonly recipient: string }, text: string): Promise<string> {
  const { armor, Encrypter } = await load();
  const encrypter = new Encrypter();
  if ('recipient' in to) encrypter.addRecipient(to.recipient);
  else {
    encrypter.setScryptWorkFactor(scryptWorkFactor);
    encrypter.setPassphrase(normalized(to.passphrase));
  }
  return armor.encode(await encrypter.encrypt(text));
}

export async function decryptWith(by: Passphrase | { readonly identity: string }, file: string): Promise<Opened> {
  const { armor, Decrypter } = await load();
  const decrypter = new Decrypter();
  if ('identity' in by) decrypter.addIdentity(by.identity);
  else decrypter.addPassphrase(normalized(by.passphrase));
  try {
    return { ok: true, text: await decrypter.decrypt(armor.decode(file), 'text') };
  } catch (error) {
    return { ok: false, isForeign: (error as Error).message.startsWith('no identity matched') };
  }
}

/** Terminals encode accented letters differently. */
const normalized = (passphrase: string): string => passphrase.normalize('NFC');

import { createCipheriv, createDecipheriv, createHmac, randomBytes, type CipherGCM } from 'node:crypto';
import type { Envelope, Label } from './envelope.js';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** The output of AES-256-GCM, in base64. */
export interface Sealed {
  readonly iv: string;
  readonly data: string;
  readonly tag: string;
}

/** `aad` is authenticated but not encrypted. */
export function encrypt(key: Buffer, text: string, aad: string): Sealed {
  const iv = randomBytes(ivBytes);
  const cipher: CipherGCM = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(aad, 'utf8'));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { iv: iv.toString('base64'), data: data.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
}

/** Undefined when the data was changed or the key is wrong. */
export function decrypt(key: Buffer, sealed: Sealed, aad: string): string | undefined {
  const [iv, tag] = [Buffer.from(sealed.iv, 'base64'), Buffer.from(sealed.tag, 'base64')];
  if (iv.length !== ivBytes || tag.length !== tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(aad, 'utf8'));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed.data, 'base64'), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

export const newDataKey = (): Buffer => randomBytes(32);

/** An id derived from the key, so that a wrong key is recognised. Reveals nothing about the key. */
export function keyIdOf(key: Buffer): string {
  return createHmac('sha256', key).update('keyturn data key').digest('hex').slice(0, 16);
}

export function sealEnvelope(key: Buffer, text: string, { role, account, facts }: Label): Envelope {
  const head = { keyturn: 'encrypted', v: 1, alg: 'A256GCM', kid: keyIdOf(key), role, account, facts } as const;
  // As it will be read back: JSON omits undefined fields.
  const written = JSON.parse(JSON.stringify(head)) as typeof head;
  return { ...written, ...encrypt(key, text, aadOf(written)) };
}

export function openEnvelope(key: Buffer, sealed: Envelope): string | undefined {
  return decrypt(key, sealed, aadOf(sealed));
}

function aadOf(head: Omit<Envelope, keyof Sealed>): string {
  return JSON.stringify([head.keyturn, head.v, head.alg, head.kid, head.role, head.account, head.facts]);
}

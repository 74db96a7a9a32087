import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SecureContext } from 'node:tls';
import { orUndefined } from './or-undefined.js';

/** The variables that name a file with further certificate authorities. Node itself reads them at its start at most. */
export const bundleVariables = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

export interface Bundle {
  readonly variable: string;
  readonly file: string;
  /** In PEM, not checked; empty when the file cannot be read or holds none. */
  readonly certificates: readonly string[];
}

export async function readBundles(env: NodeJS.ProcessEnv): Promise<readonly Bundle[]> {
  const named = bundleVariables.flatMap((variable) => (env[variable] ? [{ variable, file: env[variable] }] : []));
  return Promise.all(
    named.map(async ({ variable, file }) => {
      const text = await readFile(file, 'utf8').catch(() => '');
      const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
      return { variable, file, certificates: blocks ?? [] };
    }),
  );
}

/** Undefined for a text that is none. */
export const certificateOf = (pem: string) => orUndefined(() => new X509Certificate(pem));

const contexts = new Map<string, Promise<SecureContext | undefined>>();

/** What HTTPS requests trust: Node's authorities and those of the bundles. Undefined without a bundle: Node's alone. */
export function trustedRoots(env: NodeJS.ProcessEnv): Promise<SecureContext | undefined> {
  const key = bundleVariables.map((name) => env[name] ?? '').join('\0');
  const made = contexts.get(key) ?? makeContext(env);
  contexts.set(key, made);
  return made;
}

async function makeContext(env: NodeJS.ProcessEnv): Promise<SecureContext | undefined> {
  // With OpenSSL's own store, Node reads both variables itself.
  if ([...process.execArgv, env['NODE_OPTIONS'] ?? ''].some((option) => option.includes('--use-openssl-ca'))) return;
  const named = (await readBundles(env)).flatMap(({ certificates }) => certificates);
  const { createSecureContext, rootCertificates, ...tls } = await import('node:tls');
  // Newer versions of Node can add the system's authorities to their own.
  const { getCACertificates } = tls as { getCACertificates?: (kind: 'default') => string[] };
  const roots = getCACertificates?.('default') ?? rootCertificates;
  // The bundle of a system has mostly the same authorities, and each takes time to read.
  const plain = (pem: string) => pem.replace(/\s/g, '');
  const known = new Set(roots.map(plain));
  const extra = named.filter((pem) => !known.has(plain(pem)) && certificateOf(pem));
  return extra.length === 0 ? undefined : createSecureContext({ ca: [...roots, ...extra] });
}

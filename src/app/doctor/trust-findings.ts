import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { failureErrors } from '../../core/describe-result.js';
import { bundleVariables, certificateOf, readBundles } from '../../lib/trusted-roots.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import { shellWord } from '../../messages/shell-word.js';
import type { HttpRequest } from '../../site/http-request.js';
import type { ProcessContext } from '../process-context.js';
import { ok, problem, type Finding } from './finding.js';

/** The files of certificate authorities that the environment names. Requests do without one that cannot be read. */
export async function bundleFindings({ env }: ProcessContext): Promise<Finding[]> {
  const bundles = await readBundles(env);
  return bundles.map(({ variable, file, certificates }) => {
    const { length } = certificates.filter(certificateOf);
    if (length > 0) return ok('certificates', texts.bundleRead(variable, file, length));
    return problem('certificates', texts.bundleEmpty(variable, file), `ls -l ${shellWord(file)}`);
  });
}

/**
 * Whether Chromium will trust a site that answered this request. It has authorities of its own: on Linux it reads
 * neither the variables nor the system's, but the user's NSS database.
 */
export async function browserTrustFindings(
  request: HttpRequest,
  { env, platform }: Pick<ProcessContext, 'env' | 'platform'>,
): Promise<Finding[]> {
  if (platform !== 'linux' || !request.url.startsWith('https:')) return [];
  const [{ httpRequest }, { createSecureContext, rootCertificates }] = await Promise.all([
    import('../../site/http-request.js'),
    import('node:tls'),
  ]);
  const plain = Object.fromEntries(Object.entries(env).filter(([name]) => !bundleVariables.includes(name)));
  const secureContext = createSecureContext({ ca: [...rootCertificates] });
  const answer = await httpRequest({ ...request, network: { ...request.network, env: plain }, secureContext });
  if (answer.kind === 'answered' || !answer.lasts) return [];
  const bundles = await readBundles(env);
  const folder = join(env['HOME'] || homedir(), '.pki', 'nssdb');
  const database = await readFile(join(folder, 'cert9.db')).catch(() => undefined);
  const isThere = bundles.some(({ certificates }) => certificates.some((pem) => database && holds(database, pem)));
  if (isThere) return [ok('certificates', texts.browserTrusts(folder))];
  const store = `-d sql:${shellWord(folder)}`;
  const create = database ? '' : `mkdir -p ${shellWord(folder)} && certutil ${store} -N --empty-password && `;
  const file = shellWord(bundles[0]?.file ?? '/path/to/ca.pem');
  const next = `${create}certutil ${store} -A -t C,, -n ${new URL(request.url).hostname} -i ${file}`;
  return [problem('certificates', texts.browserDistrusts(folder), next, failureErrors.misconfigured.code)];
}

/** The database is SQLite, which may split a long value. The last bytes of a certificate are its signature. */
function holds(database: Buffer, pem: string): boolean {
  const raw = certificateOf(pem)?.raw;
  return raw !== undefined && [raw.subarray(-32), raw.subarray(-64, -32)].some((part) => database.includes(part));
}

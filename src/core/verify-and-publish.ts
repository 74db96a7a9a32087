import type { RotationReason } from './decide-rotation.js';
import { keptKeys, type KnownKey } from './key-record.js';
import type { IsoTime, Method } from './outcome.js';
import type { NewKey } from './ports.js';
import type { Renewal } from './renewal.js';
import type { RenewalResult } from './renewal-result.js';
import { publishKey } from './rotation.js';

/** How a key came into the run's hands. */
export interface Made {
  readonly method: Method;
  readonly how: 'rotated' | 'adopted' | 'settled';
  readonly reason?: RotationReason;
  readonly seenAt?: IsoTime;
}

/** The old key stays the current one only if the service refuses the new one and accepts the old one. */
export async function verifyAndPublish(
  renewal: Renewal,
  key: NewKey,
  { method, how, reason, seenAt }: Made,
): Promise<RenewalResult & { kind: 'renewed' | 'unproved' }> {
  const { deps, keys, options } = renewal;
  deps.onStep(method, 'verifying the new key');
  const verification = await deps.verify(key.key);
  const now = new Date(renewal.now()).toISOString();
  const origin = how === 'adopted' ? 'adopted' : method;

  if (verification.verdict === 'invalid') {
    const { record } = keys;
    const old = record.current;
    const oldKeyWorks = old !== undefined && old.key !== key.key && (await deps.verify(old.key)).verdict === 'valid';
    if (oldKeyWorks || how === 'adopted') {
      const { runId } = options;
      const refused: KnownKey = { key: key.key, obtainedAt: seenAt ?? now, obtainedBy: origin, runId };
      const previous = [refused, ...record.previous.filter((known) => known.key !== refused.key)].slice(0, keptKeys);
      await keys.writeRecord({ ...record, previous });
      await keys.removeIntent();
      await deps.history('key-refused', { rung: method, how, oldKeyWorks });
      return { kind: 'unproved', key: refused, method, verification, oldKeyWorks };
    }
  }

  const provedAt = verification.verdict === 'valid' ? now : undefined;
  const known = await publishKey(renewal, { ...key, seenAt, provedAt }, origin);
  const published = { expiresAt: known.expiresAt, proof: verification.verdict };
  await deps.history('key-published', { rung: method, how, reason, ...published });
  if (verification.verdict === 'invalid')
    return { kind: 'unproved', key: known, method, verification, oldKeyWorks: false };
  return { kind: 'renewed', how, method, reason, key: known, verification };
}

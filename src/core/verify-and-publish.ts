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
  made: Made,
): Promise<RenewalResult & { kind: 'renewed' | 'unproved' }> {
  const { deps, keys, options } = renewal;
  deps.onStep(made.method, 'verifying the new key');
  const verification = await deps.verify(key.key);
  const provedAt = verification.verdict === 'valid' ? new Date(renewal.now()).toISOString() : undefined;
  const origin = made.how === 'adopted' ? 'adopted' : made.method;

  if (verification.verdict === 'invalid') {
    const { record } = keys;
    const old = record.current;
    const oldKeyWorks = old !== undefined && old.key !== key.key && (await deps.verify(old.key)).verdict === 'valid';
    if (oldKeyWorks || made.how === 'adopted') {
      const refused: KnownKey = {
        key: key.key,
        obtainedAt: made.seenAt ?? new Date(renewal.now()).toISOString(),
        obtainedBy: origin,
        runId: options.runId,
      };
      const previous = [refused, ...record.previous.filter((known) => known.key !== refused.key)].slice(0, keptKeys);
      await keys.writeRecord({ ...record, previous });
      await keys.removeIntent();
      await deps.history('key-refused', { rung: made.method, how: made.how, oldKeyWorks });
      return { kind: 'unproved', key: refused, method: made.method, verification, oldKeyWorks };
    }
  }

  const known = await publishKey(renewal, { ...key, seenAt: made.seenAt, provedAt }, origin);
  await deps.history('key-published', {
    rung: made.method,
    how: made.how,
    reason: made.reason,
    expiresAt: known.expiresAt,
    proof: verification.verdict,
  });
  if (verification.verdict === 'invalid')
    return { kind: 'unproved', key: known, method: made.method, verification, oldKeyWorks: false };
  return { kind: 'renewed', how: made.how, method: made.method, reason: made.reason, key: known, verification };
}

import type { RotationReason } from './decide-rotation.js';
import { keptKeys, type KnownKey } from './key-record.js';
import type { IsoTime, Rung } from './outcome.js';
import type { NewKey, Proof } from './ports.js';
import type { RenewalResult } from './renewal-result.js';
import { publishKey, type RotationContext } from './rotation.js';

/** How a key came into the run's hands. */
export interface Made {
  readonly rung: Rung;
  readonly how: 'rotated' | 'adopted' | 'settled';
  readonly reason?: RotationReason;
  readonly seenAt?: IsoTime;
}

export interface ProveDeps {
  readonly prove: (key: string) => Promise<Proof>;
  readonly onStep: (rung: Rung, step: string) => void;
  readonly history: (event: string, details: object) => Promise<void>;
}

/** Proves the new key, then publishes it. The old key stays the current one only if the new one is refused and the old one works. */
export async function proveAndPublish(
  context: RotationContext,
  deps: ProveDeps,
  key: NewKey,
  made: Made,
): Promise<RenewalResult> {
  deps.onStep(made.rung, 'proving the new key');
  const proof = await deps.prove(key.key);
  const provedAt = proof.verdict === 'valid' ? new Date(context.now()).toISOString() : undefined;
  const origin = made.how === 'adopted' ? 'adopted' : made.rung;

  if (proof.verdict === 'invalid') {
    const record = await context.store.readRecord();
    const old = record.current;
    const oldKeyWorks = old !== undefined && old.key !== key.key && (await deps.prove(old.key)).verdict === 'valid';
    if (oldKeyWorks || made.how === 'adopted') {
      const refused: KnownKey = {
        key: key.key,
        obtainedAt: made.seenAt ?? new Date(context.now()).toISOString(),
        obtainedBy: origin,
        runId: context.runId,
      };
      const previous = [refused, ...record.previous.filter((known) => known.key !== refused.key)].slice(0, keptKeys);
      await context.store.writeRecord({ ...record, previous });
      await context.store.removeIntent();
      await deps.history('key-refused', { rung: made.rung, how: made.how, oldKeyWorks });
      return { kind: 'unproved', key: refused, rung: made.rung, proof, oldKeyWorks };
    }
  }

  const known = await publishKey(context, { ...key, seenAt: made.seenAt, provedAt }, origin);
  await deps.history('key-published', {
    rung: made.rung,
    how: made.how,
    reason: made.reason,
    expiresAt: known.expiresAt,
    proof: proof.verdict,
  });
  if (proof.verdict === 'invalid') return { kind: 'unproved', key: known, rung: made.rung, proof, oldKeyWorks: false };
  return {
    kind: 'renewed',
    how: made.how,
    rung: made.rung,
    reason: made.reason,
    key: known,
    proof,
    helped: made.rung === 'headed',
  };
}

import { redactError } from '../lib/redact-error.js';
import type { Redactor } from '../lib/redactor.js';
import type { Failure } from '../core/outcome.js';
import { inEach } from '../messages/text.js';
import type { ConsoleSession } from '../core/ports.js';

/** The border to a site: redacts every text of a failure, and teaches the redactor every key that the session shows. */
export function redactedSession(session: ConsoleSession, redactor: Redactor): ConsoleSession {
  const passed = async <R extends Result>(work: Promise<R>): Promise<R> => {
    const result = await redactedErrors(() => work, redactor);
    if (result.ok) return result;
    const detail = inEach((language) => redactor.foreign(result.failure.detail[language]));
    return { ...result, failure: { ...result.failure, detail } };
  };
  return {
    method: session.method,
    read: async () => {
      const reading = await passed(session.read());
      if (reading.ok) redactor.add(reading.value.key);
      return reading;
    },
    clockSkewMs: () => session.clockSkewMs(),
    dryRun: (current) => passed(session.dryRun(current)),
    rotate: async (current, hooks) => {
      const rotated = await passed(session.rotate(current, hooks));
      if (rotated.ok) redactor.add(rotated.value.key);
      return rotated;
    },
    saveCheckpoint: () => redactedErrors(() => session.saveCheckpoint(), redactor),
    close: () => session.close(),
  };
}

type Result = { readonly ok: true } | { readonly ok: false; readonly failure: Failure };

export async function redactedErrors<T>(work: () => Promise<T>, redactor: Redactor): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw redactError(error, redactor);
  }
}

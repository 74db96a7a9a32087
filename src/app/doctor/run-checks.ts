import pLimit from 'p-limit';
import { formatDuration } from '../../lib/duration.js';
import { AppError } from '../../errors/app-error.js';
import { oneLine, printable, redactText } from '../../lib/redact.js';
import { problemOf, type Finding, type PlacedFinding } from './finding.js';

/** One thing to look at. It changes nothing and stands alone: one that fails or hangs hides no other. */
export interface Check {
  /** What its findings stand under: `machine`, `feishu` or an account's name. */
  readonly group: string;
  /** Its name where it has no finding of its own: when it fails or is late. */
  readonly check: string;
  /** The signal is aborted at the check's deadline; what is still under way then is to be let go of. */
  readonly run: (signal: AbortSignal) => Promise<readonly Finding[]>;
}

export interface RunChecksOptions {
  /** Of each check. */
  readonly timeoutMs: number;
  /** Aborted when the person interrupts; the promise then rejects with its reason. */
  readonly signal: AbortSignal;
  /** Told after each change what is still looked at. */
  readonly onPending?: (checks: readonly Check[]) => void;
}

const atOnce = 8;

/** Checks may share what they look at, such as a visit to the site: the first one's deadline then ends it for the others too. */
class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** All findings in the order of the checks, however long each takes. */
export async function runChecks(checks: readonly Check[], options: RunChecksOptions): Promise<PlacedFinding[]> {
  const limit = pLimit(atOnce);
  const pending = new Set(checks);
  options.onPending?.([...pending]);
  const found = await Promise.all(
    checks.map((check) =>
      limit(async () => {
        const findings = await guarded(check, options);
        pending.delete(check);
        options.onPending?.([...pending]);
        return findings.map((finding) => ({ ...plain(finding), group: check.group }));
      }),
    ),
  );
  options.signal.throwIfAborted();
  return withoutRepeats(found.flat());
}

/** What several checks of one group stumble over, such as a site profile with mistakes, is told once. */
function withoutRepeats(findings: readonly PlacedFinding[]): PlacedFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ group, text, code }) => {
    const key = JSON.stringify([group, text, code]);
    const isRepeated = code !== undefined && seen.has(key);
    seen.add(key);
    return !isRepeated;
  });
}

async function guarded({ check, run }: Check, { timeoutMs, signal }: RunChecksOptions): Promise<readonly Finding[]> {
  const deadline = new AbortController();
  // Not AbortSignal.timeout(), which would let the process end while a check hangs on nothing.
  const timer = setTimeout(() => deadline.abort(new DeadlinePassed('the deadline of the check')), timeoutMs);
  const either = AbortSignal.any([deadline.signal, signal]);
  let stop: () => void = () => undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    stop = () => resolve([lateFinding(check, timeoutMs)]);
    either.addEventListener('abort', stop, { once: true });
  });
  try {
    const work = run(either);
    // Late work that fails has been told of already.
    work.catch(() => undefined);
    return await Promise.race([work, late]);
  } catch (error) {
    if (either.aborted || error instanceof DeadlinePassed) return [lateFinding(check, timeoutMs)];
    if (error instanceof AppError) return [problemOf(check, error)];
    const said = error instanceof Error ? error.message : String(error);
    return [
      {
        level: 'problem',
        check,
        text: `looking at this met something nobody foresaw: ${said.split('\n')[0]?.slice(0, 200) ?? ''}`,
        code: 'KT001',
        next: 'report this as a bug, with the line above',
      },
    ];
  } finally {
    clearTimeout(timer);
    either.removeEventListener('abort', stop);
  }
}

const lateFinding = (check: string, timeoutMs: number): Finding => ({
  level: 'warning',
  check,
  text: `no answer within ${formatDuration(timeoutMs)}, so nothing is known of it`,
  next: `keyturn doctor --timeout ${formatDuration(Math.max(60_000, timeoutMs * 3)).replace(' ', '')}`,
});

/** No finding shows a secret, whatever the words of others brought along. */
function plain(finding: Finding): Finding {
  const { text, next } = finding;
  const command = next === undefined ? {} : { next: printable(redactText(next)) };
  return { ...finding, text: oneLine(redactText(text)), ...command };
}

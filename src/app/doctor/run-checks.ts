import pLimit from 'p-limit';
import { durationText, formatDuration } from '../../lib/duration.js';
import { AppError } from '../../lib/app-error.js';
import { oneLine, printable, redactText } from '../../lib/redact.js';
import { withDeadline } from '../../lib/with-deadline.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import { inEach } from '../../messages/text.js';
import { problem, problemOf, warning, type Finding, type PlacedFinding } from './finding.js';

/** One check. It changes nothing and is independent: if it fails or hangs, the others still report. */
export interface Check {
  readonly group: string;
  /** The name to report if the check fails or times out. */
  readonly check: string;
  /** The signal aborts at the check's deadline. The check must then drop its work in progress. */
  readonly run: (signal: AbortSignal) => Finding[] | Promise<Finding[]>;
}

export interface RunChecksOptions {
  /** For each check. */
  readonly timeoutMs: number;
  /** Aborts when the person interrupts. The promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

const atOnce = 8;

/** Checks may share work, such as a visit to the site. The first deadline then ends that work for all of them. */
const deadlinePassed = new Error('the deadline of the check');

/** Returns all findings in the order of the checks, however long each check takes. */
export async function runChecks(checks: readonly Check[], options: RunChecksOptions): Promise<PlacedFinding[]> {
  const limit = pLimit(atOnce);
  const found = await Promise.all(
    checks.map((check) =>
      limit(async () => {
        const findings = await guarded(check, options);
        return findings.map((finding) => ({ ...redacted(finding), group: check.group }));
      }),
    ),
  );
  options.signal.throwIfAborted();
  // If several checks of a group fail for one reason, e.g. an invalid site profile, the reason is reported once.
  const keyOf = ({ group, text, code }: PlacedFinding) => (code === undefined ? undefined : group + code + text.en);
  return found.flat().filter((each, index, all) => {
    const key = keyOf(each);
    return key === undefined || all.findIndex((other) => keyOf(other) === key) === index;
  });
}

async function guarded({ check, run }: Check, { timeoutMs, signal }: RunChecksOptions): Promise<readonly Finding[]> {
  const deadline = new AbortController();
  const either = AbortSignal.any([deadline.signal, signal]);
  const next = `keyturn doctor --timeout ${formatDuration(Math.max(60_000, timeoutMs * 3)).replace(' ', '')}`;
  const late = [warning(check, texts.late(durationText(timeoutMs)), next)];
  try {
    const end = () => {
      deadline.abort(deadlinePassed);
      return late;
    };
    return await withDeadline(Promise.resolve(run(either)), timeoutMs, end, signal);
  } catch (error) {
    if (either.aborted || error === deadlinePassed) return late;
    if (error instanceof AppError) return [problemOf(check, error)];
    const said = error instanceof Error ? error.message : String(error);
    return [problem(check, texts.bug(said.split('\n')[0]?.slice(0, 200) ?? ''), texts.reportBug, 'KT001')];
  }
}

/** Removes secrets and control characters, because a finding may quote text from outside. */
function redacted({ text, next, ...finding }: Finding): Finding {
  return {
    ...finding,
    text: inEach((language) => oneLine(redactText(text[language]))),
    next: next && inEach((language) => printable(redactText(next[language]))),
  };
}

import { appError, type ErrorEntry, type FailureExitCode, type NextStep } from './app-error.js';
import { browserErrors } from './browser-errors.js';
import { cliErrors } from './cli-errors.js';
import { deliveryErrors } from './delivery-errors.js';
import { feishuErrors } from './feishu-errors.js';
import { renewalErrors } from './renewal-errors.js';
import { secretsErrors } from './secrets-errors.js';
import { scheduleErrors } from './schedule-errors.js';
import { settingsErrors } from './settings-errors.js';
import { siteErrors } from './site-errors.js';
import { storeErrors } from './store-errors.js';
import { takeoverErrors } from './takeover-errors.js';
import { unforeseenErrors } from './unforeseen-errors.js';
import { watchErrors } from './watch-errors.js';

/** One entry as people see it, with texts made from its example. */
export interface ExplainedError {
  readonly code: string;
  readonly title: string;
  readonly exitCode: FailureExitCode;
  readonly next: NextStep;
  readonly byItself: string;
  readonly message: string;
  readonly state: string;
  readonly hint: string;
}

const groups = [
  unforeseenErrors,
  settingsErrors,
  cliErrors,
  storeErrors,
  browserErrors,
  siteErrors,
  feishuErrors,
  renewalErrors,
  takeoverErrors,
  watchErrors,
  secretsErrors,
  scheduleErrors,
  deliveryErrors,
];

/** All errors, sorted by code. */
export const catalogue: readonly ExplainedError[] = groups
  .flatMap((group) => Object.values<ErrorEntry<never>>(group))
  .map(explained)
  .sort((a, b) => a.code.localeCompare(b.code));

function explained(entry: ErrorEntry<never>): ExplainedError {
  const { code, title, exitCode, next, byItself } = entry;
  // An entry without an example has no parameters.
  const { message, state, hint } = appError(entry, entry.example as never);
  return { code, title, exitCode, next, byItself, message, state, hint };
}

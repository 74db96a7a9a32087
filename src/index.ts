/**
 * The library, for a program that wants to use a key or to run a renewal with its own parts. The command line is
 * the usual way to use keyturn; see README.md.
 */
export { AppError, type ErrorEntry, type NextStep } from './lib/app-error.js';
export { isDue, type DueDecision } from './core/is-due.js';
export { renewAccount, type RenewDeps, type RenewOptions } from './core/renew-account.js';
export type { RenewalResult } from './core/renewal-result.js';
export type { ConsoleSession, ConsoleReading, NewKey, Verification as Proof } from './core/ports.js';
export type { KeyRecord, KnownKey } from './core/key-record.js';
export { loadSiteProfile } from './site/load-profile.js';
export { resolveProfile, type ResolvedProfile } from './site/resolve-profile.js';
export { accountPaths, resolveHome } from './store/home.js';
export { readKeyRecord } from './store/key-records.js';

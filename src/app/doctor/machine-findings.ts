import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../lib/app-error.js';
import { fileExposure } from '../../lib/private-files.js';
import { storeErrors } from '../../lib/store-errors.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import { secretsTexts } from '../../messages/cli/secrets.js';
import { exposureTexts } from '../../messages/file-reasons.js';
import { shellWord } from '../../messages/shell-word.js';
import { same, type Text } from '../../messages/text.js';
import { diskRoom } from '../../store/disk-room.js';
import { homePaths } from '../../store/home.js';
import { configList, type LoadSettingsOptions } from '../../store/settings.js';
import type { ProcessContext } from '../process-context.js';
import { note, ok, problem, problemOf, warning, type Finding } from './finding.js';

const mebi = 1024 * 1024;
/** A run writes little, but a browser profile that cannot grow loses the login. */
const tightBytes = 500 * mebi;
const fullBytes = 50 * mebi;
/** Up to this many paths are named one by one. For more, a single command for all of them is better advice. */
const mostNamed = 3;

export async function diskFindings(home: string): Promise<Finding[]> {
  return judgeDisk(await diskRoom(home));
}

export function judgeDisk({ folder, freeBytes }: Awaited<ReturnType<typeof diskRoom>>): Finding[] {
  const gibi = freeBytes / (1024 * mebi);
  const free = gibi >= 1 ? `${gibi.toFixed(1)} GiB` : `${Math.floor(freeBytes / mebi)} MiB`;
  const next = `df -h ${shellWord(folder)}`;
  if (freeBytes < fullBytes) return [problem('disk', texts.diskFull(free, folder), next)];
  if (freeBytes < tightBytes) return [warning('disk', texts.diskNearlyFull(free, folder), next)];
  return [ok('disk', texts.diskFree(free, folder))];
}

/** Skips the contents of the browser profiles: Chromium sets its own modes there, below a 0700 folder. */
export async function permissionFindings(home: string): Promise<Finding[]> {
  const exposed: { path: string; why: Text; fix: string }[] = [];
  const self = process.geteuid?.() ?? 0;
  let checked = 0;
  const visit = async (path: string): Promise<void> => {
    const stats = await lstat(path).catch(() => undefined);
    if (!stats || stats.isSymbolicLink() || stats.isSocket()) return;
    checked += 1;
    const found = fileExposure(path, stats, undefined);
    // Readers accept root's files too, but a home in which `sudo keyturn` wrote cannot be used without sudo.
    if (stats.uid === 0 && self !== 0) {
      exposed.push({ path, why: exposureTexts.foreign(0), fix: `sudo chown ${self} ${shellWord(path)}` });
    } else if (found) exposed.push({ path, why: found.problem, fix: found.fix });
    if (!stats.isDirectory() || path.endsWith('/browser')) return;
    for (const name of await readdir(path).catch(() => [])) await visit(join(path, name));
  };
  await visit(home);
  const [first] = exposed;
  if (!first) return [ok('permissions', checked === 0 ? texts.nothingStored(home) : texts.allPrivate(checked))];
  const errors = exposed.map((each) => problemOf('permissions', appError(storeErrors.notPrivate, each)));
  if (errors.length <= mostNamed) return errors;
  const fixAll = first.fix.startsWith('chmod') ? 'chmod -R go=' : `sudo chown -R ${self}`;
  const text = texts.manyExposed(exposed.length, first.path, first.why);
  return [problem('permissions', text, `${fixAll} ${shellWord(home)}`, storeErrors.notPrivate.code)];
}

/** Rejects when a setting is wrong. */
export async function settingsFindings(options: LoadSettingsOptions): Promise<Finding[]> {
  const set = (await configList(options)).filter(({ source }) => source.kind !== 'default').length;
  return [
    ok('settings', set === 0 ? texts.defaultSettings : texts.validSettings(set, homePaths(options.home).settings)),
  ];
}

/** Whether encrypted records can be decrypted now, and whether plain ones remain. Silent if encryption is off. */
export async function secretsFindings(home: string): Promise<Finding[]> {
  const { examineSecrets } = await import('../change-secrets.js');
  const check = 'secrets at rest';
  const { encryption, protectedBy, plain, error, next } = await examineSecrets(home);
  if (error) return [problemOf(check, error)];
  if (encryption === 'off') return [];
  const { states, protectors } = secretsTexts;
  if (next !== undefined) return [warning(check, texts.mixedRecords(states[encryption], plain.length), next)];
  return [ok(check, texts.encrypted(protectedBy.map((each) => protectors[each])))];
}

export async function scheduleFindings(context: ProcessContext): Promise<Finding[]> {
  const { describeJob, scheduleStatus } = await import('../schedule.js');
  const { installed, with: scheduler = '', watch, troubles, notes, job } = await scheduleStatus(context);
  const check = 'schedule';
  if (!installed) {
    return watch ? [ok(check, texts.watchRuns(watch))] : [note(check, texts.noSchedule, 'keyturn schedule install')];
  }
  // A running watch renews the keys anyway.
  const trouble = watch === undefined ? problem : warning;
  if (troubles.length > 0) return troubles.map(({ text, next }) => trouble(check, text, next));
  const state = job ? describeJob(job, context.clock.now()) : same(scheduler);
  return [ok(check, state), ...notes.map(({ text, next }) => note(check, text, next))];
}

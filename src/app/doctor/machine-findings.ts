import { readFileSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { appError } from '../../lib/app-error.js';
import { storeErrors } from '../../lib/store-errors.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import { secretsTexts } from '../../messages/cli/secrets.js';
import type { SettingsProblem } from '../../messages/settings-errors.js';
import { shellWord } from '../../messages/shell-word.js';
import { exposureTexts } from '../../messages/file-reasons.js';
import { same, type Text } from '../../messages/text.js';
import { diskRoom, type DiskRoom } from '../../store/disk-room.js';
import type { EnvFile } from '../../store/dot-env.js';
import { homePaths } from '../../store/home.js';
import {
  describeSource,
  ignoredVariables,
  resolveSettings,
  settingRow,
  type LoadSettingsOptions,
} from '../../store/settings.js';
import type { ProcessContext } from '../process-context.js';
import { note, ok, problem, problemOf, warning, type Finding } from './finding.js';

const mebi = 1024 * 1024;
/** A run writes little, but a browser profile that cannot grow loses the login. */
const tightBytes = 500 * mebi;
const fullBytes = 50 * mebi;
/** Up to this many paths are named one by one. For more, a single command for all of them is better advice. */
const mostNamed = 3;

export function nodeFindings(packageFolder: string, running = process.versions.node): Finding[] {
  const { engines } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const needed = /[\d.]+/.exec(engines.node)?.[0] ?? '';
  return running.localeCompare(needed, 'en', { numeric: true }) >= 0
    ? [ok('node', same(`Node.js ${running}`))]
    : [problem('node', texts.oldNode(running, needed), 'https://nodejs.org/en/download')];
}

export async function diskFindings(home: string): Promise<Finding[]> {
  return judgeDisk(await diskRoom(home));
}

export function judgeDisk({ folder, freeBytes }: DiskRoom): Finding[] {
  const gibi = freeBytes / (1024 * mebi);
  const free = gibi >= 1 ? `${gibi.toFixed(1)} GiB` : `${Math.floor(freeBytes / mebi)} MiB`;
  const next = `df -h ${shellWord(folder)}`;
  if (freeBytes < fullBytes) return [problem('disk', texts.diskFull(free, folder), next)];
  if (freeBytes < tightBytes) return [warning('disk', texts.diskNearlyFull(free, folder), next)];
  return [ok('disk', texts.diskFree(free, folder))];
}

/** Skips the contents of the browser profiles: Chromium sets its own modes there, below a 0700 folder. */
export async function permissionFindings(home: string, { platform }: ProcessContext): Promise<Finding[]> {
  if (platform === 'win32') return [];
  const exposed: { path: string; why: Text; fix: string; fixAll: string }[] = [];
  let checked = 0;
  const uid = process.geteuid?.() ?? 0;
  const visit = async (path: string): Promise<void> => {
    const stats = await lstat(path).catch(() => undefined);
    if (!stats || stats.isSymbolicLink() || stats.isSocket()) return;
    checked += 1;
    if (stats.uid !== uid) {
      const fixAll = `sudo chown -R ${uid}`;
      const why = exposureTexts.foreign(stats.uid);
      exposed.push({ path, why, fix: `${fixAll} ${shellWord(path)}`, fixAll });
    } else if ((stats.mode & 0o077) !== 0) {
      const why = exposureTexts.mode((stats.mode & 0o777).toString(8).padStart(4, '0'), exposureTexts.read);
      const fix = `chmod ${stats.isDirectory() ? '700' : '600'} ${shellWord(path)}`;
      exposed.push({ path, why, fix, fixAll: 'chmod -R go=' });
    }
    if (!stats.isDirectory() || path.endsWith('/browser')) return;
    for (const name of await readdir(path).catch(() => [])) await visit(join(path, name));
  };
  await visit(home);
  const [first] = exposed;
  if (!first) return [ok('permissions', checked === 0 ? texts.nothingStored(home) : texts.allPrivate(checked))];
  const errors = exposed.map((each) => problemOf('permissions', appError(storeErrors.notPrivate, each)));
  if (errors.length <= mostNamed) return errors;
  const text = texts.manyExposed(exposed.length, first.path, first.why);
  return [problem('permissions', text, `${first.fixAll} ${shellWord(home)}`, storeErrors.notPrivate.code)];
}

export async function settingsFindings(options: LoadSettingsOptions): Promise<Finding[]> {
  const { values, problems, envFile } = await resolveSettings(options);
  const ignored = (envFile ? ignoredVariables(envFile) : []).map(({ name, next }) =>
    warning('settings', texts.ignoredVariable(name, envFile?.path ?? ''), next),
  );
  if (problems.length > 0) return [...problems.map((each) => settingFinding(each, envFile)), ...ignored];
  const set = Object.values(values).filter(({ source }) => source.kind !== 'default').length;
  const path = homePaths(options.home).settings;
  return [ok('settings', set === 0 ? texts.defaultSettings : texts.validSettings(set, path)), ...ignored];
}

function settingFinding({ key, source, problem: what }: SettingsProblem, envFile: EnvFile | undefined): Finding {
  const row = settingRow(key);
  const code = 'KT105';
  if (!row) {
    return problem('settings', texts.unknownSetting(key, source), `keyturn config unset ${shellWord(key)}`, code);
  }
  const name = row.env ?? '';
  const path = envFile?.path ?? '';
  const fixes = {
    [describeSource({ kind: 'env', name })]: `unset ${name}`,
    [describeSource({ kind: 'dotenv', name, path })]: `\${EDITOR:-vi} ${shellWord(path)}`,
  };
  return problem('settings', texts.wrongSetting(key, source, what), fixes[source] ?? `keyturn config set ${key}`, code);
}

/** Reports a `.env` in the working folder without opening it: it may belong to another program or another user. */
export async function workingFolderFindings(cwd: string, envFile: string): Promise<Finding[]> {
  const path = join(cwd, '.env');
  const [there, ours] = await Promise.all([path, envFile].map((each) => lstat(each).catch(() => undefined)));
  if (!there || (there.dev === ours?.dev && there.ino === ours.ino)) return [];
  const [from, to, folder] = [path, envFile, dirname(envFile)].map(shellWord);
  const canMove = there.isFile() && !ours && there.uid === (process.geteuid?.() ?? there.uid);
  const move = `mkdir -pm 700 ${folder} && mv ${from} ${to} && chmod 600 ${to}`;
  return [note('.env', texts.unreadEnvFile(path, envFile), canMove ? move : undefined)];
}

/** Whether encrypted records can be decrypted now, and whether plain ones remain. Silent if encryption is off. */
export async function secretsFindings(home: string): Promise<Finding[]> {
  const { examineSecrets } = await import('../change-secrets.js');
  const check = 'secrets at rest';
  const { encryption, protectedBy, plain, error, next } = await examineSecrets(home);
  if (error) return [problemOf(check, error)];
  if (encryption === 'off') return [];
  const { on, beginning, ending, byKeychain, byPassphrase } = secretsTexts;
  const state = { on, 'being switched on': beginning, 'being switched off': ending }[encryption];
  if (next !== undefined) return [warning(check, texts.mixedRecords(state, plain.length), next)];
  return [ok(check, texts.encrypted(protectedBy.map((each) => (each === 'keychain' ? byKeychain : byPassphrase))))];
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

/**
 * Preload this module into the command line (`NODE_OPTIONS=--import=…`) to simulate disk faults in one folder. It
 * numbers every file operation there. At the chosen operation it kills the process, truncates the newest file as after
 * a power cut, or throws an error of the operating system. keyturn's own code has no support for this.
 *
 * FAULTY_DISK is JSON: { under, at?, of?, plan?, code?, isLasting?, report? }
 * - plan `kill`: SIGKILL before operation `at`.
 * - plan `stop`: SIGSTOP before operation `at`.
 * - plan `cut`: after operation `at`, truncate the file that it changed, then SIGKILL.
 * - plan `fail`: operation `at` fails with `code`; with `isLasting` all later ones do too. Counts only operations that
 *   can fail with `code`.
 * - of: count only operations on paths that contain this text.
 * - report: a file to which each operation adds a line, `number name path`.
 */
import fs from 'node:fs';
import fsp from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const spec = JSON.parse(process.env.FAULTY_DISK ?? '{}');
// Processes that the command line starts have no disk faults.
delete process.env.FAULTY_DISK;

const real = { ...fs };
const realPromises = { ...fsp };
const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
const errnos = { ENOSPC: -28, EROFS: -30, EMFILE: -24, EIO: -5 };
const messages = {
  ENOSPC: 'no space left on device',
  EROFS: 'read-only file system',
  EMFILE: 'too many open files',
  EIO: 'i/o error',
};
/** The operations that can fail with each error. The others still work. */
const comesFrom = {
  ENOSPC: new Set(['create', 'write', 'sync', 'mkdir', 'link', 'symlink']),
  EROFS: new Set(['create', 'write', 'mkdir', 'link', 'symlink', 'rename', 'unlink', 'chmod', 'utimes']),
  EIO: new Set(['create', 'write', 'sync', 'mkdir', 'link', 'rename', 'open', 'read']),
  EMFILE: new Set(['create', 'open']),
};
/** Only changes count for a kill: a kill between two reads has the same effect as one before the next change. */
const changes = new Set(['create', 'write', 'sync', 'mkdir', 'link', 'symlink', 'rename', 'unlink', 'chmod', 'utimes']);
const counted = spec.plan === 'fail' ? comesFrom[spec.code] : changes;

let count = 0;

function isOurs(file) {
  if (typeof file !== 'string' || !spec.under) return false;
  const relative = path.relative(spec.under, path.resolve(file));
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

function die() {
  process.kill(process.pid, 'SIGKILL');
}

function fault(name, syscall, file) {
  const error = new Error(`${spec.code}: ${messages[spec.code]}, ${syscall} '${file}'`);
  return Object.assign(error, { errno: errnos[spec.code], code: spec.code, syscall, path: file });
}

/** Counts the operation and returns what to do. Undefined: run it. `fail`: throw. `cut`: run it, truncate, then die. */
function verdict(name, file) {
  if (!isOurs(file) || !counted?.has(name) || !file.includes(spec.of ?? '')) return undefined;
  count += 1;
  if (spec.report) real.appendFileSync(spec.report, `${count} ${name} ${path.relative(spec.under, file)}\n`);
  const isNow = count === spec.at;
  if (spec.plan === 'kill' && isNow) die();
  if (spec.plan === 'stop' && isNow) process.kill(process.pid, 'SIGSTOP');
  if (spec.plan === 'cut' && isNow) return 'cut';
  if (spec.plan === 'fail' && (isNow || (spec.isLasting && count > spec.at))) return 'fail';
  return undefined;
}

/** Truncates a file as a power cut does on a disk that lied about its cache: the newest part is gone. Then dies. */
function cutOffAndDie(file) {
  try {
    const stats = real.lstatSync(file);
    if (stats.isFile()) {
      const text = real.readFileSync(file);
      const lastLine = text.lastIndexOf(0x0a, text.length - 2) + 1;
      const keep = file.endsWith('.jsonl') ? Math.ceil((lastLine + text.length) / 2) : Math.floor(text.length / 2);
      real.truncateSync(file, spec.at % 3 === 0 && !file.endsWith('.jsonl') ? 0 : keep);
      // Age the file: a machine takes a while to come back after a power cut.
      const before = new Date(Date.now() - 120_000);
      real.utimesSync(file, before, before);
    }
  } catch {
    // The operation removed the file, so there is nothing to truncate.
  }
  die();
}

function isForWriting(flags) {
  if (typeof flags === 'string') return /[wa+]/.test(flags);
  return typeof flags === 'number' && (flags & (O_WRONLY | O_RDWR | O_CREAT)) !== 0;
}

function wrapAsync(name, syscall, call, file, partial) {
  const what = verdict(name, file);
  if (what === 'fail') {
    return (async () => {
      await partial?.();
      throw fault(name, syscall, file);
    })();
  }
  const result = call();
  return what === 'cut' ? result.finally(() => cutOffAndDie(file)) : result;
}

/** Node may implement one operation by another: only the outer one counts. */
let isInside = false;

function wrapSync(name, syscall, call, file, partial) {
  if (isInside) return call();
  const what = verdict(name, file);
  if (what === 'fail') {
    partial?.();
    throw fault(name, syscall, file);
  }
  isInside = true;
  try {
    return call();
  } finally {
    isInside = false;
    if (what === 'cut') cutOffAndDie(file);
  }
}

/** Wraps the methods on the handle itself, because Node defines some of them there. */
function wrapHandle(handle, file) {
  const on = (method, name) => {
    const original = handle[method].bind(handle);
    handle[method] = (...args) =>
      wrapAsync(
        name,
        method === 'sync' ? 'fsync' : name,
        () => original(...args),
        file,
        () => halfWritten(method, args),
      );
  };
  // On a full disk, the first part of the data is still written.
  const writeHalf = handle.appendFile.bind(handle);
  const halfWritten = async (method, args) => {
    const [data] = args;
    if (spec.code !== 'ENOSPC' || (method !== 'writeFile' && method !== 'appendFile') || data === undefined) return;
    await writeHalf(data.slice(0, Math.floor(data.length / 2)));
  };
  for (const method of ['writeFile', 'appendFile', 'write']) on(method, 'write');
  on('sync', 'sync');
  on('chmod', 'chmod');
  for (const method of ['readFile', 'read']) on(method, 'read');
  return handle;
}

fsp.open = async (file, flags, mode) => {
  const name = isForWriting(flags) ? 'create' : 'open';
  const handle = await wrapAsync(name, 'open', () => realPromises.open(file, flags, mode), file);
  return isOurs(file) ? wrapHandle(handle, file) : handle;
};
const lastPath = { rename: 1, link: 1, symlink: 1 };
for (const [method, name] of Object.entries({
  rename: 'rename',
  link: 'link',
  symlink: 'symlink',
  unlink: 'unlink',
  rm: 'unlink',
  mkdir: 'mkdir',
  chmod: 'chmod',
  utimes: 'utimes',
  readFile: 'open',
  writeFile: 'write',
})) {
  fsp[method] = (...args) => wrapAsync(name, method, () => realPromises[method](...args), args[lastPath[method] ?? 0]);
}

const files = new Map();
fs.openSync = (file, flags, mode) => {
  const name = isForWriting(flags ?? 'r') ? 'create' : 'open';
  const descriptor = wrapSync(name, 'open', () => real.openSync(file, flags, mode), file);
  files.set(descriptor, file);
  return descriptor;
};
const onDescriptor = { writeSync: 'write', readSync: 'read', readFileSync: 'read', writeFileSync: 'write' };
for (const [method, name] of Object.entries(onDescriptor)) {
  fs[method] = (target, ...args) => {
    const call = () => real[method](target, ...args);
    if (typeof target !== 'number') return call();
    const halfWritten = () => {
      const [data] = args;
      if (spec.code !== 'ENOSPC' || method !== 'writeFileSync') return;
      real.writeSync(target, data.slice(0, Math.floor(data.length / 2)));
    };
    return wrapSync(name, name, call, files.get(target), halfWritten);
  };
}
fs.fsync = (descriptor, done) => {
  const file = files.get(descriptor);
  const what = verdict('sync', file);
  if (what === 'fail') return void process.nextTick(done, fault('sync', 'fsync', file));
  real.fsync(descriptor, (error) => {
    if (what === 'cut') cutOffAndDie(file);
    done(error);
  });
};
fs.fchmodSync = (descriptor, mode) =>
  wrapSync('chmod', 'fchmod', () => real.fchmodSync(descriptor, mode), files.get(descriptor));
for (const [method, name] of Object.entries({
  renameSync: 'rename',
  mkdirSync: 'mkdir',
  chmodSync: 'chmod',
  unlinkSync: 'unlink',
  linkSync: 'link',
  utimesSync: 'utimes',
})) {
  fs[method] = (...args) =>
    wrapSync(name, method.replace('Sync', ''), () => real[method](...args), args[lastPath[name] ?? 0]);
}
syncBuiltinESMExports();

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../messages/shell-word.js';
import type { ProcessContext } from '../process-context.js';
import { ok, problem, type Finding } from './finding.js';

interface Loose {
  readonly path: string;
  readonly mode: string;
  readonly wanted: '700' | '600';
}

/** Up to this many paths are named one by one. For more, a single command for all of them is better advice. */
const mostNamed = 3;

/** Skips the contents of the browser profiles: Chromium sets its own modes there, below a 0700 folder. */
export async function permissionFindings(home: string, { platform }: ProcessContext): Promise<Finding[]> {
  if (platform === 'win32') return [];
  const loose: Loose[] = [];
  const foreign: { path: string; uid: number }[] = [];
  let checked = 0;
  const uid = process.geteuid?.();
  const visit = async (path: string): Promise<void> => {
    const stats = await lstat(path).catch(() => undefined);
    if (!stats || stats.isSymbolicLink() || stats.isSocket()) return;
    checked += 1;
    if (uid !== undefined && stats.uid !== uid) foreign.push({ path, uid: stats.uid });
    else if ((stats.mode & 0o077) !== 0) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
      loose.push({ path, mode, wanted: stats.isDirectory() ? '700' : '600' });
    }
    if (!stats.isDirectory() || path.endsWith('/browser')) return;
    for (const name of await readdir(path).catch(() => [])) await visit(join(path, name));
  };
  await visit(home);
  const findings = [...foreignFindings(foreign, home, uid), ...looseFindings(loose, home)];
  if (findings.length > 0) return findings;
  const text = checked === 0 ? `nothing is stored yet (${home})` : `${checked} files and folders are yours alone`;
  return [ok('permissions', text)];
}

function foreignFindings(
  foreign: readonly { path: string; uid: number }[],
  home: string,
  uid: number | undefined,
): Finding[] {
  const [first] = foreign;
  if (!first) return [];
  const finding = (what: string, path: string) => {
    const text = `${what}, and keyturn runs as uid ${uid ?? 0}; a run as another user, with sudo perhaps, leaves that behind`;
    return problem('owner', text, { code: 'KT210', next: `sudo chown -R ${uid ?? 0} ${shellWord(path)}` });
  };
  if (foreign.length > mostNamed) {
    const text = `${foreign.length} files and folders belong to other users (${first.path}, uid ${first.uid}, …)`;
    return [finding(text, home)];
  }
  return foreign.map((each) => finding(`${each.path} belongs to uid ${each.uid}`, each.path));
}

function looseFindings(loose: readonly Loose[], home: string): Finding[] {
  const finding = (what: string, next: string) => {
    const text = `${what}: other users of this machine could read secrets, so keyturn refuses to use it`;
    return problem('permissions', text, { code: 'KT210', next });
  };
  if (loose.length > mostNamed) {
    const named = loose.slice(0, 2).map(({ path, mode }) => `${path} has ${mode}`);
    const text = `${loose.length} files and folders have loose modes (${named.join(', ')}, …)`;
    return [finding(text, `chmod -R go= ${shellWord(home)}`)];
  }
  return loose.map(({ path, mode, wanted }) =>
    finding(`${path} has mode ${mode}`, `chmod ${wanted} ${shellWord(path)}`),
  );
}

// Installs the consoles. scripts/setup.mjs uses this module before the tests run. The tests use it to find out which
// consoles are installed.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const isRoot = process.getuid?.() === 0;

export function isDebianRoot() {
  return isRoot && isDebian();
}

function isDebian() {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** Installed as a Debian package. */
export const redmine = {
  title: 'Redmine',
  program: '/usr/share/redmine',
  instances: '/var/lib/redmine',

  isThere: () => ['/usr/share/redmine/config.ru', '/usr/share/doc/redmine-sqlite', '/usr/bin/puma'].every(existsSync),

  /** Resolves to the reason why the console cannot run here, or to undefined. */
  obstacle: async () => {
    if (!isDebian()) return "it comes as Debian's package, and this is not Debian";
    return isRoot ? undefined : 'only root can install it and start an instance';
  },

  /** Resolves to the reason why the installation failed, or to undefined. */
  install: async ({ run, aptInstall }) => {
    // Do not set up the package's own instance: each test run creates one.
    const answer = 'redmine redmine/instances/default/dbconfig-install boolean false';
    await run('sh', ['-c', `echo '${answer}' | debconf-set-selections`], { isQuiet: true });
    const isDone = await aptInstall('Redmine', ['redmine', 'redmine-sqlite', 'puma']);
    return isDone ? undefined : 'apt-get could not install it';
  },
};

const uptimeKumaVersion = '2.0.0-dev.0';
const uptimeKumaFolder = fileURLToPath(new URL('../../.setup/uptime-kuma', import.meta.url));

/** Installed as an npm package. */
export const uptimeKuma = {
  title: 'Uptime Kuma',
  program: path.join(uptimeKumaFolder, 'node_modules/uptime-kuma'),

  isThere: () => existsSync(path.join(uptimeKumaFolder, `ready-${uptimeKumaVersion}`)),

  obstacle: async ({ npm } = {}) => {
    if (uptimeKuma.isThere() || !npm) return undefined;
    const args = ['view', `uptime-kuma@${uptimeKumaVersion}`, 'version', '--fetch-retries=0', '--fetch-timeout=20000'];
    const { code } = await npm(args, { isQuiet: true, timeoutMs: 60_000 });
    return code === 0 ? undefined : "npm's registry does not offer it here";
  },

  install: async ({ npm, aptInstall, isInPath }) => {
    // npm compiles sqlite if it cannot download the binary.
    const hasCompiler = ['g++', 'make', 'python3'].every((name) => isInPath(name));
    if (!hasCompiler && isDebianRoot()) await aptInstall('a compiler', ['g++', 'make', 'python3']);
    mkdirSync(uptimeKumaFolder, { recursive: true });
    writeFileSync(path.join(uptimeKumaFolder, 'package.json'), '{ "private": true }\n');
    // A dependency's `engines` field ends at Node 18, and `npm run` passes on this project's engine-strict setting.
    const flags = ['--prefix', uptimeKumaFolder, '--engine-strict=false', '--omit=dev', '--loglevel=error'];
    const options = { isQuiet: true, timeoutMs: 15 * 60_000, cwd: uptimeKumaFolder };
    const { code, output } = await npm(['install', `uptime-kuma@${uptimeKumaVersion}`, ...flags], options);
    if (code !== 0) return `npm install failed:\n${output.split('\n').slice(-15).join('\n')}`;
    // Seven migrations are in the parent of the folder where the server looks for them.
    const migrations = path.join(uptimeKuma.program, 'db');
    for (const file of readdirSync(migrations).filter((name) => name.endsWith('.sql'))) {
      cpSync(path.join(migrations, file), path.join(migrations, 'old_migrations', file));
    }
    writeFileSync(path.join(uptimeKumaFolder, `ready-${uptimeKumaVersion}`), '');
    return undefined;
  },
};

/** The names are those of `npm run test:consoles -- NAME` and of the test files. */
export const consoles = { redmine, 'uptime-kuma': uptimeKuma };

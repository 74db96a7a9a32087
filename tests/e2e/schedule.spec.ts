import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectRun, test, type World } from '../support/world.js';
import { jsonAnswer } from '../support/json-answer.js';
import { long } from '../support/long-form.js';
import { writeSystemctl } from '../support/fake-systemctl.js';

const hourMs = 3_600_000;

/** A machine whose PATH has only the schedulers that the test installs. */
class Machine {
  readonly bin: string;
  readonly userHome: string;
  readonly crontab: string;
  readonly units: string;

  constructor(
    private readonly world: World,
    /** KEYTURN_HOME */
    readonly home = world.home,
  ) {
    this.bin = join(world.home, 'programs');
    this.userHome = join(world.home, 'user');
    this.crontab = join(this.bin, 'crontab.txt');
    this.units = join(this.userHome, '.config', 'systemd', 'user');
  }

  async program(name: string, script: string): Promise<void> {
    await mkdir(this.bin, { recursive: true });
    await mkdir(this.userHome, { recursive: true });
    await writeFile(join(this.bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(this.bin, name), 0o755);
  }

  /** Installs a crontab program that keeps one crontab in a file. */
  async hasCron(): Promise<void> {
    const file = `'${this.crontab}'`;
    const none = `[ -f ${file} ] || { echo 'no crontab for me' >&2; exit 1; }`;
    await this.program(
      'crontab',
      `case "$1" in -l) ${none}; /bin/cat ${file};; -r) /bin/rm ${file};; -) /bin/cat >${file};; esac`,
    );
  }

  async hasSystemd(): Promise<void> {
    await mkdir(this.userHome, { recursive: true });
    await writeSystemctl(this.bin);
  }

  keyturn(...args: string[]) {
    const env = { PATH: this.bin, HOME: this.userHome, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, KEYTURN_HOME: this.home }; // prettier-ignore
    return this.world.startWith(env, ...args).ended;
  }
}

/** Runs a line as cron does: in a shell, with a minimal environment, and with `\%` replaced by `%`. */
async function runAsCron(line: string, home: string): Promise<{ exitCode: number | null; output: string }> {
  const command = line.replace(/^(?:\S+ ){5}/, '').replaceAll('\\%', '%');
  const child = spawn('/bin/sh', ['-c', command], { env: { HOME: home, SHELL: '/bin/sh', PATH: '/usr/bin:/bin' }, cwd: home }); // prettier-ignore
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, output };
}

const ranHoursAgo = (hours: number) => {
  const at = new Date(Date.now() - hours * hourMs).toISOString();
  return JSON.stringify({ version: 1, lastRunAt: at, endedAt: at, outcome: 'not-due', exitCode: 0 });
};

const writeRun = (home: string, hours: number) =>
  writeFile(join(home, 'schedule-run.json'), ranHoursAgo(hours), { mode: 0o600 });

test('a unit has the time zone and the certificates of the shell, and a limit that leaves time for a person', async ({
  world,
}) => {
  await world.prepare('config', 'set', 'handoff.wait', '2h');
  const shell = {
    TZ: 'Asia/Shanghai',
    SSL_CERT_FILE: 'corp.pem',
    NODE_OPTIONS: '--dns-result-order=ipv4first',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    HTTPS_PROXY: 'http://me:planted-word@proxy:3128',
  };
  const print = ['schedule', 'install', '--with', 'systemd', '--print'];
  const { stdout, stderr } = await world.startWith(shell, ...print).ended;
  expect(stdout).toContain('\nEnvironment=TZ=Asia/Shanghai\n');
  expect(stdout).toContain(`\nEnvironment=SSL_CERT_FILE=${join(world.home, 'corp.pem')}\n`);
  expect(stdout).toContain('\nEnvironment=NODE_OPTIONS=--dns-result-order=ipv4first\n');
  expect(stdout).toContain('\nTimeoutStartSec=300min\n');
  expect(stdout).not.toMatch(/TLS_REJECT_UNAUTHORIZED=|planted-word/);
  for (const name of ['NODE_TLS_REJECT_UNAUTHORIZED', 'HTTPS_PROXY'])
    expect(stdout + stderr).toMatch(new RegExp(`${name} .*not written into the schedule`));
});

test('the crontab line works with a minimal environment and any folder name', async ({ world }) => {
  const home = join(world.home, "家 100% 'x'");
  const machine = new Machine(world, home);
  await machine.hasCron();
  await world.addImported();
  expectRun(await world.cli('refresh'), 0);
  await mkdir(home, { mode: 0o700 });
  await cp(join(world.home, 'accounts'), join(home, 'accounts'), { recursive: true });
  const before = '# mine\n5 4 * * * backup 100\\%\n';
  await writeFile(machine.crontab, before);
  const installed = await machine.keyturn('schedule', 'install');
  expectRun(installed, 0, /runs every hour: the crontab of .*, next at /);
  // The command names the settings that the schedule will not see.
  expect(installed.stderr).toContain('feishu.appSecret is set in this environment only (FEISHU_APP_SECRET)');
  const crontab = await readFile(machine.crontab, 'utf8');
  expect(crontab.startsWith(before)).toBe(true);
  expect(crontab).not.toContain(world.simulator.feishu.appSecret);
  expectRun(await machine.keyturn('schedule', 'install'), 0, /already installed/);
  expect(await readFile(machine.crontab, 'utf8')).toBe(crontab);

  const line = crontab.split('\n').find((each) => each.includes('refresh')) ?? '';
  expect(await runAsCron(line, machine.userHome)).toEqual({ exitCode: 0, output: '' });
  const file = join(home, 'schedule-run.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ outcome: 'not-due', exitCode: 0 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  expectRun(await machine.keyturn('schedule', 'remove'), 0, /removed: keyturn's lines/);
  expect(await readFile(machine.crontab, 'utf8')).toBe(before);
  expect((await readdir(home)).filter((name) => name.startsWith('schedule'))).toEqual([]);
});

test('schedule status shows the result of the last run', long, async ({ world }) => {
  const machine = new Machine(world);
  await machine.hasSystemd();
  expectRun(await machine.keyturn('schedule', 'install'), 0);
  expectRun(await world.cli('refresh', '--scheduled', '--quiet'), 2, /KT201/);
  expectRun(
    await machine.keyturn('schedule', 'status'),
    0,
    /last run: .* failed \(exit code 2\): There is no account yet/,
  );
  await world.addImported();
  expectRun(await world.cli('refresh', '--scheduled', '--quiet'), 0, /renewed/);
  const status = jsonAnswer('schedule status', await machine.keyturn('schedule', 'status', '--json'));
  expect(status).toMatchObject({
    willFire: true,
    with: 'systemd',
    nextAt: '2100-01-01T00:05:00.000Z',
    nextSaidBy: 'systemd',
    lastRun: { outcome: 'renewed', exitCode: 0 },
  });
});

test('status, doctor and schedule status report a schedule that has not run for 26 hours', long, async ({ world }) => {
  const machine = new Machine(world);
  await machine.hasSystemd();
  await world.addImported();
  expectRun(await machine.keyturn('schedule', 'install'), 0);
  const file = join(world.home, 'schedule.json');
  const record = JSON.parse(await readFile(file, 'utf8')) as object;
  const installedAt = new Date(Date.now() - 100 * hourMs).toISOString();
  await writeFile(file, JSON.stringify({ ...record, installedAt }), { mode: 0o600 });
  await writeRun(world.home, 25);
  expect((await machine.keyturn('status')).stdout).not.toContain('schedule');
  await writeRun(world.home, 27);
  expectRun(await machine.keyturn('status'), 0, /the schedule \(systemd\) has not run for 1d 3h/);
  const status = jsonAnswer('status', await machine.keyturn('status', '--json'));
  expect(status.schedule?.text).toContain('has not run');
  expectRun(await machine.keyturn('doctor', '--offline'), 1, /✗ schedule:?\s+the schedule \(systemd\) has not run/);
  expectRun(await machine.keyturn('schedule', 'status'), 1, /KT856/);
});

test('doctor and schedule status report a missing schedule', async ({ world }) => {
  const machine = new Machine(world);
  const run = await machine.keyturn('doctor', '--offline');
  expect(run.stdout).toMatch(/schedule:?\s+none.*\n\s+next: keyturn schedule install/);
  expectRun(await machine.keyturn('schedule', 'status'), 1, /no schedule is installed. \[KT856\]/);
});

test('installing with another scheduler replaces the first, and --print changes nothing', long, async ({ world }) => {
  const machine = new Machine(world);
  await machine.hasSystemd();
  await machine.hasCron();
  const printed = await machine.keyturn('schedule', 'install', '--print');
  expectRun(printed, 0, /OnCalendar=hourly[^]*then: systemctl --user enable/);
  expect(existsSync(machine.units)).toBe(false);
  expect(existsSync(join(world.home, 'schedule.json'))).toBe(false);

  const installed = await machine.keyturn('schedule', 'install');
  const written = (await readdir(machine.units)).filter((name) => name.startsWith('keyturn'));
  expect(written).toHaveLength(2);
  for (const name of written) expect(installed.stdout).toContain(`written: ${join(machine.units, name)}`);
  expectRun(await machine.keyturn('schedule', 'install', '--with', 'cron'), 0, /removed: .*\.timer/);
  expect(await readdir(machine.units)).toEqual([]);
  expect(await readFile(machine.crontab, 'utf8')).toContain('refresh --scheduled');
  // A reinstall keeps the chosen scheduler unless it cannot do what is asked.
  expectRun(await machine.keyturn('schedule', 'install'), 0, /already installed.*crontab/);
  expectRun(await machine.keyturn('schedule', 'install', '--watch'), 0, /removed: keyturn's lines/);
  expect(existsSync(machine.crontab)).toBe(false);
  expectRun(
    await machine.keyturn('schedule', 'status'),
    1,
    /keyturn watch was installed as a service and does not run/,
  );
});

test('without a reachable systemd, cron is used or lingering is explained', async ({ world }) => {
  const machine = new Machine(world);
  await machine.program('systemctl', "echo 'Failed to connect to bus: No medium found' >&2; exit 1");
  const refused = await machine.keyturn('schedule', 'install');
  expectRun(refused, 2, /XDG_RUNTIME_DIR.*KT851[^]*next: sudo loginctl enable-linger/);
  expect(existsSync(join(world.home, 'schedule.json'))).toBe(false);
  await machine.hasCron();
  expectRun(
    await machine.keyturn('schedule', 'install'),
    0,
    /a line in the crontab was chosen: systemctl --user cannot/,
  );
});

test('a unit that keyturn did not write is kept', async ({ world }) => {
  const machine = new Machine(world);
  await machine.hasSystemd();
  await mkdir(machine.units, { recursive: true });
  const name = (await machine.keyturn('schedule', 'install', '--print')).stdout.match(/keyturn-refresh\S*\.timer/)?.[0];
  await writeFile(join(machine.units, name ?? ''), '[Timer]\n');
  expectRun(await machine.keyturn('schedule', 'install'), 2, /KT853[^]*next: mv /);
  expect(await readFile(join(machine.units, name ?? ''), 'utf8')).toBe('[Timer]\n');
});

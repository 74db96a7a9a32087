import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import { parse, stringify } from 'yaml';
import { dayMs, type World } from '../world.js';
import { Recorder } from './recorder.js';
import type { JsonCommand } from '../../../src/app/json-shapes.js';

/** Runs the program in all states that affect its output and its files. */
export async function recordRuns(world: World, info: TestInfo): Promise<Recorder> {
  const runs = new Runs(world, info.outputPath());
  await runs.nothingYet();
  await runs.deliveries();
  await runs.schedule();
  await runs.watch();
  await runs.testMessage();
  await runs.overdue();
  await runs.failures();
  await runs.person();
  await runs.secrets();
  return runs.recorder;
}

class Runs {
  readonly recorder = new Recorder();

  constructor(
    private readonly world: World,
    /** A folder for files that keyturn does not own. */
    private readonly folder: string,
  ) {}

  /** Runs a command with `--json`. Records its output and then the state folder. */
  private async json(command: JsonCommand, ...args: string[]): Promise<void> {
    this.recorder.json(command, await this.world.inProcess(...command.split(' '), ...args, '--json'));
    await this.recorder.home(this.world.home);
  }

  private async must(...args: string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await this.world.inProcess(...args);
    expect(exitCode, `keyturn ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
    await this.recorder.home(this.world.home);
  }

  private async write(name: string, text: string, mode = 0o600): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text, { mode });
    await chmod(path, mode);
    return path;
  }

  async nothingYet(): Promise<void> {
    for (const command of ['status', 'account list', 'secrets status', 'schedule status'] as const)
      await this.json(command);
  }

  /** Records an account with every kind of target and every hook. */
  async deliveries(): Promise<void> {
    await this.world.addImported('work');
    const notes = join(this.folder, 'notes');
    await mkdir(notes, { recursive: true });
    const script = `#!/bin/sh\ncat >/dev/null; env >"${notes}/\${KEYTURN_EVENT:-target}-$$"\n`;
    const program = await this.write('program', script, 0o755);
    const json = await this.write('app.json', '{"models": {"providers": {"iflow": {}}}}');
    const yaml = await this.write('app.yaml', 'llm: {}\n');
    for (const target of [
      ['env', join(this.folder, '.env'), '--replace', '--in-place'],
      ['json', json, '--at', 'apiKey'],
      ['yaml', yaml, '--at', 'llm.key'],
      ['openclaw', json],
      ['iflow-cli', json, '--at', 'searchApiKey'],
      ['command', '--pass', 'env', '--variable', 'API_KEY', '--timeout', '20s', '--', program],
      ['command', '--name', 'stdin', '--newline', '--', program],
    ]) {
      await this.must('account', 'target', 'add', 'work', ...target);
    }
    for (const event of ['before', 'renewed', 'failed'])
      await this.must('account', 'hook', 'set', 'work', event, '--timeout', '20s', '--', program);
    await this.json('account list');
    await this.json('account target list', 'work');
    await this.json('account hook list', 'work');
    await this.json('refresh', '--dry-run', '--run-hooks', '--method', 'http');
    await this.json('refresh');
    await this.json('refresh');
    await this.json('status');

    await writeFile(yaml, '[]');
    await this.json('deliver');
    await this.json('deliver', '--check');
    await this.json('status');
    await this.json('refresh', '--force', '--method', 'http');
    await writeFile(yaml, 'llm: {}\n');
    await this.json('deliver');
    await this.must('refresh', '--force', '--method', 'http');
    this.world.simulator.console.weather.set({ gone: true });
    await this.json('refresh', '--force', '--method', 'http');
    this.world.simulator.console.weather.reset();
    for (const name of await readdir(notes))
      this.recorder.environment(name.replace(/-\d+$/, ''), await readFile(join(notes, name), 'utf8'));

    // After a day without use, the run checks the session.
    this.world.simulator.clock.advance(dayMs + 3_600_000);
    await this.json('refresh');
    await this.json('status');
    await this.json('config list');
  }

  /** Records schedules with a systemd that accepts every command and reports an active timer. */
  async schedule(): Promise<void> {
    const says = 'LoadState=loaded\\nUnitFileState=enabled\\nActiveState=active\\nVersion=252\\n';
    const next = 'NextElapseUSecRealtime=Fri 2100-01-01 00:05:00 UTC\\n';
    const systemctl = await this.write('bin/systemctl', `#!/bin/sh\nprintf '${says}${next}'\n`, 0o755);
    const env = { PATH: join(systemctl, '..'), HOME: join(this.folder, 'user'), XDG_CONFIG_HOME: undefined };
    const keyturn = (...args: string[]) => this.world.startWith(env, 'schedule', ...args).ended;
    const installed = await keyturn('install');
    expect(installed.exitCode, installed.stderr).toBe(0);
    await this.must('refresh', '--scheduled', '--quiet');
    this.recorder.json('schedule status', await keyturn('status', '--json'));
    // A failed run leaves its error in the status of the schedule.
    await this.must('account', 'set', 'work', '--base-url', 'http://127.0.0.1:9');
    await this.world.inProcess('refresh', '--scheduled', '--force', '--method', 'http');
    await rm(systemctl);
    this.recorder.json('schedule status', await keyturn('status', '--json'));
    await this.json('status');
    await this.must('account', 'set', 'work', '--base-url', this.world.simulator.console.url);
  }

  async watch(): Promise<void> {
    const watch = this.world.start('watch');
    await expect.poll(() => readdir(this.world.home), { timeout: 60_000 }).toContain('watch.lock');
    await this.json('status');
    await this.json('schedule status');
    watch.process.kill('SIGTERM');
    await watch.ended;
  }

  async testMessage(): Promise<void> {
    const { feishu } = this.world.simulator;
    const earlier = new Set(feishu.messages().map(({ messageId }) => messageId));
    const test = this.world.start('notify', 'test', '--json', '--wait', '60s');
    const card = await feishu.waitForMessage(({ messageId }) => !earlier.has(messageId), 60_000);
    await feishu.press(card.messageId, 'test');
    this.recorder.json('notify test', await test.ended);
    this.recorder.json('notify test', await this.world.cli('notify', 'test', '--json', '--wait', '1s'));
  }

  /** Records a schedule that has not run for more than a day. */
  async overdue(): Promise<void> {
    this.world.simulator.clock.advance(dayMs + 3 * 3_600_000);
    await this.json('status');
  }

  /** Records the ways in which a renewal over HTTP can end without a key. */
  async failures(): Promise<void> {
    const { console: site } = this.world.simulator;
    const { weather } = site;
    const renew = (name = 'work') =>
      this.json('refresh', name, '--force', '--method', 'http', '--wait', '3s', '--scheduled');
    for (const condition of [{ banned: true }, { drift: 'fields' }, { status500: { next: 100 } }] as const) {
      weather.set(condition);
      await renew();
      weather.reset();
    }
    weather.set({ hang: { next: 1, on: 'rotate' } });
    const killed = this.world.start('refresh', 'work', '--force', '--method', 'http');
    const presses = () => site.requests().filter(({ method }) => method === 'POST').length;
    const before = presses();
    await expect.poll(presses, { timeout: 60_000 }).toBeGreaterThan(before);
    await this.json('status');
    killed.process.kill('SIGKILL');
    await killed.ended;
    weather.reset();
    await renew();

    const service = createServer((_request, response) => response.end('INVALID_APIKEY'));
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
    const profile = parse(await readFile(new URL('../../../profiles/iflow.yaml', import.meta.url), 'utf8')) as object;
    const probe = { method: 'GET', url, valid: { status: 204 }, invalid: { text: 'INVALID_APIKEY' } };
    const lab = await this.write('site.yaml', stringify({ ...profile, probe }));
    await this.world.addImported('lab', { phone: '15100004321', flags: ['--site', lab] });
    await this.must('account', 'set', 'lab', '--probe-url', 'default');
    await renew('lab');
    service.close();
    await this.must('account', 'set', 'lab', '--proxy', 'http://me:secret@127.0.0.1:9', '--key-name', 'mine');
    await this.json('account list');

    weather.set({ replayRefused: true });
    await renew();
    weather.reset();
    await this.world.addImported('out', { phone: '15100005678' });
    site.expireSessions('15100005678');
    await renew('out');
    await this.json('refresh', 'out', '--method', 'http', '--wait', '3s');
    await this.json('status');
    await this.json('history', 'work');
  }

  /** Records a page that needs a person, first for a code and then for a slider. */
  async person(): Promise<void> {
    const { console: site, feishu } = this.world.simulator;
    await this.world.addImported('page', { phone: '15100009999', flags: ['--method', 'browser'] });
    // A reset needs an existing key.
    await this.must('refresh', 'page', '--method', 'http');
    const seen = new Set<string>();
    const cardWith = async (button: string) => {
      const isNew = (text: string, id: string) => text.includes(`[${button}]`) && !seen.has(id);
      const card = await feishu.waitForMessage((each) => isNew(feishu.cardText(each), each.messageId), 60_000);
      seen.add(card.messageId);
      return card.messageId;
    };
    /** The card arrives shortly before the record of the question contains its message. */
    const asked = async () => {
      await expect.poll(() => this.world.json('page', 'question.json')).toHaveProperty('message');
      await this.json('status');
    };
    const start = () => this.world.start('refresh', 'page', '--force', '--wait', '60s', '--json');

    site.weather.set({ smsOnReset: true });
    const withCode = start();
    const codeCard = await cardWith('提交');
    await asked();
    await feishu.press(codeCard, '提交', { formValue: { code: site.smsCodeFor('15100009999') ?? '' } });
    this.recorder.json('refresh', await withCode.ended);

    site.weather.set({ smsOnReset: false, captcha: { where: 'dialog', on: 'rotate', nth: 1 } });
    const withSlider = start();
    const sliderCard = await cardWith('误报');
    await asked();
    await feishu.press(sliderCard, '误报');
    await feishu.press(await cardWith('这次跳过'), '这次跳过');
    this.recorder.json('refresh', await withSlider.ended);
    await this.json('history', 'page');
  }

  async secrets(): Promise<void> {
    await this.json('secrets status');
    const passphrase = await this.write('passphrase', 'correct horse battery staple\n');
    const out = join(this.folder, 'work.keyturn-account');
    await this.must('account', 'export', 'work', '--encrypted', '--passphrase-file', passphrase, '--out', out);
    await this.must('secrets', 'encrypt', '--passphrase-file', passphrase);
    await this.json('secrets status');
    await rm(passphrase);
    // This process has read the passphrase already.
    this.recorder.json('secrets status', await this.world.cli('secrets', 'status', '--json'));
    await this.json('doctor', '--offline');

    await writeFile(join(this.world.home, 'accounts/lab/account.json'), '{', { mode: 0o600 });
    this.recorder.json('account list', await this.world.inProcess('account', 'list', '--json'));
  }
}

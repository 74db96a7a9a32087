import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { ConsoleKind } from './console-types.js';
import { startKeyturn, type KeyturnChild, type KeyturnRun } from './keyturn-child.js';
import { SimulatedOwner } from './owner.js';
import { makeScratchHome } from './scratch-home.js';
import { shiftedClockEnv } from './shifted-clock-env.js';
import { startSimulator, type Simulator } from './simulator.js';
import { freePort } from './free-port.js';

export interface DemoOptions {
  /** The built command line. The demo runs it in child processes, as a user would. */
  readonly bin: string;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
  /** Keeps the simulator running until `signal` aborts. */
  readonly keep: boolean;
  /** Runs the story. It needs the `one-key` console. */
  readonly story: boolean;
  readonly consoleKind: ConsoleKind;
  readonly signal: AbortSignal;
}

const phone = '15100001234';
const account = 'demo';
const dayMs = 86_400_000;

/** Demonstrates keyturn on the simulator. Resolves to whether every chapter of the story succeeded. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const startedAt = performance.now();
  const home = await makeScratchHome('keyturn-demo-', options.env);
  const simulator = await startSimulator({ kind: options.consoleKind });
  simulator.console.addOwner({ phone });
  const story = new Story(options, simulator, home);
  let isDone = true;
  try {
    if (options.story) {
      isDone = await story.tell();
      story.line('');
      story.line(
        isDone
          ? `The story took ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`
          : 'The story stopped here; see above.',
      );
    }
    if (options.keep) await story.keep();
  } finally {
    story.stop();
    await simulator.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return isDone;
}

class StoryStopped extends Error {}

class Story {
  private readonly owner: SimulatedOwner;
  private readonly running = new Set<KeyturnChild>();
  private chapters = 0;

  constructor(
    private readonly options: DemoOptions,
    private readonly simulator: Simulator,
    private readonly home: string,
  ) {
    this.owner = new SimulatedOwner({ userDataDir: join(home, 'accounts', account, 'browser'), simulator });
  }

  async tell(): Promise<boolean> {
    const { simulator } = this;
    const site = simulator.console;
    try {
      this.chapter('An account at the simulated console');
      this.line(`  console ${site.url}   its API ${site.apiUrl}   Feishu ${simulator.feishu.url}`);
      await this.settings();
      await this.keyturn(['account', 'add', account, '--base-url', site.url, '--probe-url', site.apiUrl]);

      this.chapter('First sign-in, in a visible browser');
      await this.while(['login', account, '--yes', '--timeout', '2m'], async () => {
        await this.owner.signIn({ phone });
        this.acted('typed the phone number and the SMS code');
        await this.owner.leave();
      });

      this.chapter('A refresh that is not due');
      const quick = await this.keyturn(['refresh']);
      this.line(`  (${quick.tookMs.toFixed(0)} ms, Node's own start included; no browser, no network)`);

      this.chapter('Four days later: due, renewed over HTTP with the saved session');
      simulator.clock.advance(4 * dayMs);
      await this.keyturn(['refresh']);

      this.chapter('Four days later: the console refuses the replay, so the page is driven, headless');
      simulator.clock.advance(4 * dayMs);
      site.weather.set({ replayRefused: true });
      await this.keyturn(['refresh']);

      this.chapter('Four days later: a slider CAPTCHA; a person is asked, and helps');
      simulator.clock.advance(4 * dayMs);
      site.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } });
      await this.while(['refresh', '--wait', '5m'], async () => this.helpWithSlider());
      await this.verifyAtTheConsole();

      this.chapter('How things stand');
      await this.keyturn(['status']);
      this.line('');
      this.line('With a real account:');
      for (const step of [
        'account add work',
        'login work',
        'schedule install   (a look every hour; a run that is not due costs milliseconds)',
        'exec work -- your-agent',
      ]) {
        this.line(`  keyturn ${step}`);
      }
      this.line(
        'To have the command: npm link. docs/getting-started.md goes on from here; README.md says what was never tried on a real console.',
      );
      return true;
    } catch (error) {
      if (!(error instanceof StoryStopped) && !this.options.signal.aborted) throw error;
      this.line(`  ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  /** Prints what a person needs to try keyturn by hand, then waits until Ctrl-C. */
  async keep(): Promise<void> {
    const { simulator } = this;
    await this.settings();
    const { NODE_OPTIONS: preload = '', ...env } = this.childEnv();
    const lines = [
      '',
      'The simulator goes on until Ctrl-C. In another terminal:',
      '',
      ...Object.entries(env).map(([name, value]) => `  export ${name}=${value}`),
      `  alias keyturn='NODE_OPTIONS="${preload}" node ${this.options.bin}'`,
      '',
      ...(this.options.story ? [] : this.addAccount()),
      `  keyturn login ${account}                 sign in as ${phone}; the code: curl -s ${simulator.controlUrl}/sms`,
      `  keyturn refresh --force ${account}`,
      '',
      `  curl -s ${simulator.controlUrl}/          what the control port can do (weather, clock, Feishu presses)`,
      '',
      'Its clock may be ahead of yours; the lines above take care of it. Who advances it gets the new line as the answer.',
    ];
    for (const line of lines) this.line(line);
    await new Promise<void>((resolve) => {
      if (this.options.signal.aborted) resolve();
      // The timer keeps the process alive.
      const timer = setInterval(() => undefined, 60_000);
      this.options.signal.addEventListener('abort', () => {
        clearInterval(timer);
        resolve();
      });
    });
  }

  private addAccount(): string[] {
    const { console: site, controlUrl } = this.simulator;
    if (site.kind === 'one-key') {
      return [`  keyturn account add ${account} --base-url ${site.url} --probe-url ${site.apiUrl}`];
    }
    return [
      `  curl -s ${controlUrl}/site-profile > several-keys.yaml`,
      `  keyturn account add ${account} --site ./several-keys.yaml`,
    ];
  }

  stop(): void {
    for (const child of this.running) child.process.kill('SIGTERM');
    void this.owner.leave();
  }

  line(text: string): void {
    this.options.stdout.write(`${text}\n`);
  }

  private chapter(title: string): void {
    this.chapters += 1;
    this.line('');
    this.line(this.style('bold', `${this.chapters}. ${title}`));
  }

  private acted(what: string): void {
    this.line(this.style('cyan', `  owner: ${what}`));
  }

  private style(format: 'bold' | 'dim' | 'cyan', text: string): string {
    return this.options.stdout.isTTY === true && !this.options.env['NO_COLOR'] ? styleText(format, text) : text;
  }

  /**
   * Writes settings that open the browser's debugging port for the simulated owner, which real users do not need, and
   * that make the page reachable on a machine without a desktop.
   */
  private async settings(): Promise<void> {
    const file = join(this.home, 'settings.json');
    const port = await freePort();
    const settings = {
      browser: { args: ['--remote-debugging-port=0'] },
      takeover: { publicUrl: `http://127.0.0.1:${port}`, port },
    };
    await writeFile(file, JSON.stringify(settings), { mode: 0o600 });
  }

  private async helpWithSlider(): Promise<void> {
    const { feishu } = this.simulator;
    const card = await feishu.waitForMessage(
      (message) => message.msgType === 'interactive' && feishu.cardText(message).includes('[打开浏览器]'),
      60_000,
    );
    this.line(this.style('dim', '  ┌─ the DM in Feishu'));
    for (const text of feishu.cardText(card).split('\n')) this.line(`  ${this.style('dim', '│')} ${text}`);
    this.line(this.style('dim', '  └─'));
    const pressed = await feishu.press(card.messageId, '打开浏览器', { waitMs: 15_000 });
    if (!pressed.acked) throw new StoryStopped('the press of 打开浏览器 was not answered');
    this.acted('pressed 打开浏览器');
    await this.owner.dragSlider();
    this.acted('dragged the slider');
    await this.owner.leave();
    const outcome = await feishu.waitForMessage(
      (message) => message.createdAt >= card.createdAt && feishu.cardText(message).includes('密钥已续期'),
      60_000,
    );
    this.line(this.style('dim', '  ┌─ the DM in Feishu'));
    for (const text of feishu.cardText(outcome).split('\n')) this.line(`  ${this.style('dim', '│')} ${text}`);
    this.line(this.style('dim', '  └─'));
  }

  private async verifyAtTheConsole(): Promise<void> {
    const { stdout } = await startKeyturn(['key', account], this.childOptions()).ended;
    const response = await fetch(`${this.simulator.console.apiUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'glm-4.6', messages: [{ role: 'user', content: 'ping' }] }),
    });
    const body = (await response.json()) as { choices?: unknown };
    if (!body.choices) throw new StoryStopped("the console's API does not accept the key");
    const { rotations } = this.simulator.console.truth(phone);
    this.line(`  the console's API accepts the key on disk (${rotations} keys were made in this story)`);
  }

  /** Runs a command to its end. Any exit code except 0 stops the story. */
  private async keyturn(args: readonly string[]): Promise<KeyturnRun> {
    const { run } = this.start(args);
    return this.finished(args, await run);
  }

  /** Runs a command while the owner acts. */
  private async while(args: readonly string[], act: () => Promise<void>): Promise<KeyturnRun> {
    const { run } = this.start(args);
    const outcome = await Promise.race([run, act().then(() => undefined)]);
    // If the command ended before the owner was done, its output says why.
    return this.finished(args, outcome ?? (await run));
  }

  private start(args: readonly string[]): { run: Promise<KeyturnRun> } {
    this.line(`  $ keyturn ${args.join(' ')}`);
    const child = startKeyturn(
      args,
      this.childOptions((text) => this.line(`  ${text}`)),
    );
    this.running.add(child);
    const stop = () => child.process.kill('SIGTERM');
    this.options.signal.addEventListener('abort', stop, { once: true });
    const run = child.ended.finally(() => {
      this.running.delete(child);
      this.options.signal.removeEventListener('abort', stop);
    });
    return { run };
  }

  private finished(args: readonly string[], run: KeyturnRun): KeyturnRun {
    if (run.exitCode !== 0)
      throw new StoryStopped(`keyturn ${args.join(' ')} ended with ${run.exitCode ?? run.signal}`);
    return run;
  }

  private childOptions(onLine?: (line: string) => void) {
    return { bin: this.options.bin, home: this.home, simulator: this.simulator, onLine };
  }

  private childEnv(): Record<string, string> {
    const { feishu, clock } = this.simulator;
    return {
      KEYTURN_HOME: this.home,
      FEISHU_APP_ID: feishu.appId,
      FEISHU_APP_SECRET: feishu.appSecret,
      FEISHU_RECEIVER: feishu.ownerOpenId,
      FEISHU_DOMAIN: feishu.url,
      // At least a millisecond, so that the clock can be advanced later.
      ...shiftedClockEnv(Math.max(1, clock.offsetMs)),
    };
  }
}

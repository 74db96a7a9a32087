import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Question } from '../../src/core/question.js';
import { accountPaths } from '../../src/store/home.js';
import { readLock } from '../../src/store/lock.js';
import { readQuestion } from '../../src/store/questions.js';
import type { KeyturnChild } from '../simulator/keyturn-child.js';
import { SimulatedOwner } from '../simulator/owner.js';
import { SeededRandom } from '../simulator/random.js';
import { startSimulator, type OwnerTruth, type Simulator } from '../simulator/simulator.js';
import { openKeyturnHome, type KeyturnHome } from '../support/keyturn-home.js';
import { isRunning, names, runningProcesses, treeOf, type RunningProcess } from '../support/processes.js';
import { browserSettings } from '../support/test-browser.js';
import { dayMs, phone } from './fault-world.js';

/** A command that this round has started. */
export interface Run {
  readonly words: string;
  readonly child: KeyturnChild;
  /** Its output so far. */
  said: string;
  hasEnded: boolean;
}

/** What the console wants of its owner in this round. */
export type Wanted = 'slider' | 'code' | 'sign-in';

const account = 'work';
const questionTitle = /：需要(完成人机验证|重新登录|输入验证码)/;
const links = /http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]+\/#[\w-]+/g;

/** One simulator, one state folder with one account, its owner, and all processes that keyturn starts there. */
export class HandoffRound {
  readonly runs: Run[] = [];
  /** Set once a process was killed: the owner of before acts no more. */
  isKilled = false;
  private readonly used = new Set<string>();
  private readonly phones: WebSocket[] = [];
  private readonly owners: SimulatedOwner[] = [];

  private constructor(
    readonly simulator: Simulator,
    readonly keyturn: KeyturnHome,
    readonly random: SeededRandom,
    readonly port: number,
    /** Of a server, where the page goes to a phone. */
    private readonly isServer: boolean,
  ) {}

  static async open(seed: number, { isServer = false } = {}): Promise<HandoffRound> {
    const simulator = await startSimulator({ seed });
    simulator.console.addOwner({ phone });
    const keyturn = await openKeyturnHome(simulator, { hasRealBrowser: false });
    // Below the ports that the system gives to other sockets, and another one for each round.
    const port = 21_000 + seed;
    const settings = {
      browser: browserSettings(),
      watch: { quietHours: 'off', jitter: '0s' },
      takeover: { port },
    };
    await writeFile(join(keyturn.home, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
    await mkdir(join(keyturn.home, 'tmp'), { mode: 0o700 });
    return new HandoffRound(simulator, keyturn, new SeededRandom(seed), port, isServer);
  }

  get folder(): string {
    return join(this.keyturn.home, 'accounts', account);
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random.next() * from.length)]!;
  }

  async addAccount({ hasSession = true, method = 'http' } = {}): Promise<void> {
    const { url, apiUrl } = this.simulator.console;
    const site = ['--base-url', url, '--probe-url', apiUrl];
    if (!hasSession) return this.keyturn.prepare('account', 'add', account, ...site);
    const { cookieHeader, xsrf } = this.simulator.console.issueSession(phone);
    const secrets = join(this.keyturn.home, 'secrets.json');
    await writeFile(secrets, JSON.stringify({ name: '', cookie: cookieHeader, xsrf }), { mode: 0o600 });
    await this.keyturn.prepare('account', 'import', secrets, '--name', account, '--method', method, ...site);
    await this.keyturn.prepare('refresh', '--method', 'http');
  }

  makeDue(): void {
    this.simulator.clock.advance(4 * dayMs);
  }

  start(...args: string[]): Run {
    const desktop = this.isServer ? { DISPLAY: undefined, KEYTURN_TAKEOVER_URL: `http://127.0.0.1:${this.port}/` } : {};
    // The private display keeps its files there, so that its processes are found by this path.
    const child = this.keyturn.startWith({ ...desktop, TMPDIR: join(this.keyturn.home, 'tmp') }, ...args);
    const run: Run = { words: args.join(' '), child, said: '', hasEnded: false };
    for (const stream of [child.process.stdout, child.process.stderr]) {
      stream?.on('data', (data) => (run.said += String(data)));
    }
    void child.ended.then(() => (run.hasEnded = true));
    this.runs.push(run);
    return run;
  }

  living = (): Run[] => this.runs.filter(({ hasEnded }) => !hasEnded);

  watch = (): Run | undefined => this.living().find(({ words }) => words === 'watch');

  truth = (): OwnerTruth => this.simulator.console.truth(phone);

  /** Rejects when the question cannot be read. */
  question = (): Promise<Question | undefined> => readQuestion(accountPaths(this.keyturn.home, account));

  isLocked = async (): Promise<boolean> => (await readLock(join(this.folder, 'run.lock'))) !== undefined;

  hasIntent = (): boolean => existsSync(join(this.folder, 'rotation.json'));

  /** A run has seen a new key, and was killed before it published it. */
  hasSeenKey = async (): Promise<boolean> =>
    (await readFile(join(this.folder, 'rotation.json'), 'utf8').catch(() => '')).includes('"answer"');

  /** The messages that asked a question, whatever became of them. */
  cards() {
    const { feishu } = this.simulator;
    return feishu
      .messages()
      .filter((each) => each.msgType === 'interactive')
      .filter(({ content }) => questionTitle.test(JSON.stringify((content as { header?: object }).header ?? {})));
  }

  /** Waits for what the owner or the test looks for. Rejects after the kill. */
  async until<T>(what: string, find: () => T | Promise<T>): Promise<NonNullable<T>> {
    const deadlineAt = performance.now() + 60_000;
    for (;;) {
      const found = await find();
      if (this.isKilled) throw new Error('a process was killed');
      if (found) return found;
      if (performance.now() > deadlineAt) throw new Error(`${what} did not come within a minute`);
      await sleep(5);
    }
  }

  processes = (): RunningProcess[] => runningProcesses().filter((each) => names(each, this.keyturn.home));

  find(victim: 'worker' | 'browser'): RunningProcess | undefined {
    const folder = this.keyturn.browserFolder(account);
    // The program may run under a script of the same arguments.
    return runningProcesses().findLast((each) =>
      victim === 'worker'
        ? each.command.includes('worker.js') && names(each, this.keyturn.home)
        : each.command.includes(`--user-data-dir=${folder} `) && !each.command.includes('--type='),
    );
  }

  /** The newest link to the page, at a terminal or in the chat, that was not used. */
  newLink(): string | undefined {
    const texts = [...this.runs.map(({ said }) => said), ...this.simulator.feishu.messages().map(textOf)];
    const link = texts.flatMap((text) => text.match(links) ?? []).findLast((each) => !this.used.has(each));
    if (link) this.used.add(link);
    return link;
  }

  /** Kills the process, and resolves to what of it and below it runs after five seconds. */
  async kill(pid: number, how: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP'): Promise<RunningProcess[]> {
    this.isKilled = true;
    const tree = treeOf(pid);
    if (how === 'SIGSTOP') {
      process.kill(pid, 'SIGSTOP');
      await sleep(this.random.next() * 300);
    }
    process.kill(pid, how === 'SIGTERM' ? how : 'SIGKILL');
    for (const phone of this.phones) phone.terminate();
    await this.letGo();
    return this.stillThere(() => tree.filter(isRunning));
  }

  /** Resolves to the first empty list, or to what is there after five seconds. */
  async stillThere<T>(left: () => T[] | Promise<T[]>): Promise<T[]> {
    const deadlineAt = performance.now() + 5000;
    for (;;) {
      const there = await left();
      if (there.length === 0 || performance.now() > deadlineAt) return there;
      await sleep(20);
    }
  }

  /** What a dead process may leave: the lock, the page's socket and, without a run that lives, the port. */
  async leftovers(): Promise<string[]> {
    const left = (await this.isLocked()) ? ['the lock'] : [];
    const pages = join(this.keyturn.home, 'pages');
    for (const name of (await readdir(pages).catch(() => [])).filter((each) => each.endsWith('.sock'))) {
      if (await answers({ path: join(pages, name) })) left.push(`the socket ${name}`);
    }
    if (this.living().length > 0) return left;
    if (await answers({ port: this.port, host: '127.0.0.1' })) left.push('the port');
    return [...left, ...this.processes().map(({ command }) => command.slice(0, 150))];
  }

  async openPhone(link: string): Promise<void> {
    const page = new URL(link);
    const { origin } = page;
    await fetch(page);
    const body = JSON.stringify({ token: page.hash.slice(1) });
    const headers = { origin, 'content-type': 'application/json' };
    const claim = await fetch(new URL('claim', page), { method: 'POST', headers, body });
    if (claim.status !== 204) throw new Error(`the link was refused: ${claim.status}`);
    const cookie = claim.headers.get('set-cookie')?.split(';')[0] ?? '';
    page.protocol = 'ws:';
    page.hash = '';
    const socket = new WebSocket(new URL('live', page), { headers: { origin, cookie } });
    socket.on('error', () => undefined);
    this.phones.push(socket);
    await new Promise((resolve, reject) => {
      socket.once('message', resolve);
      socket.once('close', () => reject(new Error('the view was refused')));
    });
  }

  /** Does at the visible browser what the console wants, unless `isOver` by then. */
  async solve(wanted: Wanted, isOver: () => boolean): Promise<void> {
    const owner = new SimulatedOwner({
      userDataDir: this.keyturn.browserFolder(account),
      simulator: this.simulator,
      patienceMs: 10_000,
      attach: async (folder, options) => {
        if (isOver()) throw new Error('the owner has left');
        const { attachToBrowser } = await import('../simulator/attach-to-browser.js');
        return attachToBrowser(folder, options);
      },
    });
    this.owners.push(owner);
    if (wanted === 'slider') await owner.dragSlider();
    else if (wanted === 'code') await owner.typeSmsCode({ phone });
    else await owner.signIn({ phone });
    await owner.leave();
  }

  async letGo(): Promise<void> {
    await Promise.all(this.owners.splice(0).map((owner) => owner.leave()));
  }

  /** Presses a card that can be answered. @returns whether the answer counted */
  async answerCard(): Promise<boolean> {
    const { feishu, console: site } = this.simulator;
    if (feishu.connections() === 0) return false;
    for (const { messageId, content } of this.cards().reverse()) {
      const text = JSON.stringify(content);
      const isCode = text.includes('提交');
      const code = site.smsCodeFor(phone);
      if (isCode ? code === undefined : !text.includes('打开浏览器')) continue;
      const pressed = isCode
        ? feishu.press(messageId, '提交', { formValue: { code: code! } })
        : feishu.press(messageId, '打开浏览器');
      const { toast } = await pressed.catch(() => ({ toast: undefined }));
      return toast?.type === 'success';
    }
    return false;
  }

  /** The key at the console is the one on disk, and nothing is unfinished. */
  async isRenewed(rotations: number): Promise<boolean> {
    const { currentKey, rotations: now } = this.truth();
    if (now <= rotations || currentKey === undefined || this.hasIntent()) return false;
    const record = await readFile(join(this.folder, 'key.json'), 'utf8').catch(() => '{}');
    if ((JSON.parse(record) as { current?: { key: string } }).current?.key !== currentKey) return false;
    const question = await this.question();
    return question === undefined || question.state === 'resolved';
  }

  /** The keys that are in no file of the account. */
  async notOnDisk<T extends { readonly value: string }>(keys: readonly T[]): Promise<T[]> {
    const files = (await readdir(this.folder, { withFileTypes: true })).filter((entry) => entry.isFile());
    const texts = await Promise.all(
      files.map(({ name }) => readFile(join(this.folder, name), 'latin1').catch(() => '')),
    );
    return keys.filter(({ value }) => !texts.some((text) => text.includes(value)));
  }

  history = (): Promise<string> => readFile(join(this.folder, 'history.jsonl'), 'utf8').catch(() => '');

  async close(): Promise<void> {
    await this.letGo();
    for (const each of this.phones) each.terminate();
    await this.keyturn.endAll();
    for (const { pid } of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    }
    await this.simulator.close();
    await rm(this.keyturn.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

const textOf = ({ content }: { readonly content: object }) => JSON.stringify(content);

function answers(at: { path: string } | { port: number; host: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at as { path: string });
    const end = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}

import { availableParallelism, freemem } from 'node:os';
import pLimit from 'p-limit';
import { findBrowser } from '../browser/find-browser.js';
import { AppError, appError } from '../errors/app-error.js';
import { browserErrors } from '../errors/browser-errors.js';
import type { Log } from '../lib/log.js';
import { openLog } from '../lib/open-log.js';
import { printable } from '../lib/redact.js';
import { createRedactor, type Redactor } from '../lib/redactor.js';
import { secretsOfKeys, secretsOfSession } from '../core/account-secrets.js';
import type { KeyFacts } from '../core/key-record.js';
import { done, failed, type Attempt } from '../core/outcome.js';
import type { ConsoleSession, OpenConsoleOptions, Verification } from '../core/ports.js';
import type { QuestionStore } from '../core/run-account.js';
import type { KeyStore } from '../core/held-keys.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { openHttpConsole } from '../site/http-console.js';
import type { PageParts } from '../worker/page-orders.js';
import { startPageProcess } from './start-page-process.js';
import { loadSiteProfile } from '../site/load-profile.js';
import { verifyKey } from '../site/verify-key.js';
import { resolveProfile, type ResolvedProfile } from '../site/resolve-profile.js';
import type { AccountConfig } from '../store/accounts.js';
import { readCheckpoint, writeCheckpoint } from '../store/checkpoints.js';
import { appendHistory } from '../store/history.js';
import { accountPaths, homePaths, type AccountPaths } from '../store/home.js';
import {
  prepareKeyWrite,
  readIntent,
  readKeyFacts,
  readKeyRecord,
  removeIntent,
  writeIntent,
  writeKeyRecord,
} from '../store/key-records.js';
import { readQuestion, writeQuestion } from '../store/questions.js';
import { languageFor, loadSettings, type FlagValue, type Settings } from '../store/settings.js';
import type { ProcessContext } from './process-context.js';
import { redactedErrors, redactedSession, redactFailure } from './redacted-session.js';
import { feishuLine, type FeishuLine } from './feishu-line.js';
import { newRunId } from '../lib/run-id.js';
import { offerTakeover, type TakenOver } from './offer-takeover.js';

/** What one run of the command line shares among its accounts. */
export interface RunContext {
  readonly context: ProcessContext;
  readonly home: string;
  readonly settings: Settings;
  readonly log: Log;
  /** Knows the secrets of this run and of each of its accounts. */
  readonly redactor: Redactor;
  readonly runId: string;
  /** The language of cards and messages. */
  readonly language: 'zh' | 'en';
  /** Undefined when Feishu is not set up. */
  readonly feishu: FeishuLine | undefined;
  /** The browser to use; rejects with KT301 or KT302 when there is none. */
  readonly browserPath: () => Promise<string>;
  /** Waits until another browser fits the machine; the result frees its place. */
  readonly browserSlot: (onWait: () => void) => Promise<() => void>;
  /** A line for the person, which does not disturb the progress that is shown. */
  readonly say: (line: string) => void;
  /** The person is somewhere else: visible browsers go to a private display and its takeover page. */
  readonly isRemote: boolean;
  /** Work that nothing waits for but the end of the run. It never rejects. */
  readonly later: (work: Promise<unknown>) => void;
  /** Never rejects; nothing keeps the process alive afterwards. */
  close(): Promise<void>;
}

/** One account with its site profile and its files. */
export interface AccountContext {
  readonly config: AccountConfig;
  readonly paths: AccountPaths;
  readonly profile: ResolvedProfile;
  readonly keys: KeyStore;
  /** What can be told of the key also while a keychain is locked. */
  readonly readKeyFacts: () => Promise<KeyFacts>;
  readonly questions: QuestionStore;
  readonly log: Log;
  readonly readCheckpoint: () => Promise<SessionCheckpoint | undefined>;
  readonly saveCheckpoint: (checkpoint: SessionCheckpoint) => Promise<void>;
  readonly openConsole: (options: OpenConsoleOptions) => Promise<Attempt<ConsoleSession>>;
  readonly verify: (key: string) => Promise<Verification>;
  readonly history: (event: string, details: object) => Promise<void>;
}

/** A Chromium with one page takes about 400 MB. */
const browserBytes = 500 * 1024 * 1024;

export async function openRunContext(
  context: ProcessContext,
  options: {
    readonly home: string;
    readonly flags?: readonly FlagValue[];
    readonly say?: (line: string) => void;
    readonly isRemote?: boolean;
  },
): Promise<RunContext> {
  const settings = await loadSettings({ env: context.env, home: options.home, flags: options.flags });
  const runId = newRunId();
  const show = options.say ?? ((line: string) => void context.stderr.write(`${line}\n`));
  const say = (line: string) => show(printable(line));
  const redactor = createRedactor([settings.feishu.appSecret]);
  const onLogTrouble = (problem: string) => say(`warning: ${problem}; the run goes on without it`);
  const log = openLog(homePaths(options.home).logs, settings.log.level, onLogTrouble, redactor).child({ runId });
  const language = languageFor(settings, 'feishu', context.env);
  const fits = Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / browserBytes)));
  const limit = pLimit(settings.browser.maxAtOnce === 'auto' ? fits : settings.browser.maxAtOnce);

  let found: Promise<string> | undefined;
  const browserPath = () => {
    found ??= findBrowser({ env: context.env, wanted: settings.browser.path, platform: context.platform }).then(
      (browser) => {
        if (!browser) throw appError(browserErrors.noBrowser, undefined);
        log.debug({ browser: browser.executablePath, version: browser.version }, 'browser found');
        return browser.executablePath;
      },
    );
    return found;
  };
  const browserSlot = (onWait: () => void) =>
    new Promise<() => void>((resolve, reject) => {
      if (limit.activeCount >= limit.concurrency) onWait();
      void limit(
        () =>
          new Promise<void>((free) => {
            resolve(free);
          }),
      ).catch(reject);
    });

  const unfinished: Promise<unknown>[] = [];
  const feishu = feishuLine(settings, language, { log, env: context.env, now: context.clock.now });
  return {
    context,
    home: options.home,
    settings,
    log,
    redactor,
    runId,
    language,
    feishu,
    browserPath,
    browserSlot,
    say,
    isRemote: options.isRemote === true,
    later: (work) => void unfinished.push(work),
    close: async () => {
      await Promise.all(unfinished);
      await feishu?.close();
    },
  };
}

export async function openAccountContext(run: RunContext, config: AccountConfig): Promise<AccountContext> {
  const { context, runId, redactor } = run;
  const paths = accountPaths(run.home, config.name);
  const log = run.log.child({ account: config.name });
  const warn = (message: string) => {
    log.warn({}, message);
    run.say(`${config.name}: warning: ${redactor.text(message)}`);
  };
  const probeless = config.probeUrl === 'none';
  const site = await loadSiteProfile(config.site);
  const overrides = { baseUrl: config.baseUrl, probeUrl: probeless ? undefined : config.probeUrl };
  const profile = resolveProfile(site, overrides);
  const secrets = new Set<string>();
  const learn = (...found: readonly string[]) => {
    for (const secret of found) secrets.add(secret);
    redactor.add(...found);
  };
  const learnFrom = <T>(found: T, secretsOf: (from: T) => readonly string[]): T => {
    learn(...secretsOf(found));
    return found;
  };
  redactor.addPattern(profile.key.pattern);
  learn(...proxyPassword(config.proxy));

  const account: AccountContext = {
    config,
    paths,
    profile,
    log,
    keys: {
      readRecord: async () => learnFrom(await readKeyRecord(paths, warn), (record) => secretsOfKeys(record)),
      writeRecord: (record) =>
        writeKeyRecord(
          paths,
          learnFrom(record, (each) => secretsOfKeys(each)),
          warn,
        ),
      readIntent: async () => learnFrom(await readIntent(paths, warn), (intent) => secretsOfKeys(undefined, intent)),
      writeIntent: (intent) =>
        writeIntent(
          paths,
          learnFrom(intent, (each) => secretsOfKeys(undefined, each)),
          warn,
        ),
      removeIntent: async () => void (await removeIntent(paths)),
      prepare: () => prepareKeyWrite(paths),
    },
    readKeyFacts: () => readKeyFacts(paths, warn),
    questions: {
      read: () => readQuestion(paths, warn),
      write: (question) => writeQuestion(paths, question, warn),
    },
    readCheckpoint: async () => learnFrom(await readCheckpoint(paths, warn), secretsOfLogin),
    saveCheckpoint: (checkpoint) => writeCheckpoint(paths, learnFrom(checkpoint, secretsOfLogin), warn),
    openConsole: async (options) => {
      const open = options.method === 'http' ? openHttp : openPage;
      const opened = await redactedErrors(() => open(options), redactor);
      return opened.ok
        ? done(redactedSession(opened.value, redactor))
        : failed(redactFailure(opened.failure, redactor));
    },
    verify: async (key) => {
      if (probeless) return { verdict: 'unknown', detail: 'this account has no probe (--probe-url none)' };
      return verifyKey(profile, key, { proxy: config.proxy, signal: context.signal });
    },
    history: async (event, given) => {
      const details = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? redactor.text(value) : value]),
      );
      log.info({ event, ...details }, 'history');
      try {
        await appendHistory(paths, { at: new Date(context.clock.now()).toISOString(), runId, event, ...details });
      } catch (error) {
        // The record of what happened must never stand in the way of the key.
        log.error({ err: error, event }, 'the history could not be written');
        if (error instanceof AppError) warn(error.message);
      }
    },
  };
  return account;

  async function openHttp({ onStep, signal, retries }: OpenConsoleOptions): Promise<Attempt<ConsoleSession>> {
    const checkpoint = await account.readCheckpoint();
    if (!checkpoint) {
      return failed({ kind: 'signed-out', detail: 'no saved session to replay' });
    }
    return done(
      openHttpConsole({
        profile,
        checkpoint,
        saveCheckpoint: account.saveCheckpoint,
        proxy: config.proxy,
        account: config.name,
        keyName: config.keyName,
        retries,
        redactor,
        onStep,
        log,
        signal,
        now: context.clock.now,
      }),
    );
  }

  async function openPage(options: OpenConsoleOptions): Promise<Attempt<ConsoleSession>> {
    const { method, onStep } = options;
    const free = await run.browserSlot(() => onStep('waiting until another browser fits the machine'));
    try {
      const session = await (method === 'headed' ? openWindow(options) : openUnseen(options));
      let closing: Promise<void> | undefined;
      return done({
        ...bound(session),
        close: () => (closing ??= session.close().finally(free)),
      });
    } catch (error) {
      free();
      throw error;
    }
  }

  async function openUnseen({ codes, dismissed, onStep, signal }: OpenConsoleOptions): Promise<ConsoleSession> {
    return startPageProcess({
      order: async () => ({ ...(await pageParts(dismissed)), site, overrides }),
      env: context.env,
      codes,
      secrets: knownSecrets,
      saveCheckpoint: account.saveCheckpoint,
      onStep,
      log,
      signal,
    });
  }

  async function openWindow({ person, dismissed, onStep, signal }: OpenConsoleOptions): Promise<ConsoleSession> {
    const parts = await pageParts(dismissed);
    const { openConsolePage } = await import('../worker/open-console-page.js');
    let taken: TakenOver | undefined;
    const session = await openConsolePage({
      ...parts,
      method: 'headed',
      profile,
      env: run.isRemote ? withoutDesktop(context.env) : context.env,
      personAt: (browser) => {
        if (browser.display === 'private' && person) taken = offerTakeover(run, account, browser, person);
        return taken?.person ?? person;
      },
      secrets: knownSecrets,
      saveCheckpoint: account.saveCheckpoint,
      onStep,
      log,
      signal,
    });
    return { ...bound(session), close: () => Promise.resolve(taken?.close()).then(() => session.close()) };
  }

  /** For `headless` and `headed`. */
  async function pageParts(dismissed: OpenConsoleOptions['dismissed']): Promise<PageParts> {
    return {
      executablePath: await run.browserPath(),
      userDataDir: paths.browser,
      evidenceFolder: paths.evidence,
      runId: run.runId,
      args: run.settings.browser.args,
      proxy: config.proxy,
      keyName: config.keyName,
      checkpoint: await account.readCheckpoint(),
      dismissed,
    };
  }

  /** Of this account, for its page process. What cannot be read is told by the run itself, which reads it too. */
  async function knownSecrets(): Promise<string[]> {
    const found = await Promise.allSettled([
      readKeyRecord(paths).then((record) => secretsOfKeys(record)),
      readIntent(paths).then((intent) => secretsOfKeys(undefined, intent)),
      readCheckpoint(paths).then(secretsOfLogin),
    ]);
    learn(...found.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])));
    return [...secrets];
  }

  function secretsOfLogin(checkpoint: SessionCheckpoint | undefined): string[] {
    return secretsOfSession(checkpoint, profile.session.cookies);
  }
}

function proxyPassword(proxy: string | undefined): string[] {
  const password = proxy !== undefined && URL.canParse(proxy) ? new URL(proxy).password : '';
  return password === '' ? [] : [password];
}

/** Its methods, to be given on with another `close`. */
function bound(session: ConsoleSession): Omit<ConsoleSession, 'close'> {
  return {
    method: session.method,
    read: () => session.read(),
    dryRun: () => session.dryRun(),
    rotate: (current, hooks) => session.rotate(current, hooks),
    saveCheckpoint: () => session.saveCheckpoint(),
  };
}

function withoutDesktop(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
}

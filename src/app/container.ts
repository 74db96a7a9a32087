import type { BrowserSession } from '../browser/browser-session.js';
import { findBrowser } from '../browser/find-browser.js';
import { secretsOfKeys, secretsOfSession } from '../core/account-secrets.js';
import type { KeyRecord, RotationIntent } from '../core/key-record.js';
import { done, failed, type Attempt, type Method } from '../core/outcome.js';
import type { ConsoleSession, OpenConsoleOptions } from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { appError } from '../errors/app-error.js';
import { browserErrors } from '../errors/browser-errors.js';
import { openLog } from '../lib/open-log.js';
import { printable } from '../lib/redact.js';
import { createRedactor } from '../lib/redactor.js';
import { newRunId } from '../lib/run-id.js';
import { openHttpConsole } from '../site/http-console.js';
import { loadSiteProfile } from '../site/load-profile.js';
import { verifyKey } from '../site/verify-key.js';
import type { AccountConfig } from '../store/accounts.js';
import { readCheckpoint, writeCheckpoint } from '../store/checkpoints.js';
import { accountPaths, homePaths } from '../store/home.js';
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
import { languageFor, loadSettings, type FlagValue } from '../store/settings.js';
import { accountHistory } from './account-history.js';
import type { AccountContext, AccountFiles, RunContext } from './context.js';
import { feishuLine } from './feishu-line.js';
import { offerTakeover, type TakenOver } from './offer-takeover.js';
import type { ProcessContext } from './process-context.js';
import type { Progress } from './progress.js';
import { redactedErrors, redactedSession } from './redacted-session.js';
import { mostBrowsers, slots } from './slots.js';
import { startPageProcess } from './start-page-process.js';
import { accountLine, progressTexts } from '../messages/progress.js';
import { same } from '../messages/text.js';

export async function openRunContext(
  context: ProcessContext,
  options: {
    readonly home: string;
    readonly flag?: Omit<FlagValue, 'text'> & { readonly text: string | undefined };
    readonly say?: (line: string) => void;
    readonly isRemote?: boolean;
  },
): Promise<RunContext> {
  const { home, flag } = options;
  const flags = flag?.text === undefined ? [] : [{ ...flag, text: flag.text }];
  const settings = await loadSettings({ env: context.env, home, flags });
  const runId = newRunId();
  const show = options.say ?? ((line: string) => void context.stderr.write(`${line}\n`));
  const say = (line: string) => show(printable(line));
  const redactor = createRedactor([settings.feishu.appSecret]);
  const onLogTrouble = (problem: string) =>
    say(progressTexts.warning(progressTexts.withoutLog(problem))[context.language]);
  const log = openLog(homePaths(home).logs, settings.log.level, onLogTrouble, redactor).child({ runId });
  const language = languageFor(settings, 'feishu', context.env);

  const browserPath = () => {
    const { env, platform } = context;
    const browser = findBrowser({ env, wanted: settings.browser.path, platform });
    if (!browser) throw appError(browserErrors.noBrowser, undefined);
    log.debug({ browser: browser.executablePath }, 'browser found');
    return browser.executablePath;
  };
  const unfinished: Promise<unknown>[] = [];
  const feishu = feishuLine(settings, language, { log, env: context.env, now: context.clock.now });
  return {
    context,
    home,
    settings,
    log,
    redactor,
    runId,
    language,
    feishu,
    browserPath,
    browserSlot: slots(mostBrowsers(settings.browser)),
    say,
    isRemote: options.isRemote === true,
    later: (work) => void unfinished.push(work),
    close: async () => {
      await Promise.all(unfinished);
      await feishu?.close();
    },
  };
}

/** The account's files, without its site profile. `secrets` collects the keys that no picture and no text may show. */
export function openAccountFiles(run: RunContext, config: AccountConfig, secrets = new Set<string>()): AccountFiles {
  const { context, runId, redactor } = run;
  const paths = accountPaths(run.home, config.name);
  const log = run.log.child({ account: config.name });
  const warn = (message: string) => {
    log.warn({}, message);
    run.say(redactor.text(accountLine(context.language, config.name, progressTexts.warning(same(message)))));
  };
  const learn = <T>(found: T, secretsOf: (from: T) => readonly string[]): T => {
    for (const secret of secretsOf(found)) secrets.add(secret);
    redactor.add(...secretsOf(found));
    return found;
  };
  const secretsOfRecord = (record: KeyRecord) => secretsOfKeys(record);
  const secretsOfIntent = (intent: RotationIntent | undefined) => secretsOfKeys(undefined, intent);
  return {
    config,
    paths,
    log,
    warn,
    keys: {
      readRecord: async () => learn(await readKeyRecord(paths, warn), secretsOfRecord),
      writeRecord: (record) => writeKeyRecord(paths, learn(record, secretsOfRecord), warn),
      readIntent: async () => learn(await readIntent(paths, warn), secretsOfIntent),
      writeIntent: (intent) => writeIntent(paths, learn(intent, secretsOfIntent), warn),
      removeIntent: async () => void (await removeIntent(paths)),
      prepare: () => prepareKeyWrite(paths),
    },
    readKeyFacts: () => readKeyFacts(paths, warn),
    questions: {
      read: () => readQuestion(paths, warn),
      write: (question) => writeQuestion(paths, question, warn),
    },
    history: accountHistory(paths, { runId, log, now: context.clock.now, redactor, warn }),
  };
}

/** Rejects when the site profile cannot be used. */
export async function openAccountContext(
  run: RunContext,
  config: AccountConfig,
  progress: Pick<Progress, 'step'>,
): Promise<AccountContext> {
  const onStep = (method: Method) => (step: string) => progress.step(config.name, method, step);
  const { context, redactor } = run;
  const { proxy, keyName } = config;
  const secrets = new Set(proxyPassword(proxy));
  const files = openAccountFiles(run, config, secrets);
  const { paths, log, warn } = files;
  const isProbeless = config.probeUrl === 'none';
  const site = await loadSiteProfile(config.site);
  const overrides = { baseUrl: config.baseUrl, probeUrl: isProbeless ? undefined : config.probeUrl };
  const { resolveProfile } = await import('../site/resolve-profile.js');
  const profile = resolveProfile(site, overrides);
  redactor.addPattern(profile.key.pattern);
  redactor.add(...secrets);
  const learnLogin = <T extends SessionCheckpoint | undefined>(checkpoint: T): T => {
    const found = secretsOfSession(checkpoint, profile.session.cookies);
    for (const secret of found) secrets.add(secret);
    redactor.add(...found);
    return checkpoint;
  };

  const account: AccountContext = {
    ...files,
    profile,
    readCheckpoint: async () => learnLogin(await readCheckpoint(paths, warn)),
    saveCheckpoint: (checkpoint) => writeCheckpoint(paths, learnLogin(checkpoint), warn),
    openConsole: (options) =>
      redactedErrors(() => (options.method === 'http' ? openHttp(options) : openPage(options)), redactor),
    verify: async (key) => {
      if (isProbeless) return { verdict: 'unknown', detail: 'this account has no probe (--probe-url none)' };
      return verifyKey(profile, key, { proxy, signal: context.signal });
    },
  };
  const { saveCheckpoint } = account;
  return account;

  async function openHttp({ signal, retries }: OpenConsoleOptions): Promise<Attempt<ConsoleSession>> {
    const checkpoint = await account.readCheckpoint();
    if (!checkpoint) return failed({ kind: 'signed-out', detail: 'no saved session to replay' });
    const session = openHttpConsole({
      profile,
      checkpoint,
      saveCheckpoint,
      proxy,
      keyName,
      retries,
      redactor,
      onStep: onStep('http'),
      log,
      signal,
      now: context.clock.now,
    });
    return done(redactedSession(session, redactor));
  }

  async function openPage(options: OpenConsoleOptions): Promise<Attempt<ConsoleSession>> {
    const { method, person, codes, dismissed, signal } = options;
    const free = await run.browserSlot(() => onStep(method)('waiting until another browser fits the machine'));
    try {
      const parts = {
        executablePath: run.browserPath(),
        userDataDir: paths.browser,
        evidenceFolder: paths.evidence,
        runId: run.runId,
        args: run.settings.browser.args,
        proxy,
        keyName,
        checkpoint: await account.readCheckpoint(),
        dismissed,
      };
      const work = {
        secrets: () => Promise.resolve([...secrets]),
        saveCheckpoint,
        onStep: onStep(method),
        log,
        signal,
      };
      let taken: TakenOver | undefined;
      let session: ConsoleSession;
      if (method === 'headed') {
        const { openConsolePage } = await import('../worker/open-console-page.js');
        // The person of a remote run cannot see this machine's desktop.
        const env = run.isRemote ? { ...context.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined } : context.env;
        const personAt = (browser: BrowserSession) => {
          if (browser.display === 'private' && person) taken = offerTakeover(run, account, browser, person);
          return taken?.person ?? person;
        };
        session = await openConsolePage({ ...parts, ...work, method, profile, env, personAt });
      } else {
        session = await startPageProcess({ ...work, order: { ...parts, site, overrides }, env: context.env, codes });
      }
      const close = async () => {
        await taken?.close();
        await session.close().finally(free);
      };
      let closing: Promise<void> | undefined;
      return done({ ...redactedSession(session, redactor), close: () => (closing ??= close()) });
    } catch (error) {
      free();
      throw error;
    }
  }
}

function proxyPassword(proxy: string | undefined): string[] {
  const password = proxy !== undefined && URL.canParse(proxy) ? new URL(proxy).password : '';
  return password === '' ? [] : [password];
}

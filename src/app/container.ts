import { join } from 'node:path';
import type { BrowserSession } from '../browser/browser-session.js';
import { secretsOfKeys, secretsOfSession } from '../core/account-secrets.js';
import type { KeyRecord, RotationIntent } from '../core/key-record.js';
import { done, failed, type Attempt, type Method } from '../core/outcome.js';
import type { ConsoleSession, OpenConsoleOptions, Verification } from '../core/ports.js';
import type { Question } from '../core/question.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { failureTexts, verificationTexts } from '../messages/failures.js';
import { accountLine, progressTexts, type Step } from '../messages/progress.js';
import type { Text } from '../messages/text.js';
import { openHttpConsole } from '../site/http-console.js';
import { verifyKey } from '../site/verify-key.js';
import type { AccountConfig } from '../store/accounts.js';
import { readCheckpoint, writeCheckpoint } from '../store/checkpoints.js';
import { accountPaths } from '../store/home.js';
import {
  prepareKeyWrite,
  readIntent,
  readKeyFacts,
  readKeyRecord,
  removeIntent,
  writeIntent,
  writeKeyRecord,
} from '../store/key-records.js';
import { acquireLock } from '../store/lock.js';
import { readQuestion, writeQuestion } from '../store/questions.js';
import { resolveSite } from './account/account-config.js';
import { accountHistory } from './account-history.js';
import { offerTakeover, type TakenOver } from './offer-takeover.js';
import { redactedErrors, redactedSession } from './redacted-session.js';
import type { RunContext } from './run-context.js';
import { startPageProcess } from './start-page-process.js';

export type AccountFiles = Readonly<ReturnType<typeof openAccountFiles>>;
export type AccountContext = Readonly<Awaited<ReturnType<typeof openAccountContext>>>;

/** The account's files, without its site profile. What is read or written through them is learned by the redactor. */
export function openAccountFiles(run: RunContext, config: AccountConfig) {
  const { context, runId, redactor } = run;
  const paths = accountPaths(run.home, config.name);
  const log = run.log.child({ account: config.name });
  const say = (text: Text) => run.say(redactor.text(accountLine(context.language, config.name, text)));
  const warn = (text: Text) => {
    log.warn({}, text.en);
    say(progressTexts.warning(text));
  };
  /** What no picture and no text may show. */
  const secrets = new Set<string>();
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
    say,
    warn,
    secrets,
    learn,
    keys: {
      readRecord: async () => learn(await readKeyRecord(paths, warn), secretsOfRecord),
      writeRecord: (record: KeyRecord) => writeKeyRecord(paths, learn(record, secretsOfRecord), warn),
      readIntent: async () => learn(await readIntent(paths, warn), secretsOfIntent),
      writeIntent: (intent: RotationIntent) => writeIntent(paths, learn(intent, secretsOfIntent), warn),
      removeIntent: async () => void (await removeIntent(paths)),
      prepare: () => prepareKeyWrite(paths),
    },
    /** What is not secret in the key record; readable while a keychain is locked. */
    readKeyFacts: () => readKeyFacts(paths, warn),
    questions: {
      read: () => readQuestion(paths, warn),
      write: (question: Question) => writeQuestion(paths, question, warn),
    },
    /** Rejects with KT220 or KT221 when another run holds the account. */
    lock: (command: string, waitMs?: number) =>
      acquireLock(paths.lock, { command, runId, waitMs, now: context.clock.now, signal: context.signal }),
    history: accountHistory(paths, { runId, log, now: context.clock.now, redact: (text) => redactor.text(text), warn }),
  };
}

/** Rejects when the site profile cannot be used. */
export async function openAccountContext(run: RunContext, config: AccountConfig) {
  const onStep = (method: Method) => (step: Step) => run.step(config.name, method, step);
  const { context, redactor } = run;
  const { proxy, keyName } = config;
  const files = openAccountFiles(run, config);
  const { paths, log, say, warn, secrets, learn } = files;
  learn(proxy, proxyPassword);
  const profile = await resolveSite(config);
  redactor.addPattern(profile.key.pattern);
  const secretsOf = (checkpoint?: SessionCheckpoint) => secretsOfSession(checkpoint, profile.session.cookies);
  const savedCheckpoint = async () => learn(await readCheckpoint(paths, warn), secretsOf);
  const saveCheckpoint = (checkpoint: SessionCheckpoint) => writeCheckpoint(paths, learn(checkpoint, secretsOf), warn);
  return {
    ...files,
    profile,
    readCheckpoint: savedCheckpoint,
    openConsole: (options: OpenConsoleOptions): Promise<Attempt<ConsoleSession>> =>
      redactedErrors(() => (options.method === 'http' ? openHttp(options) : openPage(options)), redactor),
    verify: async (key: string): Promise<Verification> => {
      if (config.probeUrl !== 'none') return verifyKey(profile, key, { proxy, signal: context.signal });
      return { verdict: 'unknown', detail: verificationTexts.probeOff };
    },
  };

  async function openHttp({ signal, retries }: OpenConsoleOptions): Promise<Attempt<ConsoleSession>> {
    const checkpoint = await savedCheckpoint();
    if (!checkpoint) return failed({ kind: 'signed-out', detail: failureTexts.noSession });
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
      const traceFile = run.traces && join(paths.evidence, `trace-${run.runId}-${run.traces.length + 1}.zip`);
      if (traceFile) run.traces?.push(traceFile);
      const parts = {
        profile,
        executablePath: run.browserPath(),
        userDataDir: paths.browser,
        evidenceFolder: paths.evidence,
        runId: run.runId,
        traceFile,
        args: run.settings.browser.args,
        proxy,
        keyName,
        checkpoint: await savedCheckpoint(),
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
          if (browser.display === 'private' && person)
            taken = offerTakeover(run, { account: config.name, profile, log, say }, browser, person);
          return taken?.person ?? person;
        };
        session = await openConsolePage({ ...parts, ...work, method, env, personAt });
      } else {
        session = await startPageProcess({ ...work, order: parts, env: context.env, codes });
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

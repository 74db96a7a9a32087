import { secretsOfKeys, secretsOfSession } from '../core/account-secrets.js';
import type { KeyRecord, RotationIntent } from '../core/key-record.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Redactor } from '../lib/redactor.js';
import { accountLine, progressTexts } from '../messages/progress.js';
import { warningTexts } from '../messages/warnings.js';
import type { Language, Text } from '../messages/text.js';
import type { AccountConfig } from './accounts.js';
import { readCheckpoint, writeCheckpoint } from './checkpoints.js';
import { accountHistory } from './history.js';
import { accountPaths } from './home.js';
import { prepareKeyWrite, readIntent, readKeyFacts, readKeyRecord } from './key-records.js';
import { removeIntent, writeIntent, writeKeyRecord } from './key-records.js';
import { acquireLock } from './lock.js';
import { questionStore } from './questions.js';

/** The run that opens an account: a command, or a worker that it has started. */
export interface AccountRun {
  readonly home: string;
  readonly runId: string;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly say: (line: string) => void;
  readonly context: { readonly language: Language; readonly clock: Pick<Clock, 'now'>; readonly signal: AbortSignal };
}

export type AccountFiles = Readonly<ReturnType<typeof openAccountFiles>>;

/** The account's files, without its site profile. What is read or written through them is learned by the redactor. */
export function openAccountFiles(run: AccountRun, config: AccountConfig) {
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
  learn(config.proxy, proxyPassword);
  const secretsOfIntent = (intent: RotationIntent | undefined) => secretsOfKeys(undefined, intent);
  return {
    config,
    paths,
    log,
    say,
    warn,
    warnOfExpiry: (shown: string): string => {
      const text = redactor.foreign(shown, 80);
      warn(warningTexts.unreadExpiry(text));
      return text;
    },
    secrets,
    learn,
    keys: {
      readRecord: async () => learn(await readKeyRecord(paths, warn), secretsOfKeys),
      writeRecord: (record: KeyRecord) => writeKeyRecord(paths, learn(record, secretsOfKeys), warn),
      readIntent: async () => learn(await readIntent(paths, warn), secretsOfIntent),
      writeIntent: (intent: RotationIntent) => writeIntent(paths, learn(intent, secretsOfIntent), warn),
      removeIntent: async () => void (await removeIntent(paths)),
      prepare: () => prepareKeyWrite(paths),
    },
    /** What is not secret in the key record; readable while a keychain is locked. */
    readKeyFacts: () => readKeyFacts(paths, warn),
    questions: questionStore(paths, warn),
    /** Rejects with KT220 or KT221 when another run holds the account. */
    lock: (command: string, waitMs?: number) =>
      acquireLock(paths.lock, { command, runId, waitMs, now: context.clock.now, signal: context.signal }),
    /** Cookies and localStorage. `cookies`: the names of those that hold the session. */
    checkpoints: (cookies: readonly string[]) => {
      const secretsOf = (checkpoint?: SessionCheckpoint) => secretsOfSession(checkpoint, cookies);
      return {
        read: async () => learn(await readCheckpoint(paths, warn), secretsOf),
        save: (checkpoint: SessionCheckpoint) => writeCheckpoint(paths, learn(checkpoint, secretsOf), warn),
      };
    },
    history: accountHistory(paths, { runId, log, now: context.clock.now, redact: (text) => redactor.text(text), warn }),
  };
}

function proxyPassword(proxy: string | undefined): string[] {
  const password = proxy !== undefined && URL.canParse(proxy) ? new URL(proxy).password : '';
  return password === '' ? [] : [password];
}

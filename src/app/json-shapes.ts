import * as z from 'zod/mini';

/* What every command prints with `--json`. The types of what is printed and docs/json.md are made from these shapes. */

/** What the fields mean, for docs/json.md. */
export const meanings = z.registry<{ readonly meaning: string }>();

const means = <S extends z.ZodMiniType>(meaning: string, schema: S): S => {
  meanings.add(schema, { meaning });
  return schema;
};
const list = <S extends z.ZodMiniType>(each: S) => z.readonly(z.array(each));
const rows = <F extends z.core.$ZodLooseShape>(fields: F) => list(z.object(fields));
const maybeAll = <F extends z.core.$ZodLooseShape>(fields: F) => z.optional(z.object(fields));
const text = (meaning: string) => means(meaning, z.string());
const maybe = (meaning: string) => means(meaning, z.optional(z.string()));
const time = (meaning: string) => means(`${meaning}, ISO 8601`, z.optional(z.string()));
const count = (meaning: string) => means(meaning, z.number());
const yes = (meaning: string) => means(meaning, z.boolean());
const maybeYes = (meaning: string) => means(meaning, z.optional(z.boolean()));
const word = <const W extends string>(meaning: string, ...words: W[]) => means(meaning, z.enum(words));
const maybeWord = <const W extends string>(meaning: string, ...words: W[]) => means(meaning, z.optional(z.enum(words)));

const account = text('the account');
const error = means(
  'why it failed',
  z.object({
    code: text('the code, listed in errors.md; `interrupted` after Ctrl-C or a signal'),
    message: text('what happened'),
    state: maybe('how things were left'),
    next: maybe('the command to run next'),
  }),
);
export type JsonError = z.output<typeof error>;
const maybeError = z.optional(error);

const remark = z.object({ text: text('the sentence'), next: maybe('the command to run next') });
const target = z.looseObject({
  name: text('the name of the target'),
  kind: word('what the target is', 'env', 'json', 'yaml', 'command'),
});
const hook = maybeAll({
  command: list(z.string()),
  timeout: z.optional(z.string()),
  enabled: z.optional(z.boolean()),
});
const hooks = z.object({ before: hook, renewed: hook, failed: hook });
const unreadable = means('the accounts whose files cannot be read', rows({ account, error }));
const delivery = {
  target: text('the name of the target or hook'),
  where: text('the file and the place in it, or the program'),
};
const failedDelivery = { nextTryAt: time('when it is tried again'), error: maybeError };

/** By command. Each is printed with `ok`, and with `error` when the whole command failed. */
const shapes = {
  'account hook list': { hooks: means('by event; `command` holds the program and its arguments', hooks) },
  'account list': {
    accounts: rows({
      account,
      site: text('a built-in site or the path of a site profile'),
      enabled: yes('whether its key is renewed'),
      method: word('the method that was set', 'auto', 'http', 'browser'),
      baseUrl: maybe('the address of the console, if it is not that of the site profile'),
      probeUrl: maybe(
        'the address that verifies a key, if it is not that of the site profile; `none`: keys are not verified',
      ),
      allowHttp: maybeYes('plain http to a public address is wanted'),
      proxy: maybe('without user and password'),
      keyName: maybe("the key's name at the console"),
      targets: means('as in `account target list`', z.optional(list(target))),
      hooks: means('as in `account hook list`', z.optional(hooks)),
      createdAt: time('when the account was added'),
    }),
    unreadable,
  },
  'account target list': {
    targets: means('with the fields of their kind, see [delivery.md](delivery.md)', list(target)),
  },
  'config list': {
    settings: rows({
      key: text('the name of the setting'),
      value: means('the value; absent if there is none', z.optional(z.unknown())),
      source: means(
        'where the value is from: a flag or variable (`name`), a file (`path`), or the default',
        z.object({
          kind: z.enum(['flag', 'env', 'dotenv', 'file', 'default']),
          name: z.optional(z.string()),
          path: z.optional(z.string()),
        }),
      ),
      description: text('what the setting is for'),
    }),
  },
  deliver: {
    accounts: rows({
      account,
      targets: rows({
        ...delivery,
        state: maybeWord('what became of it; absent with `--check`', 'delivered', 'held', 'resting', 'failed'),
        holds: maybeYes('with `--check`: whether the target holds the current key'),
        isSeen: maybeYes('with `--check`: read from the target itself, not from the record'),
        isReady: maybeYes('with `--check`: a new key could be written'),
        ...failedDelivery,
      }),
      error: maybeError,
    }),
  },
  doctor: {
    findings: rows({
      group: text('`machine`, `feishu` or the account'),
      check: text('what was checked'),
      level: word('how it is', 'ok', 'note', 'warning', 'problem'),
      text: text('what was found'),
      code: maybe('the code of the error that a run would end with'),
      next: maybe('the command to run next'),
    }),
  },
  history: {
    events: means(
      'the oldest first, each with the facts of its event',
      list(
        z.looseObject({
          at: text('when, ISO 8601'),
          event: text('what happened'),
          runId: text('the run, as in the log'),
        }),
      ),
    ),
  },
  'notify test': {
    sent: yes('whether the card arrived in the chat'),
    connected: yes('whether the long connection came up'),
    answered: yes('whether the owner answered'),
    answeredBy: maybeWord('how the answer came', 'connection', 'polling'),
    canPoll: maybeYes('whether the chat can be read; absent if that was not tried'),
    advice: means('what to change at Feishu', list(z.string())),
  },
  refresh: {
    accounts: rows({
      account,
      outcome: text('how the run of the account ended, see [interface.md](interface.md#outcomes)'),
      headline: text('the outcome as a sentence'),
      method: maybeWord('the method that renewed the key', 'http', 'headless', 'headed'),
      expiresAt: time('when the key expires'),
      exitCode: count('the exit code of this account'),
      error: maybeError,
    }),
  },
  'schedule status': {
    installed: yes('whether there is a job'),
    with: maybe('what starts the job, such as `systemd`'),
    kind: maybeWord('what the job runs', 'refresh', 'watch'),
    willFire: yes('whether the job will start'),
    what: maybe('how the scheduler describes the job'),
    running: maybeYes('whether it is running now'),
    nextAt: time('when it starts next'),
    nextSaidBy: maybe('who says so'),
    lastRun: maybeAll({
      at: text('when it ended, ISO 8601'),
      outcome: text('how it ended'),
      exitCode: count('its exit code'),
      error: maybeError,
    }),
    watch: maybe('the `keyturn watch` that is running'),
    troubles: means('why the job will not start', list(remark)),
    notes: means('what else is worth knowing', list(remark)),
  },
  'secrets status': {
    encryption: word('whether keys and logins are encrypted', 'on', 'off', 'being switched on', 'being switched off'),
    recipient: maybe('the public half of the identity'),
    since: time('since when they are encrypted'),
    protectedBy: means('what keeps the identity', list(z.enum(['keychain', 'passphrase']))),
    passphraseFile: maybe('the file with the passphrase'),
    encrypted: count('how many files are encrypted'),
    plain: means('the files that are not', list(z.string())),
    next: maybe('the command that finishes or begins the change'),
  },
  status: {
    accounts: rows({
      account,
      site: text('a built-in site or the path of a site profile'),
      enabled: yes('whether its key is renewed'),
      key: word('the state of the key', 'valid', 'expired', 'unknown-expiry', 'none'),
      expiresAt: time('when the key expires'),
      clockAheadMs: means(
        "how far this machine's clock is ahead of the site's, where a run has measured a difference",
        z.optional(z.number()),
      ),
      provedAt: time('when the service last accepted the key'),
      dueAt: time('when it is renewed; absent when that is now'),
      sessionSavedAt: time('when the login was saved'),
      session: means(
        'the last check of the login between two renewals',
        maybeAll({ checkedAt: text('ISO 8601'), check: text('what it found') }),
      ),
      lastRun: maybeAll({
        at: text('when it ended, ISO 8601'),
        outcome: text('how it ended'),
        headline: maybe('the outcome as a sentence; absent if the run failed'),
        error: maybeError,
      }),
      next: maybe('the command to run next'),
      unsettledRotation: yes('whether a run was interrupted while it rotated the key'),
      waiting: means(
        'the open question to the owner',
        maybeAll({ since: text('ISO 8601'), kind: z.string(), state: z.string(), detail: z.string() }),
      ),
      running: maybe('the command that is running for this account'),
      undelivered: means(
        'targets and hooks without the current key',
        rows({
          ...delivery,
          attempts: means('how often it was tried', z.optional(z.number())),
          since: time('since when it fails'),
          ...failedDelivery,
        }),
      ),
      switchedOff: means(
        'programs of an import that are not enabled yet',
        rows({
          kind: word('what runs it', 'hook', 'target'),
          name: text('the event, or the name of the target'),
          program: text('with its arguments'),
        }),
      ),
    }),
    unreadable,
    watch: maybe('the `keyturn watch` that is running'),
    schedule: means('why the installed schedule does not start', z.optional(remark)),
  },
};

export type JsonCommand = keyof typeof shapes;

const whole = <F extends z.core.$ZodLooseShape>(fields: F) =>
  z.object({ ok: yes('whether the command did what it was asked to'), ...fields, error: maybeError });

export const jsonShapes = Object.fromEntries(
  Object.entries(shapes).map(([command, fields]) => [command, whole(fields)]),
) as { [C in JsonCommand]: ReturnType<typeof whole<(typeof shapes)[C]>> };

/** A command's answer, without `ok`. */
export type JsonAnswer<C extends JsonCommand> = Omit<z.output<(typeof jsonShapes)[C]>, 'ok'>;

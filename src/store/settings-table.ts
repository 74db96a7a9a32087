import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import { formatDuration, parseDuration } from '../lib/duration.js';
import { parseQuietHours } from '../lib/quiet-hours.js';

/** What a setting may be. The schema reads the value in `settings.json` and resolves it. */
interface SettingType<S extends z.ZodMiniType = z.ZodMiniType> {
  /** For messages: `true | false`. */
  readonly name: string;
  readonly schema: S;
  /** The value that a flag, a variable or `config set` means. Absent: the text itself. */
  fromText?(text: string): unknown;
}

interface SettingDetails {
  readonly env?: string;
  /** An env file may set the variable: it does not locate programs, folders, secrets or servers. */
  readonly inEnvFile?: true;
  /** Never shown, and not accepted on the command line. */
  readonly secret?: true;
  readonly description: string;
}

const words = <const Word extends string>(...allowed: readonly Word[]) => ({
  name: allowed.join(' | '),
  schema: z.enum(allowed),
});

const text = (name: string, pattern: RegExp) => ({ name, schema: z.string().check(z.regex(pattern)) });

const parsed = <T>(parse: (text: string) => T | undefined) =>
  z.pipe(
    z.string().check(z.refine((text) => parse(text) !== undefined)),
    z.transform((text) => parse(text)!),
  );

const yesOrNo = (text: string) =>
  /^(?:true|yes|on|1)$/i.test(text) || (/^(?:false|no|off|0)$/i.test(text) ? false : text);
const yesNo = { name: 'true | false', schema: z.boolean(), fromText: yesOrNo };
const yesNoQuiet = {
  name: 'true | quiet | false',
  schema: z.union([z.boolean(), z.literal('quiet')]),
  fromText: yesOrNo,
};

const duration = (least: string, most: string) => {
  const [leastMs, mostMs] = [parseDuration(least)!, parseDuration(most)!];
  return {
    name: `a duration from ${formatDuration(leastMs)} to ${formatDuration(mostMs)}, such as 90s, 15m, 84h`,
    schema: parsed((text) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms >= leastMs && ms <= mostMs ? ms : undefined;
    }),
  };
};

const off = z.pipe(
  z.literal('off'),
  z.transform(() => undefined),
);
const durationOrOff = (least: string, most: string) => {
  const { name, schema } = duration(least, most);
  return { name: `${name}, or off`, schema: z.union([off, schema]) };
};

const quietHours = {
  name: 'a part of the day such as 23:00-08:00, or off',
  schema: z.union([off, parsed((text) => parseQuietHours(text) ?? undefined)]),
};

const digitsToNumber = (text: string) => (/^\d{1,5}$/.test(text) ? Number(text) : text);
const countOrAuto = {
  name: 'auto, or a number from 1 to 32',
  schema: z.union([z.literal('auto'), z.int().check(z.gte(1), z.lte(32))]),
  fromText: digitsToNumber,
};
const portNumber = {
  name: 'a port number, or 0 for any free one',
  schema: z.int().check(z.gte(0), z.lte(65_535)),
  fromText: digitsToNumber,
};

const argumentList = {
  name: 'browser arguments, as JSON ["--a", "--b"] or separated by spaces',
  schema: z.readonly(z.array(z.string().check(z.startsWith('-')))),
  fromText(text: string): unknown {
    if (!text.trim().startsWith('[')) return text.split(/\s+/).filter((word) => word !== '');
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  },
};

const feishuDomain = {
  name: 'feishu, lark, or an http(s) address',
  schema: z.pipe(
    z.string().check(z.regex(/^(?:feishu|lark|https?:\/\/[^\s/@?#]+\/?)$/)),
    z.transform((domain) => domain.replace(/\/$/, '')),
  ),
};

const absolutePath = { name: 'an absolute path', schema: z.string().check(z.refine(isAbsolute)) };

const details = new Map<unknown, Omit<SettingRow, 'key'>>();

/** A setting without a default is optional. */
function setting<S extends z.ZodMiniType>(
  type: SettingType<S>,
  about: SettingDetails & { readonly default: z.input<S> & {} },
): z.ZodMiniPrefault<S>;
function setting<S extends z.ZodMiniType>(type: SettingType<S>, about: SettingDetails): z.ZodMiniOptional<S>;
function setting(type: SettingType, about: SettingDetails & { readonly default?: SettingValue }): z.ZodMiniType {
  const schema = about.default === undefined ? z.optional(type.schema) : z.prefault(type.schema, about.default);
  details.set(schema, { type, ...about });
  return schema;
}

/** Every setting. The loader, `keyturn config` and the table of docs/settings.md follow this schema. */
const storedSettings = z.object({
  language: setting(words('auto', 'zh', 'en'), {
    env: 'KEYTURN_LANGUAGE',
    inEnvFile: true,
    default: 'auto',
    description: 'Language of prompts and messages. auto: the locale at the terminal, Chinese in Feishu.',
  }),
  feishu: z.object({
    appId: setting(text('an app ID such as cli_a1b2c3d4e5f6', /^cli_[0-9A-Za-z]{4,}$/), {
      env: 'FEISHU_APP_ID',
      inEnvFile: true,
      description: 'The Feishu app that sends the messages.',
    }),
    appSecret: setting(text('the secret of the Feishu app, without spaces', /^[\x21-\x7e]{4,}$/), {
      env: 'FEISHU_APP_SECRET',
      inEnvFile: true,
      secret: true,
      description: "The app's secret.",
    }),
    receiver: setting(text('an open_id such as ou_0123456789abcdef', /^ou_[0-9A-Za-z]{4,}$/), {
      env: 'FEISHU_RECEIVER',
      inEnvFile: true,
      description: 'The open_id of the one person who is asked and told.',
    }),
    domain: setting(feishuDomain, {
      env: 'FEISHU_DOMAIN',
      default: 'feishu',
      description: 'feishu (feishu.cn), lark (larksuite.com), or the address of a private deployment.',
    }),
    answers: setting(words('auto', 'connection', 'polling'), {
      default: 'auto',
      description:
        'How answers arrive: connection (buttons and replies), polling (replies, read from the chat), or auto: the connection, and the chat is read too.',
    }),
  }),
  notify: z.object({
    success: setting(yesNoQuiet, {
      default: true,
      description: 'Tell of renewed keys. quiet: only when the person had been asked or told of a failure before.',
    }),
    failure: setting(yesNo, { default: true, description: 'Tell of failed unattended renewals.' }),
    includeKey: setting(yesNo, {
      default: false,
      description: 'Put the whole new key into the message instead of its mask.',
    }),
  }),
  handoff: z.object({
    wait: setting(duration('1s', '7d'), {
      default: '15m',
      description: 'How long a run waits for a person before it ends with exit code 3.',
    }),
    askAgainAfter: setting(duration('1m', '7d'), {
      default: '4h',
      description: 'How long after an unanswered question the next run may ask again.',
    }),
  }),
  browser: z.object({
    path: setting(text('a path, or chrome, chromium or msedge', /\S/), {
      env: 'KEYTURN_BROWSER',
      description: 'The browser to use. Unset: the one that is found first.',
    }),
    args: setting(argumentList, { default: [], description: 'More arguments for the browser.' }),
    maxAtOnce: setting(countOrAuto, {
      default: 'auto',
      description: 'How many browsers may run at once. auto: as many as fit the memory and processors.',
    }),
  }),
  takeover: z.object({
    publicUrl: setting(
      text('an http(s) address such as https://keyturn.example.com', /^https?:\/\/[^\s/@?#]+(?:\/[^\s?#]*)?$/),
      {
        env: 'KEYTURN_TAKEOVER_URL',
        description: 'How your phone reaches the takeover page: the address of a tunnel or a reverse proxy.',
      },
    ),
    host: setting(text('an address to listen on, such as 127.0.0.1', /^[\w.:-]+$/), {
      default: '127.0.0.1',
      description: 'Where the takeover page listens.',
    }),
    port: setting(portNumber, {
      default: 0,
      description: 'The port of the takeover page; 0 is any free one. A reverse proxy needs a fixed one.',
    }),
    allowPrivateHttp: setting(yesNo, {
      default: false,
      description:
        'Accept a plain http:// takeover.publicUrl on a private network that encrypts by itself, such as Tailscale.',
    }),
  }),
  login: z.object({
    timeout: setting(duration('10s', '1d'), {
      default: '10m',
      description: 'How long `keyturn login` waits for the person to sign in.',
    }),
  }),
  session: z.object({
    keepAlive: setting(durationOrOff('1h', '30d'), {
      default: '24h',
      description:
        'A session that rested so long is used once over HTTP, so that it lives on or is known dead; or off.',
    }),
  }),
  watch: z.object({
    quietHours: setting(quietHours, {
      default: '23:00-08:00',
      description: 'When `keyturn watch` bothers nobody (local time), unless the key dies before they end; or off.',
    }),
    jitter: setting(duration('0s', '6h'), {
      default: '30m',
      description: 'The longest random wait before `keyturn watch` renews a key that has fallen due.',
    }),
    heartbeatUrl: setting(text('an http(s) address', /^https?:\/\/[^\s/]\S*$/), {
      env: 'KEYTURN_HEARTBEAT_URL',
      secret: true,
      description: 'An address that `keyturn watch` gets while it lives, for an uptime service.',
    }),
  }),
  secrets: z.object({
    passphraseFile: setting(absolutePath, {
      env: 'KEYTURN_PASSPHRASE_FILE',
      description: 'The file with the passphrase that encrypted records are opened with.',
    }),
  }),
  log: z.object({
    level: setting(words('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), {
      env: 'KEYTURN_LOG_LEVEL',
      inEnvFile: true,
      default: 'info',
      description: 'What the log file records.',
    }),
  }),
});

type Groups = (typeof storedSettings)['shape'];
export type SettingKey = {
  [Group in keyof Groups]: Groups[Group] extends z.ZodMiniObject<infer Members>
    ? `${Group}.${keyof Members & string}`
    : Group;
}[keyof Groups];

export type SettingValue = string | number | boolean | readonly string[];

export interface SettingRow extends SettingDetails {
  readonly key: SettingKey;
  readonly type: SettingType;
  /** Absent: the setting is optional and unset. */
  readonly default?: SettingValue;
}

const rowsOf = (schemas: object, prefix = ''): SettingRow[] =>
  Object.entries(schemas).flatMap(([name, schema]: [string, z.ZodMiniType]) => {
    const found = details.get(schema);
    return found
      ? [{ key: `${prefix}${name}` as SettingKey, ...found }]
      : rowsOf((schema as z.ZodMiniObject).shape, `${name}.`);
  });

export const settingsTable: readonly SettingRow[] = rowsOf(storedSettings.shape);

export function settingRow(key: string): SettingRow | undefined {
  return settingsTable.find((each) => each.key === key);
}

/** Resolves the values: units in names, and undefined for what is off. */
export const settingsSchema = z.pipe(
  storedSettings,
  z.transform(({ handoff, login, session, watch: { jitter, ...watch }, secrets: _secrets, ...others }) => ({
    ...others,
    handoff: { waitMs: handoff.wait, askAgainAfterMs: handoff.askAgainAfter },
    login: { timeoutMs: login.timeout },
    session: { keepAliveMs: session.keepAlive },
    watch: { ...watch, jitterMs: jitter },
  })),
);

/** All settings, resolved once: flags > environment > env file (`.env` in the home) > `settings.json` > defaults. */
export type Settings = z.output<typeof settingsSchema>;

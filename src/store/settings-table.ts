import { isAbsolute } from 'node:path';
import { formatDuration, parseDuration } from '../lib/duration.js';
import { parseQuietHours } from '../lib/quiet-hours.js';

export type SettingKey = (typeof settingsTable)[number]['key'];

/** A value in `settings.json`. */
export type SettingValue = string | number | boolean | readonly string[];

/** Parses a value from text (flag, environment, `config set`) or JSON. A string result says what is expected. */
export interface SettingType {
  /** For help texts: `duration`, `true or false`. */
  readonly name: string;
  fromText(text: string): SettingValue | undefined;
  accepts(value: unknown): value is SettingValue;
}

export interface SettingRow<Key extends string = string> {
  readonly key: Key;
  readonly type: SettingType;
  /** The environment variable that overrides the file. */
  readonly env?: string;
  /** An env file may set the variable: it does not locate programs, folders, secrets or servers. */
  readonly inEnvFile?: true;
  /** Absent: the setting is optional and unset. */
  readonly default?: SettingValue;
  /** Never shown, and not accepted on the command line. */
  readonly secret?: true;
  readonly description: string;
}

const words = (...allowed: readonly string[]): SettingType => ({
  name: allowed.join(' | '),
  fromText: (text) => (allowed.includes(text) ? text : undefined),
  accepts: (value): value is string => typeof value === 'string' && allowed.includes(value),
});

const text = (name: string, pattern: RegExp): SettingType => ({
  name,
  fromText: (value) => (pattern.test(value) ? value : undefined),
  accepts: (value): value is string => typeof value === 'string' && pattern.test(value),
});

const yesNo: SettingType = {
  name: 'true | false',
  fromText: (value) =>
    /^(?:true|yes|on|1)$/i.test(value) ? true : /^(?:false|no|off|0)$/i.test(value) ? false : undefined,
  accepts: (value): value is boolean => typeof value === 'boolean',
};

const yesNoQuiet: SettingType = {
  name: 'true | quiet | false',
  fromText: (value) => (value === 'quiet' ? value : yesNo.fromText(value)),
  accepts: (value): value is boolean | 'quiet' => typeof value === 'boolean' || value === 'quiet',
};

const isDuration = (value: string, least: number, most: number) => {
  const ms = parseDuration(value);
  return ms !== undefined && ms >= least && ms <= most;
};

const duration = (least: string, most: string): SettingType => {
  const [leastMs, mostMs] = [parseDuration(least) ?? 0, parseDuration(most) ?? Infinity];
  return {
    name: `a duration from ${formatDuration(leastMs)} to ${formatDuration(mostMs)}, such as 90s, 15m, 84h`,
    fromText: (value) => (isDuration(value, leastMs, mostMs) ? value : undefined),
    accepts: (value): value is string => typeof value === 'string' && isDuration(value, leastMs, mostMs),
  };
};

const durationOrOff = (least: string, most: string): SettingType => {
  const inner = duration(least, most);
  return {
    name: `${inner.name}, or off`,
    fromText: (value) => (value === 'off' ? value : inner.fromText(value)),
    accepts: (value): value is string => value === 'off' || inner.accepts(value),
  };
};

const quietHours: SettingType = {
  name: 'a part of the day such as 23:00-08:00, or off',
  fromText: (value) => (parseQuietHours(value) === null ? undefined : value),
  accepts: (value): value is string => typeof value === 'string' && parseQuietHours(value) !== null,
};

const countOrAuto: SettingType = {
  name: 'auto, or a number from 1 to 32',
  fromText: (value) =>
    value === 'auto'
      ? value
      : /^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= 32
        ? Number(value)
        : undefined,
  accepts: (value): value is 'auto' | number =>
    value === 'auto' || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 32),
};

const portNumber: SettingType = {
  name: 'a port number, or 0 for any free one',
  fromText: (value) => (/^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined),
  accepts: (value): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535,
};

const argumentList: SettingType = {
  name: 'browser arguments, as JSON ["--a", "--b"] or separated by spaces',
  fromText(value) {
    if (!value.trim().startsWith('[')) return value.split(/\s+/).filter((word) => word !== '');
    try {
      const parsed: unknown = JSON.parse(value);
      return argumentList.accepts(parsed) ? parsed : undefined;
    } catch {
      return undefined;
    }
  },
  accepts: (value): value is readonly string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' && item.startsWith('-')),
};

const absolutePath: SettingType = {
  name: 'an absolute path',
  fromText: (value) => (isAbsolute(value) ? value : undefined),
  accepts: (value): value is string => typeof value === 'string' && isAbsolute(value),
};

const row = <const Key extends string>(definition: SettingRow<Key>): SettingRow<Key> => definition;

/** Every setting. The loader, `keyturn config` and the table of docs/settings.md follow this list. */
export const settingsTable = [
  row({
    key: 'language',
    type: words('auto', 'zh', 'en'),
    env: 'KEYTURN_LANGUAGE',
    inEnvFile: true,
    default: 'auto',
    description: 'Language of prompts and messages. auto: the locale at the terminal, Chinese in Feishu.',
  }),
  row({
    key: 'feishu.appId',
    type: text('an app ID such as cli_a1b2c3d4e5f6', /^cli_[0-9A-Za-z]{4,}$/),
    env: 'FEISHU_APP_ID',
    inEnvFile: true,
    description: 'The Feishu app that sends the messages.',
  }),
  row({
    key: 'feishu.appSecret',
    type: text('the secret of the Feishu app, without spaces', /^[\x21-\x7e]{4,}$/),
    env: 'FEISHU_APP_SECRET',
    inEnvFile: true,
    secret: true,
    description: "The app's secret.",
  }),
  row({
    key: 'feishu.receiver',
    type: text('an open_id such as ou_0123456789abcdef', /^ou_[0-9A-Za-z]{4,}$/),
    env: 'FEISHU_RECEIVER',
    inEnvFile: true,
    description: 'The open_id of the one person who is asked and told.',
  }),
  row({
    key: 'feishu.domain',
    type: text('feishu, lark, or an http(s) address', /^(?:feishu|lark|https?:\/\/[^\s/@?#]+\/?)$/),
    env: 'FEISHU_DOMAIN',
    default: 'feishu',
    description: 'feishu (feishu.cn), lark (larksuite.com), or the address of a private deployment.',
  }),
  row({
    key: 'feishu.answers',
    type: words('auto', 'connection', 'polling'),
    default: 'auto',
    description:
      'How answers arrive: connection (buttons and replies), polling (replies and emoji reactions, read from the chat), or auto: polling where the connection does not deliver.',
  }),
  row({
    key: 'notify.success',
    type: yesNoQuiet,
    default: true,
    description: 'Tell of renewed keys. quiet: only when the person had been asked or told of a failure before.',
  }),
  row({ key: 'notify.failure', type: yesNo, default: true, description: 'Tell of failed unattended renewals.' }),
  row({
    key: 'notify.includeKey',
    type: yesNo,
    default: false,
    description: 'Put the whole new key into the message instead of its mask.',
  }),
  row({
    key: 'handoff.wait',
    type: duration('1s', '7d'),
    default: '15m',
    description: 'How long a run waits for a person before it ends with exit code 3.',
  }),
  row({
    key: 'handoff.askAgainAfter',
    type: duration('1m', '7d'),
    default: '4h',
    description: 'How long after an unanswered question the next run may ask again.',
  }),
  row({
    key: 'browser.path',
    type: text('a path, or chrome, chromium or msedge', /\S/),
    env: 'KEYTURN_BROWSER',
    description: 'The browser to use. Unset: the one that is found first.',
  }),
  row({ key: 'browser.args', type: argumentList, default: [], description: 'More arguments for the browser.' }),
  row({
    key: 'browser.maxAtOnce',
    type: countOrAuto,
    default: 'auto',
    description: 'How many browsers may run at once. auto: as many as fit the memory and processors.',
  }),
  row({
    key: 'takeover.publicUrl',
    type: text('an http(s) address such as https://keyturn.example.com', /^https?:\/\/[^\s/@?#]+(?:\/[^\s?#]*)?$/),
    env: 'KEYTURN_TAKEOVER_URL',
    description: 'How your phone reaches the takeover page: the address of a tunnel or a reverse proxy.',
  }),
  row({
    key: 'takeover.host',
    type: text('an address to listen on, such as 127.0.0.1', /^[\w.:-]+$/),
    default: '127.0.0.1',
    description: 'Where the takeover page listens.',
  }),
  row({
    key: 'takeover.port',
    type: portNumber,
    default: 0,
    description: 'The port of the takeover page; 0 is any free one. A reverse proxy needs a fixed one.',
  }),
  row({
    key: 'takeover.allowPrivateHttp',
    type: yesNo,
    default: false,
    description:
      'Accept a plain http:// takeover.publicUrl on a private network that encrypts by itself, such as Tailscale.',
  }),
  row({
    key: 'login.timeout',
    type: duration('10s', '1d'),
    default: '10m',
    description: 'How long `keyturn login` waits for the person to sign in.',
  }),
  row({
    key: 'session.keepAlive',
    type: durationOrOff('1h', '30d'),
    default: '24h',
    description: 'A session that rested so long is used once over HTTP, so that it lives on or is known dead; or off.',
  }),
  row({
    key: 'watch.quietHours',
    type: quietHours,
    default: '23:00-08:00',
    description: 'When `keyturn watch` bothers nobody (local time), unless the key dies before they end; or off.',
  }),
  row({
    key: 'watch.jitter',
    type: duration('0s', '6h'),
    default: '30m',
    description: 'The longest random wait before `keyturn watch` renews a key that has fallen due.',
  }),
  row({
    key: 'watch.heartbeatUrl',
    type: text('an http(s) address', /^https?:\/\/[^\s/]\S*$/),
    env: 'KEYTURN_HEARTBEAT_URL',
    secret: true,
    description: 'An address that `keyturn watch` gets while it lives, for an uptime service.',
  }),
  row({
    key: 'secrets.passphraseFile',
    type: absolutePath,
    env: 'KEYTURN_PASSPHRASE_FILE',
    description: 'The file with the passphrase that encrypted records are opened with.',
  }),
  row({
    key: 'log.level',
    type: words('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    env: 'KEYTURN_LOG_LEVEL',
    inEnvFile: true,
    default: 'info',
    description: 'What the log file records.',
  }),
] as const;

/** Undefined when there is no such setting. */
export function settingRow(key: string): SettingRow<SettingKey> | undefined {
  return settingsTable.find((each) => each.key === key);
}

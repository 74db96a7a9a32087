import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import { durationText, parseDuration } from '../lib/duration.js';
import { orUndefined } from '../lib/or-undefined.js';
import { parseQuietHours } from '../lib/quiet-hours.js';
import { settingKinds } from '../messages/settings.js';
import { same, type Text } from '../messages/text.js';

/** What a setting may be. The schema reads the value in `settings.json` and resolves it. */
interface SettingType<S extends z.ZodMiniType = z.ZodMiniType> {
  readonly kind: Text;
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
}

const words = <const Word extends string>(...allowed: readonly Word[]) => ({
  kind: same(allowed.join(' | ')),
  schema: z.enum(allowed),
});

const text = (kind: Text, pattern: RegExp) => ({ kind, schema: z.string().check(z.regex(pattern)) });

const parsed = <T>(parse: (text: string) => T | undefined) =>
  z.pipe(
    z.string().check(z.refine((text) => parse(text) !== undefined)),
    z.transform((text) => parse(text)!),
  );

const yesOrNo = (text: string) =>
  /^(?:true|yes|on|1)$/i.test(text) || (/^(?:false|no|off|0)$/i.test(text) ? false : text);
const yesNo = { kind: settingKinds.yesNo, schema: z.boolean(), fromText: yesOrNo };
const yesNoQuiet = {
  kind: settingKinds.yesNoQuiet,
  schema: z.union([z.boolean(), z.literal('quiet')]),
  fromText: yesOrNo,
};

const duration = (least: string, most: string) => {
  const [leastMs, mostMs] = [parseDuration(least)!, parseDuration(most)!];
  return {
    kind: settingKinds.duration(durationText(leastMs), durationText(mostMs)),
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
  const { kind, schema } = duration(least, most);
  return { kind: settingKinds.orOff(kind), schema: z.union([off, schema]) };
};

const quietHours = {
  kind: settingKinds.orOff(settingKinds.quietHours),
  schema: z.union([off, parsed(parseQuietHours)]),
};

const digitsToNumber = (text: string) => (/^\d{1,5}$/.test(text) ? Number(text) : text);
const countOrAuto = {
  kind: settingKinds.count,
  schema: z.union([z.literal('auto'), z.int().check(z.gte(1), z.lte(32))]),
  fromText: digitsToNumber,
};
const portNumber = {
  kind: settingKinds.port,
  schema: z.int().check(z.gte(0), z.lte(65_535)),
  fromText: digitsToNumber,
};

const argumentList = {
  kind: settingKinds.arguments,
  schema: z.readonly(z.array(z.string().check(z.startsWith('-')))),
  fromText(text: string): unknown {
    if (!text.trim().startsWith('[')) return text.split(/\s+/).filter((word) => word !== '');
    return orUndefined((): unknown => JSON.parse(text)) ?? text;
  },
};

const feishuDomain = {
  kind: settingKinds.feishuDomain,
  schema: z.pipe(
    z.string().check(z.regex(/^(?:feishu|lark|https?:\/\/[^\s/@?#]+\/?)$/)),
    z.transform((domain) => domain.replace(/\/$/, '')),
  ),
};

const publicUrl = {
  kind: settingKinds.publicUrl,
  schema: z.string().check(
    z.regex(/^https?:\/\/[^\s/@?#]+(?:\/[^\s?#]*)?$/),
    z.refine((url) => URL.canParse(url)),
  ),
};

const absolutePath = { kind: settingKinds.absolutePath, schema: z.string().check(z.refine(isAbsolute)) };

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
  language: setting(words('auto', 'zh', 'en'), { env: 'KEYTURN_LANGUAGE', inEnvFile: true, default: 'auto' }),
  feishu: z.object({
    appId: setting(text(settingKinds.appId, /^cli_[0-9A-Za-z]{4,}$/), { env: 'FEISHU_APP_ID', inEnvFile: true }),
    appSecret: setting(text(settingKinds.appSecret, /^[\x21-\x7e]{4,}$/), {
      env: 'FEISHU_APP_SECRET',
      inEnvFile: true,
      secret: true,
    }),
    receiver: setting(text(settingKinds.openId, /^ou_[0-9A-Za-z]{4,}$/), { env: 'FEISHU_RECEIVER', inEnvFile: true }),
    domain: setting(feishuDomain, { env: 'FEISHU_DOMAIN', default: 'feishu' }),
    allowHttp: setting(yesNo, { default: false }),
    answers: setting(words('auto', 'connection', 'polling'), { default: 'auto' }),
  }),
  notify: z.object({
    success: setting(yesNoQuiet, { default: true }),
    failure: setting(yesNo, { default: true }),
    includeKey: setting(yesNo, { default: false }),
  }),
  handoff: z.object({
    wait: setting(duration('1s', '7d'), { default: '15m' }),
    askAgainAfter: setting(duration('1m', '7d'), { default: '4h' }),
  }),
  browser: z.object({
    path: setting(text(settingKinds.browser, /\S/), { env: 'KEYTURN_BROWSER' }),
    args: setting(argumentList, { default: [] }),
    maxAtOnce: setting(countOrAuto, { default: 'auto' }),
  }),
  takeover: z.object({
    publicUrl: setting(publicUrl, { env: 'KEYTURN_TAKEOVER_URL' }),
    host: setting(text(settingKinds.host, /^[\w.:-]+$/), { default: '127.0.0.1' }),
    port: setting(portNumber, { default: 0 }),
    allowPrivateHttp: setting(yesNo, { default: false }),
  }),
  login: z.object({ timeout: setting(duration('10s', '1d'), { default: '10m' }) }),
  session: z.object({ keepAlive: setting(durationOrOff('1h', '30d'), { default: '24h' }) }),
  watch: z.object({
    quietHours: setting(quietHours, { default: '23:00-08:00' }),
    jitter: setting(duration('0s', '6h'), { default: '30m' }),
    heartbeatUrl: setting(text(settingKinds.url, /^https?:\/\/[^\s/]\S*$/), {
      env: 'KEYTURN_HEARTBEAT_URL',
      secret: true,
    }),
  }),
  secrets: z.object({ passphraseFile: setting(absolutePath, { env: 'KEYTURN_PASSPHRASE_FILE' }) }),
  log: z.object({
    level: setting(words('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), {
      env: 'KEYTURN_LOG_LEVEL',
      inEnvFile: true,
      default: 'info',
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

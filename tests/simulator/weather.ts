import { z } from 'zod';

/** `delete` requests exist only on the console with several keys. */
const on = z.enum(['read', 'rotate', 'delete', 'any']);
/** Affects the next `next` requests of the kind `on` (default: any) to the key endpoint. The number counts down. */
const fault = z.strictObject({ next: z.int().min(0), on: on.optional() });

/** The conditions to simulate, set over the control port or in-process. {@link defaultWeather} has the defaults. */
const weatherSchema = z.strictObject({
  /** How sign-in sets BXAuth: as a session cookie, or as a cookie that is kept for 30 days. */
  cookie: z.enum(['session', 'persistent']),
  /** Where a sign-in is stored: in the BXAuth cookie, or only in localStorage, sent by the page as `x-auth-token`. */
  login: z.enum(['cookie', 'localStorage']),
  /** Sign-ins made before this simulated time (epoch milliseconds) end at it. See also `console.expireSessions()`. */
  sessionsExpireAt: z.number().nullable(),
  /** Every answer of the key endpoint sets a new XSRF-TOKEN cookie. The previous token is then refused. */
  xsrfRotates: z.boolean(),
  /**
   * Risk control. It starts with the `nth` request of the kind `on` with a session, counted from when this was set. It
   * ends when somebody solves the challenge: a clearance cookie (x5sec) then lets that browser through.
   */
  captcha: z
    .strictObject({
      /** `dialog`: the punish page is a frame in a dialog over the page. `page`: it replaces the whole document. */
      where: z.enum(['dialog', 'page']),
      on: z.enum(['read', 'rotate', 'visit']),
      nth: z.int().min(1),
      /** After the challenge, the page repeats the refused request, or the request is lost and must be made again. */
      after: z.enum(['reissue', 'lost']).optional(),
      /** This many drags are refused first. */
      rejectFirst: z.int().min(0).optional(),
      /** The content of the punish page: a slider, "try later", or a refusal. Only the slider can be solved. */
      action: z.enum(['captcha', 'wait', 'deny']).optional(),
    })
    .nullable(),
  /** The key endpoint answers requests that the page did not send with the punish JSON. The page itself still works. */
  replayRefused: z.boolean(),
  /** A reset requires a six-digit SMS code. */
  smsOnReset: z.boolean(),
  /** Making a key requires the account's password again. */
  passwordOnRotate: z.boolean(),
  /** The code prompt has one field or six boxes. */
  smsInput: z.enum(['single', 'boxes']),
  /** How long a code is valid. */
  smsCodeLifetimeMs: z.number().positive(),
  /** How long the button 重新发送 stays disabled after a code was sent. */
  smsResendAfterMs: z.number().min(0),
  /** With one key: 重置API密钥 opens a confirm dialog (确定) before it resets. */
  confirmDialog: z.boolean(),
  /** How long the profile page shows only a spinner. */
  renderDelayMs: z.number().min(0),
  /** With one key, a changed console: other button texts, other field names in the answer, or another page layout. */
  drift: z.enum(['none', 'button', 'fields', 'layout']),
  /** With one key: GET returns the whole key instead of a mask. */
  fullKeyOnGet: z.boolean(),
  /** Where a new key appears in full: in the answer to the POST, or on the page, which fetches it separately. */
  keyShownAfterRotate: z.enum(['answer', 'page', 'both', 'nowhere']),
  /** With one key: the lifetime of each key. */
  keyLifetimeMs: z.number().positive(),
  /** With several keys: the user chooses each key's lifetime and the list shows it, or keys never expire. */
  keyExpiry: z.enum(['chosen', 'none']),
  /** With several keys: the name of an existing key is refused for a new one. */
  namesAreUnique: z.boolean(),
  status429: fault.extend({ retryAfterS: z.number().optional() }),
  status500: fault,
  /** HTTP 200 with `success: false, code: "500"`, which the real service answers when it is busy. */
  overloaded: fault,
  /** The connection stays open without an answer. */
  hang: fault,
  /** An HTML page instead of JSON. */
  nonJson: fault,
  /** The key is replaced, then the connection is cut before the first byte of the answer. */
  dropAnswerAfterRotate: z.strictObject({ next: z.int().min(0) }),
  /** The key endpoint and the profile page redirect (302) to the sign-in page or to another host. */
  redirect: z.enum(['none', 'login', 'other-host']),
  /** The service has closed: pages show a notice, the key endpoint answers 404, and no key is valid. */
  gone: z.boolean(),
  /** The chat service blocks the account's keys. */
  banned: z.boolean(),
  /** The error of the `Date` header. */
  serverDateSkewMs: z.number(),
});

export type Weather = z.infer<typeof weatherSchema>;
export type WeatherPatch = Partial<Weather>;
export type CaptchaWeather = NonNullable<Weather['captcha']>;
export type RequestKind = 'read' | 'rotate' | 'delete';

const dayMs = 86_400_000;

/** The console without faults, as publicly known. */
const defaultWeather: Weather = {
  cookie: 'session',
  login: 'cookie',
  sessionsExpireAt: null,
  xsrfRotates: false,
  captcha: null,
  replayRefused: false,
  smsOnReset: false,
  passwordOnRotate: false,
  smsInput: 'single',
  smsCodeLifetimeMs: 300_000,
  smsResendAfterMs: 60_000,
  confirmDialog: false,
  renderDelayMs: 200,
  drift: 'none',
  fullKeyOnGet: false,
  keyShownAfterRotate: 'both',
  keyLifetimeMs: 7 * dayMs,
  keyExpiry: 'chosen',
  namesAreUnique: false,
  status429: { next: 0 },
  status500: { next: 0 },
  overloaded: { next: 0 },
  hang: { next: 0 },
  nonJson: { next: 0 },
  dropAnswerAfterRotate: { next: 0 },
  redirect: 'none',
  gone: false,
  banned: false,
  serverDateSkewMs: 0,
};

/** The faults that count down, in the order in which they are applied. */
export type FaultName = 'hang' | 'status500' | 'status429' | 'overloaded' | 'nonJson';

/** Holds the current weather. Every request reads it again. */
export class WeatherStation {
  private current: Weather;
  private readonly listeners: ((patch: WeatherPatch) => void)[] = [];

  constructor(initial: WeatherPatch = {}) {
    this.current = { ...defaultWeather, ...parsePatch(initial) };
  }

  get(): Readonly<Weather> {
    return this.current;
  }

  /** Replaces the given parts as a whole. An invalid patch throws an error that lists all problems. */
  set(patch: WeatherPatch): Readonly<Weather> {
    const parsed = parsePatch(patch);
    this.current = { ...this.current, ...parsed };
    for (const listener of this.listeners) listener(parsed);
    return this.current;
  }

  /** Resets everything to {@link defaultWeather}. */
  reset(): Readonly<Weather> {
    return this.set(defaultWeather);
  }

  onChange(listener: (patch: WeatherPatch) => void): void {
    this.listeners.push(listener);
  }

  /** Returns whether the fault applies to this request, and counts it down if so. */
  takeFault(name: FaultName, kind: RequestKind): boolean {
    const state = this.current[name];
    if (state.next === 0 || (state.on !== undefined && state.on !== 'any' && state.on !== kind)) return false;
    this.current = { ...this.current, [name]: { ...state, next: state.next - 1 } };
    return true;
  }

  takeDroppedAnswer(): boolean {
    const { next } = this.current.dropAnswerAfterRotate;
    if (next === 0) return false;
    this.current = { ...this.current, dropAnswerAfterRotate: { next: next - 1 } };
    return true;
  }
}

function parsePatch(patch: unknown): WeatherPatch {
  const result = weatherSchema.partial().safeParse(patch);
  if (result.success) return Object.fromEntries(Object.entries(result.data).filter(([, value]) => value !== undefined));
  throw new TypeError(`not a weather the simulator knows: ${z.prettifyError(result.error).replaceAll('\n', ' ')}`);
}

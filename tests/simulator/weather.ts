import { z } from 'zod';

/** `delete` comes only to the console with several keys. */
const on = z.enum(['read', 'rotate', 'delete', 'any']);
/** The next `next` requests of the kind `on` (by default any) to the key endpoint are hit; the number counts down. */
const fault = z.strictObject({ next: z.int().min(0), on: on.optional() });

/** What can be switched, over the control port or in-process. The schema is the one list of it; see {@link defaultWeather}. */
export const weatherSchema = z.strictObject({
  /** How BXAuth is set at sign-in: forgotten when the browser closes, or kept for 30 days. */
  cookie: z.enum(['session', 'persistent']),
  /** Where a sign-in is kept: in the BXAuth cookie, or only in localStorage and sent by the page as `x-auth-token`. */
  login: z.enum(['cookie', 'localStorage']),
  /** Sign-ins made before this simulated moment (epoch milliseconds) die at it. See also `console.expireSessions()`. */
  sessionsExpireAt: z.number().nullable(),
  /** A new XSRF-TOKEN cookie with every answer of the key endpoint; the token before it is refused. */
  xsrfRotates: z.boolean(),
  /**
   * Risk control. From the `nth` request of the kind `on` by a signed-in visitor, counted from the moment this was set,
   * until somebody passes. A clearance cookie (x5sec) then lets that browser through and the episode is over.
   */
  captcha: z
    .strictObject({
      /** A dialog over the page, whose frame is the punish page; or the punish page in place of the whole document. */
      where: z.enum(['dialog', 'page']),
      on: z.enum(['read', 'rotate', 'visit']),
      nth: z.int().min(1),
      /** After the pass the page sends the refused request again, or it is lost and has to be pressed again. */
      after: z.enum(['reissue', 'lost']).optional(),
      /** This many drags are refused before one can pass. */
      rejectFirst: z.int().min(0).optional(),
      /** What the punish page is: a slider for a person, "try later", or a refusal. Only a slider can be passed. */
      action: z.enum(['captcha', 'wait', 'deny']).optional(),
    })
    .nullable(),
  /** The key endpoint answers requests that the page itself did not make with the punish JSON; the page goes on working. */
  replayRefused: z.boolean(),
  /** A reset wants a six-digit SMS code first. */
  smsOnReset: z.boolean(),
  /** Making a key wants the account's password again. */
  passwordOnRotate: z.boolean(),
  /** One field for that code, or six boxes. */
  smsInput: z.enum(['single', 'boxes']),
  /** How long a code is good. */
  smsCodeLifetimeMs: z.number().positive(),
  /** How long 重新发送 stays disabled after a code was sent. */
  smsResendAfterMs: z.number().min(0),
  /** With one key: whether 重置API密钥 asks once more (确定) before it resets. */
  confirmDialog: z.boolean(),
  /** How long the profile page shows only its spinner. */
  renderDelayMs: z.number().min(0),
  /** With one key: a console that changed: the buttons have other names; the answer's fields do; the page is laid out anew. */
  drift: z.enum(['none', 'button', 'fields', 'layout']),
  /** With one key: GET gives the whole key instead of a mask. */
  fullKeyOnGet: z.boolean(),
  /** Where a new key appears in full: in the answer to the POST, on the page (which fetches it from elsewhere), both, or nowhere. */
  keyShownAfterRotate: z.enum(['answer', 'page', 'both', 'nowhere']),
  /** With one key: how long each lives. */
  keyLifetimeMs: z.number().positive(),
  /** With several keys: the visitor chooses how long a key lives, and the list shows it; or none ever expires. */
  keyExpiry: z.enum(['chosen', 'none']),
  /** With several keys: a name that a living key has is refused. */
  namesAreUnique: z.boolean(),
  status429: fault.extend({ retryAfterS: z.number().optional() }),
  status500: fault,
  /** HTTP 200 with `success: false, code: "500"`, as the real service answers when it is busy. */
  overloaded: fault,
  /** The connection stays open and nothing is ever answered. */
  hang: fault,
  /** An HTML page where JSON was expected. */
  nonJson: fault,
  /** The key is replaced, then the connection is cut before a byte of the answer. */
  dropAnswerAfterRotate: z.strictObject({ next: z.int().min(0) }),
  /** The key endpoint and the profile page answer 302: to the sign-in page, or to another host. */
  redirect: z.enum(['none', 'login', 'other-host']),
  /** The service has closed: a closing notice for a page, 404 for the key endpoint, no key is good any more. */
  gone: z.boolean(),
  /** The chat service blocks the account's keys. */
  banned: z.boolean(),
  /** How far the `Date` header is off. */
  serverDateSkewMs: z.number(),
});

export type Weather = z.infer<typeof weatherSchema>;
export type WeatherPatch = Partial<Weather>;
export type CaptchaWeather = NonNullable<Weather['captcha']>;
export type RequestKind = 'read' | 'rotate' | 'delete';

const dayMs = 86_400_000;

/** A fine day at the console as the public facts describe it. */
export const defaultWeather: Weather = {
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

/** The faults that count down, in the order in which they are tried. */
export type FaultName = 'hang' | 'status500' | 'status429' | 'overloaded' | 'nonJson';

/** Holds the weather; every request looks at it anew. */
export class WeatherStation {
  private current: Weather;
  private readonly listeners: ((patch: WeatherPatch) => void)[] = [];

  constructor(initial: WeatherPatch = {}) {
    this.current = { ...defaultWeather, ...parsePatch(initial) };
  }

  get(): Readonly<Weather> {
    return this.current;
  }

  /** Changes the named parts, each as a whole. Throws with every problem named when the patch is not valid. */
  set(patch: WeatherPatch): Readonly<Weather> {
    const parsed = parsePatch(patch);
    this.current = { ...this.current, ...parsed };
    for (const listener of this.listeners) listener(parsed);
    return this.current;
  }

  /** Back to a fine day. */
  reset(): Readonly<Weather> {
    return this.set(defaultWeather);
  }

  onChange(listener: (patch: WeatherPatch) => void): void {
    this.listeners.push(listener);
  }

  /** Uses up one hit of a fault if it applies to this kind of request. */
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

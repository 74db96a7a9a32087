/** A message in the simulated chat, as the person would find it. */
export interface SimulatedMessage {
  readonly messageId: string;
  readonly chatId: string;
  /** Whom the app sent it to; for a person's own message, who wrote it. */
  readonly receiverOpenId: string;
  readonly from: 'app' | 'person';
  readonly parentId?: string;
  readonly msgType: string;
  /** The parsed content: `{text}`, `{image_key}` or the whole card. */
  content: Record<string, unknown>;
  /** How often it was replaced, by a patch or by the answer to a button. */
  updates: number;
  readonly imageKeys: string[];
  readonly reactions: { readonly openId: string; readonly emoji: string; readonly at: number }[];
  /** Epoch milliseconds by the simulator's clock. */
  readonly createdAt: number;
}

export interface PressOptions {
  /** Who presses; the owner when absent. */
  readonly openId?: string;
  readonly formValue?: Record<string, string>;
  /** Pretends that the button stands in another message, as in a forwarded card. */
  readonly contextMessageId?: string;
  /** Sends this in place of the button's own value. */
  readonly value?: Record<string, unknown>;
  /** Repeats an earlier event: same id, handled as a redelivery. */
  readonly eventId?: string;
  /** How long to wait for a connection and then for the answer; 3 s each when absent, as Feishu does. */
  readonly waitMs?: number;
}

export interface SayOptions {
  readonly openId?: string;
  /** The message that is quoted. */
  readonly parentId?: string;
  readonly chatType?: 'p2p' | 'group';
  readonly senderType?: 'user' | 'app';
  readonly eventId?: string;
  readonly messageId?: string;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
  readonly waitMs?: number;
}

export interface Toast {
  readonly type?: 'success' | 'info' | 'warning' | 'error';
  readonly content?: string;
}

/** What came back for an event. Without `acked`, the person would see an error. */
export interface Delivery {
  readonly eventId: string;
  readonly acked: boolean;
  /** 200, 500 when the handler threw. */
  readonly code?: number;
  /** The handler's answer. */
  readonly data?: Record<string, unknown>;
  readonly toast?: Toast;
  readonly card?: Record<string, unknown>;
  /** Feishu's number for what the person would see in place of an answer, e.g. 200672. */
  readonly personSees?: number;
  readonly tookMs: number;
}

/** An answer that is forced on the next requests of one kind. */
export interface ForcedAnswer {
  /** HTTP status; 200 with a `code` other than 0 is Feishu's usual refusal. */
  readonly status?: number;
  readonly code?: number;
  readonly msg?: string;
  readonly retryAfterS?: number;
  /** Not JSON at all. */
  readonly html?: string;
  /** The request is never answered. */
  readonly hang?: boolean;
}

/** `list`: reading the chat and its reactions; `about`: asking for the app's scopes and its bot. */
export type RequestSort = 'token' | 'send' | 'patch' | 'upload' | 'endpoint' | 'list' | 'about';

/** What goes wrong from now on; every part may be changed at any time. */
export interface FeishuWeather {
  /** The app secret is refused although it is right (code 10014). */
  tokenRefused: boolean;
  /** How long a tenant token is good for, in seconds. */
  tokenLifetimeS: number;
  /** Answers for the coming requests, used up one by one. */
  readonly next: Record<RequestSort, ForcedAnswer[]>;
  /** Answers for all requests of a kind, until removed. */
  readonly always: Partial<Record<RequestSort, ForcedAnswer>>;
  /** `no-data`: an error without the `data` part, at which the SDK throws inside. */
  endpoint: 'ok' | 'no-data' | 'error' | 'hang';
  upgrade: 'ok' | 'refuse' | 'hang';
  /** The scopes that the organisation has granted to the app. */
  scopes: readonly string[];
  /** `off`: the app has no Bot ability. `inactive`: the organisation has switched the app off. */
  bot: 'on' | 'off' | 'inactive';
  /** Sockets stay open but nothing passes in either direction. */
  silentSockets: boolean;
  /** Another client of the app takes this many of the coming events; nobody here hears of them. */
  stolenEvents: number;
  /** Each event is delivered this many times. */
  deliveries: number;
  /** Each event is cut into this many frames. */
  fragments: number;
  /** Waits this long before it answers any API request. */
  latencyMs: number;
}

export interface FeishuSimulatorOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Epoch milliseconds; the clock of the messages. */
  readonly now?: () => number;
  /** A clock to share with other parts; `now` goes before it. */
  readonly clock?: { now(): number };
  /** Accepted for symmetry with the console. Ids here are random: they have to be unguessable to test who may answer. */
  readonly seed?: number;
  readonly appId?: string;
  readonly appSecret?: string;
  readonly ownerOpenId?: string;
  /** What the endpoint tells clients, in seconds. */
  readonly pingIntervalS?: number;
}

/** A Feishu on the loopback interface, for the demo and the tests, that speaks the wire protocol to the real SDK. */
export interface FeishuSimulator {
  /** For `feishu.domain` / `FEISHU_DOMAIN`. */
  readonly url: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly ownerOpenId: string;
  readonly weather: FeishuWeather;
  /** Long connections that are open and have sent their first ping. */
  connections(): number;
  /** Connections ever made. */
  connectionsMade(): number;
  /** What the app sent, oldest first; each a live object that later updates change. */
  messages(): readonly SimulatedMessage[];
  image(key: string): Buffer | undefined;
  /** Requests so far, as `POST /open-apis/im/v1/messages`. */
  requests(): readonly string[];
  waitForMessage(matches: (message: SimulatedMessage) => boolean, timeoutMs?: number): Promise<SimulatedMessage>;
  /** The message as plain lines, buttons as `[label]`, pictures as `(picture img_…)`. */
  cardText(message: SimulatedMessage): string;
  /** Presses the button with this label (or whose value has this `action`) and waits for the answer. */
  press(messageId: string, button: string, options?: PressOptions): Promise<Delivery>;
  /** A message from a person to the app. */
  say(text: string, options?: SayOptions): Promise<Delivery>;
  /** A person puts an emoji under a message; apps only find it when they look. */
  react(messageId: string, emoji: string, options?: { readonly openId?: string }): void;
  /** Sends every event that was not acknowledged once more, with the same event id. */
  redeliver(): Promise<readonly Delivery[]>;
  /** Makes every tenant token invalid, as when an administrator resets it. */
  forgetTokens(): void;
  /** Cuts every long connection. */
  dropConnections(): void;
  close(): Promise<void>;
}

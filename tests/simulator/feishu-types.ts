/** A message in the simulated chat. */
export interface SimulatedMessage {
  readonly messageId: string;
  readonly chatId: string;
  /** The person the app sent the message to or, for a message from a person, its author. */
  readonly receiverOpenId: string;
  readonly from: 'app' | 'person';
  readonly parentId?: string;
  readonly msgType: string;
  /** The parsed content: `{text}`, `{image_key}` or the whole card. */
  content: Record<string, unknown>;
  /** How often the content was replaced, by a patch or by the answer to a button. */
  updates: number;
  readonly imageKeys: string[];
  /** Epoch milliseconds of the simulator's clock. */
  readonly createdAt: number;
}

export interface PressOptions {
  /** The person who presses; the owner by default. */
  readonly openId?: string;
  readonly formValue?: Record<string, string>;
  /** Pretends that the button is in another message, as in a forwarded card. */
  readonly contextMessageId?: string;
  /** Sent instead of the button's own value. */
  readonly value?: Record<string, unknown>;
  /** Repeats the event with this id, as a redelivery. */
  readonly eventId?: string;
  /** How long to wait for a connection and then for the answer; 3 s each by default, as Feishu does. */
  readonly waitMs?: number;
}

export interface SayOptions {
  readonly openId?: string;
  /** The quoted message. */
  readonly parentId?: string;
  readonly chatType?: 'p2p' | 'group';
  readonly senderType?: 'user' | 'app';
  readonly eventId?: string;
  readonly messageId?: string;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
  readonly waitMs?: number;
}

interface Toast {
  readonly type?: 'success' | 'info' | 'warning' | 'error';
  readonly content?: string;
}

/** The result of sending an event. If `acked` is false, the person would see an error. */
export interface Delivery {
  readonly eventId: string;
  readonly acked: boolean;
  /** 200, or 500 if the handler threw. */
  readonly code?: number;
  /** The handler's answer. */
  readonly data?: Record<string, unknown>;
  readonly toast?: Toast;
  readonly card?: Record<string, unknown>;
  /** The Feishu error number that the person would see instead of an answer, e.g. 200672. */
  readonly personSees?: number;
  readonly tookMs: number;
}

/** An answer that replaces the normal one for requests of one kind. */
export interface ForcedAnswer {
  /** HTTP status. Feishu usually refuses with 200 and a `code` other than 0. */
  readonly status?: number;
  readonly code?: number;
  readonly msg?: string;
  readonly retryAfterS?: number;
  /** An HTML body instead of JSON. */
  readonly html?: string;
  /** The request is never answered. */
  readonly hang?: boolean;
}

/** `list`: reading the chat. `about`: reading the app's scopes and its bot. */
type RequestSort = 'token' | 'send' | 'patch' | 'upload' | 'endpoint' | 'list' | 'about';

/** The faults that are simulated. Every part may be changed at any time. */
export interface FeishuWeather {
  /** The correct app secret is refused (code 10014). */
  tokenRefused: boolean;
  /** The lifetime of a tenant token in seconds. */
  tokenLifetimeS: number;
  /** Answers for the next requests. Each is used once, in order. */
  readonly next: Record<RequestSort, ForcedAnswer[]>;
  /** Answers for all requests of a kind, until removed. */
  readonly always: Partial<Record<RequestSort, ForcedAnswer>>;
  /** `no-data`: an error without the `data` part, which makes the SDK throw internally. */
  endpoint: 'ok' | 'no-data' | 'error' | 'hang';
  upgrade: 'ok' | 'refuse' | 'hang';
  /** The scopes that the organisation has granted the app. */
  scopes: readonly string[];
  /** `off`: the app has no Bot ability. `inactive`: the organisation has switched the app off. */
  bot: 'on' | 'off' | 'inactive';
  /** Sockets stay open, but no data passes in either direction. */
  silentSockets: boolean;
  /** This many of the next events go to another client of the app instead of this one. */
  stolenEvents: number;
  /** Each event is delivered this many times. */
  deliveries: number;
  /** Each event is split into this many frames. */
  fragments: number;
  /** The delay before every answer of the API. */
  latencyMs: number;
}

export interface FeishuSimulatorOptions {
  /** 0, the default, selects a free port. */
  readonly port?: number;
  /** The clock of the messages, in epoch milliseconds. */
  readonly now?: () => number;
  /** A clock shared with other parts. `now` takes precedence. */
  readonly clock?: { now(): number };
  /** Ignored; exists for symmetry with the console. Ids are random: tests of who may answer need unguessable ids. */
  readonly seed?: number;
  readonly appId?: string;
  readonly appSecret?: string;
  readonly ownerOpenId?: string;
  /** The ping interval that the endpoint sends to clients, in seconds. */
  readonly pingIntervalS?: number;
}

/** A Feishu server on the loopback interface, for the demo and the tests. The real SDK can connect to it. */
export interface FeishuSimulator {
  /** For `feishu.domain` / `FEISHU_DOMAIN`. */
  readonly url: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly ownerOpenId: string;
  readonly weather: FeishuWeather;
  /** The number of open long connections that have sent their first ping. */
  connections(): number;
  /** The number of connections since the start. */
  connectionsMade(): number;
  /** The messages from the app, oldest first. The objects are live: later updates change them. */
  messages(): readonly SimulatedMessage[];
  image(key: string): Buffer | undefined;
  /** All requests, for example `POST /open-apis/im/v1/messages`. */
  requests(): readonly string[];
  waitForMessage(matches: (message: SimulatedMessage) => boolean, timeoutMs?: number): Promise<SimulatedMessage>;
  /** The message as plain text, with buttons as `[label]` and pictures as `(picture img_…)`. */
  cardText(message: SimulatedMessage): string;
  /** Presses the button with this label or with this `action` in its value, and waits for the answer. */
  press(messageId: string, button: string, options?: PressOptions): Promise<Delivery>;
  /** Sends a message from a person to the app. */
  say(text: string, options?: SayOptions): Promise<Delivery>;
  /** Resends every unacknowledged event with the same event id. */
  redeliver(): Promise<readonly Delivery[]>;
  /** Invalidates every tenant token, as when an administrator resets it. */
  forgetTokens(): void;
  /** Cuts every long connection. */
  dropConnections(): void;
  close(): Promise<void>;
}

import { createRequire } from 'node:module';

/** Declared here: the types of @larksuiteoapi/node-sdk are 17 MB and would triple the time of every type check. */
export interface FeishuSdk {
  readonly Client: new (options: object) => {
    readonly tokenManager: { getTenantAccessToken(): Promise<string> };
    request(request: SdkRequest): Promise<unknown>;
  };
  readonly WSClient: new (options: object) => SdkSocket;
  readonly EventDispatcher: new (options: object) => {
    register(handlers: Record<string, (event: never) => unknown>): object;
  };
  readonly DefaultCache: new () => { readonly values: Map<unknown, unknown> };
  /** Axios. */
  readonly defaultHttpInstance: {
    create(defaults: object): {
      request(this: void, config: HttpConfig): Promise<unknown>;
      readonly interceptors: {
        readonly request: { use(change: (config: HttpConfig) => HttpConfig): void };
        readonly response: { use(read: (response: { data: unknown }) => unknown): void };
      };
    };
  };
}

export interface SdkRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly params?: object;
  readonly data?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface HttpConfig {
  timeout?: number;
  signal?: AbortSignal;
}

interface SdkSocket {
  start(options: { eventDispatcher: object }): Promise<void>;
  close(options: { force: boolean }): void;
  getConnectionStatus(): {
    /** Epoch milliseconds; set when an attempt has failed and the next is scheduled. */
    readonly nextConnectTime?: number;
  };
}

/** Loads the SDK. This takes a tenth of a second and 35 MB, so call it only to send something. */
export function loadFeishuSdk(): FeishuSdk {
  // `import` would take longer: Node would search the whole library for names that it might export.
  return createRequire(import.meta.url)('@larksuiteoapi/node-sdk') as FeishuSdk;
}

import { AppError } from '../lib/app-error.js';

/** One end of the channel between two processes. */
export interface LinePort {
  send(message: object): void;
  onMessage(handle: (message: unknown) => void): void;
  onClosed(handle: () => void): void;
}

/** The functions that the other side may call. The signal is aborted when the caller has given up. */
export type Handlers = Readonly<Record<string, (argument: never, signal: AbortSignal) => unknown>>;

/** Remote calls between two processes. An error arrives as it was thrown: an AppError keeps its code and its advice. */
export interface Line {
  /** Rejects with the error of the other side, or with {@link LineClosed} when the other process has ended. */
  call(name: string, argument?: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Calls without waiting for the answer. */
  notify(name: string, argument: unknown): void;
}

export class LineClosed extends Error {
  override readonly name = 'LineClosed';
  constructor() {
    super('the other process has ended');
  }
}

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: 'give-up'; readonly id: number }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError };

/** An error as it is sent. The fields of a foreign error are left out, because they may hold requests. */
interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly app?: Pick<AppError, 'code' | 'exitCode' | 'next' | 'texts'>;
  readonly cause?: SentError;
}

export function openLine(port: LinePort, handlers: Handlers): Line {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const serving = new Map<number, AbortController>();
  let isClosed = false;
  let lastId = 0;

  const serve = async (name: string, argument: unknown, signal: AbortSignal): Promise<unknown> => {
    const handle = handlers[name];
    if (!handle) throw new Error(`nothing here is called ${name}`);
    return await handle(argument as never, signal);
  };
  port.onMessage((raw) => {
    const message = raw as Message;
    const { id } = message;
    if (message.kind === 'give-up') return serving.get(id)?.abort();
    if (message.kind === 'call') {
      const controller = new AbortController();
      serving.set(id, controller);
      return void serve(message.name, message.argument, controller.signal)
        .then(
          (value) => port.send({ kind: 'value', id, value }),
          (error: unknown) => port.send({ kind: 'error', id, error: packError(error) }),
        )
        .finally(() => serving.delete(id));
    }
    const caller = waiting.get(id);
    waiting.delete(id);
    if (message.kind === 'value') caller?.resolve(message.value);
    else caller?.reject(unpackError(message.error));
  });
  port.onClosed(() => {
    isClosed = true;
    for (const { reject } of waiting.values()) reject(new LineClosed());
    waiting.clear();
    for (const controller of serving.values()) controller.abort();
  });

  const call: Line['call'] = async (name, argument, signal) => {
    if (isClosed) throw new LineClosed();
    const id = (lastId += 1);
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    port.send({ kind: 'call', id, name, argument });
    const giveUp = () => port.send({ kind: 'give-up', id });
    if (signal?.aborted) giveUp();
    else signal?.addEventListener('abort', giveUp, { once: true });
    return answer.finally(() => signal?.removeEventListener('abort', giveUp));
  };
  return { call, notify: (name, argument) => void call(name, argument).catch(() => undefined) };
}

function packError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  const cause = error.cause === undefined ? undefined : packError(error.cause);
  if (!(error instanceof AppError)) return { name, message, stack, cause };
  const { code, exitCode, next, texts } = error;
  return { name, message, stack, cause, app: { code, exitCode, next, texts } };
}

function unpackError({ name, message, stack, app, ...sent }: SentError): Error {
  const cause = sent.cause && unpackError(sent.cause);
  const error = app
    ? new AppError(app.texts, { ...app, cause })
    : Object.assign(new Error(message, { cause }), { name });
  if (stack !== undefined) error.stack = stack;
  return error;
}

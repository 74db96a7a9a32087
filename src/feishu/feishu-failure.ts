import { AppError } from '../lib/app-error.js';
import { feishuErrors } from './feishu-errors.js';
import { adviceFor } from '../messages/feishu-advice.js';
import { networkReason } from '../messages/network-reasons.js';
import { feishuReasons, type FeishuAction, type FeishuFailure } from '../messages/feishu-errors.js';
import { same, type Text } from '../messages/text.js';
import type { Redactor } from '../lib/redactor.js';

const tokenCodes = new Set([99991661, 99991663, 99991664]);
const rateCodes = new Set([230020, 99991400]);
const secretCodes = new Set([10003, 10012, 10013, 10014]);

interface Failure extends FeishuFailure {
  readonly reason?: Text;
  readonly retryAfterMs?: number;
  /** It will be the same next time. */
  readonly lasts?: boolean;
}

/** Safe to show. The SDK's errors hold the token, the app secret and the message body: never pass one on as cause. */
export class FailedRequest extends AppError {
  constructor(
    kind: 'refused' | 'wrongSecret' | 'unreachable' | 'notFeishu',
    private readonly failure: Failure,
  ) {
    const definition = feishuErrors[kind];
    super(definition.texts({ ...failure, advice: adviceFor(failure.code) }), definition);
  }

  get retryAfterMs(): number | undefined {
    return this.failure.retryAfterMs;
  }

  /** The tenant token has expired or was reset; a new token fixes this. */
  get needsNewToken(): boolean {
    return tokenCodes.has(this.failure.code ?? 0);
  }

  /** Feishu understood the request and does not take it. */
  get isRefusal(): boolean {
    return this.code === feishuErrors.refused.code;
  }

  get isRetryable(): boolean {
    const { reason, lasts = false } = this.failure;
    return this.code === feishuErrors.unreachable.code && reason !== feishuReasons.cancelled && !lasts;
  }
}

/** Returns the response's `data`, or the whole response if it has none. Throws unless Feishu reports success. */
export function readAnswer(
  action: FeishuAction,
  answer: unknown,
  redactor: Redactor,
): Readonly<Record<string, unknown>> {
  const body = answer as { code?: unknown; data?: unknown } | null;
  if (body?.code !== 0) throw fromResponse(action, { data: answer }, redactor);
  return (('data' in body ? body.data : body) ?? {}) as Record<string, unknown>;
}

/** @param error what the SDK threw: an axios error, or a plain error from its token manager */
export function toFailedRequest(action: FeishuAction, error: unknown, redactor: Redactor): FailedRequest {
  if (error instanceof FailedRequest) return error;
  const { response, code, message, config } = error as AxiosError;
  if (response) return fromResponse(action, response, redactor);
  const token = /code: (\S+), msg: (.*)$/s.exec(typeof message === 'string' ? message : '');
  if (token) return fromResponse(action, { data: { code: Number(token[1]), msg: token[2] } }, redactor);
  const isLate = (config?.signal?.reason as Error | undefined)?.name === 'TimeoutError';
  const lasts = typeof code === 'string' && networkReason(code)?.lasts;
  return new FailedRequest('unreachable', { action, reason: isLate ? feishuReasons.noAnswer : reasonOf(code), lasts });
}

interface AxiosError {
  readonly response?: Response;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly config?: { readonly signal?: AbortSignal };
}

interface Response {
  readonly status?: number;
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
}

function fromResponse(
  action: FeishuAction,
  { status, data, headers = {} }: Response,
  redactor: Redactor,
): FailedRequest {
  const retryAfterS = Number(headers['retry-after']);
  const retryAfterMs = retryAfterS > 0 ? retryAfterS * 1000 : undefined;
  const isOverloaded = status === 429 || (status ?? 0) >= 500;
  const { code, msg } = (data ?? {}) as { code?: unknown; msg?: unknown };
  // Without a numeric code the response is not Feishu's JSON.
  if (typeof code !== 'number' || Number.isNaN(code)) {
    return new FailedRequest(isOverloaded ? 'unreachable' : 'notFeishu', { action, status, retryAfterMs });
  }
  const logId = headers['x-tt-logid'];
  const refusal = secretCodes.has(code) ? 'wrongSecret' : 'refused';
  return new FailedRequest(isOverloaded || rateCodes.has(code) ? 'unreachable' : refusal, {
    action,
    code,
    msg: typeof msg === 'string' ? redactor.foreign(msg, 200) : undefined,
    status,
    logId: typeof logId === 'string' && /^[\w-]{1,100}$/.test(logId) ? logId : undefined,
    retryAfterMs,
  });
}

function reasonOf(code: unknown): Text {
  if (code === 'ERR_CANCELED') return feishuReasons.cancelled;
  if (code === 'ECONNABORTED') return feishuReasons.noAnswer;
  if (typeof code !== 'string') return feishuReasons.connectionCut;
  return networkReason(code)?.why ?? (/^[A-Z_0-9]+$/.test(code) ? same(code) : feishuReasons.connectionCut);
}

import type { AppError } from '../errors/app-error.js';
import { appError } from '../errors/app-error.js';
import { feishuErrors } from '../errors/feishu-errors.js';
import { adviceFor } from '../messages/feishu-advice.js';
import { feishuReasons, type FeishuAction, type FeishuFailure } from '../messages/feishu-errors.js';
import { same, type Text } from '../messages/text.js';
import { createRedactor } from '../lib/redactor.js';

const tokenCodes = new Set([99991661, 99991663, 99991664]);
const rateCodes = new Set([230020, 99991400]);
const secretCodes = new Set([10003, 10012, 10013, 10014]);

/**
 * A failed request, reduced to what is safe to show. The SDK's errors contain the bearer token, the app secret and the
 * message body (JSON.stringify prints them too), so an SDK error is never passed on, not even as a cause.
 */
export class FailedRequest extends Error {
  override readonly name = 'FailedRequest';

  constructor(
    readonly kind: 'refused' | 'overloaded' | 'unreachable' | 'not-feishu',
    readonly failure: FeishuFailure,
    /** Why there was no answer. */
    readonly reason?: Text,
    readonly retryAfterMs?: number,
  ) {
    super(`${failure.action}: ${kind}`);
  }

  /** The tenant token has expired or was reset; a new token fixes this. */
  get needsNewToken(): boolean {
    return this.failure.code !== undefined && tokenCodes.has(this.failure.code);
  }

  get isRetryable(): boolean {
    return this.kind === 'overloaded' || (this.kind === 'unreachable' && this.reason !== feishuReasons.cancelled);
  }

  toAppError(): AppError {
    const { failure } = this;
    switch (this.kind) {
      case 'unreachable':
        return appError(feishuErrors.unreachable, { ...failure, reason: this.reason });
      case 'overloaded':
        return appError(feishuErrors.unreachable, failure);
      case 'not-feishu':
        return appError(feishuErrors.notFeishu, failure);
      case 'refused':
        return failure.code !== undefined && secretCodes.has(failure.code)
          ? appError(feishuErrors.wrongSecret, failure)
          : appError(feishuErrors.refused, { ...failure, advice: adviceFor(failure.code) });
    }
  }
}

/** Returns the response's `data`, or the whole response if it has none. Throws unless Feishu reports success. */
export function readAnswer(action: FeishuAction, answer: unknown): unknown {
  const body = answer as { code?: unknown; msg?: unknown; data?: unknown } | null;
  if (body === null || typeof body !== 'object' || typeof body.code !== 'number') {
    throw new FailedRequest('not-feishu', { action });
  }
  if (body.code !== 0) throw fromBody(action, body, { status: 200 });
  return 'data' in body ? body.data : body;
}

/** @param error what the SDK threw: an axios error, or a plain error from its token manager */
export function toFailedRequest(action: FeishuAction, error: unknown, secrets: readonly string[]): FailedRequest {
  if (error instanceof FailedRequest) return error;
  const { response, code, message } = error as {
    response?: { status?: number; data?: unknown; headers?: Record<string, unknown> };
    code?: unknown;
    message?: unknown;
  };
  if (response) return fromResponse(action, response, secrets);
  const token = /code: (\S+), msg: (.*)$/s.exec(typeof message === 'string' ? message : '');
  if (token) {
    const number = Number(token[1]);
    // Without a numeric code the response was not Feishu's JSON.
    if (Number.isNaN(number)) return new FailedRequest('not-feishu', { action });
    return fromBody(action, { code: number, msg: token[2] }, { status: 200, secrets });
  }
  return new FailedRequest('unreachable', { action }, networkReason(code));
}

function fromResponse(
  action: FeishuAction,
  response: { status?: number; data?: unknown; headers?: Record<string, unknown> },
  secrets: readonly string[],
): FailedRequest {
  const status = response.status ?? 0;
  const logId = response.headers?.['x-tt-logid'];
  const retryAfterS = Number(response.headers?.['retry-after']);
  const retryAfterMs = Number.isFinite(retryAfterS) && retryAfterS > 0 ? retryAfterS * 1000 : undefined;
  const body = response.data as { code?: unknown; msg?: unknown } | null;
  if (body === null || typeof body !== 'object' || typeof body.code !== 'number') {
    const kind = status === 429 || status >= 500 ? 'overloaded' : 'not-feishu';
    return new FailedRequest(kind, { action, status }, undefined, retryAfterMs);
  }
  const isLogId = typeof logId === 'string' && /^[\w-]{1,100}$/.test(logId);
  return fromBody(action, body, { status, logId: isLogId ? logId : undefined, retryAfterMs, secrets });
}

interface FailedResponse {
  readonly status: number;
  readonly logId?: string;
  readonly retryAfterMs?: number;
  readonly secrets?: readonly string[];
}

function fromBody(
  action: FeishuAction,
  body: { code?: unknown; msg?: unknown },
  { status, logId, retryAfterMs, secrets = [] }: FailedResponse,
): FailedRequest {
  const code = Number(body.code);
  const msg = typeof body.msg === 'string' ? createRedactor(secrets).foreign(body.msg, 200) : undefined;
  const isOverload = status === 429 || status >= 500 || rateCodes.has(code);
  return new FailedRequest(
    isOverload ? 'overloaded' : 'refused',
    { action, code, msg, status, logId },
    undefined,
    retryAfterMs,
  );
}

function networkReason(code: unknown): Text {
  switch (code) {
    case 'ERR_CANCELED':
      return feishuReasons.cancelled;
    case 'ECONNABORTED':
    case 'ETIMEDOUT':
      return feishuReasons.noAnswer;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return feishuReasons.nameUnknown(code);
    case 'ECONNREFUSED':
      return feishuReasons.connectionRefused(code);
    case 'ECONNRESET':
    case 'EPIPE':
      return feishuReasons.connectionReset(code);
    default:
      return typeof code === 'string' && /^[A-Z_0-9]+$/.test(code) ? same(code) : feishuReasons.connectionCut;
  }
}

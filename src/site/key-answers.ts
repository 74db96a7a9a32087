import type { Request, Response } from 'playwright';
import type { Redactor } from '../lib/redactor.js';
import { withDeadline } from '../lib/with-deadline.js';
import { interpretAnswer, type Meaning } from './interpret-answer.js';
import type { KeyPage, ResponseMatcher } from './resolve-profile.js';
import { pageSkewOf } from './server-clock.js';

/** The answers to the page's own key requests, as they arrive. Sends no requests itself. */
export function watchKeyAnswers({ page, profile, section }: KeyPage, redactor: Redactor) {
  const shape = section.answer ?? { key: [], expires: [] };
  const rotating = new Set<Request>();
  const waiting: (() => void)[] = [];
  let generation = 0;

  const answers = {
    /** The newest answer to the page's read since the last `forget`. */
    read: undefined as Meaning | undefined,
    /** The newest answer to the page's rotation since the last `forget`. */
    rotated: undefined as Meaning | undefined,
    /** See `ConsoleSession.clockSkewMs`. */
    clockSkewMs: undefined as number | undefined,
    /** The page sent a rotation whose connection broke without an answer. */
    isLost: false,
    get isRotating() {
      return rotating.size > 0;
    },
    forget: () => {
      generation += 1;
      Object.assign(answers, { read: undefined, rotated: undefined, isLost: false });
      rotating.clear();
    },
    onSend: () => undefined as void,
    /** Called for each answer, before `next` resolves. */
    onAnswer: (_meaning: Meaning, _isRotation: boolean) => undefined as void,
    /** Resolves at the next answer, or after `ms`. */
    next: (ms: number) => withDeadline(new Promise<void>((resolve) => void waiting.push(resolve)), ms, () => undefined),
  };

  const wake = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const onRequest = (request: Request) => {
    if (!isSame(request, section.capture.response)) return;
    rotating.add(request);
    answers.onSend();
  };
  const onFailed = (request: Request) => {
    if (!rotating.delete(request)) return;
    answers.isLost = true;
    wake();
  };
  const onResponse = async (response: Response) => {
    const request = response.request();
    const isRotation = isSame(request, section.capture.response);
    if (!isRotation && !isSame(request, section.read.response)) return;
    const asOf = generation;
    answers.clockSkewMs = pageSkewOf(response) ?? answers.clockSkewMs;
    try {
      // Empty for a redirect, and after the page navigated away. The headers may still indicate a challenge.
      const text = await response.text().catch(() => '');
      const meaning = interpretAnswer(
        { status: response.status(), headers: response.headers(), text },
        { request: { method: request.method(), url: response.url() }, profile, redactor, shape },
      );
      if (asOf !== generation) return;
      if (isRotation) answers.rotated = meaning;
      else answers.read = meaning;
      answers.onAnswer(meaning, isRotation);
    } finally {
      rotating.delete(request);
      wake();
    }
  };
  page.on('request', onRequest);
  // The page may close before its answer is read.
  page.on('response', (response) => void onResponse(response).catch(() => undefined));
  page.on('requestfailed', onFailed);
  return answers;
}

function isSame(request: Request, wanted: ResponseMatcher | undefined): boolean {
  if (!wanted || request.method() !== wanted.method || !URL.canParse(request.url())) return false;
  return new URL(request.url()).pathname === wanted.pathname;
}

import { expect, test } from '@playwright/test';
import { AppError, appError } from '../../../src/lib/app-error.js';
import { browserErrors } from '../../../src/browser/browser-errors.js';
import { LineClosed, openLine, type Handlers, type LinePort } from '../../../src/worker/line.js';

/** Both ends of a channel, and a function that cuts it. */
function wire(): { ports: readonly [LinePort, LinePort]; cut: () => void } {
  const receivers: ((message: unknown) => void)[] = [];
  const closers: (() => void)[] = [];
  let isCut = false;
  const port = (own: number, other: number): LinePort => ({
    send: (message) => {
      // The other side gets a copy, as between processes.
      const copy: unknown = structuredClone(message);
      setImmediate(() => isCut || receivers[other]?.(copy));
    },
    onMessage: (handle) => (receivers[own] = handle),
    onClosed: (handle) => closers.push(handle),
  });
  return {
    ports: [port(0, 1), port(1, 0)],
    cut: () => {
      isCut = true;
      for (const close of closers) close();
    },
  };
}

function joined(handlers: Handlers) {
  const { ports, cut } = wire();
  openLine(ports[1], handlers);
  return { line: openLine(ports[0], {}), cut };
}

test('a call returns the value of the other side, even a late one', async () => {
  const { line } = joined({
    double: (n: number) => n * 2,
    later: () => new Promise((resolve) => setImmediate(() => resolve({ a: undefined, b: [1] }))),
  });
  expect(await Promise.all([line.call('double', 4), line.call('later'), line.call('double', 5)])).toEqual([
    8,
    { a: undefined, b: [1] },
    10,
  ]);
});

test('an expected error keeps its code, its advice and its causes', async () => {
  const { line } = joined({
    fail: () => {
      const cause = new Error('spawn ENOENT', { cause: new RangeError('below it') });
      throw appError(browserErrors.noBrowser, undefined, { cause });
    },
  });
  const error = await line.call('fail').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  const known = appError(browserErrors.noBrowser, undefined);
  expect(error).toMatchObject({ code: known.code, message: known.message, state: known.state, hint: known.hint });
  const { cause } = error as AppError;
  expect(cause).toBeInstanceOf(Error);
  expect(cause).toMatchObject({ message: 'spawn ENOENT', cause: { name: 'RangeError', message: 'below it' } });
});

test('any other error keeps its name and its stack', async () => {
  const { line } = joined({
    fail: () => {
      throw new RangeError('too far');
    },
  });
  const error = await line.call('fail').catch((thrown: unknown) => thrown);
  expect(error).not.toBeInstanceOf(AppError);
  expect(error).toMatchObject({ name: 'RangeError', message: 'too far', stack: expect.stringContaining('line.spec') });
  await expect(line.call('no such')).rejects.toThrow(/no such/);
});

test('when the caller gives up, the signal on the other side is aborted', async () => {
  const { line } = joined({
    wait: (_: unknown, signal: AbortSignal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('given up'))),
  });
  const controller = new AbortController();
  const answer = line.call('wait', undefined, controller.signal);
  controller.abort();
  expect(await answer).toBe('given up');
  expect(await line.call('wait', undefined, AbortSignal.abort())).toBe('given up');
});

test('when the other process ends, open calls and later ones are rejected', async () => {
  const told: unknown[] = [];
  const { line, cut } = joined({ never: () => new Promise(() => undefined), note: (word: string) => told.push(word) });
  line.notify('note', 'heard');
  const open = line.call('never');
  setImmediate(() => setImmediate(cut));
  await expect(open).rejects.toBeInstanceOf(LineClosed);
  await expect(line.call('never')).rejects.toBeInstanceOf(LineClosed);
  line.notify('note', 'not heard');
  expect(told).toEqual(['heard']);
});

/** Aborted `ms` after the signal, with its reason. */
export function laterSignal(signal: AbortSignal | undefined, ms: number): AbortSignal {
  const later = new AbortController();
  const abort = () => void setTimeout(() => later.abort(signal?.reason), ms).unref();
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return later.signal;
}

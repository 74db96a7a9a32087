/** Aborted `ms` after the signal, with its reason, or at once with `ends`, from which on nothing waits for the signal. */
export function laterSignal(signal: AbortSignal | undefined, ms: number, ends: AbortSignal): AbortSignal {
  const later = new AbortController();
  const abort = () => void setTimeout(() => later.abort(signal?.reason), ms).unref();
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true, signal: ends });
  return AbortSignal.any([later.signal, ends]);
}

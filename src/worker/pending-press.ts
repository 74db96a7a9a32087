import type { KeyStore } from '../core/held-keys.js';
import { withDeadline } from '../lib/with-deadline.js';

/** Knows from the write-ahead records whether a press has no answer yet. */
export function watchPress(store: KeyStore) {
  let settle: (() => void) | undefined;
  let settled: Promise<void> = Promise.resolve();
  const setPending = (isPending: boolean) => {
    settle?.();
    settle = undefined;
    if (isPending) settled = new Promise((resolve) => (settle = resolve));
  };
  const watched: KeyStore = {
    ...store,
    writeIntent: async (intent) => {
      await store.writeIntent(intent);
      setPending(!intent.answer && !intent.end);
    },
    removeIntent: async () => {
      await store.removeIntent();
      setPending(false);
    },
  };
  return {
    store: watched,
    /** Resolves when no press is without its answer, or after `ms`. */
    settled: (ms: number): Promise<void> => withDeadline(settled, ms, () => undefined),
  };
}

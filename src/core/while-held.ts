import type { KeyStore } from './rotation.js';

/**
 * The key store of a run that may find out late that it stood still (a laptop asleep, a container paused) and that
 * another run has taken the account over. `requireHeld` then rejects: before the press, so that nothing is rotated twice,
 * and before the record is changed, so that the newer key stays. A key that was just seen is written down all the same:
 * it may be the live one, and the run that settles it asks the service.
 */
export function whileHeld(store: KeyStore, requireHeld: () => Promise<void>): KeyStore {
  return {
    readRecord: () => store.readRecord(),
    readIntent: () => store.readIntent(),
    writeIntent: async (intent) => {
      if (intent.answer) return store.writeIntent(intent);
      await requireHeld();
      await store.writeIntent(intent);
      // The press comes next, and writing may have taken its time.
      await requireHeld();
    },
    writeRecord: async (record) => {
      await requireHeld();
      await store.writeRecord(record);
    },
    removeIntent: async () => {
      await requireHeld();
      await store.removeIntent();
    },
  };
}

import type { KeyRecord, RotationIntent } from './key-record.js';

/** Where the key record and the intent are kept. Every write is on stable storage when it resolves. */
export interface KeyStore {
  readRecord(): Promise<KeyRecord>;
  writeRecord(record: KeyRecord): Promise<void>;
  readIntent(): Promise<RotationIntent | undefined>;
  writeIntent(intent: RotationIntent): Promise<void>;
  removeIntent(): Promise<void>;
  /** Rejects when a new key could not be written now. Called before anything is pressed. */
  readonly prepare?: () => Promise<void>;
}

/**
 * The key record and the intent of an account whose lock this run holds. A suspended run (a sleeping laptop, a paused
 * container) may find that another run has taken the account over. `requireHeld` then rejects before the press, so that
 * nothing is rotated twice, and before the record changes, so that the newer key stays. A key that was just seen is
 * written all the same: it may be the live one, and the run that settles it asks the service.
 */
export class HeldKeys {
  private constructor(
    private readonly store: KeyStore,
    private readonly requireHeld: () => Promise<void>,
    public record: KeyRecord,
    public intent: RotationIntent | undefined,
  ) {}

  /** @param requireHeld rejects with a coded error when another run has taken the account over */
  static async read(store: KeyStore, requireHeld = () => Promise.resolve()): Promise<HeldKeys> {
    return new HeldKeys(store, requireHeld, await store.readRecord(), await store.readIntent());
  }

  /** After another process, such as a worker of this run, may have written. */
  async readAgain(): Promise<void> {
    this.record = await this.store.readRecord();
    this.intent = await this.store.readIntent();
  }

  async writeRecord(record: KeyRecord): Promise<void> {
    await this.requireHeld();
    await this.store.writeRecord(record);
    this.record = record;
  }

  async writeIntent(intent: RotationIntent): Promise<void> {
    if (!intent.answer) await this.requireHeld();
    await this.store.writeIntent(intent);
    this.intent = intent;
    // The press comes next, and the write may have taken long.
    if (!intent.answer) await this.requireHeld();
  }

  async removeIntent(): Promise<void> {
    await this.requireHeld();
    await this.store.removeIntent();
    this.intent = undefined;
  }
}

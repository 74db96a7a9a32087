const keepMs = 12 * 3_600_000;
const mostIds = 2000;

/** Feishu delivers an event at least once and repeats it for hours with the same id. */
export class RecentIds<T> {
  private readonly seen = new Map<string, { readonly at: number; readonly answer: T }>();

  constructor(private readonly now: () => number) {}

  get(id: string): T | undefined {
    const entry = this.seen.get(id);
    return entry && this.now() - entry.at <= keepMs ? entry.answer : undefined;
  }

  set(id: string, answer: T): void {
    this.seen.delete(id);
    this.seen.set(id, { at: this.now(), answer });
    for (const oldest of this.seen.keys()) {
      if (this.seen.size <= mostIds) break;
      this.seen.delete(oldest);
    }
  }
}

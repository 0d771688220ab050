/** How far an upload or a download is. */
export interface TransferProgress {
  /**
   * reading: the hash of the file is made, to see whether the room has it already; sending, receiving: its bytes are on their
   * way; finishing: all are there, and the server puts them together.
   */
  readonly stage: 'reading' | 'sending' | 'finishing' | 'receiving';
  /** Bytes, of this stage and in all. What is there from an earlier try counts. */
  readonly done: number;
  readonly total: number;
  /** Bytes a second over the last seconds; null: not known yet. */
  readonly rate: number | null;
  /** ms that are left at this rate; null: not known yet. */
  readonly left: number | null;
}

/** ms over which the rate is taken, at least and at most. */
const WINDOW = { least: 500, most: 5_000 } as const;
/** ms between two reports. */
const EVERY = 100;

/** Counts bytes and reports them, not too often. */
export class Meter {
  readonly #total: number;
  readonly #report: ((progress: TransferProgress) => void) | undefined;
  #stage: TransferProgress['stage'];
  /** Bytes that are there for good. */
  #settled = 0;
  /** Bytes of each part that is on its way. */
  readonly #moving = new Map<number, number>();
  #samples: { readonly at: number; readonly done: number }[] = [];
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(
    stage: TransferProgress['stage'],
    total: number,
    report: ((progress: TransferProgress) => void) | undefined,
  ) {
    this.#stage = stage;
    this.#total = total;
    this.#report = report;
  }

  /** Begins a stage, of which so much is there already. */
  begin(stage: TransferProgress['stage'], settled: number): void {
    this.#stage = stage;
    this.#settled = settled;
    this.#moving.clear();
    this.#samples = [{ at: Date.now(), done: settled }];
    this.#tell(true);
  }

  /** A part that is on its way has come so far, bytes. */
  move(part: number, bytes: number): void {
    this.#moving.set(part, bytes);
    this.#tell(false);
  }

  /** A part has arrived, or (0 bytes) has to come again. */
  settle(part: number, bytes: number): void {
    this.#moving.delete(part);
    this.#settled += bytes;
    this.#tell(this.#settled === this.#total);
  }

  get #done(): number {
    let done = this.#settled;
    for (const bytes of this.#moving.values()) done += bytes;
    return Math.min(done, this.#total);
  }

  #tell(isNeeded: boolean): void {
    const now = Date.now();
    const done = this.#done;
    this.#samples = [...this.#samples.filter(({ at }) => now - at <= WINDOW.most), { at: now, done }];
    if (this.#report === undefined || (!isNeeded && now - this.#reportedAt < EVERY)) return;
    this.#reportedAt = now;
    const rate = this.#rate(now, done);
    const left = rate === null || rate === 0 ? null : Math.round(((this.#total - done) / rate) * 1_000);
    this.#report({ stage: this.#stage, done, total: this.#total, rate, left });
  }

  #rate(now: number, done: number): number | null {
    const first = this.#samples[0];
    if (first === undefined || now - first.at < WINDOW.least) return null;
    // Less than before: a part broke off and comes again.
    return Math.max(0, Math.round(((done - first.done) / (now - first.at)) * 1_000));
  }
}

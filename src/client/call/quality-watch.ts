import { type PageLike, thePage } from '../player.ts';
import type { Timers } from '../timers.ts';
import type { Quality } from './call-view.ts';
import { qualityOf, type Sample, settle } from './quality.ts';
import { report } from './report.ts';

/** ms between two samples: long enough for a loss to be more than a single packet, short enough to be told while it matters. */
export const SAMPLE_EVERY = 2_000;

interface Known {
  readonly sample: Sample;
  readonly previous: Quality;
  readonly shown: Quality;
}

export interface QualityOptions {
  readonly sample: () => Promise<ReadonlyMap<string, Sample>>;
  readonly timers: Timers;
  /** Left out: that of this program. null: always seen. */
  readonly page?: PageLike | null;
  readonly changed: () => void;
}

/** Asks every now and then how the lines are. Not while nobody looks: then nobody sees it, and timers are held back. */
export class QualityWatch {
  readonly #options: QualityOptions;
  readonly #page: PageLike | null;
  #known: ReadonlyMap<string, Known> = new Map();
  #isAsking = false;
  #isClosed = false;
  #cancel: () => void = () => undefined;

  constructor(options: QualityOptions) {
    this.#options = options;
    this.#page = options.page === undefined ? thePage() : options.page;
    this.#page?.addEventListener('visibilitychange', this.#seen);
    this.#later();
  }

  /** undefined: no sample was taken yet. */
  of(member: string): Quality | undefined {
    return this.#known.get(member)?.shown;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#page?.removeEventListener('visibilitychange', this.#seen);
  }

  readonly #seen = (): void => {
    this.#cancel();
    // Between a sample from before and one from now lies all that was not looked at.
    if (this.#page?.hidden === true) this.#known = new Map();
    else void this.#ask();
  };

  #later(): void {
    this.#cancel();
    if (!this.#isClosed && this.#page?.hidden !== true)
      this.#cancel = this.#options.timers.after(SAMPLE_EVERY, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#isClosed) return;
    this.#isAsking = true;
    try {
      const samples = await this.#options.sample();
      if (this.#isClosed) return;
      this.#known = new Map(Array.from(samples, ([member, sample]) => [member, this.#judge(member, sample)]));
      this.#options.changed();
    } catch (error) {
      // A connection that is being closed has nothing to tell; the next sample is of another one.
      report(error);
    } finally {
      this.#isAsking = false;
      this.#later();
    }
  }

  #judge(member: string, sample: Sample): Known {
    const before = this.#known.get(member);
    const now = qualityOf(before?.sample ?? null, sample);
    const shown = before === undefined ? now : settle(before.shown, before.previous, now);
    return { sample, previous: now, shown };
  }
}

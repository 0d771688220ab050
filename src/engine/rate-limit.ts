/** A token bucket: `perSecond` on average, `burst` at once. Both in tokens. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by key. A bucket that has filled up again is forgotten, so idle keys cost nothing. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #rate: Rate;

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Takes a token and answers 0, or answers the ms until there is one. `now` in ms. */
  take(key: string, now: number): number {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      this.#buckets.set(key, { tokens: burst - 1, at: now });
      return 0;
    }
    const elapsed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsed * perSecond) / 1_000);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond);
    bucket.tokens -= 1;
    return 0;
  }

  /** Drops what has filled up. Call it now and then. */
  sweep(now: number): void {
    const { perSecond, burst } = this.#rate;
    for (const [key, bucket] of this.#buckets) {
      if (bucket.tokens + ((now - bucket.at) * perSecond) / 1_000 >= burst) this.#buckets.delete(key);
    }
  }

  forget(key: string): void {
    this.#buckets.delete(key);
  }
}

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
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      this.#buckets.set(key, { tokens: this.#rate.burst - 1, at: now });
      return 0;
    }
    bucket.tokens = this.#tokensIn(bucket, now);
    bucket.at = now;
    const wait = this.#waitFor(bucket.tokens);
    if (wait === 0) bucket.tokens -= 1;
    return wait;
  }

  /** The ms until there is a token. Takes none. */
  waiting(key: string, now: number): number {
    const bucket = this.#buckets.get(key);
    return bucket === undefined ? 0 : this.#waitFor(this.#tokensIn(bucket, now));
  }

  /** Sees to it that there is no token before `ms` have passed. */
  holdOff(key: string, now: number, ms: number): void {
    const tokens = 1 - (ms * this.#rate.perSecond) / 1_000;
    const bucket = this.#buckets.get(key);
    const held = bucket === undefined ? this.#rate.burst : this.#tokensIn(bucket, now);
    this.#buckets.set(key, { tokens: Math.min(held, tokens), at: now });
  }

  /** Drops what has filled up. Call it now and then. */
  sweep(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (this.#tokensIn(bucket, now) >= this.#rate.burst) this.#buckets.delete(key);
    }
  }

  forget(key: string): void {
    this.#buckets.delete(key);
  }

  #tokensIn(bucket: Bucket, now: number): number {
    const { perSecond, burst } = this.#rate;
    // A clock that was put back counts from there on; nobody waits until it shows the old time again.
    bucket.at = Math.min(bucket.at, now);
    return Math.min(burst, bucket.tokens + ((now - bucket.at) * perSecond) / 1_000);
  }

  #waitFor(tokens: number): number {
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / this.#rate.perSecond);
  }
}

import { ParleyError, unref } from './http.ts';
import { Pace, type Rate } from './pace.ts';

/** Well below what a room takes of one member's questions (10 in a second, 40 at once): others are asked meanwhile. */
const RATE: Rate = { atOnce: 10, every: 150 };
/** ms to wait where the room does not say how long. */
const WAIT = 1_000;

/** Pictures by item, each asked for once: a picture never changes. They are asked for one after another, and paced. */
export class Posters {
  readonly #ask: (item: number) => Promise<string | null>;
  readonly #pace = new Pace(RATE);
  readonly #known = new Map<number, Promise<string | null>>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #isAsking = false;

  constructor(ask: (item: number) => Promise<string | null>) {
    this.#ask = ask;
  }

  get(item: number): Promise<string | null> {
    const known = this.#known.get(item);
    if (known !== undefined) return known;
    const asked = new Promise<string | null>((resolve, reject) => {
      this.#waiting.push(() => this.#answer(item).then(resolve, reject));
    });
    this.#known.set(item, asked);
    asked.catch(() => this.#known.delete(item));
    void this.#run();
    return asked;
  }

  forget(item: number): void {
    this.#known.delete(item);
  }

  async #run(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await new Promise<void>((resolve) => this.#pace.paced([resolve]));
      await next();
    }
    this.#isAsking = false;
  }

  /** What is refused because too much was asked is asked again when it may be. */
  async #answer(item: number): Promise<string | null> {
    for (;;) {
      try {
        return await this.#ask(item);
      } catch (error) {
        if (!(error instanceof ParleyError) || error.code !== 'rate_limited') throw error;
        await new Promise((resolve) => unref(setTimeout(resolve, error.retry ?? WAIT)));
      }
    }
  }
}

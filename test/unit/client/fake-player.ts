import type { PlayerLike } from '../../../src/client/player.ts';

/** Chance that can be repeated: mulberry32, by T. Ettinger. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time that passes when it is told to. What is due runs in order, each with all that follows at once. */
export class World {
  /** True time, ms. */
  now = 0;
  readonly #due: { at: number; readonly order: number; run: (() => void) | null }[] = [];
  #order = 0;

  after(ms: number, run: () => void): () => void {
    this.#order += 1;
    const one = { at: this.now + Math.max(0, ms), order: this.#order, run: run as (() => void) | null };
    this.#due.push(one);
    this.#due.sort((a, b) => a.at - b.at || a.order - b.order);
    return () => {
      one.run = null;
    };
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    await settle();
    for (;;) {
      const [next] = this.#due;
      if (next === undefined || next.at > until) break;
      this.#due.shift();
      this.now = next.at;
      next.run?.();
      await settle();
    }
    this.now = until;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
}

/** How one place differs from the ideal. All in ms, but for `ppm`. */
export interface Place {
  /** On each way to the server, and how much longer it may take. */
  readonly latency: number;
  readonly jitter: number;
  /** Longer on the way there than back. */
  readonly uneven: number;
  /** By how much this machine's clock is ahead, and by how many millionths it runs faster. */
  readonly skew: number;
  readonly ppm: number;
  /** By how many millionths its player runs faster. */
  readonly playerPpm: number;
  readonly startTakes: number;
  readonly seekTakes: number;
  /** How far off a reading of the position may be. */
  readonly noise: number;
}

export const IDEAL: Place = {
  latency: 20,
  jitter: 0,
  uneven: 0,
  skew: 0,
  ppm: 0,
  playerPpm: 0,
  startTakes: 0,
  seekTakes: 0,
  noise: 0,
};

/** An element that takes its time to start and to seek, as those of browsers do. */
export class FakePlayer implements PlayerLike {
  paused = true;
  ended = false;
  seeking = false;
  readyState = 0;
  /** Fetching, until it is made to do as browsers on mobile data do. */
  networkState = 2;
  error: { readonly code: number } | null = null;
  /** Seconds; NaN: nothing is loaded. */
  duration = Number.NaN;
  /** play() is refused, as before anybody has pressed a key. */
  refuses = false;
  volume = 0.7;
  /** How many sources it was given. */
  sources = 0;
  readonly seeks: number[] = [];
  readonly rates: number[] = [];
  readonly #world: World;
  readonly #place: Place;
  readonly #random: () => number;
  readonly #listeners = new Map<string, Set<() => void>>();
  #rate = 1;
  /** Position in ms at `#since`; moving: since then at this rate. */
  #at = 0;
  #since = 0;
  #moves = false;
  #stalled = false;
  #seekNumber = 0;
  #startNumber = 0;
  #cancelEnd: () => void = () => undefined;
  #waiting: (() => void)[] = [];

  constructor(world: World, place: Place = IDEAL, random: () => number = () => 0.5) {
    this.#world = world;
    this.#place = place;
    this.#random = random;
  }

  addEventListener(type: string, listener: () => void): void {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known.add(listener));
  }
  removeEventListener(type: string, listener: () => void): void {
    this.#listeners.get(type)?.delete(listener);
  }
  get listening(): number {
    return Array.from(this.#listeners.values()).reduce((sum, { size }) => sum + size, 0);
  }
  emit(type: string): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) listener();
  }

  /** Where it truly is, ms. */
  get truth(): number {
    const end = Number.isNaN(this.duration) ? Number.POSITIVE_INFINITY : this.duration * 1_000;
    if (!this.#moves) return Math.min(this.#at, end);
    const speed = this.#rate * (1 + this.#place.playerPpm / 1e6);
    return Math.min(this.#at + (this.#world.now - this.#since) * speed, end);
  }
  get currentTime(): number {
    const { noise } = this.#place;
    return Math.max(0, this.truth + (this.#moves ? (this.#random() * 2 - 1) * noise : 0)) / 1_000;
  }
  set currentTime(seconds: number) {
    this.seeks.push(seconds);
    this.#stop();
    this.#at = Math.min(seconds * 1_000, Number.isNaN(this.duration) ? 0 : this.duration * 1_000);
    this.ended = false;
    this.seeking = true;
    this.#seekNumber += 1;
    const number = this.#seekNumber;
    this.#world.after(0, () => this.emit('seeking'));
    this.#world.after(this.#takes(this.#place.seekTakes), () => {
      if (number !== this.#seekNumber) return;
      this.seeking = false;
      this.emit('seeked');
      if (!this.paused) this.#go();
    });
  }
  get playbackRate(): number {
    return this.#rate;
  }
  set playbackRate(rate: number) {
    this.#rest();
    this.#rate = rate;
    this.rates.push(rate);
    if (this.#moves) this.#go();
  }

  /** Another source: it takes some time until its length is known. */
  source(seconds: number, takes = 50): void {
    this.#stop();
    this.#at = 0;
    this.paused = true;
    this.ended = false;
    this.seeking = false;
    this.readyState = 0;
    this.error = null;
    this.duration = Number.NaN;
    this.#seekNumber += 1;
    this.sources += 1;
    const number = this.sources;
    this.#world.after(takes, () => {
      if (number !== this.sources || this.error !== null) return;
      this.duration = seconds;
      this.readyState = 4;
      this.emit('loadedmetadata');
      this.emit('canplay');
    });
  }
  play(): Promise<void> {
    if (this.refuses) return Promise.reject(Object.assign(new Error('refused'), { name: 'NotAllowedError' }));
    this.paused = false;
    if (this.ended) this.currentTime = 0;
    this.#startNumber += 1;
    const number = this.#startNumber;
    this.#world.after(this.#takes(this.#place.startTakes), () => {
      if (number === this.#startNumber && !this.paused) this.#go();
    });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
  pause(): void {
    this.#stop();
    this.paused = true;
    this.#world.after(0, () => this.emit('pause'));
  }
  /** Runs out of data for a time. */
  stall(ms: number): void {
    this.#stop();
    this.#stalled = true;
    this.readyState = 2;
    this.emit('waiting');
    this.#world.after(ms, () => {
      this.#stalled = false;
      this.readyState = 4;
      this.emit('canplay');
      if (!this.paused) this.#go();
    });
  }
  breaks(code: number): void {
    this.#stop();
    this.error = { code };
    this.emit('error');
  }

  #takes(ms: number): number {
    return ms * (0.7 + 0.6 * this.#random());
  }
  #rest(): void {
    this.#at = this.truth;
    this.#since = this.#world.now;
  }
  #stop(): void {
    this.#rest();
    this.#moves = false;
    this.#cancelEnd();
  }
  #go(): void {
    if (this.seeking || this.#stalled || this.readyState < 3) return;
    const isNew = !this.#moves;
    this.#rest();
    this.#moves = true;
    this.#cancelEnd();
    this.#cancelEnd = this.#world.after((this.duration * 1_000 - this.#at) / this.#rate, () => this.#end());
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (!isNew) return;
    this.emit('playing');
    this.#tick();
  }
  #tick(): void {
    this.#world.after(250, () => {
      if (!this.#moves) return;
      this.emit('timeupdate');
      this.#tick();
    });
  }
  #end(): void {
    this.#stop();
    this.ended = true;
    this.paused = true;
    this.emit('pause');
    this.emit('ended');
  }
}

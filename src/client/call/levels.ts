import { Emitter } from '../emitter.ts';
import type { Timers } from '../timers.ts';
import type { Meter } from './meter.ts';
import { hear, SILENCE, type Speech } from './speaking.ts';

/** ms between two looks: fast enough for a bar that moves. */
const LOOK_EVERY = 100;

export interface LevelsOptions {
  readonly timers: Timers;
  readonly openMeter: (track: MediaStreamTrack) => Meter;
  /** How loud another member is, 0 to 1. */
  readonly levelOf: (member: string) => number;
  readonly self: () => string;
  /** You speak into your microphone, or not any more, whether you are heard or not. */
  readonly spoke: (speaks: boolean) => void;
}

/** How loud everybody is. Apart from the state of the call, which would change ten times a second for it. */
export class Levels {
  readonly #options: LevelsOptions;
  readonly #emitter = new Emitter();
  #track: MediaStreamTrack | null = null;
  #meter: Meter | null = null;
  #level = 0;
  #speech: Speech = SILENCE;
  #listeners = 0;
  #isClosed = false;
  #cancel: (() => void) | null = null;

  /** @internal Use `call.levels`. */
  constructor(options: LevelsOptions) {
    this.#options = options;
  }

  /** How loud a member is at this moment, you too (also while you are muted), from 0 to 1. */
  of(member: string): number {
    return member === this.#options.self() ? this.#level : this.#options.levelOf(member);
  }

  /** Called ten times a second while somebody listens. Needs no `this`. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const off = this.#emitter.on('levels', listener);
    this.#listeners += 1;
    this.#run();
    let isOver = false;
    return () => {
      if (!isOver) this.#listeners -= 1;
      isOver = true;
      off();
    };
  };

  /** @internal Listens to this track of your own. */
  listenTo(track: MediaStreamTrack | null): void {
    if (track === this.#track) return;
    this.#track = track;
    this.#meter?.close();
    this.#meter = track === null ? null : this.#options.openMeter(track);
    this.#level = 0;
    this.#heard(SILENCE);
    this.#run();
  }

  /** @internal */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#meter?.close();
  }

  #run(): void {
    const isOfUse = !this.#isClosed && (this.#meter !== null || this.#listeners > 0);
    if (!isOfUse || this.#cancel !== null) return;
    this.#cancel = this.#options.timers.after(LOOK_EVERY, () => {
      this.#cancel = null;
      this.#look();
      this.#run();
    });
  }

  #look(): void {
    if (this.#meter !== null) {
      this.#level = this.#meter.level();
      this.#heard(hear(this.#speech, this.#level, this.#options.timers.now()));
    }
    this.#emitter.emit('levels');
  }

  #heard(speech: Speech): void {
    const before = this.#speech.speaks;
    this.#speech = speech;
    if (speech.speaks !== before) this.#options.spoke(speech.speaks);
  }
}

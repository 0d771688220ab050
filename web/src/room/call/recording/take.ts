import type { Call } from '../../../../../src/client/call/index.ts';
import { Mixer, soundsOf } from './mixer.ts';
import { Painter, type Scene } from './painter.ts';
import type { Tape } from './tape.ts';

/** ms of one piece: so much is lost at most where the page is closed. */
const PIECE = 4_000;
/** Bits a second: 1.1 GB an hour. */
const BITS = { videoBitsPerSecond: 2_400_000, audioBitsPerSecond: 96_000 } as const;

/** What browsers can write, the best first; the first is the cheapest to encode while a call goes on. */
const TYPES = ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'] as const;

/** The media type of a recording here; null: this browser can't record. */
export function typeHere(): string | null {
  if (typeof MediaRecorder === 'undefined') return null;
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

/** A recording under way: the call's picture and sound, written to a tape piece by piece. */
export class Take {
  readonly #recorder: MediaRecorder;
  readonly #stopped: Promise<void>;
  /** What is to be closed, in this order, when it is over or did not begin. */
  readonly #closes: (() => void)[] = [];
  #isEnding = false;

  /** Throws where the browser can't. `cut` is told once when the browser ends it by itself, for whatever reason. */
  constructor(call: Call, scene: () => Scene, tape: Pick<Tape, 'add'>, mimeType: string, cut: () => void) {
    const cutOnce = (): void => {
      if (this.#isEnding) return;
      this.#isEnding = true;
      cut();
    };
    try {
      const mixer = new Mixer();
      this.#closes.push(() => mixer.close());
      const painter = new Painter(scene, cutOnce);
      this.#closes.push(() => painter.close());
      const listen = (): void => mixer.take(soundsOf(call.state));
      this.#closes.push(call.subscribe(listen));
      listen();
      const stream = new MediaStream([painter.track, mixer.track]);
      this.#recorder = new MediaRecorder(stream, { mimeType, ...BITS });
      this.#recorder.addEventListener('dataavailable', ({ data }) => tape.add(data));
      // The last piece comes after it, and then "stop".
      this.#recorder.addEventListener('error', () => this.#stop());
      this.#stopped = new Promise((resolve) => {
        this.#recorder.addEventListener('stop', () => resolve(), { once: true });
      });
      void this.#stopped.then(cutOnce);
      this.#recorder.start(PIECE);
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  /** Resolves when the last piece is on the tape. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#stop();
    await this.#stopped;
    this.#close();
  }

  #stop(): void {
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  #close(): void {
    for (const close of this.#closes.splice(0)) close();
  }
}

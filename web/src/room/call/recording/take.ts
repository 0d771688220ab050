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

/** The media type of a recording here, without its codecs; null: this browser can't record. */
export function typeHere(): { readonly wanted: string; readonly type: string } | null {
  if (typeof MediaRecorder === 'undefined') return null;
  const wanted = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  return wanted === undefined ? null : { wanted, type: wanted.split(';')[0] ?? wanted };
}

/** A recording under way: the call's picture and sound, written to a tape piece by piece. */
export class Take {
  readonly #call: Call;
  readonly #painter: Painter;
  readonly #mixer: Mixer;
  readonly #recorder: MediaRecorder;
  readonly #off: () => void;

  /** Throws where the browser can't. */
  constructor(call: Call, scene: () => Scene, tape: Tape, wanted: string) {
    this.#call = call;
    this.#mixer = new Mixer();
    try {
      this.#painter = new Painter(scene);
    } catch (error) {
      this.#mixer.close();
      throw error;
    }
    this.#listen();
    this.#off = call.subscribe(() => this.#listen());
    const stream = new MediaStream([this.#painter.track, this.#mixer.track]);
    this.#recorder = new MediaRecorder(stream, { mimeType: wanted, ...BITS });
    this.#recorder.addEventListener('dataavailable', ({ data }) => tape.add(data));
    this.#recorder.start(PIECE);
  }

  /** Resolves when the last piece is on the tape. */
  async end(): Promise<void> {
    this.#off();
    await new Promise<void>((resolve) => {
      if (this.#recorder.state === 'inactive') return resolve();
      this.#recorder.addEventListener('stop', () => resolve(), { once: true });
      this.#recorder.stop();
    });
    this.#painter.close();
    this.#mixer.close();
  }

  #listen(): void {
    this.#mixer.take(soundsOf(this.#call.state));
  }
}

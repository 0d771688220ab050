import type { Devices } from '../../../../src/client/call/index.ts';
import { type Got, type Held, type Kind, release } from './held.ts';
import type { Wish } from './wish.ts';

const KINDS = ['camera', 'microphone'] as const;
const NONE: ReadonlySet<Kind> = new Set();

/** Devices on their way to be open: a browser may ask the person first, for as long as they like. */
export class Openings {
  readonly #devices: Devices;
  readonly #changed: () => void;
  readonly #coming = new Map<Kind, Promise<Got>>();
  #kinds = NONE;

  /** `changed` is called after each change of `kinds`. */
  constructor(devices: Devices, changed: () => void) {
    this.#devices = devices;
    this.#changed = changed;
  }

  /** Which are on their way: the same set until it changes. */
  get kinds(): ReadonlySet<Kind> {
    return this.#kinds;
  }

  /** Takes of `held` what is wished, or asks for all that is at once. What comes of it is had by `open`. */
  prepare(wish: Wish, held: Held = {}): void {
    for (const kind of KINDS) {
      const opened = held[kind];
      if (opened === undefined) continue;
      if (wish[kind]) void this.#await(kind, opened);
      else release({ [kind]: opened });
    }
    if (!wish.camera || !wish.microphone || this.#coming.size > 0) return;
    const both = this.#devices.openBoth();
    void this.#await(
      'camera',
      both.then((opened) => opened.camera),
    );
    void this.#await(
      'microphone',
      both.then((opened) => opened.microphone),
    );
  }

  /** Opens the chosen one, or answers what came of one that is on its way. */
  open(kind: Kind): Promise<Got> {
    return this.#coming.get(kind) ?? this.#await(kind, this.#open(kind));
  }

  /**
   * Opens another one in the place of the one that is open, which goes off first: phones open one of a kind at a time. Where the new
   * one fails, the old one comes back: then there are both, a track, and why it is not the other.
   */
  exchange(kind: Kind, id: string, old: MediaStreamTrack): Promise<Got> {
    return this.#await(kind, this.#exchange(kind, id, old));
  }

  /** What is on its way, for whoever goes on with it. */
  get coming(): Held {
    return Object.fromEntries(this.#coming);
  }

  async #exchange(kind: Kind, id: string, old: MediaStreamTrack): Promise<Got> {
    const before = this.#devices.state.chosen[kind];
    const { deviceId } = old.getSettings();
    old.stop();
    this.#devices.choose(kind, id);
    const opened = await this.#open(kind);
    if (opened.track !== null) return opened;
    this.#devices.choose(kind, before);
    const { track } = await this.#open(kind, deviceId);
    return { track, failure: opened.failure };
  }

  #open(kind: Kind, id?: string): Promise<Got> {
    return kind === 'camera' ? this.#devices.openCamera(id) : this.#devices.openMicrophone(id);
  }

  async #await(kind: Kind, got: Promise<Got>): Promise<Got> {
    this.#coming.set(kind, got);
    this.#tell();
    const result = await got;
    this.#coming.delete(kind);
    this.#tell();
    return result;
  }

  #tell(): void {
    this.#kinds = new Set(this.#coming.keys());
    this.#changed();
  }
}

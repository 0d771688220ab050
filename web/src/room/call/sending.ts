import type { Call, Devices } from '../../../../src/client/call/index.ts';
import type { Media } from '../../../../src/protocol/index.ts';
import { DeviceError } from './device-error.ts';
import type { Held, Kind } from './held.ts';
import { Openings } from './openings.ts';
import { Turns } from './turns.ts';
import type { Wish } from './wish.ts';

export { openCall } from '../../../../src/client/call/index.ts';
export { theDevices } from './the-devices.ts';

/** Tracks of one medium, which are somebody's to stop until they are given to the call. */
type Opened = { readonly track: MediaStreamTrack; readonly sound: MediaStreamTrack | null };

interface SendingOptions {
  readonly call: Call;
  readonly devices: Devices;
  /** Other devices are on their way. */
  readonly changed: () => void;
  /** What was wished did not come. */
  readonly fault: (error: unknown) => void;
}

/** What you send in a call: has devices opened when they are wanted, and gives them to it. Loaded with the call. */
export class Sending {
  readonly #options: SendingOptions;
  readonly #openings: Openings;
  readonly #turns = new Turns<Media>();
  /** Media whose button was pressed and that may not be there yet. */
  readonly #busy = new Set<Media>();
  #isTalking = false;
  #isClosed = false;

  constructor(options: SendingOptions) {
    const { devices, changed } = options;
    this.#options = options;
    this.#openings = new Openings(devices, changed);
  }

  /** Devices that were asked for and are not open yet: the same set until it changes. */
  get opening(): ReadonlySet<Kind> {
    return this.#openings.kinds;
  }

  /** What is on for good, or is to be: not what is heard only while a key is held. null: that can't be told now. */
  get wish(): Wish | null {
    const { microphone, muted, camera } = this.#options.call.state.self;
    if (this.#isTalking) return null;
    return {
      microphone: (microphone !== null || this.opening.has('microphone')) && !muted,
      camera: camera !== null || this.opening.has('camera'),
    };
  }

  /** Opens what is wished, where it is not among what is held; the rest of that goes off. */
  async come(wish: Wish, held: Held): Promise<void> {
    this.#openings.prepare(wish, held);
    const kinds = (['microphone', 'camera'] as const).filter((kind) => wish[kind]);
    await Promise.all(
      kinds.map((kind) =>
        this.#turns
          .take(kind, () => this.#switchOn(kind))
          .catch((error) => this.#isClosed || this.#options.fault(error)),
      ),
    );
  }

  /** Switches something on or off. Rejects with a DeviceError, or with what the room says to it. */
  async toggle(media: Media): Promise<void> {
    // A second press while it is being opened is none. What is there goes off at once, whatever else is on its way.
    const isThere = this.#options.call.state.self[media] !== null;
    if (!isThere && (this.#busy.has(media) || this.#isOpening(media))) return;
    this.#busy.add(media);
    try {
      await this.#toggle(media);
    } finally {
      this.#busy.delete(media);
    }
  }

  /** Is heard for as long as a key is held down: see `CallSession.talk`. */
  async talk(isDown: boolean): Promise<void> {
    if (!isDown) return this.#hush();
    const { call } = this.#options;
    const { microphone, muted } = call.state.self;
    if (this.#isTalking || (microphone !== null && !muted) || this.#isOpening('microphone')) return;
    this.#isTalking = true;
    try {
      await this.#turns.take('microphone', async () => {
        if (call.state.self.microphone !== null) return;
        // Nobody hears it before it is clear that the key is still held.
        await call.setMuted(true);
        await this.#switchOn('microphone');
      });
      if (this.#isTalking) await call.setMuted(false);
    } catch (error) {
      this.#isTalking = false;
      throw error;
    }
  }

  /** Switches on what a host has asked for: see `CallSession.comply`. */
  async comply(media: Media, answer: () => Promise<unknown>): Promise<void> {
    const { call } = this.#options;
    await this.#turns.take(media, async () => {
      if (call.state.self[media] === null) await this.#switchOn(media, answer);
      else await answer();
    });
    if (media === 'microphone' && call.state.self.microphone !== null) await call.setMuted(false);
  }

  /** Takes another device for what is on already, and for what will be. */
  use(kind: Kind, id: string): Promise<void> {
    return this.#turns.take(kind, () => this.#use(kind, id));
  }

  /** The call is over. What a browser gives now goes off again. */
  close(): void {
    this.#isClosed = true;
    this.#isTalking = false;
  }

  #isOpening(media: Media): boolean {
    return media !== 'screen' && this.opening.has(media);
  }

  async #toggle(media: Media): Promise<void> {
    const { call } = this.#options;
    const { self } = call.state;
    if (self[media] !== null)
      return media === 'microphone' ? call.setMuted(!self.muted) : this.#give(media, null);
    // Not afterwards, for then it could be muted by the next press already.
    const unmute = async () => (media === 'microphone' ? call.setMuted(false) : undefined);
    await this.#turns.take(media, () => this.#switchOn(media, unmute));
  }

  /** Opens a device and gives it to the call. `first`: what is done in between; where that fails, nothing is given. */
  async #switchOn(media: Media, first?: () => Promise<unknown>): Promise<void> {
    const opened = await this.#open(media);
    if (opened === null) return;
    try {
      await first?.();
    } catch (error) {
      stop(opened);
      throw error;
    }
    // The call was left while the browser asked: its light goes out again.
    if (this.#isClosed) stop(opened);
    else await this.#give(media, opened);
  }

  async #use(kind: Kind, id: string): Promise<void> {
    const { call, devices } = this.#options;
    const old = call.state.self[kind];
    if (old === null) return devices.choose(kind, id);
    const { track, failure } = await this.#openings.exchange(kind, id, old);
    // It was switched off meanwhile, or taken away.
    if (this.#isClosed || call.state.self[kind] !== old) return track?.stop();
    await this.#give(kind, track === null ? null : { track, sound: null });
    if (failure !== null) throw new DeviceError(kind, failure);
  }

  /** Rejects with a DeviceError; null: the person has changed their mind, and knows it. */
  async #open(media: Media): Promise<Opened | null> {
    if (media === 'screen') {
      const { video, sound, failure } = await this.#options.devices.openScreen({ sound: true });
      if (failure === 'cancelled') return null;
      if (video === null) throw new DeviceError(media, failure);
      return { track: video, sound };
    }
    const { track, failure } = await this.#openings.open(media);
    if (track === null) throw new DeviceError(media, failure ?? 'failed');
    return { track, sound: null };
  }

  #give(media: Media, opened: Opened | null): Promise<void> {
    const { call } = this.#options;
    const track = opened?.track ?? null;
    if (media === 'camera') return call.setCamera(track);
    if (media === 'microphone') return call.setMicrophone(track);
    return call.setScreen(track === null ? null : { video: track, sound: opened?.sound ?? null });
  }

  async #hush(): Promise<void> {
    if (!this.#isTalking) return;
    this.#isTalking = false;
    const { call } = this.#options;
    if (call.state.self.microphone !== null) await call.setMuted(true);
    this.#options.changed();
  }
}

function stop({ track, sound }: Opened): void {
  track.stop();
  sound?.stop();
}

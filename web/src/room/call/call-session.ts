import type { Call, Devices, Taken } from '../../../../src/client/call/index.ts';
import type { RoomConnection } from '../../../../src/client/index.ts';
import type { Media } from '../../../../src/protocol/index.ts';
import { DeviceError } from './device-error.ts';
import { loadCallSdk, loadDevices } from './devices.ts';
import { keepWish, readWish, type Wish } from './wish.ts';

interface On {
  readonly at: 'on';
  /** They came by themselves, and not only because others are in the call. */
  readonly came: boolean;
  readonly call: Call;
  readonly devices: Devices;
}

/** off: you take no part. coming: what is needed is being loaded. on: `call` is there. impossible: this browser can't. */
export type CallPhase = { readonly at: 'off' | 'coming' | 'impossible' } | On;

/** What a session does that is otherwise in the hands of the browser. */
export interface CallParts {
  readonly sdk: () => Promise<Pick<Awaited<ReturnType<typeof loadCallSdk>>, 'openCall'>>;
  readonly devices: () => Promise<Devices>;
}

/** Tracks of one medium, which are somebody's to stop until they are given to the call. */
type Opened = { readonly track: MediaStreamTrack; readonly sound: MediaStreamTrack | null };

const NOTHING: Wish = { microphone: false, camera: false };
const NO_FAILURES: readonly DeviceError[] = [];

/**
 * Your part in a room's picture and sound, as the page has it: loads what is needed when it is needed, opens devices, and remembers
 * for this tab what was on. Takes part by listening for as long as others are in the call.
 */
export class CallSession {
  readonly #room: RoomConnection;
  readonly #parts: CallParts;
  readonly #listeners = new Set<() => void>();
  readonly #takenListeners = new Set<(taken: Taken) => void>();
  /** Media whose button was pressed and that are not there yet: a second press in that moment is none. */
  readonly #busy = new Set<Media>();
  #phase: CallPhase = { at: 'off' };
  #came = false;
  /** The button by which they come in, until it is there again in another place. */
  #pressed: Media | null = null;
  /** They have left the call: others in it bring them back no more. */
  #hasLeft = false;
  #isTalking = false;
  #entering: Promise<readonly DeviceError[]> | null = null;
  /** Each coming in has a number; what comes of an older one is of no matter. */
  #turn = 0;
  #stops: (() => void)[] = [];
  #stopCall: () => void = () => undefined;

  constructor(room: RoomConnection, parts: CallParts = { sdk: loadCallSdk, devices: loadDevices }) {
    this.#room = room;
    this.#parts = parts;
  }

  get phase(): CallPhase {
    return this.#phase;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Called when something of yours was switched off without you. Returns a function that ends it. */
  onTaken(listener: (taken: Taken) => void): () => void {
    this.#takenListeners.add(listener);
    return () => this.#takenListeners.delete(listener);
  }

  /** Comes in with what was wished at the door, or was on before a reload. Answers the devices that could not be opened. */
  async begin(): Promise<readonly DeviceError[]> {
    this.#stops = [this.#room.subscribe(() => this.#follow())];
    const wish = readWish(this.#meeting);
    this.#hasLeft = wish === 'left';
    if (wish === null || wish === 'left') {
      this.#follow();
      return NO_FAILURES;
    }
    this.#came = true;
    return this.#enter(wish);
  }

  /** Takes part by listening, also where nobody else is there yet. */
  async listen(): Promise<void> {
    await this.#taken();
  }

  /** Begins a call with what is wished. Answers the devices that could not be opened. */
  async start(wish: Wish): Promise<readonly DeviceError[]> {
    this.#hasLeft = false;
    this.#came = true;
    if (this.#phase.at === 'impossible') this.#show({ at: 'off' });
    const failures = await this.#enter(wish);
    if (this.#phase.at !== 'on') throw new DeviceError('camera', 'failed');
    this.#remember();
    return failures;
  }

  /** Switches something on or off. Rejects with a DeviceError, or with what the room says to it. */
  async toggle(media: Media): Promise<void> {
    if (this.#busy.has(media)) return;
    this.#busy.add(media);
    try {
      await this.#toggle(media, await this.#taken());
    } finally {
      this.#busy.delete(media);
    }
  }

  /** The same, by a button. Coming in takes it away from under whoever pressed it. */
  press(media: Media): Promise<void> {
    if (this.#phase.at !== 'on') this.#pressed = media;
    return this.toggle(media);
  }

  /** The button by which they came in, once. */
  takePressed(): Media | null {
    const pressed = this.#pressed;
    this.#pressed = null;
    return pressed;
  }

  /**
   * Is heard for as long as a key is held down. A microphone that was not opened yet is opened for it, and stays, muted. Nothing
   * happens where they are heard anyway.
   */
  async talk(isDown: boolean): Promise<void> {
    if (!isDown) return this.#hush();
    const known = this.#phase.at === 'on' ? this.#phase.call.state.self : null;
    if (this.#isTalking || (known !== null && known.microphone !== null && !known.muted)) return;
    this.#isTalking = true;
    try {
      const on = await this.#taken();
      if (on.call.state.self.microphone === null) {
        // Nobody hears it before it is clear that the key is still held.
        await on.call.setMuted(true);
        await this.#switchOn('microphone', on);
      }
      if (this.#isTalking) await on.call.setMuted(false);
    } catch (error) {
      this.#isTalking = false;
      throw error;
    }
  }

  /**
   * Switches on what a host has asked for. `answer` tells the room; before it does, the device is open, so that nobody is said to
   * be seen who is not.
   */
  async comply(media: Media, answer: () => Promise<unknown>): Promise<void> {
    const on = await this.#taken();
    if (on.call.state.self[media] === null) await this.#switchOn(media, on, answer);
    else await answer();
    if (media === 'microphone' && on.call.state.self.microphone !== null) await on.call.setMuted(false);
  }

  /** Takes another device for what is on already, and for what will be. */
  async use(kind: 'camera' | 'microphone' | 'speaker', id: string): Promise<void> {
    const devices = await this.#parts.devices();
    devices.choose(kind, id);
    if (kind === 'speaker' || this.#phase.at !== 'on') return;
    if (this.#phase.call.state.self[kind] !== null) await this.#switchOn(kind, this.#phase);
  }

  /** Takes part no longer; the meeting goes on in writing. */
  leave(): void {
    this.#hasLeft = true;
    this.#close();
    keepWish(this.#meeting, 'left');
  }

  /** The room is left, or the page. What was on is remembered for a reload, and for the way into a breakout room and back. */
  end(): void {
    for (const stop of this.#stops) stop();
    this.#close();
    const { connection, breakoutOf } = this.#room.state;
    if (connection.status === 'closed' && breakoutOf === null) keepWish(this.#meeting, null);
  }

  /** The code of the meeting, in its breakout rooms too. */
  get #meeting(): string {
    const { breakoutOf, room } = this.#room.state;
    return breakoutOf?.code ?? room.code;
  }

  async #toggle(media: Media, on: On): Promise<void> {
    const { call } = on;
    const { self } = call.state;
    if (self[media] === null) {
      await this.#switchOn(media, on);
      if (media === 'microphone' && call.state.self.muted) await call.setMuted(false);
    } else if (media === 'microphone') await call.setMuted(!self.muted);
    else if (media === 'camera') await call.setCamera(null);
    else await call.setScreen(null);
  }

  /** Opens a device and gives it to the call. `first`: what is done in between; where that fails, nothing is given. */
  async #switchOn(media: Media, { call, devices }: On, first?: () => Promise<unknown>): Promise<void> {
    const opened = await open(media, devices);
    if (opened === null) return;
    const { track, sound } = opened;
    try {
      await first?.();
    } catch (error) {
      stop(opened);
      throw error;
    }
    // The call was left while the browser asked: its light goes out again.
    if (this.#phase.at !== 'on' || this.#phase.call !== call) return stop(opened);
    if (media === 'camera') await call.setCamera(track);
    else if (media === 'microphone') await call.setMicrophone(track);
    else await call.setScreen({ video: track, sound });
  }

  async #hush(): Promise<void> {
    if (!this.#isTalking) return;
    this.#isTalking = false;
    if (this.#phase.at !== 'on') return;
    const { call } = this.#phase;
    if (call.state.self.microphone !== null) await call.setMuted(true);
    this.#remember();
  }

  #close(): void {
    this.#turn += 1;
    this.#entering = null;
    this.#isTalking = false;
    this.#stopCall();
    this.#came = false;
    if (this.#phase.at === 'on') this.#phase.call.close();
    this.#show({ at: 'off' });
  }

  /** Where others speak, one hears them without having to ask for it; where nobody is left, there is nothing to hear. */
  #follow(): void {
    const { calls, self, connection } = this.#room.state;
    if (connection.status !== 'online') return;
    const isCall = Array.from(calls.keys()).some((member) => member !== self.id);
    if (this.#phase.at === 'off' && isCall && !this.#hasLeft) void this.#enter(NOTHING);
    if (this.#phase.at !== 'on' || this.#came || isCall) return;
    // Whoever is away for a moment is still among the members.
    const { status, members } = this.#phase.call.state;
    if (status === 'in' && members.size === 0) this.#close();
  }

  #enter(wish: Wish): Promise<readonly DeviceError[]> {
    if (this.#phase.at === 'on') return Promise.resolve(NO_FAILURES);
    if (this.#entering !== null) return this.#entering;
    const entering = this.#come(wish).finally(() => {
      if (this.#entering === entering) this.#entering = null;
    });
    this.#entering = entering;
    return entering;
  }

  async #come(wish: Wish): Promise<readonly DeviceError[]> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#show({ at: 'coming' });
    const tracks: Partial<Record<'microphone' | 'camera', MediaStreamTrack>> = {};
    try {
      const [{ openCall }, devices] = await Promise.all([this.#parts.sdk(), this.#parts.devices()]);
      const failures: DeviceError[] = [];
      for (const kind of ['microphone', 'camera'] as const) {
        if (!wish[kind]) continue;
        const { track, failure } = await (kind === 'camera'
          ? devices.openCamera()
          : devices.openMicrophone());
        if (track === null) failures.push(new DeviceError(kind, failure));
        else tracks[kind] = track;
      }
      if (turn !== this.#turn) throw new Error('unable to come into the call; it was left meanwhile');
      this.#begin({ at: 'on', came: this.#came, call: openCall(this.#room, tracks), devices });
      return failures;
    } catch {
      for (const track of Object.values(tracks)) track.stop();
      // Without WebRTC, or without the line to load the part of the page: the meeting goes on in writing.
      if (turn === this.#turn) this.#show({ at: 'impossible' });
      return NO_FAILURES;
    }
  }

  #begin(on: On): void {
    const stops = [
      on.call.subscribe(() => {
        this.#remember();
        this.#follow();
      }),
      on.call.onTaken((taken) => {
        for (const listener of Array.from(this.#takenListeners)) listener(taken);
      }),
    ];
    this.#stopCall = () => {
      for (const stopOne of stops) stopOne();
      this.#stopCall = () => undefined;
    };
    this.#show(on);
  }

  /** You take part because you want to. */
  async #taken(): Promise<On> {
    this.#hasLeft = false;
    this.#came = true;
    await this.#enter(NOTHING);
    const phase = this.#phase;
    if (phase.at !== 'on') throw new DeviceError('camera', 'failed');
    if (!phase.came) this.#show({ ...phase, came: true });
    this.#remember();
    return phase;
  }

  #remember(): void {
    if (this.#phase.at !== 'on' || !this.#came || this.#isTalking) return;
    const { status, self } = this.#phase.call.state;
    // With the room its call ends, and all that was on: that is nobody's wish.
    if (status === 'closed') return;
    const { microphone, muted, camera } = self;
    keepWish(this.#meeting, { microphone: microphone !== null && !muted, camera: camera !== null });
  }

  #show(phase: CallPhase): void {
    this.#phase = phase;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

/** Rejects with a DeviceError; null: the person has changed their mind, and knows it. */
async function open(media: Media, devices: Devices): Promise<Opened | null> {
  if (media === 'screen') {
    const { video, sound, failure } = await devices.openScreen({ sound: true });
    if (failure === 'cancelled') return null;
    if (video === null) throw new DeviceError(media, failure);
    return { track: video, sound };
  }
  const { track, failure } = await (media === 'camera' ? devices.openCamera() : devices.openMicrophone());
  if (track === null) throw new DeviceError(media, failure);
  return { track, sound: null };
}

function stop({ track, sound }: Opened): void {
  track.stop();
  sound?.stop();
}

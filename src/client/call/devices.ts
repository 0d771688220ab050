import { Emitter } from '../emitter.ts';
import { type DeviceFailure, failureOf } from './device-failure.ts';

export type { DeviceFailure } from './device-failure.ts';

export type DeviceKind = 'camera' | 'microphone' | 'speaker';

export interface Device {
  readonly id: string;
  /** What the system calls it; empty until one of its kind was allowed. */
  readonly label: string;
}

/** Devices as they are now. Never changed: each change makes a new object. */
export interface DevicesView {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
  /** Ids; null: whichever the browser takes. */
  readonly chosen: Readonly<Record<DeviceKind, string | null>>;
  /** Why it could not be opened the last time, or how it was lost since; null: nothing is wrong. */
  readonly failures: Readonly<Record<'camera' | 'microphone' | 'screen', DeviceFailure | null>>;
  /** Where false sound comes out where the system says. */
  readonly canChooseSpeaker: boolean;
  readonly canShareScreen: boolean;
}

/** A track, which is yours to stop or to give to a call; or why there is none. */
export type Opened =
  | { readonly track: MediaStreamTrack; readonly failure: null }
  | { readonly track: null; readonly failure: DeviceFailure };

/** `sound` null: the person did not share it, or the browser can't. cancelled: they chose nothing. */
export type OpenedScreen =
  | { readonly video: MediaStreamTrack; readonly sound: MediaStreamTrack | null; readonly failure: null }
  | { readonly video: null; readonly sound: null; readonly failure: DeviceFailure | 'cancelled' };

/** The part of `navigator.mediaDevices` that is used. */
type MediaDevicesLike = Pick<
  MediaDevices,
  'addEventListener' | 'enumerateDevices' | 'getUserMedia' | 'removeEventListener'
> &
  Partial<Pick<MediaDevices, 'getDisplayMedia'>>;

export interface DevicesOptions {
  /** What was chosen in an earlier visit; one that is not there now is passed over. */
  readonly chosen?: Partial<Record<DeviceKind, string | null>>;
  /** Left out: that of this program. null: there is none. */
  readonly mediaDevices?: MediaDevicesLike | null;
}

/** 720 lines at most: what a call sends at its best. */
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1_280 },
  height: { ideal: 720, max: 1_080 },
  frameRate: { ideal: 30, max: 30 },
};
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};
const KINDS: Readonly<Record<DeviceKind, MediaDeviceKind>> = {
  camera: 'videoinput',
  microphone: 'audioinput',
  speaker: 'audiooutput',
};
type Openable = 'camera' | 'microphone';
/** What a browser calls their tracks, and what it is asked for. */
const OPENED = { camera: 'video', microphone: 'audio' } as const satisfies Readonly<Record<Openable, string>>;
const LISTS = { camera: 'cameras', microphone: 'microphones' } as const;
type NoTracks = { readonly failure: DeviceFailure };

const theDevices = (): MediaDevicesLike | null => {
  // Not there on pages that came over http.
  const found: MediaDevices | undefined = globalThis.navigator?.mediaDevices;
  return found ?? null;
};

const canChooseSpeaker = (): boolean =>
  typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;

/** The cameras, microphones and speakers of this machine, and how to open them. Made by `openDevices`. */
export class Devices {
  readonly #devices: MediaDevicesLike | null;
  readonly #emitter = new Emitter();
  readonly #elements = new Set<HTMLMediaElement>();
  #view: DevicesView;
  #isClosed = false;

  /** @internal Use `openDevices`. */
  constructor({ chosen = {}, mediaDevices = theDevices() }: DevicesOptions) {
    this.#devices = mediaDevices;
    this.#view = {
      cameras: [],
      microphones: [],
      speakers: [],
      chosen: { camera: null, microphone: null, speaker: null, ...chosen },
      failures: { camera: null, microphone: null, screen: null },
      canChooseSpeaker: canChooseSpeaker(),
      canShareScreen: mediaDevices?.getDisplayMedia !== undefined,
    };
    mediaDevices?.addEventListener('devicechange', this.#look);
    this.#look();
  }

  get state(): DevicesView {
    return this.#view;
  }

  /** Called after each change of `state`. Needs no `this`. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => this.#emitter.on('change', listener);

  /** Opens a camera: this one, or the chosen one. The person may be asked; it never rejects. */
  openCamera(id?: string): Promise<Opened> {
    return this.#open('camera', id);
  }
  openMicrophone(id?: string): Promise<Opened> {
    return this.#open('microphone', id);
  }

  /** Opens the chosen camera and microphone, and has the person asked once for both. Where only one is to be had, that one comes. */
  async openBoth(): Promise<Readonly<Record<Openable, Opened>>> {
    const both = await this.#get({ video: this.#wanted('camera'), audio: this.#wanted('microphone') });
    if ('failure' in both && (both.failure !== 'denied' || (await isBarred())))
      return { microphone: await this.openMicrophone(), camera: await this.openCamera() };
    return { microphone: this.#opened('microphone', both), camera: this.#opened('camera', both) };
  }

  /**
   * Has the person choose a screen, window or tab. To be called where they press a button. `sound`: also what it plays, where the
   * browser offers that; `surface`: what is offered first.
   */
  async openScreen({
    sound = true,
    surface,
  }: {
    readonly sound?: boolean;
    readonly surface?: 'monitor' | 'window' | 'browser';
  } = {}): Promise<OpenedScreen> {
    const devices = this.#devices;
    if (devices?.getDisplayMedia === undefined) return noScreen(this.#failed('screen', this.#absent));
    const wanted = {
      video: { frameRate: { max: 30 }, ...(surface === undefined ? {} : { displaySurface: surface }) },
      audio: sound,
      // Hints of "Screen Capture": another tab may be chosen meanwhile, and not this one, which would show itself in itself.
      selfBrowserSurface: 'exclude',
      surfaceSwitching: 'include',
      systemAudio: sound ? 'include' : 'exclude',
    };
    try {
      const stream = await devices.getDisplayMedia(wanted);
      const [video] = stream.getVideoTracks();
      if (video === undefined) {
        for (const track of stream.getTracks()) track.stop();
        return noScreen(this.#failed('screen', 'failed'));
      }
      this.#failed('screen', null);
      return { video, sound: stream.getAudioTracks()[0] ?? null, failure: null };
    } catch (error) {
      if (isCancelled(error)) return { video: null, sound: null, failure: 'cancelled' };
      return noScreen(this.#failed('screen', failureOf(error)));
    }
  }

  /** What is opened, and where sound comes out, from now on; null: whichever the browser takes. */
  choose(kind: DeviceKind, id: string | null): void {
    this.#set({ chosen: { ...this.#view.chosen, [kind]: id } });
    if (kind === 'speaker') this.#speak();
  }

  /** Has an element play on the chosen speaker, also when another one is chosen. Returns a function that ends it. */
  playOn(element: HTMLMediaElement): () => void {
    this.#elements.add(element);
    this.#speak();
    return () => {
      this.#elements.delete(element);
    };
  }

  /** Looks no more. Tracks that were opened stay open. */
  close(): void {
    this.#isClosed = true;
    this.#devices?.removeEventListener('devicechange', this.#look);
    this.#elements.clear();
  }

  /** Why there are no devices at all. */
  get #absent(): DeviceFailure {
    return globalThis.isSecureContext === false ? 'insecure' : 'missing';
  }

  readonly #look = (): void => void this.#refresh();

  async #refresh(): Promise<void> {
    // A browser that refuses a list has none to give.
    const found = (await this.#devices?.enumerateDevices().catch(() => [])) ?? [];
    if (this.#isClosed) return;
    const listOf = (kind: DeviceKind): Device[] =>
      found
        .filter((device) => device.kind === KINDS[kind] && device.deviceId !== '')
        .map(({ deviceId, label }) => ({ id: deviceId, label }));
    this.#set({ cameras: listOf('camera'), microphones: listOf('microphone'), speakers: listOf('speaker') });
    this.#speak();
  }

  async #open(kind: Openable, id?: string): Promise<Opened> {
    return this.#opened(kind, await this.#get({ [OPENED[kind]]: this.#wanted(kind, id) }));
  }

  #wanted(kind: Openable, id?: string): MediaTrackConstraints {
    const base = kind === 'camera' ? CAMERA : MICROPHONE;
    const chosen = this.#view.chosen[kind];
    const wanted = id ?? chosen;
    if (wanted === null) return base;
    // A wish for a device weighs no more than one for a size: a browser would take another one with more lines. Only one that is not
    // there, or is not told of yet, is not insisted on.
    const isThere = id !== undefined || this.#view[LISTS[kind]].some((device) => device.id === chosen);
    return { ...base, deviceId: isThere ? { exact: wanted } : { ideal: wanted } };
  }

  async #get(wanted: MediaStreamConstraints): Promise<readonly MediaStreamTrack[] | NoTracks> {
    if (this.#devices === null) return { failure: this.#absent };
    try {
      return (await this.#devices.getUserMedia(wanted)).getTracks();
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }

  #opened(kind: Openable, given: readonly MediaStreamTrack[] | NoTracks): Opened {
    if ('failure' in given) return noTrack(this.#failed(kind, given.failure));
    const track = given.find((one) => one.kind === OPENED[kind]);
    if (track === undefined) return noTrack(this.#failed(kind, 'failed'));
    track.addEventListener('ended', () => void this.#lost(kind, track));
    this.#failed(kind, null);
    // Names are told from the first permission on.
    this.#look();
    return { track, failure: null };
  }

  /** A track has ended that nobody has stopped: its device is gone, or the permission. */
  async #lost(kind: Openable, track: MediaStreamTrack): Promise<void> {
    const { deviceId } = track.getSettings();
    await this.#refresh();
    this.#failed(kind, this.#view[LISTS[kind]].some(({ id }) => id === deviceId) ? 'denied' : 'missing');
  }

  #failed<F extends DeviceFailure | null>(kind: keyof DevicesView['failures'], failure: F): F {
    if (this.#view.failures[kind] !== failure)
      this.#set({ failures: { ...this.#view.failures, [kind]: failure } });
    return failure;
  }

  /** One that is not there (any more) is left alone until it is: sound comes out where the system says. */
  #speak(): void {
    if (!this.#view.canChooseSpeaker) return;
    const { speaker } = this.#view.chosen;
    const isThere = this.#view.speakers.some(({ id }) => id === speaker);
    const sink = isThere && speaker !== null ? speaker : '';
    for (const element of this.#elements) {
      // It may be unplugged at this very moment; then the list changes, and this is done again.
      if (element.sinkId !== sink) element.setSinkId(sink).catch(() => undefined);
    }
  }

  #set(change: Partial<DevicesView>): void {
    if (this.#isClosed) return;
    this.#view = { ...this.#view, ...change };
    this.#emitter.emit('change');
  }
}

const noTrack = (failure: DeviceFailure): Opened => ({ track: null, failure });
const noScreen = (failure: DeviceFailure): OpenedScreen => ({ video: null, sound: null, failure });

/** Browsers say "not allowed" of both; where the system does not allow it they name it. */
const isCancelled = (error: unknown): boolean =>
  failureOf(error) === 'denied' && !(error instanceof Error && /system/i.test(error.message));

/** One of the two was forbidden for good, so that no word was lost on the other. A browser that tells nothing of it has asked for both. */
async function isBarred(): Promise<boolean> {
  const { permissions }: { readonly permissions?: Permissions } = globalThis.navigator;
  const states = (['camera', 'microphone'] as const).map(async (name) => {
    const found = await permissions?.query({ name }).catch(() => null);
    return found?.state === 'denied';
  });
  return (await Promise.all(states)).includes(true);
}

/** Looks which devices there are, and keeps looking until it is closed. Nobody is asked for anything yet. */
export const openDevices = (options: DevicesOptions = {}): Devices => new Devices(options);

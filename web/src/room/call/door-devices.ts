import type { DeviceFailure, Devices } from '../../../../src/client/call/index.ts';
import { type Held, type Kind, release } from './held.ts';
import { Openings } from './openings.ts';
import { Turns } from './turns.ts';
import { keepWish, readWish, type Wish } from './wish.ts';

export interface DoorView {
  /** What is to be on. */
  readonly wish: Wish;
  readonly tracks: Readonly<Record<Kind, MediaStreamTrack | null>>;
  /** Why another one did not take the place of the one that is on. */
  readonly failures: Readonly<Record<Kind, DeviceFailure | null>>;
  /** On their way: the browser may be asking. */
  readonly opening: ReadonlySet<Kind>;
}

const KINDS = ['microphone', 'camera'] as const;
const OFF: Wish = { microphone: false, camera: false };

function wishedBefore(meeting: string): Wish {
  const wish = readWish(meeting);
  return wish === null || wish === 'left' ? OFF : wish;
}

/** Camera and microphone of somebody who is not in yet: seen and heard by themselves alone, and taken along by who goes in. */
export class DoorDevices {
  readonly #devices: Devices;
  readonly #meeting: string;
  readonly #openings: Openings;
  readonly #turns = new Turns<Kind>();
  readonly #listeners = new Set<() => void>();
  #view: DoorView;
  #isClosed = false;
  /** What was still to open as they went: whoever has taken it has what comes of it. */
  #handed: Held = {};

  /** `meeting`: its code. */
  constructor(devices: Devices, meeting: string) {
    this.#devices = devices;
    this.#meeting = meeting;
    this.#view = {
      wish: wishedBefore(meeting),
      tracks: { microphone: null, camera: null },
      failures: { microphone: null, camera: null },
      opening: new Set(),
    };
    this.#openings = new Openings(devices, () => this.#set({ opening: this.#openings.kinds }));
  }

  /** The same object until something changes. */
  get view(): DoorView {
    return this.#view;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Opens what was wished here before. */
  begin(): void {
    this.#openings.prepare(this.#view.wish);
    for (const kind of KINDS) void this.#open(kind);
  }

  /** A button was pressed: on or off, or another try of what failed. */
  press(kind: Kind): void {
    const { wish, tracks, opening } = this.#view;
    const isOn = !wish[kind] || (tracks[kind] === null && !opening.has(kind));
    const next = { ...wish, [kind]: isOn };
    keepWish(this.#meeting, next.camera || next.microphone ? next : null);
    this.#set({ wish: next });
    if (isOn) void this.#open(kind);
    else this.#got(kind, null);
  }

  /** Takes another one, now where one is on. */
  choose(kind: Kind, id: string): void {
    void this.#turns.take(kind, async () => {
      // What is on is somebody else's by now.
      if (this.#isClosed) return;
      const old = this.#view.tracks[kind];
      if (old === null) return this.#devices.choose(kind, id);
      const { track, failure } = await this.#openings.exchange(kind, id, old);
      this.#got(kind, track, track === null ? null : failure);
    });
  }

  /** They go in, or away. Answers what is open or on its way, which is the caller's from now on. */
  close(): Held {
    const { wish, tracks } = this.#view;
    const { coming } = this.#openings;
    this.#isClosed = true;
    this.#handed = coming;
    const held: Partial<Record<Kind, NonNullable<Held[Kind]>>> = {};
    for (const kind of KINDS) {
      const track = tracks[kind];
      const opened = coming[kind] ?? (track === null ? undefined : Promise.resolve({ track, failure: null }));
      if (opened === undefined) continue;
      if (wish[kind]) held[kind] = opened;
      else release({ [kind]: opened });
    }
    return held;
  }

  #open(kind: Kind): Promise<void> {
    return this.#turns.take(kind, async () => {
      if (this.#isClosed || !this.#view.wish[kind] || this.#view.tracks[kind] !== null) return;
      const { track } = await this.#openings.open(kind);
      this.#got(kind, track);
    });
  }

  #got(kind: Kind, track: MediaStreamTrack | null, failure: DeviceFailure | null = null): void {
    if (this.#isClosed) {
      if (this.#handed[kind] === undefined) track?.stop();
      return;
    }
    const { tracks, failures, wish } = this.#view;
    const old = tracks[kind];
    if (old !== track) old?.stop();
    // The button was pressed once more before it was open.
    const kept = wish[kind] ? track : null;
    if (kept === null) track?.stop();
    track?.addEventListener('ended', () => {
      if (this.#view.tracks[kind] === track) this.#got(kind, null);
    });
    this.#set({ tracks: { ...tracks, [kind]: kept }, failures: { ...failures, [kind]: failure } });
  }

  #set(change: Partial<DoorView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

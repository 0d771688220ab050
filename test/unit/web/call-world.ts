import { vi } from 'vitest';
import { NO_TRACKS } from '../../../src/client/call/call-view.ts';
import type { Call, Devices, Taken } from '../../../src/client/call/index.ts';
import type { RoomConnection } from '../../../src/client/index.ts';
import { CallSession } from '../../../web/src/room/call/call-session.ts';
import { Sending } from '../../../web/src/room/call/sending.ts';

export class FakeTrack extends EventTarget {
  readonly kind: string;
  readonly id: string;
  isStopped = false;
  constructor(kind: string, id = 'first') {
    super();
    this.kind = kind;
    this.id = id;
  }
  stop(): void {
    this.isStopped = true;
  }
  getSettings() {
    return { deviceId: this.id };
  }
}

/** Listeners, and something that they are told of. */
class Told {
  readonly listeners = new Set<() => void>();
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  tell(): void {
    for (const listener of Array.from(this.listeners)) listener();
  }
}

class FakeCall extends Told {
  readonly takenListeners = new Set<(taken: Taken) => void>();
  isClosed = false;
  refusal: Error | null = null;
  state = {
    status: 'in',
    members: new Map<string, unknown>(),
    self: { ...NO_TRACKS, muted: false } as Record<string, unknown>,
  };
  onTaken(listener: (taken: Taken) => void) {
    this.takenListeners.add(listener);
    return () => this.takenListeners.delete(listener);
  }
  #set(change: Record<string, unknown>): Promise<void> {
    if (this.refusal !== null) return Promise.reject(this.refusal);
    this.state = { ...this.state, self: { ...this.state.self, ...change } };
    this.tell();
    return Promise.resolve();
  }
  setCamera = (camera: unknown) => this.#set({ camera });
  setMicrophone = (microphone: unknown) => this.#set({ microphone });
  setMuted = (muted: boolean) => this.#set({ muted });
  setScreen = (screen: { video: unknown; sound: unknown } | null) =>
    this.#set({ screen: screen?.video ?? null, screenSound: screen?.sound ?? null });
  close(): void {
    this.isClosed = true;
  }
}

/** A page in a room with fake devices: each opening waits for what is in `gate`. */
export function world() {
  const room = Object.assign(new Told(), {
    state: {
      calls: new Map<string, unknown>(),
      self: { id: 'me' },
      connection: { status: 'online' },
      breakoutOf: null as { code: string } | null,
      room: { code: 'meeting' },
    },
  });
  const calls: FakeCall[] = [];
  const opened: FakeTrack[] = [];
  const gate = {
    failure: null as string | null,
    /** A device that can't be opened. */
    broken: null as string | null,
    wait: Promise.resolve(),
    load: async (): Promise<void> => undefined,
  };
  /** What was asked for, in order. */
  const asked: string[] = [];
  const chosen: Record<string, string | null> = { camera: null, microphone: null };
  const give = async (kind: string, id = chosen[kind] ?? 'first') => {
    await gate.wait;
    const failure = gate.broken === id ? 'busy' : gate.failure;
    if (failure !== null) return { track: null, video: null, sound: null, failure };
    const track = new FakeTrack(kind, id);
    opened.push(track);
    return { track, video: track, sound: null, failure: null };
  };
  const open = (kind: string, id?: string) => {
    asked.push(kind);
    return give(kind, id);
  };
  const devices = {
    state: { chosen },
    choose: vi.fn((kind: string, id: string | null) => {
      chosen[kind] = id;
    }),
    openCamera: (id?: string) => open('camera', id),
    openMicrophone: (id?: string) => open('microphone', id),
    openScreen: () => open('screen'),
    openBoth: async () => {
      asked.push('both');
      return { camera: await give('camera'), microphone: await give('microphone') };
    },
  };
  const openCall = () => {
    const call = new FakeCall();
    calls.push(call);
    return call as unknown as Call;
  };
  const newSession = () =>
    new CallSession(room as unknown as RoomConnection, async () => {
      await gate.load();
      return { openCall, Sending, theDevices: () => devices as unknown as Devices };
    });
  const faultsOf = (one: CallSession) => {
    const faults: unknown[] = [];
    one.onFault((error) => faults.push(error));
    return faults;
  };
  const use = async (kind: 'camera' | 'microphone', id: string) => {
    if (session.phase.at === 'on') await session.phase.sending.use(kind, id);
  };
  const others = (...ids: string[]) => {
    room.state = { ...room.state, calls: new Map(ids.map((id) => [id, {}])) };
    room.tell();
  };
  const session = newSession();
  return {
    room,
    calls,
    opened,
    gate,
    devices,
    asked,
    session,
    newSession,
    faultsOf,
    use,
    others,
    live: () => opened.filter((one) => !one.isStopped),
  };
}

export const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** What a tab keeps, for the test alone. */
export function stubStorage(): void {
  const map = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => map.set(key, value),
    removeItem: (key: string) => map.delete(key),
  });
}

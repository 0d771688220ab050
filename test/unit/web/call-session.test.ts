import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_TRACKS } from '../../../src/client/call/call-view.ts';
import type { Call, Devices, Taken } from '../../../src/client/call/index.ts';
import type { RoomConnection } from '../../../src/client/index.ts';
import { CallSession } from '../../../web/src/room/call/call-session.ts';
import { DeviceError } from '../../../web/src/room/call/device-error.ts';
import { keepWish, readWish } from '../../../web/src/room/call/wish.ts';

class FakeTrack {
  readonly kind: string;
  isStopped = false;
  constructor(kind: string) {
    this.kind = kind;
  }
  stop(): void {
    this.isStopped = true;
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
  constructor(tracks: object = {}) {
    super();
    Object.assign(this.state.self, tracks);
  }
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

/** A page in a room with fake devices: each opening waits in `asked` until the test answers it. */
function world() {
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
  const gate = { failure: null as string | null, wait: Promise.resolve() };
  const open = async (kind: string) => {
    await gate.wait;
    if (gate.failure !== null) return { track: null, video: null, sound: null, failure: gate.failure };
    const track = new FakeTrack(kind);
    opened.push(track);
    return { track, video: track, sound: null, failure: null };
  };
  const devices = {
    choose: vi.fn(),
    openCamera: () => open('camera'),
    openMicrophone: () => open('microphone'),
    openScreen: () => open('screen'),
  };
  const openCall = vi.fn((_room: unknown, tracks?: object) => {
    const call = new FakeCall(tracks);
    calls.push(call);
    return call as unknown as Call;
  });
  const newSession = () =>
    new CallSession(room as unknown as RoomConnection, {
      sdk: async () => ({ openCall }),
      devices: async () => devices as unknown as Devices,
    });
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
    session,
    newSession,
    others,
    live: () => opened.filter((one) => !one.isStopped),
  };
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  const map = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => map.set(key, value),
    removeItem: (key: string) => map.delete(key),
  });
});
afterEach(() => void vi.unstubAllGlobals());

test('one hears the others as soon as there are some, and takes part no longer when they have gone', async () => {
  const { session, calls, others, opened } = world();
  expect(await session.begin()).toEqual([]);
  expect(session.phase.at).toBe('off');
  others('ada');
  await settle();
  expect(session.phase).toMatchObject({ at: 'on', came: false });
  expect(opened).toEqual([]);
  // Whoever has lost the line is still a member of the call.
  calls[0]?.state.members.set('ada', {});
  others();
  expect(session.phase.at).toBe('on');
  calls[0]?.state.members.clear();
  calls[0]?.tell();
  expect(session.phase.at).toBe('off');
  expect(calls[0]?.isClosed).toBe(true);
  expect(readWish('meeting')).toBeNull();
});

test('whoever came by themselves stays, and comes back with what was on', async () => {
  const { session, calls, others, newSession } = world();
  await session.begin();
  others('ada');
  await settle();
  await session.toggle('camera');
  others();
  expect(session.phase).toMatchObject({ at: 'on', came: true });
  session.end();
  expect(calls[0]?.isClosed).toBe(true);
  const next = newSession();
  await next.begin();
  expect(calls[1]?.state.self).toMatchObject({ camera: { kind: 'camera' } });
  expect(calls[1]?.state.self.microphone).toBeNull();
});

test('what was on is on again in a breakout room, and not after the room was left', async () => {
  const { session, room, calls, newSession } = world();
  await session.begin();
  await session.toggle('microphone');
  session.end();
  room.state = { ...room.state, breakoutOf: { code: 'meeting' }, room: { code: 'breakout' } };
  const inside = newSession();
  await inside.begin();
  expect(inside.phase).toMatchObject({ call: { state: { self: { microphone: { kind: 'microphone' } } } } });
  // The room closes first, and with it the call and all that is on in it.
  room.state = { ...room.state, connection: { status: 'closed' } };
  const [, call] = calls;
  if (call !== undefined)
    call.state = { ...call.state, status: 'closed', self: { ...NO_TRACKS, muted: false } };
  call?.tell();
  inside.end();
  expect(readWish('meeting')).toEqual({ microphone: true, camera: false });
  room.state = { ...room.state, breakoutOf: null, room: { code: 'meeting' } };
  newSession().end();
  expect(readWish('meeting')).toBeNull();
});

test('whoever has left the call is not brought back, after a reload neither, until they want to', async () => {
  const { session, others, newSession } = world();
  await session.begin();
  await session.toggle('camera');
  session.leave();
  others('ada');
  await settle();
  expect(session.phase.at).toBe('off');
  session.end();
  const next = newSession();
  await next.begin();
  others('ada', 'ben');
  await settle();
  expect(next.phase.at).toBe('off');
  await next.listen();
  expect(next.phase.at).toBe('on');
});

test('a second press while the device is being opened is none', async () => {
  const { session, opened, gate } = world();
  await session.begin();
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const first = session.toggle('camera');
  const second = session.toggle('camera');
  await settle();
  answer();
  await Promise.all([first, second]);
  expect(opened.map(({ isStopped }) => isStopped)).toEqual([false]);
});

test.each(['leave', 'end'] as const)('a device that opens after %s goes off again', async (how) => {
  const { session, live, opened, gate } = world();
  await session.begin();
  await session.listen();
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const pressed = session.toggle('camera');
  await settle();
  session[how]();
  answer();
  await pressed;
  expect(opened).toHaveLength(1);
  expect(live()).toEqual([]);
});

test('leaving while one is still on the way in opens no call, and nothing stays open', async () => {
  const { session, calls, live, gate, opened } = world();
  keepWish('meeting', { microphone: true, camera: true });
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const begun = session.begin();
  await settle();
  session.leave();
  answer();
  await begun;
  expect(calls).toEqual([]);
  expect(opened.length).toBeGreaterThan(0);
  expect(live()).toEqual([]);
  expect(session.phase.at).toBe('off');
});

test('a device that can not be opened is named, and the call goes on without it', async () => {
  const { session, gate } = world();
  keepWish('meeting', { microphone: false, camera: true });
  gate.failure = 'denied';
  expect(await session.begin()).toEqual([new DeviceError('camera', 'denied')]);
  expect(session.phase.at).toBe('on');
  await expect(session.toggle('microphone')).rejects.toEqual(new DeviceError('microphone', 'denied'));
  // Changing one's mind about the screen is no fault.
  gate.failure = 'cancelled';
  await session.toggle('screen');
});

test('without what is needed for a call the meeting goes on, and another press tries again', async () => {
  const { room } = world();
  let isBroken = true;
  const session = new CallSession(room as unknown as RoomConnection, {
    sdk: async () => {
      if (isBroken) throw new Error('no line');
      return { openCall: () => new FakeCall() as unknown as Call };
    },
    devices: async () => ({}) as Devices,
  });
  await session.begin();
  await expect(session.listen()).rejects.toBeInstanceOf(DeviceError);
  expect(session.phase.at).toBe('impossible');
  isBroken = false;
  await session.listen();
  expect(session.phase.at).toBe('on');
});

test('a held key opens the microphone muted, is heard while it is held, and leaves it muted', async () => {
  const { session, calls, opened } = world();
  await session.begin();
  await session.talk(true);
  expect(calls[0]?.state.self).toMatchObject({ muted: false, microphone: { kind: 'microphone' } });
  await session.talk(false);
  expect(calls[0]?.state.self).toMatchObject({ muted: true });
  expect(readWish('meeting')).toEqual({ microphone: false, camera: false });
  await session.talk(true);
  await session.talk(false);
  expect(opened).toHaveLength(1);
  // Whoever is heard anyway is not muted by it.
  await session.toggle('microphone');
  await session.talk(true);
  await session.talk(false);
  expect(calls[0]?.state.self).toMatchObject({ muted: false });
});

test('a key that is let go before the microphone is open lets nobody hear anything', async () => {
  const { session, calls, gate } = world();
  await session.begin();
  await session.listen();
  const heard: unknown[] = [];
  calls[0]?.subscribe(() => {
    const { microphone, muted } = calls[0]?.state.self ?? {};
    heard.push(microphone !== null && muted === false);
  });
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const down = session.talk(true);
  await settle();
  await session.talk(false);
  answer();
  await down;
  expect(heard).not.toContain(true);
});

test('what a host asks for is opened first, then answered, then on', async () => {
  const { session, calls, gate, live } = world();
  await session.begin();
  const answer = vi.fn(async () => undefined);
  gate.failure = 'missing';
  await expect(session.comply('camera', answer)).rejects.toEqual(new DeviceError('camera', 'missing'));
  expect(answer).not.toHaveBeenCalled();
  gate.failure = null;
  await session.comply('camera', answer);
  expect(answer).toHaveBeenCalledTimes(1);
  expect(calls[0]?.state.self).toMatchObject({ camera: { kind: 'camera' } });
  const refused = () => Promise.reject(new Error('lapsed'));
  await expect(session.comply('screen', refused)).rejects.toThrow('lapsed');
  expect(live()).toHaveLength(1);
});

test('another device takes the place of the one that is on, and of no other', async () => {
  const { session, opened, devices } = world();
  await session.begin();
  await session.use('camera', 'second');
  expect(devices.choose).toHaveBeenCalledWith('camera', 'second');
  expect(opened).toEqual([]);
  await session.toggle('camera');
  await session.use('camera', 'third');
  expect(opened).toHaveLength(2);
});

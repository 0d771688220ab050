import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_TRACKS } from '../../../src/client/call/call-view.ts';
import { ParleyError } from '../../../src/client/index.ts';
import { DeviceError } from '../../../web/src/room/call/device-error.ts';
import { handOver } from '../../../web/src/room/call/held.ts';
import { keepWish, readWish } from '../../../web/src/room/call/wish.ts';
import { FakeTrack, settle, stubStorage, world } from './call-world.ts';

beforeEach(stubStorage);
afterEach(() => void vi.unstubAllGlobals());

test('one hears the others as soon as there are some, and takes part no longer when they have gone', async () => {
  const { session, calls, others, opened } = world();
  session.begin();
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
  session.begin();
  others('ada');
  await settle();
  await session.toggle('camera');
  others();
  expect(session.phase).toMatchObject({ at: 'on', came: true });
  session.end();
  expect(calls[0]?.isClosed).toBe(true);
  const next = newSession();
  next.begin();
  await settle();
  expect(calls[1]?.state.self).toMatchObject({ camera: { kind: 'camera' } });
  expect(calls[1]?.state.self.microphone).toBeNull();
});

test('what was on is on again in a breakout room, and not after the room was left', async () => {
  const { session, room, calls, newSession } = world();
  session.begin();
  await session.toggle('microphone');
  session.end();
  room.state = { ...room.state, breakoutOf: { code: 'meeting' }, room: { code: 'breakout' } };
  const inside = newSession();
  inside.begin();
  await settle();
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
  session.begin();
  await session.toggle('camera');
  session.leave();
  others('ada');
  await settle();
  expect(session.phase.at).toBe('off');
  session.end();
  const next = newSession();
  next.begin();
  others('ada', 'ben');
  await settle();
  expect(next.phase.at).toBe('off');
  await next.listen();
  expect(next.phase.at).toBe('on');
});

test.each(['leave', 'end'] as const)('a device that opens after %s goes off again', async (how) => {
  const { session, live, opened, gate } = world();
  session.begin();
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
  const { session, calls, gate, live, opened } = world();
  keepWish('meeting', { microphone: true, camera: true });
  const track = new FakeTrack('camera');
  handOver({ camera: Promise.resolve({ track: track as never, failure: null }) });
  const { promise, resolve: loaded } = Promise.withResolvers<void>();
  gate.load = () => promise;
  session.begin();
  await settle();
  session.leave();
  loaded();
  await settle();
  expect(calls).toEqual([]);
  expect([opened, live()]).toEqual([[], []]);
  expect(track.isStopped).toBe(true);
  expect(session.phase.at).toBe('off');
});

test('whoever has not answered the browser yet hears the others, and is seen once they do', async () => {
  const { session, calls, gate, asked, live } = world();
  keepWish('meeting', { microphone: true, camera: true });
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  session.begin();
  await settle();
  expect(calls).toHaveLength(1);
  expect(session.phase).toMatchObject({ at: 'on', came: true });
  // One question for both, and no second one for whoever presses meanwhile.
  expect(asked).toEqual(['both']);
  const { sending } = session.phase as Extract<typeof session.phase, { at: 'on' }>;
  expect(sending.opening).toEqual(new Set(['camera', 'microphone']));
  await session.toggle('camera');
  expect(asked).toEqual(['both']);
  // A reload in this moment loses nothing of what was wished.
  calls[0]?.tell();
  expect(readWish('meeting')).toEqual({ microphone: true, camera: true });
  answer();
  await settle();
  expect(calls[0]?.state.self).toMatchObject({
    camera: { kind: 'camera' },
    microphone: { kind: 'microphone' },
  });
  expect(sending.opening.size).toBe(0);
  expect(live()).toHaveLength(2);
});

test('what was opened at the door is taken along, also where the browser is still asking; else it goes off', async () => {
  const { session, calls, asked } = world();
  const { promise, resolve: answer } = Promise.withResolvers<{ track: MediaStreamTrack; failure: null }>();
  const camera = new FakeTrack('camera');
  handOver({ camera: Promise.resolve({ track: camera as never, failure: null }), microphone: promise });
  keepWish('meeting', { microphone: true, camera: true });
  session.begin();
  await settle();
  const microphone = new FakeTrack('microphone');
  answer({ track: microphone as never, failure: null });
  await settle();
  expect(asked).toEqual([]);
  expect(calls[0]?.state.self).toMatchObject({ camera, microphone });
  expect([camera.isStopped, microphone.isStopped]).toEqual([false, false]);
  // In the lobby nobody takes it.
  const waiting = new FakeTrack('camera');
  handOver({ camera: Promise.resolve({ track: waiting as never, failure: null }) });
  await settle();
  await settle();
  expect(waiting.isStopped).toBe(true);
});

test('a device that can not be opened is named, and the call goes on without it', async () => {
  const { session, gate, faultsOf } = world();
  keepWish('meeting', { microphone: false, camera: true });
  gate.failure = 'denied';
  const faults = faultsOf(session);
  session.begin();
  await settle();
  expect(faults).toEqual([new DeviceError('camera', 'denied')]);
  expect(session.phase.at).toBe('on');
  await expect(session.toggle('microphone')).rejects.toEqual(new DeviceError('microphone', 'denied'));
  // Changing one's mind about the screen is no fault.
  gate.failure = 'cancelled';
  await session.toggle('screen');
});

test.each([
  ['without WebRTC', new ParleyError('no_webrtc', { message: 'no WebRTC here' })],
  ['without the part of the page', new ParleyError('network')],
  ['with a mistake in it', new TypeError('no function')],
])('%s the meeting goes on, it is said why, and another press tries again', async (_why, error) => {
  const { session, gate, others, faultsOf } = world();
  gate.load = () => Promise.reject(error);
  const faults = faultsOf(session);
  session.begin();
  others('ada');
  await settle();
  expect(faults).toEqual([error]);
  expect(session.phase).toEqual({ at: 'impossible', error });
  // By itself it does not try at each word of the room.
  others('ada', 'ben');
  await settle();
  expect(faults).toHaveLength(1);
  await expect(session.toggle('microphone')).rejects.toBe(error);
  await expect(session.start({ microphone: true, camera: true })).rejects.toBe(error);
  gate.load = async () => undefined;
  await session.listen();
  expect(session.phase.at).toBe('on');
});

test('what did not come for want of a line comes with the next one, with what was wished', async () => {
  const { session, room, gate, calls } = world();
  keepWish('meeting', { microphone: true, camera: false });
  gate.load = () => Promise.reject(new ParleyError('network'));
  session.begin();
  await settle();
  expect(session.phase.at).toBe('impossible');
  gate.load = async () => undefined;
  for (const status of ['reconnecting', 'online']) {
    room.state = { ...room.state, connection: { status } };
    room.tell();
  }
  await settle();
  expect(session.phase).toMatchObject({ at: 'on', came: true });
  expect(calls[0]?.state.self.microphone).toMatchObject({ kind: 'microphone' });
});

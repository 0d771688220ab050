import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeviceError } from '../../../web/src/room/call/device-error.ts';
import { handOver } from '../../../web/src/room/call/held.ts';
import { keepWish, readWish } from '../../../web/src/room/call/wish.ts';
import { settle, stubStorage, world } from './call-world.ts';

beforeEach(stubStorage);
afterEach(() => void vi.unstubAllGlobals());

test('a second press while the device is being opened is none', async () => {
  const { session, opened, gate } = world();
  session.begin();
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const first = session.toggle('camera');
  const second = session.toggle('camera');
  await settle();
  answer();
  await Promise.all([first, second]);
  expect(opened.map(({ isStopped }) => isStopped)).toEqual([false]);
});

test('a held key opens the microphone muted, is heard while it is held, and leaves it muted', async () => {
  const { session, calls, opened } = world();
  session.begin();
  // A key brings nobody in.
  await session.talk(true);
  expect(calls).toEqual([]);
  await session.listen();
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
  session.begin();
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
  session.begin();
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

test('another device takes the place of the one that is on, which goes off first, and of no other', async () => {
  const { session, calls, opened, devices, gate, use } = world();
  session.begin();
  await session.listen();
  await use('camera', 'second');
  expect(devices.choose).toHaveBeenCalledWith('camera', 'second');
  expect(opened).toEqual([]);
  await session.toggle('camera');
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const changed = use('camera', 'third');
  await settle();
  // A phone opens one camera at a time.
  expect(opened.map(({ isStopped }) => isStopped)).toEqual([true]);
  // Another choice in this moment does not mix them up.
  const again = use('camera', 'fourth');
  answer();
  await Promise.all([changed, again]);
  expect(opened.map(({ id, isStopped }) => [id, isStopped])).toEqual([
    ['second', true],
    ['third', true],
    ['fourth', false],
  ]);
  expect(calls[0]?.state.self.camera).toBe(opened[2]);
});

test('where the other device fails the one before comes back, and where that fails too it is off', async () => {
  const { session, calls, devices, gate, use, live } = world();
  session.begin();
  await session.toggle('camera');
  gate.broken = 'second';
  await expect(use('camera', 'second')).rejects.toEqual(new DeviceError('camera', 'busy'));
  expect(calls[0]?.state.self.camera).toMatchObject({ id: 'first', isStopped: false });
  expect(devices.choose).toHaveBeenLastCalledWith('camera', null);
  expect(live()).toHaveLength(1);
  gate.failure = 'denied';
  await expect(use('camera', 'third')).rejects.toEqual(new DeviceError('camera', 'denied'));
  expect(calls[0]?.state.self.camera).toBeNull();
  expect(live()).toEqual([]);
});

test('a device that was switched off while another one was opened stays off', async () => {
  const { session, calls, gate, use, live } = world();
  session.begin();
  await session.toggle('camera');
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const changed = use('camera', 'second');
  await settle();
  // As the room does it.
  await calls[0]?.setCamera(null);
  answer();
  await changed;
  expect(calls[0]?.state.self.camera).toBeNull();
  expect(live()).toEqual([]);
});

test('muted while another microphone is opened one is still muted after a reload', async () => {
  const { session, gate, use } = world();
  session.begin();
  await session.toggle('microphone');
  await session.toggle('microphone');
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const changed = use('microphone', 'second');
  await settle();
  expect(readWish('meeting')).toEqual({ microphone: false, camera: false });
  answer();
  await changed;
  expect(readWish('meeting')).toEqual({ microphone: false, camera: false });
});

test('whoever mutes while another microphone is opened is not heard by it, and a camera goes off as well', async () => {
  const { session, calls, gate, use, live } = world();
  session.begin();
  await session.toggle('microphone');
  await session.toggle('camera');
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  gate.wait = promise;
  const changed = [use('microphone', 'second'), use('camera', 'second')];
  await settle();
  await session.toggle('microphone');
  await session.toggle('camera');
  expect(calls[0]?.state.self).toMatchObject({ muted: true, camera: null });
  answer();
  await Promise.all(changed);
  expect(calls[0]?.state.self).toMatchObject({ microphone: { id: 'second' }, muted: true, camera: null });
  expect(live().map(({ kind }) => kind)).toEqual(['microphone']);
});

test('whoever unmutes and mutes again is muted, though the room has answered neither', async () => {
  const { session, calls } = world();
  session.begin();
  await session.listen();
  const [call] = calls;
  if (call === undefined) throw new Error('no call');
  await call.setMuted(true);
  const { setMicrophone, setMuted } = call;
  const answers: (() => void)[] = [];
  const unanswered =
    <T>(say: (what: T) => Promise<void>) =>
    async (what: T) => {
      await say(what);
      await new Promise<void>((resolve) => answers.push(resolve));
    };
  call.setMicrophone = unanswered(setMicrophone);
  void session.toggle('microphone');
  await settle();
  expect(call.state.self).toMatchObject({ microphone: { kind: 'microphone' }, muted: false });
  call.setMuted = unanswered(setMuted);
  void session.toggle('microphone');
  await settle();
  expect(call.state.self).toMatchObject({ muted: true });
  void session.toggle('microphone');
  void session.toggle('microphone');
  await settle();
  for (const answer of answers) answer();
  await settle();
  expect(call.state.self).toMatchObject({ muted: true });
});

test('what was opened at the door goes off where the tab does not know that it was wished', async () => {
  const { session, others, devices, live } = world();
  vi.stubGlobal('sessionStorage', undefined);
  handOver({ camera: devices.openCamera() as never });
  others('ben');
  session.begin();
  await settle();
  expect(session.phase).toMatchObject({ at: 'on', sending: { opening: new Set() } });
  expect(live()).toEqual([]);
  await session.toggle('camera');
  expect(live()).toHaveLength(1);
});

test('whoever mutes is not kept waiting by what the room has not answered', async () => {
  const { session, calls } = world();
  session.begin();
  await session.listen();
  const [call] = calls;
  if (call === undefined) throw new Error('no call');
  const given = call.setMicrophone;
  call.setMicrophone = async (track) => {
    await given(track);
    await new Promise(() => undefined);
  };
  keepWish('meeting', { microphone: true, camera: false });
  if (session.phase.at === 'on') void session.phase.sending.come({ microphone: true, camera: false }, {});
  await settle();
  expect(call.state.self).toMatchObject({ microphone: { kind: 'microphone' }, muted: false });
  await session.toggle('microphone');
  expect(call.state.self).toMatchObject({ muted: true });
});

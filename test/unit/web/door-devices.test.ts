import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DoorDevices } from '../../../web/src/room/call/door-devices.ts';
import { handOver, takeHeld } from '../../../web/src/room/call/held.ts';
import { keepWish, readWish } from '../../../web/src/room/call/wish.ts';
import { settle, stubStorage, world } from './call-world.ts';

beforeEach(stubStorage);
afterEach(() => void vi.unstubAllGlobals());

function door() {
  const all = world();
  const one = new DoorDevices(all.devices as never, 'meeting');
  const later = () => {
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    all.gate.wait = promise;
    return answer;
  };
  return { ...all, door: one, later };
}

test('nothing is opened before it is asked for; what was wished before is, with one question for both', async () => {
  const first = door();
  first.door.begin();
  await settle();
  expect(first.asked).toEqual([]);
  keepWish('meeting', { microphone: true, camera: true });
  const second = door();
  second.door.begin();
  await settle();
  expect(second.asked).toEqual(['both']);
  expect(second.door.view.tracks).toMatchObject({
    camera: { kind: 'camera' },
    microphone: { kind: 'microphone' },
  });
});

test('a button is for on and off, is remembered, and counts also while the browser asks', async () => {
  const { door: one, later, live, opened } = door();
  one.begin();
  await settle();
  const answer = later();
  one.press('camera');
  expect(one.view).toMatchObject({ wish: { camera: true }, opening: new Set(['camera']) });
  expect(readWish('meeting')).toEqual({ microphone: false, camera: true });
  one.press('camera');
  expect(readWish('meeting')).toBeNull();
  answer();
  await settle();
  expect([opened.length, live().length, one.view.tracks.camera]).toEqual([1, 0, null]);
  one.press('camera');
  await settle();
  expect(one.view.tracks.camera).toBe(live()[0]);
  one.press('camera');
  expect(live()).toEqual([]);
});

test('what failed is tried again by the same button', async () => {
  const { door: one, gate, asked } = door();
  gate.failure = 'denied';
  one.press('camera');
  await settle();
  gate.failure = null;
  one.press('camera');
  await settle();
  expect(asked).toEqual(['camera', 'camera']);
  expect(one.view).toMatchObject({ wish: { camera: true }, tracks: { camera: { kind: 'camera' } } });
});

test('another device takes the place of the one before, which goes off first, and comes back where it fails', async () => {
  const { door: one, later, gate, live, opened } = door();
  one.press('camera');
  await settle();
  const answer = later();
  one.choose('camera', 'second');
  await settle();
  expect(live()).toEqual([]);
  answer();
  await settle();
  expect(one.view.tracks.camera).toMatchObject({ id: 'second' });
  gate.broken = 'third';
  one.choose('camera', 'third');
  await settle();
  expect(one.view).toMatchObject({ tracks: { camera: { id: 'second' } }, failures: { camera: 'busy' } });
  expect([live().length, opened.length]).toEqual([1, 3]);
});

test('whoever goes in takes along what is open and what is still asked for; the rest goes off', async () => {
  const { door: one, later, live } = door();
  one.press('microphone');
  await settle();
  const answer = later();
  one.press('camera');
  handOver(one.close());
  const held = takeHeld();
  answer();
  await settle();
  expect((await held.microphone)?.track).toBe(live()[0]);
  expect((await held.camera)?.track).toBe(live()[1]);

  const other = door();
  const asked = other.later();
  other.door.press('camera');
  other.door.press('camera');
  handOver(other.door.close());
  asked();
  await settle();
  expect([other.opened.length, other.live().length]).toEqual([1, 0]);
});

test('whoever goes away without going in leaves nothing open', async () => {
  const { door: one, live, opened } = door();
  one.press('microphone');
  await settle();
  handOver(one.close());
  await settle();
  await settle();
  expect([opened.length, live().length]).toEqual([1, 0]);
});

test('of several choices in a row none opens anything for whoever has gone in meanwhile', async () => {
  const { door: one, later, live } = door();
  one.press('microphone');
  await settle();
  const answer = later();
  one.choose('microphone', 'second');
  one.choose('microphone', 'third');
  await settle();
  const held = one.close();
  answer();
  await settle();
  expect(live().map(({ id }) => id)).toEqual(['second']);
  expect((await held.microphone)?.track).toBe(live()[0]);
});

test('what comes in the moment in which one goes in, and is handed over no more, goes off', async () => {
  const { door: one, live, opened } = door();
  one.press('camera');
  const stop = one.subscribe(() => {
    if (one.view.opening.size > 0) return;
    stop();
    handOver(one.close());
  });
  await settle();
  await settle();
  expect([opened.length, live().length]).toEqual([1, 0]);
});

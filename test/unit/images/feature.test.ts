import { beforeEach, describe, expect, test } from 'vitest';
import { asMember } from '../../../src/engine/feature.ts';
import { PENDING_AT_ONCE, PENDING_MS } from '../../../src/engine/images.ts';
import type { ImageMeta } from '../../../src/platform/room-rpc.ts';
import { DEFAULT_POLICY, type ImageType } from '../../../src/protocol/index.ts';
import { isLiveImage, locateImage, purgePrefix } from '../../../src/room-object/image-rows.ts';
import { ADA, BEN, HOST, LIMITS, PictureRoom } from './room.ts';

const type: ImageType = 'image/png';
const meta = (size: number, hash = `hash ${size}`): ImageMeta => ({ type, size, width: 4, height: 2, hash });

let room: PictureRoom;
beforeEach(() => {
  room = new PictureRoom();
});

/** Asks, and expects to be let in. */
function ask(by: string, size: number, more: Parameters<PictureRoom['ask']>[2] = {}) {
  const asked = room.ask(by, size, more);
  if (!asked.ok || asked.value.state !== 'pending') throw new Error('not let in', { cause: asked });
  return asked.value;
}

/** A shared picture of these bytes; answers its id. */
function shared(by: string, size = 100, hash = `hash ${size}`, more: Parameters<PictureRoom['ask']>[2] = {}) {
  const { image } = ask(by, size, more);
  expect(room.share(by, image, meta(size, hash))).toMatchObject({ ok: true });
  return image;
}

const refused = (code: string) => ({ ok: false, error: expect.objectContaining({ code }) });

describe('asking', () => {
  test('keeps a pending picture under a key of the room, which nobody sees yet', () => {
    const { image, key } = ask(ADA, 100);
    expect(key.startsWith(purgePrefix({ id: 'r_1' }))).toBe(true);
    expect(room.rows()).toMatchObject([{ state: 'pending', id: image, key, by: ADA, size: 100 }]);
    expect(isLiveImage(room.state, image)).toBe(false);
    expect(locateImage(room.state, ADA, image)).toEqual(refused('image_unknown'));
  });

  test('takes the right to share pictures', () => {
    room.changeRoom({ policy: { ...DEFAULT_POLICY, image: false } });
    expect(room.ask(ADA, 100)).toEqual(refused('not_allowed'));
    expect(room.ask(HOST, 100)).toMatchObject({ ok: true });
    room.changeMember(ADA, { rights: { image: 'granted' } });
    expect(room.ask(ADA, 100)).toMatchObject({ ok: true });
    room.changeRoom({ policy: DEFAULT_POLICY });
    room.changeMember(BEN, { rights: { image: 'denied' } });
    expect(room.ask(BEN, 100)).toEqual(refused('not_allowed'));
  });

  test.each(['left', 'joining'] as const)('is not for somebody who is %s', (presence) => {
    room.changeMember(ADA, { presence });
    expect(room.ask(ADA, 100)).toEqual(refused('member_gone'));
  });

  test('is not for strangers, and not for a room that has ended', () => {
    expect(room.ask(`m_${'x'.repeat(22)}`, 100)).toEqual(refused('member_gone'));
    room.changeRoom({ endedAt: 5 });
    expect(room.ask(ADA, 100)).toEqual(refused('room_ended'));
  });

  test('is refused for one byte over the limit of a picture', () => {
    expect(room.ask(ADA, LIMITS.imageBytes)).toMatchObject({ ok: true });
    expect(room.ask(ADA, LIMITS.imageBytes + 1)).toEqual(refused('image_too_large'));
  });

  test('is refused for one byte over what the room may hold, pending pictures counted in', () => {
    for (let count = 0; count < 2; count += 1) shared(ADA, 1_000, `hash ${count}`);
    for (let count = 0; count < 2; count += 1) ask(BEN, 1_000);
    expect(room.ask(HOST, 1_000)).toMatchObject({ ok: true });
    expect(room.ask(HOST, 1)).toEqual(refused('quota_exceeded'));
    expect(room.rows()).toHaveLength(5);
  });

  test('has space again for what was removed or given up', () => {
    room.limits = { imageBytes: 1_000, roomBytes: 1_000 };
    const image = shared(ADA, 1_000);
    expect(room.ask(ADA, 1)).toEqual(refused('quota_exceeded'));
    room.remove(asMember(ADA), image);
    const next = ask(ADA, 1_000);
    room.cancel(ADA, next.image);
    expect(room.ask(ADA, 1_000)).toMatchObject({ ok: true });
  });

  test('can be done only so often without an end, so that nobody holds all the space', () => {
    for (let count = 0; count < PENDING_AT_ONCE; count += 1) ask(ADA, 1);
    expect(room.ask(ADA, 1)).toEqual(refused('rate_limited'));
    expect(room.ask(BEN, 1)).toMatchObject({ ok: true });
  });
});

describe('sharing', () => {
  test('tells everybody the reference, with sender, caption and the number of the upload', () => {
    const { image } = ask(ADA, 100, { caption: 'the board', n: 7 });
    const told = room.share(ADA, image, meta(100));
    if (!told.ok) throw new Error('refused');
    expect(told.value.events.map((text) => JSON.parse(text))).toEqual([
      {
        ...{ t: 'image.shared', at: room.time.now, seq: 1, by: ADA, n: 7, image, type },
        ...{ size: 100, width: 4, height: 2, caption: 'the board' },
      },
    ]);
    expect(isLiveImage(room.state, image)).toBe(true);
    expect(locateImage(room.state, BEN, image)).toEqual({ ok: true, value: { key: 'rooms/r_1/1', type } });
    expect(room.deadlines()).toEqual([]);
    expect(room.takeDeleted()).toEqual([]);
  });

  test('carries no number where the upload had none', () => {
    const { image } = ask(ADA, 100);
    const told = room.share(ADA, image, meta(100));
    expect(told.ok && JSON.parse(told.value.events[0] ?? '')).not.toHaveProperty('n');
  });

  test('is refused when the right was withdrawn while the bytes came, and giving it up deletes them', () => {
    const { image, key } = ask(ADA, 100);
    room.changeRoom({ policy: { ...DEFAULT_POLICY, image: false } });
    expect(room.share(ADA, image, meta(100))).toEqual(refused('not_allowed'));
    expect(isLiveImage(room.state, image)).toBe(false);
    room.cancel(ADA, image);
    expect(room.rows()).toEqual([]);
    expect(room.takeDeleted()).toEqual([key]);
  });

  test('is refused when the sender left while the bytes came', () => {
    const { image } = ask(ADA, 100);
    room.changeMember(ADA, { presence: 'left' });
    expect(room.share(ADA, image, meta(100))).toEqual(refused('member_gone'));
  });

  test('is refused when the meeting ended while the bytes came, and giving it up deletes them', () => {
    const { image, key } = ask(ADA, 100);
    room.changeRoom({ endedAt: room.time.now });
    expect(room.share(ADA, image, meta(100))).toEqual(refused('room_ended'));
    expect(isLiveImage(room.state, image)).toBe(false);
    room.cancel(ADA, image);
    expect(room.rows()).toEqual([]);
    expect(room.takeDeleted()).toEqual([key]);
  });

  test('is refused for a picture of somebody else, a picture never asked for, and another size', () => {
    const { image } = ask(ADA, 100);
    expect(room.share(BEN, image, meta(100))).toEqual(refused('image_unknown'));
    expect(room.share(ADA, 'i_none', meta(100))).toEqual(refused('image_unknown'));
    expect(room.share(ADA, image, meta(99))).toEqual(refused('image_broken_off'));
  });

  test('twice tells once', () => {
    const image = shared(ADA, 100);
    expect(room.share(ADA, image, meta(100))).toEqual({ ok: true, value: { events: [] } });
  });
});

describe('the same picture', () => {
  test('is stored once, however many share it', () => {
    const first = shared(ADA, 100, 'same');
    const second = shared(BEN, 100, 'same');
    expect(room.takeDeleted()).toEqual(['rooms/r_1/2']);
    expect(locateImage(room.state, null, second)).toEqual(locateImage(room.state, null, first));
  });

  test('counts once against what the room may hold', () => {
    room.limits = { imageBytes: 1_000, roomBytes: 2_000 };
    shared(ADA, 1_000, 'same');
    shared(BEN, 1_000, 'same');
    expect(room.ask(ADA, 1_000)).toMatchObject({ ok: true });
  });

  test('keeps its bytes until the last one is removed', () => {
    const first = shared(ADA, 100, 'same');
    const second = shared(BEN, 100, 'same');
    room.takeDeleted();
    room.remove(asMember(ADA), first);
    expect(room.takeDeleted()).toEqual([]);
    room.remove(asMember(BEN), second);
    expect(room.takeDeleted()).toEqual(['rooms/r_1/1']);
  });

  test('that was removed is stored anew', () => {
    room.remove(asMember(ADA), shared(ADA, 100, 'same'));
    room.takeDeleted();
    const again = shared(ADA, 100, 'same');
    expect(locateImage(room.state, null, again)).toMatchObject({ value: { key: 'rooms/r_1/2' } });
    expect(room.takeDeleted()).toEqual([]);
  });
});

describe('giving up', () => {
  test('takes the pending picture and its bytes away', () => {
    const { image, key } = ask(ADA, 100);
    room.cancel(ADA, image);
    expect(room.rows()).toEqual([]);
    expect(room.deadlines()).toEqual([]);
    expect(room.takeDeleted()).toEqual([key]);
    expect(room.share(ADA, image, meta(100))).toEqual(refused('image_unknown'));
  });

  test('does nothing to a shared picture, to another’s, or to none', () => {
    const image = shared(ADA, 100);
    const { image: pending } = ask(ADA, 200);
    room.cancel(ADA, image);
    room.cancel(BEN, pending);
    room.cancel(ADA, 'i_none');
    expect(room.rows()).toMatchObject([{ state: 'shared' }, { state: 'pending' }]);
    expect(room.takeDeleted()).toEqual([]);
  });

  test('happens by itself after ten minutes', () => {
    const { key } = ask(ADA, 100);
    room.time.now += PENDING_MS - 1;
    room.wake();
    expect(room.rows()).toHaveLength(1);
    room.time.now += 1;
    room.wake();
    expect(room.rows()).toEqual([]);
    expect(room.takeDeleted()).toEqual([key]);
  });

  test('leaves a picture alone that was shared in time', () => {
    shared(ADA, 100);
    room.time.now += PENDING_MS;
    room.wake();
    expect(room.rows()).toMatchObject([{ state: 'shared' }]);
  });
});

describe('the same upload again', () => {
  const request = 'a-request-0123456789';

  test.each([{ request }, { n: 7 }])('answers with the event that it caused before (%o)', (mark) => {
    const image = shared(ADA, 100, 'hash', { ...mark, caption: 'the board' });
    room.time.now += 5_000;
    const event = {
      t: 'image.shared',
      image,
      by: ADA,
      caption: 'the board',
      seq: 1,
      at: room.time.now - 5_000,
    };
    expect(room.ask(ADA, 100, { ...mark, caption: 'the board' })).toMatchObject({
      ok: true,
      value: { state: 'shared', event },
    });
    expect(room.rows()).toHaveLength(1);
  });

  test('answers also after the right was withdrawn: it was done before', () => {
    shared(ADA, 100, 'hash', { request });
    room.changeRoom({ policy: { ...DEFAULT_POLICY, image: false } });
    expect(room.ask(ADA, 100, { request })).toMatchObject({ ok: true, value: { state: 'shared' } });
  });

  test('with other content is refused', () => {
    shared(ADA, 100, 'hash', { request });
    expect(room.ask(ADA, 101, { request })).toEqual(refused('idempotency_mismatch'));
    expect(room.ask(ADA, 100, { request, caption: 'another' })).toEqual(refused('idempotency_mismatch'));
  });

  test('of somebody else is another upload', () => {
    shared(ADA, 100, 'hash', { request, n: 7 });
    expect(room.ask(BEN, 100, { request, n: 7 })).toMatchObject({ ok: true, value: { state: 'pending' } });
  });

  test('takes the place of a try that is under way, whose bytes go when it ends', () => {
    const first = ask(ADA, 100, { request });
    const second = ask(ADA, 100, { request });
    expect(second.key).not.toBe(first.key);
    expect(room.share(ADA, first.image, meta(100))).toEqual(refused('image_unknown'));
    expect(room.takeDeleted()).toEqual([]);
    room.cancel(ADA, first.image);
    expect(room.takeDeleted()).toEqual([first.key]);
    expect(room.share(ADA, second.image, meta(100))).toMatchObject({ ok: true });
    expect(room.rows()).toMatchObject([{ id: second.image, state: 'shared' }]);
  });

  test('takes no space for a try that was replaced', () => {
    room.limits = { imageBytes: 1_000, roomBytes: 1_000 };
    ask(ADA, 1_000, { request });
    expect(room.ask(ADA, 1_000, { request })).toMatchObject({ ok: true });
  });

  test('does not bring back what was removed', () => {
    const image = shared(ADA, 100, 'hash', { request });
    room.remove(asMember(HOST), image);
    expect(room.ask(ADA, 100, { request })).toEqual(refused('image_unknown'));
  });
});

describe('removing', () => {
  test('is told to everybody and deletes the bytes', () => {
    const image = shared(ADA, 100);
    const removed = room.remove(asMember(ADA), image);
    expect(removed.ok && removed.value.events.map((text) => JSON.parse(text))).toMatchObject([
      { t: 'image.removed', image, by: ADA },
    ]);
    expect(room.takeDeleted()).toEqual(['rooms/r_1/1']);
    expect(isLiveImage(room.state, image)).toBe(false);
    expect(room.rows()).toEqual([]);
    expect(room.remove(asMember(ADA), image)).toEqual(refused('image_unknown'));
  });

  test('is for the sender, the host and a co-host', () => {
    const image = shared(ADA, 100);
    expect(room.remove(asMember(BEN), image)).toEqual(refused('role_required'));
    expect(isLiveImage(room.state, image)).toBe(true);
    room.changeMember(BEN, { role: 'cohost' });
    expect(room.remove(asMember(BEN), image)).toMatchObject({ ok: true });
    expect(room.remove(asMember(HOST), shared(ADA, 100))).toMatchObject({ ok: true });
  });

  test('of one’s own needs no right to share', () => {
    const image = shared(ADA, 100);
    room.changeMember(ADA, { rights: { image: 'denied' } });
    expect(room.remove(asMember(ADA), image)).toMatchObject({ ok: true });
  });

  test('is not for somebody who has left', () => {
    const image = shared(ADA, 100);
    room.changeMember(ADA, { presence: 'left' });
    expect(room.remove(asMember(ADA), image)).toEqual(refused('member_gone'));
  });

  test('finds no picture that is still on its way', () => {
    expect(room.remove(asMember(HOST), ask(ADA, 100).image)).toEqual(refused('image_unknown'));
  });
});

test('image.upload as text is refused: the picture is missing', () => {
  expect(room.upload(asMember(ADA))).toEqual(refused('binary_unexpected'));
});

test('reading is for those who are there, and for a signed link', () => {
  const image = shared(ADA, 100);
  expect(locateImage(room.state, BEN, image)).toMatchObject({ ok: true });
  expect(locateImage(room.state, null, image)).toMatchObject({ ok: true });
  room.changeMember(BEN, { presence: 'left' });
  expect(locateImage(room.state, BEN, image)).toEqual(refused('member_gone'));
});

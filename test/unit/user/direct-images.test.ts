import { beforeEach, describe, expect, test } from 'vitest';
import { DELETE_OBJECTS, PENDING_AT_ONCE, PENDING_MS } from '../../../src/engine/images.ts';
import type { ImageMeta } from '../../../src/platform/room-rpc.ts';
import { directImageTable, locateDirectImage } from '../../../src/user-object/direct-image-rows.ts';
import {
  askDirectImage,
  cancelDirectImage,
  readDirectImage,
  shareDirectImage,
} from '../../../src/user-object/features/direct-images.ts';
import { removeSelf } from '../../../src/user-object/features/self.ts';
import { blockedTable, contactTable } from '../../../src/user-object/tables.ts';
import { accountId, type Inbox, refused, World } from './harness.ts';
import { Talk } from './talk.ts';

const ADA = accountId('ada');
const BOB = accountId('bob');
const LIMITS = { one: 1_000, all: 2_500 };

let talk: Talk;
let ada: Inbox;
beforeEach(() => {
  const world = new World(['ada', 'bob']);
  world.befriend('ada', 'bob');
  talk = new Talk(world);
  ada = world.of('ada');
});

const idOf = (name: string): string => `i_${name.padEnd(22, '_')}`;
const keyOf = (name: string): string => `users/${ADA}/${name}`;
const ask = (name: string, more: { size?: number; caption?: string; request?: string; to?: string } = {}) =>
  ada.perform(askDirectImage, {
    image: idOf(name),
    key: keyOf(name),
    to: BOB,
    size: 500,
    caption: '',
    limits: LIMITS,
    ...more,
  });
const metaOf = (hash: string, size = 500): ImageMeta => ({
  type: 'image/png',
  size,
  width: 3,
  height: 2,
  hash,
});
const share = (name: string, hash = name, size = 500) =>
  ada.perform(shareDirectImage, { image: idOf(name), meta: metaOf(hash, size) });
/** Asks and shares, and everything is carried. */
function send(name: string, hash = name, more: Parameters<typeof ask>[1] = {}): void {
  for (const done of [ask(name, more), share(name, hash, more.size)])
    if (!done.ok) throw new Error(done.error.code);
  talk.settle('ada', 'bob');
}
/** Keys of the objects that are to be removed from the store. */
const deleted = (): unknown[] =>
  ada.carriedOut(DELETE_OBJECTS).flatMap((data) => (data as { readonly keys: string[] }).keys);
const located = (name: string, reader: string | null) => locateDirectImage(ada.state, reader, idOf(name));

describe('a picture', () => {
  test('is shown to nobody any more once its sender is deleted', () => {
    send('cat');
    expect(located('cat', BOB).ok).toBe(true);
    ada.perform(removeSelf, {});
    for (const reader of [BOB, ADA, null])
      expect(located('cat', reader)).toMatchObject(refused('image_unknown'));
  });

  test('is a message like any other, told to both by reference', () => {
    ask('cat', { caption: 'look' });
    expect(talk.settle('ada', 'bob')).toEqual([[], []]);
    share('cat');
    const [atAda = [], atBob = []] = talk.settle('ada', 'bob');
    const body = {
      kind: 'image',
      image: `${ADA}.${idOf('cat')}`,
      ...{ type: 'image/png', size: 500, width: 3, height: 2, caption: 'look' },
    };
    expect(atAda[0]).toMatchObject({ t: 'direct.sent', with: BOB, from: ADA, number: 1, body });
    expect(talk.history('bob', 'ada').events).toMatchObject([{ from: ADA, number: 1, body }]);
    expect(JSON.stringify(atBob)).not.toContain(keyOf('cat'));
    expect(ada.perform(readDirectImage, { image: idOf('cat') })).toMatchObject({
      ok: true,
      value: { result: { t: 'direct.sent', seq: atAda[0]?.seq, body } },
    });
    expect(talk.conversation('bob', 'ada')).toMatchObject({ unread: 1 });
    expect(talk.edit('ada', 'bob', 1, 'x')).toMatchObject(refused('invalid'));
  });

  test('can be seen by the two, and by nobody else', () => {
    ask('cat');
    expect(located('cat', ADA)).toMatchObject(refused('image_unknown'));
    share('cat');
    for (const reader of [ADA, BOB, null])
      expect(located('cat', reader)).toEqual({ ok: true, value: { key: keyOf('cat'), type: 'image/png' } });
    expect(located('cat', accountId('eve'))).toMatchObject(refused('image_unknown'));
    expect(located('dog', BOB)).toMatchObject(refused('image_unknown'));
  });

  test('is deleted with its message, bytes and all', () => {
    send('cat');
    talk.remove('ada', 'bob', 1);
    talk.settle('ada', 'bob');
    expect(deleted()).toEqual([keyOf('cat')]);
    for (const name of ['ada', 'bob']) expect(talk.kept(name)).not.toContain(idOf('cat').concat('"'));
    expect(talk.texts('bob', 'ada')).toEqual(['deleted']);
    expect(located('cat', BOB)).toMatchObject(refused('image_unknown'));
    ada.pass(PENDING_MS / 1_000);
    expect(ada.state.table(directImageTable).size).toBe(0);
  });

  test('is stored once however often it is sent, until the last one is deleted', () => {
    send('cat', 'same');
    send('again', 'same');
    expect(deleted()).toEqual([keyOf('again')]);
    expect(located('again', BOB)).toMatchObject({ value: { key: keyOf('cat') } });
    talk.remove('ada', 'bob', 1);
    expect(deleted()).toEqual([]);
    expect(located('again', BOB)).toMatchObject({ value: { key: keyOf('cat') } });
    talk.remove('ada', 'bob', 2);
    expect(deleted()).toEqual([keyOf('cat')]);
  });

  test('goes where the log has lost its message', () => {
    send('cat');
    send('dog');
    talk.send('ada', 'bob', 'later');
    talk.settle('ada', 'bob');
    ada.disk.segments = ada.disk.segments.slice(1);
    const { events } = talk.history('ada', 'bob');
    expect(events.map(({ number }) => number)).toEqual([2, 3]);
    ask('new');
    expect(deleted()).toEqual([keyOf('cat')]);
    expect(located('cat', BOB)).toMatchObject(refused('image_unknown'));
    expect(located('dog', BOB)).toMatchObject({ ok: true });
  });

  test('that the log has lost keeps its bytes for another message that has the same', () => {
    send('cat', 'same');
    send('again', 'same');
    expect(deleted()).toEqual([keyOf('again')]);
    ada.disk.segments = ada.disk.segments.slice(1);
    ask('new');
    expect(deleted()).toEqual([]);
    expect(located('cat', BOB)).toMatchObject(refused('image_unknown'));
    expect(located('again', BOB)).toMatchObject({ value: { key: keyOf('cat') } });
  });
});

describe('an upload', () => {
  test('is refused before any byte where nothing may be sent, or too much', () => {
    expect(ask('a', { to: ADA })).toMatchObject(refused('person_self'));
    expect(ask('a', { to: accountId('eve') })).toMatchObject(refused('person_unknown'));
    expect(ask('a', { size: 1_001 })).toMatchObject(refused('image_too_large'));
    for (const name of ['one', 'two']) send(name, name, { size: 1_000 });
    expect(ask('three', { size: 501 })).toMatchObject(refused('quota_exceeded'));
    expect(ask('three', { size: 500 })).toMatchObject({ ok: true });
    // What is deleted makes room.
    expect(ask('four', { size: 1_000 })).toMatchObject(refused('quota_exceeded'));
    talk.remove('ada', 'bob', 1);
    expect(ask('four', { size: 1_000 })).toMatchObject({ ok: true });
    ada.state.table(contactTable).delete(BOB);
    expect(ask('five', { size: 1 })).toMatchObject(refused('not_contact'));
  });

  test('is one of a few at a time, and given up by itself when it is never finished', () => {
    for (let index = 0; index < PENDING_AT_ONCE; index += 1) ask(`p${index}`, { size: 1 });
    expect(ask('more', { size: 1 })).toMatchObject(refused('rate_limited'));
    ada.pass(PENDING_MS / 1_000);
    expect(deleted()).toHaveLength(PENDING_AT_ONCE);
    expect(ask('more', { size: 1 })).toMatchObject({ ok: true });
    expect(ada.perform(cancelDirectImage, { image: idOf('more') })).toMatchObject({ ok: true });
    expect(deleted()).toEqual([keyOf('more')]);
    expect(Object.keys(ada.deadlines()).join()).not.toContain('image');
    expect(share('more', 'h', 1)).toMatchObject(refused('image_unknown'));
  });

  test('is refused where the other was blocked, or is lost, while the bytes came', () => {
    ask('cat');
    ada.state.table(blockedTable).set(BOB, { at: 1 });
    expect(share('cat')).toMatchObject(refused('person_blocked'));
    ada.state.table(blockedTable).delete(BOB);
    expect(share('cat', 'h', 499)).toMatchObject(refused('image_broken_off'));
    expect(talk.settle('ada', 'bob')).toEqual([[], []]);
    expect(share('cat')).toMatchObject({ ok: true });
    // Twice is no error, and no second message.
    expect(share('cat')).toMatchObject({ ok: true });
    talk.settle('ada', 'bob');
    expect(talk.texts('bob', 'ada')).toEqual(['image']);
  });

  test('again with the same key is the same picture, also after it was deleted', () => {
    const request = 'k'.repeat(16);
    ask('first', { request });
    // The first try is under way still; its bytes go when it ends.
    ask('second', { request });
    expect(share('first')).toMatchObject(refused('image_unknown'));
    expect(share('second')).toMatchObject({ ok: true });
    expect(ask('third', { request })).toMatchObject({
      ok: true,
      value: { result: { state: 'shared', image: idOf('second') } },
    });
    expect(ask('third', { request, caption: 'other' })).toMatchObject(refused('idempotency_mismatch'));
    talk.settle('ada', 'bob');
    talk.remove('ada', 'bob', 1);
    expect(ask('third', { request })).toMatchObject(refused('image_unknown'));
    ada.pass(PENDING_MS / 1_000);
    expect(deleted().toSorted()).toEqual([keyOf('first'), keyOf('second')]);
    expect(ask('third', { request })).toMatchObject({ ok: true, value: { result: { state: 'pending' } } });
  });
});

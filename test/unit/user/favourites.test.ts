import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandInput, Favourite } from '../../../src/protocol/index.ts';
import { LIMITS } from '../../../src/protocol/index.ts';
import { type Inbox, refused, World } from './harness.ts';

const CODE = 'abc-defg-hij';
const OTHER = 'eu-xyz-defg-hij';
let world: World;
let ada: Inbox;
beforeEach(() => {
  world = new World(['ada']);
  ada = world.of('ada');
});

const add = (fields: Partial<CommandInput<'favourite.add'>> = {}) =>
  ada.command('ada', { t: 'favourite.add', kind: 'room', id: CODE, title: 'Physics', ...fields });
const media = (id: string, more: Partial<CommandInput<'favourite.add'>> = {}) =>
  add({ kind: 'media', id, title: 'A film', room: CODE, ...more });
const list = () => (ada.snapshot().favourites ?? []) as Favourite[];

describe('favourites', () => {
  test('are rooms and media items, the newest first', () => {
    expect(list()).toEqual([]);
    add();
    world.pass(1);
    media('film:1');
    world.pass(1);
    add({ id: OTHER, title: 'Chemistry' });
    const { told } = ada.take();
    expect(told.map(({ t }) => t)).toEqual(['favourite.added', 'favourite.added', 'favourite.added']);
    expect(told[1]).toMatchObject({
      favourite: { kind: 'media', id: 'film:1', title: 'A film', room: CODE, at: ada.now - 1_000 },
    });
    expect(list()).toMatchObject([
      { kind: 'room', id: OTHER, room: null },
      { kind: 'media', id: 'film:1', room: CODE },
      { kind: 'room', id: CODE, title: 'Physics' },
    ]);
  });

  test('are told to the device that added them as its receipt', () => {
    ada.command('ada', { t: 'favourite.add', n: 7, kind: 'room', id: CODE, title: 'Physics' });
    expect(ada.take().told).toMatchObject([{ t: 'favourite.added', n: 7 }]);
  });

  test('are there once; added again they may get another title, and keep their place', () => {
    add();
    world.pass(1);
    media('film:1');
    ada.take();
    const before = ada.everything();
    expect(add()).toMatchObject({ ok: true });
    expect(ada.everything()).toBe(before);
    expect(ada.told()).toEqual([]);
    world.pass(1);
    add({ title: 'Physics II' });
    expect(list()).toMatchObject([{ id: 'film:1' }, { id: CODE, title: 'Physics II' }]);
  });

  test('of the same id and another kind are others', () => {
    add();
    media(CODE);
    expect(list()).toHaveLength(2);
    ada.command('ada', { t: 'favourite.remove', kind: 'media', id: CODE });
    expect(list()).toMatchObject([{ kind: 'room' }]);
  });

  test('are taken off; what is none is off already', () => {
    add();
    ada.take();
    const remove = () => ada.command('ada', { t: 'favourite.remove', kind: 'room', id: CODE });
    expect(remove()).toMatchObject({ ok: true });
    expect(ada.take().told).toMatchObject([{ t: 'favourite.removed', kind: 'room', id: CODE }]);
    expect(remove()).toMatchObject({ ok: true });
    expect(ada.told()).toEqual([]);
    expect(list()).toEqual([]);
  });

  test('are limited, and there is place again when one is gone', () => {
    for (let index = 0; index < LIMITS.favourites; index += 1) media(`film:${index}`);
    const before = ada.everything();
    expect(media('more')).toMatchObject({
      ok: false,
      error: { code: 'quota_exceeded', detail: '500 favourites' },
    });
    expect(ada.everything()).toBe(before);
    expect(media('film:3', { title: 'Another title' })).toMatchObject({ ok: true });
    ada.command('ada', { t: 'favourite.remove', kind: 'media', id: 'film:0' });
    expect(media('more')).toMatchObject({ ok: true });
    expect(list()).toHaveLength(LIMITS.favourites);
  });

  test.each<[string, Partial<CommandInput<'favourite.add'>>]>([
    ['a room that is no code', { id: 'Physics' }],
    ['a room by a code that is spelt otherwise', { id: 'ABC-DEFG-HIJ' }],
    ['a room within a room', { room: OTHER }],
    ['a media item of no room', { kind: 'media', id: 'film:1' }],
    ['a media item of something else', { kind: 'media', id: 'film:1', room: 'Physics' }],
    ['an id that is too long', { kind: 'media', id: 'x'.repeat(201), room: CODE }],
    ['an empty id', { kind: 'media', id: '', room: CODE }],
    ['an id of other than plain characters', { kind: 'media', id: 'fílm', room: CODE }],
    ['no title', { title: ' ' }],
    ['a title that is too long', { title: 'x'.repeat(121) }],
    ['another kind', { kind: 'song' as 'room' }],
  ])('are not %s', (_what, fields) => {
    const before = ada.everything();
    expect(add(fields)).toMatchObject(refused('invalid'));
    expect(ada.everything()).toBe(before);
  });

  test('may have an id of 200 characters', () => {
    expect(media('x'.repeat(200))).toMatchObject({ ok: true });
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { added, cinema, open, pass, room } from './cinema.ts';
import { idOf, refused } from './harness.ts';

beforeEach(() => open());

describe('what plays', () => {
  test('is told once with all that is needed to know at any time where it is', () => {
    const [item = 0] = added(1);
    room.command('ben', { t: 'watch.select', item });
    const { told } = room.take();
    expect(told).toEqual([
      {
        t: 'watch.changed',
        seq: told[0]?.seq,
        at: room.now,
        by: idOf('ben'),
        version: 1,
        jump: 1,
        item,
        status: 'playing',
        position: 0,
        rate: 1,
      },
    ]);
    // It costs nothing while it plays: nothing is told, and nothing waits to be done.
    expect(room.deadlines()).toEqual({});
    room.pass(3_600);
    expect(room.told()).toEqual([]);
  });

  test('stands where it was when it is paused, and goes on from there', () => {
    const [item = 0] = added(1);
    room.command('host', { t: 'watch.select', item });
    pass(10_000);
    room.command('host', { t: 'watch.pause' });
    expect(cinema.now).toMatchObject({ status: 'paused', position: 10_000 });
    pass(10_000);
    room.command('host', { t: 'watch.play' });
    expect(cinema.now).toMatchObject({ status: 'playing', position: 10_000, at: room.now });
    pass(5_000);
    room.command('host', { t: 'watch.rate', rate: 2 });
    expect(cinema.now).toMatchObject({ position: 15_000, rate: 2, jump: 1 });
    pass(5_000);
    room.command('host', { t: 'watch.rate', rate: 0.5 });
    expect(cinema.now).toMatchObject({ position: 25_000, rate: 0.5 });
    pass(1_000_000);
    room.command('host', { t: 'watch.pause' });
    expect(cinema.now).toMatchObject({ position: 60_000 });
  });

  test('is paused where it is chosen without playing, and is nothing where null is chosen', () => {
    const [item = 0] = added(1);
    room.command('host', { t: 'watch.select', item, play: false });
    expect(cinema.now).toMatchObject({ item, status: 'paused' });
    room.command('host', { t: 'watch.select', item: null });
    expect(cinema.now).toMatchObject({ item: null, status: 'paused' });
  });

  test('goes where it is told to, playing or not', () => {
    const [item = 0] = added(1);
    const seek = (position: number) => room.command('host', { t: 'watch.seek', position });
    room.command('host', { t: 'watch.select', item });
    expect(seek(60_000)).toMatchObject({ ok: true });
    expect(seek(0)).toMatchObject({ ok: true });
    expect(cinema.now).toMatchObject({ status: 'playing', position: 0, version: 3, jump: 3 });
    room.command('host', { t: 'watch.pause' });
    seek(7);
    expect(cinema.now).toMatchObject({ status: 'paused', position: 7 });
  });

  test.each([
    ['negative', -1, 'invalid'],
    ['no number', Number.NaN, 'invalid'],
    ['nothing', null as never, 'invalid'],
    ['infinite', Number.POSITIVE_INFINITY, 'invalid'],
    ['a text', '5' as never, 'invalid'],
    ['beyond all lengths', 1e15, 'invalid'],
    ['past the end', 60_001, 'position_invalid'],
  ] as const)('refuses a position that is %s', (_, position, code) => {
    const [item = 0] = added(1);
    room.command('host', { t: 'watch.select', item });
    room.take();
    const before = cinema.everything;
    expect(room.command('host', { t: 'watch.seek', position })).toMatchObject(refused(code));
    expect(room.told()).toEqual([]);
    expect(cinema.everything).toBe(before);
  });

  test('takes any position of an item whose length nobody knows', () => {
    const [item = 0] = added(1, { duration: null });
    room.command('host', { t: 'watch.select', item });
    expect(room.command('host', { t: 'watch.seek', position: 9_000_000 })).toMatchObject({ ok: true });
  });

  test.each([0, -1, 0.2, 5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the rate %d', (rate) => {
    const [item = 0] = added(1);
    room.command('host', { t: 'watch.select', item });
    expect(room.command('host', { t: 'watch.rate', rate })).toMatchObject(refused('invalid'));
  });

  test('can not be steered while nothing is chosen, or be what is not on the list', () => {
    for (const command of [
      { t: 'watch.play' },
      { t: 'watch.pause' },
      { t: 'watch.seek', position: 0 },
      { t: 'watch.rate', rate: 1 },
      { t: 'watch.next' },
      { t: 'watch.select', item: 999 },
    ] as const)
      expect(room.command('host', command)).toMatchObject(refused('watch_unknown'));
    expect(room.told()).toEqual([]);
  });

  test('stands still when the meeting ends', () => {
    const [item = 0] = added(1);
    room.command('host', { t: 'watch.select', item });
    pass(4_000);
    room.command('host', { t: 'room.end' });
    expect(cinema.now).toMatchObject({ item, status: 'paused', position: 4_000 });
  });
});

describe('of two who steer at the same moment', () => {
  beforeEach(() => {
    const [item = 0] = added(1);
    room.command('host', { t: 'watch.select', item });
    room.take();
  });

  test('the first one wins, and the other one is told so', () => {
    const base = cinema.version;
    expect(room.command('ben', { t: 'watch.seek', position: 30_000, base })).toMatchObject({ ok: true });
    const before = cinema.everything;
    for (const command of [
      { t: 'watch.play', base },
      { t: 'watch.pause', base },
      { t: 'watch.seek', position: 1, base },
      { t: 'watch.rate', rate: 2, base },
      { t: 'watch.next', base },
      { t: 'watch.select', item: null, base },
    ] as const)
      expect(room.command('co', command)).toMatchObject({ error: { code: 'watch_stale', detail: '2' } });
    expect(cinema.everything).toBe(before);
    expect(room.command('co', { t: 'watch.pause', base: cinema.version })).toMatchObject({ ok: true });
  });

  test('nobody is refused for what they have decided themselves meanwhile', () => {
    const base = cinema.version;
    for (const position of [1, 2, 3])
      expect(room.command('ben', { t: 'watch.seek', position, base })).toMatchObject({ ok: true });
    room.command('co', { t: 'watch.pause' });
    expect(room.command('ben', { t: 'watch.seek', position: 4, base })).toMatchObject(refused('watch_stale'));
    room.command('ben', { t: 'watch.play' });
    // What was decided before somebody else did is stale also if one has decided anew since.
    expect(room.command('ben', { t: 'watch.seek', position: 4, base })).toMatchObject(refused('watch_stale'));
  });

  test('without a base the last one wins', () => {
    room.command('ben', { t: 'watch.seek', position: 30_000 });
    expect(room.command('co', { t: 'watch.seek', position: 1 })).toMatchObject({ ok: true });
    expect(cinema.now).toMatchObject({ position: 1, by: idOf('co') });
  });

  test('what would change nothing is taken, and makes nothing stale', () => {
    const base = cinema.version;
    expect(room.command('ben', { t: 'watch.play', base })).toMatchObject({ ok: true });
    expect(room.command('ben', { t: 'watch.rate', rate: 1, base })).toMatchObject({ ok: true });
    expect(cinema.version).toBe(base);
    expect(room.told()).toEqual([]);
  });
});

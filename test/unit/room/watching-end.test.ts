import { beforeEach, describe, expect, test } from 'vitest';
import { added, cinema, open, pass, room } from './cinema.ts';
import { refused } from './harness.ts';

beforeEach(() => open());

describe('at the end', () => {
  const end = (by: string, item: number, at = cinema.version) =>
    room.command(by, { t: 'watch.end', item, version: at });

  test('the first who says so brings on the next one; all others change nothing', () => {
    const [a = 0, b = 0, c = 0] = added(3);
    room.command('host', { t: 'watch.select', item: a });
    pass(60_000);
    room.take();
    const base = cinema.version;
    for (const name of ['ada', 'ben', 'eve', 'ada']) expect(end(name, a, base)).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([{ t: 'watch.changed', item: b, position: 0, status: 'playing' }]);
    expect(cinema.now).toMatchObject({ by: null });
    // A late report of the one before must not skip this one.
    pass(60_000);
    expect(end('eve', a, base)).toMatchObject({ ok: true });
    expect(cinema.now).toMatchObject({ item: b });
    end('eve', b);
    expect(cinema.now).toMatchObject({ item: c });
  });

  test('nothing follows the last one, or where hosts want it so, and played on it begins anew', () => {
    const [a = 0, b = 0] = added(2);
    room.command('host', { t: 'watch.policy', autoplay: false });
    room.command('host', { t: 'watch.select', item: a });
    pass(59_000);
    end('ada', a);
    expect(cinema.now).toMatchObject({ item: a, status: 'paused', position: 60_000 });
    room.command('host', { t: 'watch.play' });
    expect(cinema.now).toMatchObject({ item: a, status: 'playing', position: 0 });
    room.command('host', { t: 'watch.policy', autoplay: true });
    room.command('host', { t: 'watch.select', item: b });
    pass(60_000);
    end('ada', b);
    expect(cinema.now).toMatchObject({ item: b, status: 'paused', position: 60_000 });
  });

  test.each<[string, () => unknown]>([
    ['after another rate was chosen', () => room.command('host', { t: 'watch.rate', rate: 2 })],
    ['after one has gone to it', () => room.command('host', { t: 'watch.seek', position: 60_000 })],
  ])('what is played on begins anew, also %s', (_, act) => {
    const [item = 0] = added(1);
    room.command('host', { t: 'watch.select', item });
    pass(60_000);
    end('ada', item);
    act();
    room.command('host', { t: 'watch.play' });
    expect(cinema.now).toMatchObject({ status: 'playing', position: 0, jump: cinema.version });
  });

  test('what is played on begins anew, also where nobody knows how long it is and the rate was changed', () => {
    const [item = 0] = added(1, { duration: null });
    room.command('host', { t: 'watch.select', item });
    pass(60_000);
    end('host', item);
    room.command('host', { t: 'watch.rate', rate: 2 });
    room.command('host', { t: 'watch.play' });
    expect(cinema.now).toMatchObject({ status: 'playing', position: 0 });
    end('host', item);
    room.command('host', { t: 'watch.seek', position: 5_000 });
    room.command('host', { t: 'watch.play' });
    expect(cinema.now).toMatchObject({ status: 'playing', position: 5_000 });
  });

  test('nobody who may not steer ends it for all before it is near', () => {
    const [item = 0] = added(2);
    room.command('host', { t: 'watch.select', item });
    pass(50_000);
    expect(end('ada', item)).toMatchObject(refused('not_allowed'));
    expect(cinema.now).toMatchObject({ item, status: 'playing' });
    expect(end('ben', item)).toMatchObject({ ok: true });
    expect(cinema.now).not.toMatchObject({ item });
  });

  test('of an item without a known length only those who may steer say so', () => {
    const [item = 0] = added(1, { duration: null });
    room.command('host', { t: 'watch.select', item });
    pass(1_000_000);
    expect(end('ada', item)).toMatchObject(refused('not_allowed'));
    expect(end('ben', item)).toMatchObject({ ok: true });
    expect(cinema.now).toMatchObject({ status: 'paused' });
  });

  test('what is paused does not end', () => {
    const [item = 0] = added(2);
    room.command('host', { t: 'watch.select', item });
    pass(60_000);
    room.command('host', { t: 'watch.pause' });
    expect(end('ada', item)).toMatchObject({ ok: true });
    expect(cinema.now).toMatchObject({ item, status: 'paused' });
  });
});

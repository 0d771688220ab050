import { beforeEach, describe, expect, test } from 'vitest';
import { added, cinema, open, pass, room } from './cinema.ts';
import { idOf, refused } from './harness.ts';

beforeEach(() => open());

describe('those who watch', () => {
  const view = (
    by: string,
    viewing: 'ready' | 'buffering' | 'blocked' | 'failed' | null,
    at = cinema.version,
  ) => room.command(by, { t: 'watch.view', viewing, version: at });

  test('say how it is with them, each once, until they are gone', () => {
    expect(view('ada', 'buffering')).toMatchObject({ ok: true });
    view('ada', 'buffering');
    view('ada', 'ready');
    expect(room.take().told).toMatchObject([{ t: 'watch.viewing', member: idOf('ada'), viewing: 'ready' }]);
    room.drop('ada');
    expect(room.take().told).toMatchObject([{ t: 'member.away' }, { t: 'watch.viewing', viewing: null }]);
    expect(view('ada', 'ready')).toMatchObject(refused('member_gone'));
    view('ben', 'ready');
    room.command('ben', { t: 'member.leave' });
    expect(room.state.latest('watch.viewing', idOf('ben'))).toBeUndefined();
    view('eve', 'ready');
    room.take();
    view('eve', null);
    view('eve', null);
    expect(room.take().told).toMatchObject([{ t: 'watch.viewing', member: idOf('eve'), viewing: null }]);
    // Of another connection nothing is known before it says so.
    view('co', 'ready');
    room.enter('co', { returning: true });
    expect(room.state.latest('watch.viewing', idOf('co'))).toBeUndefined();
  });

  test('are not ready for what was never told', () => {
    expect(view('ada', 'ready', cinema.version + 1)).toMatchObject(refused('invalid'));
  });

  test('are not waited for unless the hosts want it', () => {
    const [item = 0] = added(1);
    view('ada', 'buffering');
    room.command('host', { t: 'watch.select', item });
    expect(cinema.now).toMatchObject({ status: 'playing' });
    view('ada', 'ready');
    view('ada', 'buffering');
    expect(cinema.now).toMatchObject({ status: 'playing' });
  });

  describe('where all wait for all', () => {
    let item = 0;
    beforeEach(() => {
      [item = 0] = added(2);
      room.command('host', { t: 'watch.policy', waitForAll: true });
      for (const name of ['ada', 'ben']) view(name, 'ready');
      room.take();
    });
    const start = () => room.command('host', { t: 'watch.select', item });

    test('nothing plays before all are ready for it', () => {
      start();
      expect(room.take().told).toMatchObject([
        { status: 'holding', waitsFor: [idOf('ada'), idOf('ben')], until: room.now + 20_000, position: 0 },
      ]);
      pass(3_000);
      view('ada', 'ready');
      expect(cinema.now).toMatchObject({ status: 'holding', position: 0 });
      view('ben', 'ready');
      expect(cinema.now).toMatchObject({ status: 'playing', position: 0, at: room.now, version: 1 });
      expect(cinema.now).not.toHaveProperty('until');
      expect(room.deadlines()).toEqual({});
    });

    test('it stands while somebody has nothing to play, and goes on where it stood', () => {
      start();
      view('ada', 'ready');
      view('ben', 'ready');
      pass(5_000);
      room.take();
      view('ben', 'buffering');
      expect(cinema.now).toMatchObject({ status: 'holding', position: 5_000, waitsFor: [idOf('ben')] });
      pass(4_000);
      view('ben', 'ready');
      expect(cinema.now).toMatchObject({ status: 'playing', position: 5_000, at: room.now });
      const told = room.take().told.filter(({ t }) => t === 'watch.changed');
      // Nobody has decided it.
      expect(told.map(({ by }) => by)).toEqual([undefined, undefined]);
      expect(cinema.now).toMatchObject({ by: idOf('host') });
    });

    test('nobody is waited for longer than 20 seconds, nor again before something else is chosen', () => {
      start();
      view('ada', 'ready');
      expect(room.pass(20)).toEqual(['watch.hold-over']);
      expect(cinema.now).toMatchObject({ status: 'playing', position: 0, at: room.now });
      view('ben', 'buffering');
      expect(cinema.now).toMatchObject({ status: 'playing' });
      view('ada', 'buffering');
      expect(cinema.now).toMatchObject({ status: 'holding', waitsFor: [idOf('ada')] });
      view('ada', 'ready');
      room.command('host', { t: 'watch.seek', position: 1_000 });
      // Ben has not been ready since: perhaps he sleeps.
      expect(cinema.now).toMatchObject({ status: 'holding', waitsFor: [idOf('ada')] });
      view('ada', 'ready');
      view('ben', 'ready');
      room.command('host', { t: 'watch.seek', position: 2_000 });
      expect(cinema.now).toMatchObject({ status: 'holding', waitsFor: [idOf('ada'), idOf('ben')] });
    });

    test('whoever sleeps is waited for once, and not at each jump', () => {
      start();
      view('ada', 'ready');
      let held = 0;
      for (let seek = 1; seek <= 5; seek += 1) {
        for (let second = 0; second < 30; second += 1) {
          if (cinema.now.status === 'holding') held += 1;
          pass(1_000);
        }
        room.command('host', { t: 'watch.seek', position: seek * 1_000 });
        view('ada', 'ready');
      }
      expect(held).toBe(20);
    });

    test('whoever is ready and not ready in turn has 20 seconds between two jumps, and others have theirs', () => {
      start();
      for (const name of ['ada', 'ben']) view(name, 'ready');
      const flap = (name: string) => {
        view(name, 'buffering');
        const held = cinema.now.status === 'holding';
        pass(9_000);
        view(name, 'ready');
        pass(1);
        return held;
      };
      expect([flap('ben'), flap('ben')]).toEqual([true, true]);
      view('ben', 'buffering');
      expect(cinema.now).toMatchObject({ status: 'holding', until: room.now + 2_000 });
      room.pass(2);
      expect(cinema.now).toMatchObject({ status: 'playing' });
      view('ben', 'ready');
      expect(flap('ben')).toBe(false);
      // Whoever goes and comes back has no more of it.
      room.drop('ben');
      room.enter('ben', { returning: true });
      expect([flap('ben'), flap('ada')]).toEqual([false, true]);
      view('ben', 'ready');
      room.command('host', { t: 'watch.seek', position: 0 });
      for (const name of ['ada', 'ben']) view(name, 'ready');
      expect(flap('ben')).toBe(true);
    });

    test('a wait that is made longer by a decision is still one', () => {
      start();
      pass(15_000);
      room.command('host', { t: 'watch.rate', rate: 2 });
      expect(cinema.now).toMatchObject({ status: 'holding', until: room.now + 5_000 });
    });

    test('what plays waits for whoever has nothing to play when the hosts begin to want it', () => {
      room.command('host', { t: 'watch.policy', waitForAll: false });
      start();
      view('ada', 'buffering');
      room.command('host', { t: 'watch.policy', waitForAll: true });
      expect(cinema.now).toMatchObject({ status: 'holding', waitsFor: [idOf('ada'), idOf('ben')] });
    });

    test('and does not for those who had no reason yet to say for what they are ready', () => {
      room.command('host', { t: 'watch.policy', waitForAll: false });
      start();
      room.command('host', { t: 'watch.policy', waitForAll: true });
      view('ada', 'ready');
      expect(cinema.now).toMatchObject({ status: 'playing' });
    });

    test.each<[string, (name: string) => unknown]>([
      ['drops', (name) => room.drop(name)],
      ['leaves', (name) => room.command(name, { t: 'member.leave' })],
      ['is put out', (name) => room.command('host', { t: 'member.remove', member: idOf(name) })],
      ['watches no more', (name) => view(name, null)],
      ['has to press a key', (name) => view(name, 'blocked')],
      ['can not play it', (name) => view(name, 'failed')],
      ['has another connection', (name) => room.enter(name, { returning: true })],
    ])('nobody is waited for who %s', (_, goes) => {
      start();
      view('ada', 'ready');
      goes('ben');
      expect(cinema.now).toMatchObject({ status: 'playing' });
      expect(room.deadlines()).not.toHaveProperty('watch hold');
    });

    test('whoever plays on does not want to wait, and others may pause it meanwhile', () => {
      start();
      room.command('host', { t: 'watch.play', base: cinema.version });
      expect(cinema.now).toMatchObject({ status: 'playing', version: 2, by: idOf('host') });
      view('ada', 'ready');
      room.command('host', { t: 'watch.seek', position: 9_000 });
      expect(cinema.now).toMatchObject({ status: 'holding' });
      room.command('co', { t: 'watch.pause' });
      expect(cinema.now).toMatchObject({ status: 'paused', position: 9_000 });
      expect(room.deadlines()).toEqual({});
      for (const name of ['ada', 'ben']) view(name, 'ready');
      expect(cinema.now).toMatchObject({ status: 'paused' });
      room.command('co', { t: 'watch.play' });
      expect(cinema.now).toMatchObject({ status: 'playing' });
    });

    test('a wait by itself makes nobody’s decision stale', () => {
      start();
      const base = cinema.version;
      view('ada', 'ready');
      view('ben', 'ready');
      expect(cinema.now).toMatchObject({ status: 'playing' });
      expect(room.command('co', { t: 'watch.seek', position: 5, base })).toMatchObject({ ok: true });
    });

    test('it plays on when the hosts no longer want it', () => {
      start();
      room.command('host', { t: 'watch.policy', waitForAll: false });
      expect(cinema.now).toMatchObject({ status: 'playing' });
      expect(room.deadlines()).toEqual({});
    });

    test('what held stands still when it is taken off the list', () => {
      start();
      room.command('host', { t: 'watch.remove', item });
      expect(cinema.now).toMatchObject({ item: null, status: 'paused' });
      expect(room.deadlines()).toEqual({});
    });
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { Cinema } from './cinema.ts';
import { idOf, type Room, refused } from './harness.ts';

let cinema: Cinema;
let room: Room;
beforeEach(() => {
  cinema = new Cinema();
  room = cinema.room;
});

const added = (...what: Parameters<Cinema['added']>) => cinema.added(...what);
const pass = (ms: number) => room.pass(ms / 1_000);

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

import { beforeEach, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/protocol/index.ts';
import { rosterPage } from '../../../src/room-object/features/roster.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.now += 1;
  room.enter('ada');
  room.now += 1;
  room.enter('ben');
  room.take();
});

describe('a connection that drops', () => {
  test('makes its member away, and after the grace time gone', () => {
    room.drop('ada');
    expect(room.take().told).toMatchObject([{ t: 'member.away', member: idOf('ada') }]);
    expect(room.member('ada')).toMatchObject({ presence: 'away', awayAt: room.now });
    room.pass(44.999);
    expect(room.told()).toEqual([]);
    room.pass(0.001);
    const { told, closes } = room.take();
    expect(told).toMatchObject([{ t: 'member.left', member: idOf('ada'), reason: 'timeout' }]);
    expect(told[0]).not.toHaveProperty('by');
    expect(closes).toEqual([]);
    expect(room.member('ada')?.presence).toBe('left');
    expect(room.pass(600)).toEqual([]);
  });

  test('and is back in time was merely away', () => {
    room.drop('ada');
    room.pass(40);
    room.take();
    room.enter('ada', { returning: true });
    expect(room.take().told).toMatchObject([{ t: 'member.returned', member: idOf('ada') }]);
    expect(room.member('ada')).toMatchObject({ presence: 'online', awayAt: null, session: 2 });
    expect(room.pass(600)).toEqual([]);
  });

  test('twice counts once', () => {
    room.drop('ada');
    const before = room.everything();
    room.now += 10_000;
    room.drop('ada');
    expect(room.everything()).toBe(before);
    expect(room.told()).toEqual(['member.away']);
  });

  test('counts for nothing when a newer one has taken its place', () => {
    room.enter('ada', { returning: true });
    expect(room.told()).toEqual([]);
    room.drop('ada', 1);
    expect(room.told()).toEqual([]);
    expect(room.member('ada')?.presence).toBe('online');
    room.drop('ada', 2);
    expect(room.told()).toEqual(['member.away']);
  });

  test('of somebody who has left, or was never there, says nothing', () => {
    room.command('ada', { t: 'member.leave' });
    room.take();
    room.drop('ada');
    room.drop('eve', 0);
    expect(room.told()).toEqual([]);
  });
});

describe('leaving', () => {
  test('is told to all, and then the socket is closed', () => {
    room.command('ada', { t: 'member.leave', n: 1 });
    const { told, closes } = room.take();
    expect(told).toMatchObject([
      { t: 'member.left', member: idOf('ada'), reason: 'left', by: idOf('ada'), n: 1 },
    ]);
    expect(closes).toEqual([`${idOf('ada')} left`]);
  });

  test('twice is refused', () => {
    room.command('ada', { t: 'member.leave' });
    room.take();
    expect(room.command('ada', { t: 'member.leave' })).toMatchObject(refused('member_gone'));
    expect(room.told()).toEqual([]);
  });

  test('while away ends the wait', () => {
    room.drop('ada');
    room.command('ada', { t: 'member.leave' });
    expect(room.told()).toEqual(['member.away', 'member.left']);
    expect(room.pass(600)).toEqual([]);
  });

  test('takes away every other command', () => {
    room.command('ada', { t: 'member.leave' });
    const before = room.everything();
    expect(room.command('ada', { t: 'chat.send', body: { kind: 'text', text: 'x' } })).toMatchObject(
      refused('member_gone'),
    );
    expect(room.command('ada', { t: 'roster.page' })).toMatchObject(refused('member_gone'));
    expect(room.everything()).toBe(before);
  });
});

describe('a page of the roster', () => {
  const names = (page: ReturnType<typeof rosterPage>) => page.members.map(({ name }) => name);

  test('holds everybody in the order of joining', () => {
    const page = rosterPage(room.state, null, 10);
    expect(names(page)).toEqual(['host', 'ada', 'ben']);
    expect(page).toMatchObject({ count: 3, next: null });
  });

  test('leads to the next one, and the last one to none', () => {
    const first = rosterPage(room.state, null, 2);
    expect(names(first)).toEqual(['host', 'ada']);
    expect(first.next).toBe(idOf('ada'));
    const second = rosterPage(room.state, first.next, 2);
    expect(names(second)).toEqual(['ben']);
    expect(second.next).toBeNull();
    expect(rosterPage(room.state, idOf('ben'), 2)).toEqual({ members: [], count: 3, next: null });
  });

  test('that is exactly full at the end leads no further', () => {
    expect(rosterPage(room.state, null, 3).next).toBeNull();
    expect(rosterPage(room.state, idOf('host'), 2).next).toBeNull();
  });

  test('goes on where it was, although its mark has left', () => {
    room.command('ada', { t: 'member.leave' });
    expect(names(rosterPage(room.state, idOf('ada'), 2))).toEqual(['ben']);
  });

  test('finds an order among those who joined at the same time, without loss or repeat', () => {
    const crowd = Array.from({ length: 25 }, (_, index) => `crowd${index}`);
    room.now += 1;
    for (const name of crowd) room.enter(name);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: ReturnType<typeof rosterPage> = rosterPage(room.state, after, 4);
      seen.push(...names(page));
      after = page.next;
    } while (after !== null);
    expect(seen.slice(0, 3)).toEqual(['host', 'ada', 'ben']);
    expect(seen.slice(3).sort()).toEqual(crowd.sort());
  });

  test('shows nobody who is only on the way in', () => {
    room.admit('eve');
    expect(rosterPage(room.state, null, 10).count).toBe(3);
  });

  test('shows who is away', () => {
    room.drop('ada');
    expect(rosterPage(room.state, null, 10).members[1]).toMatchObject({ name: 'ada', presence: 'away' });
  });

  test('tells nothing that is not for everybody', () => {
    const [member] = rosterPage(room.state, null, 10).members;
    expect(Object.keys(member ?? {}).sort()).toEqual(
      ['account', 'id', 'joinedAt', 'name', 'presence', 'rights', 'role'].sort(),
    );
  });

  test('begins anew with a mark that nobody knows', () => {
    expect(names(rosterPage(room.state, idOf('nobody'), 1))).toEqual(['host']);
  });
});

describe('names', () => {
  test('are changed for all to see', () => {
    room.command('ada', { t: 'member.rename', name: 'Ada Lovelace' });
    expect(room.take().told).toMatchObject([
      { t: 'member.renamed', member: idOf('ada'), name: 'Ada Lovelace', by: idOf('ada') },
    ]);
    expect(room.member('ada')?.name).toBe('Ada Lovelace');
  });

  test('that are the same already are no news', () => {
    expect(room.command('ada', { t: 'member.rename', name: ' ada ' })).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
  });

  test('may be the same as somebody else’s', () => {
    room.command('ada', { t: 'member.rename', name: 'ben' });
    expect(room.member('ada')?.name).toBe('ben');
    expect(room.member('ben')?.name).toBe('ben');
  });
});

describe('roles', () => {
  test('are given by the host, for all to see', () => {
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    expect(room.take().told).toMatchObject([{ t: 'role.changed', member: idOf('ada'), role: 'cohost' }]);
    expect(room.member('ada')?.role).toBe('cohost');
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    expect(room.told()).toEqual([]);
  });

  test.each<[string, string, ErrorCode]>([
    ['ada', 'ben', 'role_required'],
    ['ada', 'ada', 'role_required'],
    ['host', 'host', 'role_required'],
    ['host', 'eve', 'member_unknown'],
  ])('%s can not change that of %s: %s', (by, of, code) => {
    const before = room.everything();
    expect(room.command(by, { t: 'role.set', member: idOf(of), role: 'viewer' })).toMatchObject(
      refused(code),
    );
    expect(room.everything()).toBe(before);
  });

  test('whoever holds the host key gives them, too', () => {
    const done = room.command({ kind: 'host-key' }, { t: 'role.set', member: idOf('ada'), role: 'viewer' });
    expect(done).toMatchObject({ ok: true });
    expect(room.take().told[0]).not.toHaveProperty('by');
    expect(room.member('ada')?.role).toBe('viewer');
  });
});

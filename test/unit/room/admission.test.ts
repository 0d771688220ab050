import { describe, expect, test } from 'vitest';
import { seatsTaken } from '../../../src/room-object/tables.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

describe('getting in', () => {
  test('takes a ticket first, and only then is anybody told', () => {
    const room = new Room();
    expect(room.admit('ada')).toMatchObject({ ok: true });
    expect(room.member('ada')).toMatchObject({ presence: 'joining', joinedAt: 0, role: 'member' });
    expect(room.told()).toEqual([]);
    room.now += 5_000;
    expect(room.open('ada')).toMatchObject({ ok: true });
    const { told } = room.take();
    expect(told).toMatchObject([
      {
        t: 'member.joined',
        by: idOf('ada'),
        member: { id: idOf('ada'), name: 'ada', role: 'member', presence: 'online', joinedAt: room.now },
      },
    ]);
    expect(JSON.stringify(told)).not.toContain('ticket');
    expect(room.member('ada')).toMatchObject({ presence: 'online', joinedAt: room.now, ticket: null });
  });

  test('a ticket opens one session, once', () => {
    const room = new Room();
    room.enter('ada');
    expect(room.open('ada')).toMatchObject(refused('ticket_invalid'));
    expect(room.member('ada')?.session).toBe(1);
  });

  test.each([
    ['a wrong ticket', 'ada', 'guessed'],
    ['an empty ticket', 'ada', ''],
    ['the ticket of somebody else', 'ada', 'ticket ben'],
    ['a ticket of nobody', 'eve', 'ticket eve'],
  ])('%s opens nothing and changes nothing', (_, name, ticket) => {
    const room = new Room();
    room.admit('ada');
    room.admit('ben');
    const before = room.everything();
    expect(room.open(name, ticket)).toMatchObject(refused('ticket_invalid'));
    expect(room.everything()).toBe(before);
  });

  test('a ticket ends with its time, and with it the seat', () => {
    const room = new Room({ capacity: 1 });
    room.admit('ada');
    room.pass(29.999);
    expect(seatsTaken(room.state)).toBe(1);
    expect(room.admit('ben')).toMatchObject(refused('room_full'));
    room.now += 1;
    expect(room.open('ada')).toMatchObject(refused('ticket_invalid'));
    expect(room.pass(0)).toEqual(['seat.release']);
    expect(room.member('ada')).toBeUndefined();
    expect(room.admit('ben')).toMatchObject({ ok: true });
    expect(room.open('ada')).toMatchObject(refused('ticket_invalid'));
  });

  test('a newer ticket takes the place of an older one', () => {
    const room = new Room();
    room.admit('ada');
    room.pass(20);
    room.admit('ada', { returning: true });
    expect(seatsTaken(room.state)).toBe(1);
    expect(room.pass(20)).toEqual([]);
    expect(room.open('ada')).toMatchObject({ ok: true });
    expect(room.pass(60)).toEqual([]);
  });

  test('nobody gets in without a name', () => {
    const room = new Room();
    expect(room.admit('', { returning: true })).toMatchObject(refused('member_gone'));
  });
});

describe('seats', () => {
  test('are counted exactly: those who are in, away, and on the way in', () => {
    const room = new Room({ capacity: 3 });
    room.enter('ada');
    room.enter('ben');
    room.drop('ben');
    room.admit('eve');
    expect(room.admit('joe')).toMatchObject({ ok: false, error: { code: 'room_full', retry: 10_000 } });
    expect(room.member('joe')).toBeUndefined();
    room.command('ada', { t: 'member.leave' });
    expect(room.admit('joe')).toMatchObject({ ok: true });
    expect(room.admit('zoe')).toMatchObject(refused('room_full'));
  });

  test('whoever has one is let back in, however full the room is', () => {
    const room = new Room({ capacity: 2 });
    room.enter('ada');
    room.enter('ben');
    room.drop('ada');
    expect(room.admit('ada', { returning: true })).toMatchObject({ ok: true });
    expect(room.admit('ben', { returning: true })).toMatchObject({ ok: true });
    expect(seatsTaken(room.state)).toBe(2);
  });

  test('whoever has left needs a free one', () => {
    const room = new Room({ capacity: 1 });
    room.enter('ada');
    room.command('ada', { t: 'member.leave' });
    room.enter('ben');
    expect(room.admit('ada', { returning: true })).toMatchObject(refused('room_full'));
    room.command('ben', { t: 'member.leave' });
    expect(room.admit('ada', { returning: true })).toMatchObject({ ok: true });
  });

  test('the host always finds one', () => {
    const room = new Room({ capacity: 1 });
    room.enter('ada');
    expect(room.admit('host', { hostKey: HOST_KEY })).toMatchObject({ ok: true });
    room.open('host');
    room.command('host', { t: 'member.leave' });
    expect(room.admit('host', { returning: true })).toMatchObject({ ok: true });
    expect(room.admit('ben')).toMatchObject(refused('room_full'));
  });

  test('more may be made, or fewer; nobody is thrown out', () => {
    const room = new Room({ capacity: 2 });
    room.enter('host', { hostKey: HOST_KEY });
    room.enter('ada');
    expect(room.admit('ben')).toMatchObject(refused('room_full'));
    room.command('host', { t: 'room.update', capacity: 3 });
    room.enter('ben');
    room.command('host', { t: 'room.update', capacity: 1 });
    expect(seatsTaken(room.state)).toBe(3);
    room.command('ben', { t: 'member.leave' });
    expect(room.admit('eve')).toMatchObject(refused('room_full'));
  });
});

describe('the host key', () => {
  test('makes a host', () => {
    const room = new Room();
    room.enter('ada', { hostKey: HOST_KEY });
    expect(room.member('ada')?.role).toBe('host');
    expect(room.take().told).toMatchObject([{ t: 'member.joined', member: { role: 'host' } }]);
  });

  test.each(['x'.repeat(43), '', HOST_KEY.slice(1)])('%j is not it, and leaves nothing behind', (key) => {
    const room = new Room();
    const before = room.everything();
    expect(room.admit('eve', { hostKey: key })).toMatchObject(refused('host_key_wrong'));
    expect(room.everything()).toBe(before);
  });

  test('a wrong one changes nothing for somebody who is in', () => {
    const room = new Room();
    room.enter('ada');
    const before = room.everything();
    expect(room.admit('ada', { returning: true, hostKey: 'x'.repeat(43) })).toMatchObject(
      refused('host_key_wrong'),
    );
    expect(room.everything()).toBe(before);
  });

  test('shown by somebody who is in makes them the host, and everybody is told', () => {
    const room = new Room();
    room.enter('ada');
    room.take();
    room.admit('ada', { returning: true, hostKey: HOST_KEY });
    expect(room.member('ada')?.role).toBe('host');
    expect(room.take().told).toMatchObject([
      { t: 'host.changed', member: idOf('ada'), previous: null, reason: 'key' },
      { t: 'role.changed', member: idOf('ada'), role: 'host' },
    ]);
    room.admit('ada', { returning: true, hostKey: HOST_KEY });
    expect(room.told()).toEqual([]);
  });

  test('shown by somebody who is on the way in needs no word of its own', () => {
    const room = new Room();
    room.admit('ada');
    room.admit('ada', { returning: true, hostKey: HOST_KEY });
    expect(room.told()).toEqual([]);
    room.open('ada');
    expect(room.take().told).toMatchObject([{ t: 'member.joined', member: { role: 'host' } }]);
  });
});

describe('coming back', () => {
  test('is as the same person: name, role and rights', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.enter('ada');
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: 'denied' } });
    room.command('ada', { t: 'member.rename', name: 'Ada L.' });
    room.command('ada', { t: 'member.leave' });
    room.take();
    room.now += 1_000;
    room.enter('ada', { returning: true });
    expect(room.take().told).toMatchObject([
      {
        t: 'member.joined',
        member: { name: 'Ada L.', role: 'cohost', rights: { chat: 'denied' }, joinedAt: room.now },
      },
    ]);
  });

  test('by somebody whom the room does not know is refused', () => {
    const room = new Room();
    const before = room.everything();
    expect(room.admit('eve', { returning: true })).toMatchObject(refused('member_gone'));
    expect(room.everything()).toBe(before);
  });

  test('that comes to nothing leaves the person as they were', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.enter('ada');
    room.command('ada', { t: 'member.leave' });
    room.take();
    room.admit('ada', { returning: true });
    expect(room.member('ada')?.presence).toBe('joining');
    room.pass(30);
    expect(room.member('ada')).toMatchObject({ presence: 'left', ticket: null });
    expect(room.told()).toEqual([]);
  });

  test('is impossible when the meeting has ended', () => {
    const room = new Room();
    room.enter('host', { hostKey: HOST_KEY });
    room.admit('ada');
    room.command('host', { t: 'room.end' });
    expect(room.admit('host', { returning: true })).toMatchObject(refused('room_ended'));
    expect(room.admit('host', { hostKey: HOST_KEY })).toMatchObject(refused('room_ended'));
    expect(room.admit('ben')).toMatchObject(refused('room_ended'));
    expect(room.open('ada')).toMatchObject(refused('room_ended'));
  });
});

describe('seats that are asked for and not taken', () => {
  test('are so many for each address, and no more', () => {
    const room = new Room({ capacity: 200 });
    const ask = (name: string, address: string | null) => room.admit(name, { address });
    for (let count = 0; count < 50; count += 1) expect(ask(`here ${count}`, 'here').ok).toBe(true);
    expect(ask('one more', 'here')).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    // Others come in; so does the address again when somebody took their seat.
    expect(ask('elsewhere', 'there').ok).toBe(true);
    expect(ask('nowhere', null).ok).toBe(true);
    expect(room.open('here 7').ok).toBe(true);
    expect(ask('one more', 'here').ok).toBe(true);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import type { Ban, ErrorCode } from '../../../src/protocol/index.ts';
import { seatsTaken } from '../../../src/room-object/tables.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

const KEY = { kind: 'host-key' } as const;
let room: Room;
beforeEach(() => {
  room = new Room();
  for (const name of ['host', 'co', 'ada', 'ben']) {
    room.admit(name, { address: `from ${name}`, ...(name === 'host' ? { hostKey: HOST_KEY } : {}) });
    room.open(name);
    room.now += 1;
  }
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.take();
});

const presence = (name: string) => room.member(name)?.presence;
const remove = (by: string | typeof KEY, of: string, reason?: string) =>
  room.command(by, { t: 'member.remove', member: idOf(of), ...(reason === undefined ? {} : { reason }) });
const ban = (by: string | typeof KEY, of: string, addressSeconds?: number) =>
  room.command(by, {
    t: 'member.ban',
    member: idOf(of),
    ...(addressSeconds === undefined ? {} : { addressSeconds }),
  });
const lift = (by: string, of: string) => room.command(by, { t: 'ban.lift', member: idOf(of) });
const back = (name: string, address = `from ${name}`) => room.admit(name, { returning: true, address });
function bans(by = 'host', page: { after?: string; limit?: number } = {}): readonly Ban[] {
  const done = room.command(by, { t: 'ban.list', ...page });
  return done.ok ? (done.value.result as { bans: Ban[] }).bans : [];
}

describe('removing', () => {
  test('is told to all, the reason to the one alone, and then the socket is closed', () => {
    remove('co', 'ada', 'enough');
    const { told, closes } = room.take();
    expect(told).toMatchObject([
      { t: 'member.left', member: idOf('ada'), reason: 'removed', by: idOf('co') },
      { t: 'member.dismissed', reason: 'enough', banned: false },
    ]);
    expect(JSON.stringify(told[0])).not.toContain('enough');
    expect(closes).toEqual([`${idOf('ada')} removed`]);
    expect(presence('ada')).toBe('left');
    expect(room.pass(600)).toEqual([]);
  });

  test('is no ban: they come back as themselves', () => {
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: 'denied' } });
    remove('host', 'ada');
    room.enter('ada', { returning: true });
    expect(presence('ada')).toBe('waiting');
    room.command('host', { t: 'lobby.admit', members: 'all' });
    expect(presence('ada')).toBe('online');
    expect(room.member('ada')?.rights).toEqual({ chat: 'denied' });
  });

  test('leads back through the lobby once, while others walk in', () => {
    room.command('host', { t: 'door.set', entry: 'known' });
    remove('host', 'ada');
    room.command('ben', { t: 'member.leave' });
    room.enter('ben', { returning: true });
    room.enter('ada', { returning: true });
    expect([presence('ben'), presence('ada')]).toEqual(['online', 'waiting']);
    room.command('co', { t: 'lobby.admit', members: [idOf('ada')] });
    expect(presence('ada')).toBe('online');
    // They were let in again: it is over.
    room.command('ada', { t: 'member.leave' });
    room.enter('ada', { returning: true });
    expect(presence('ada')).toBe('online');
  });

  test('while their connection is down ends the wait', () => {
    room.drop('ada');
    remove('host', 'ada');
    expect(presence('ada')).toBe('left');
    expect(room.pass(600)).toEqual([]);
  });

  test('while they come back takes their ticket, and they wait the next time', () => {
    room.command('host', { t: 'door.set', entry: 'known' });
    room.command('ada', { t: 'member.leave' });
    back('ada');
    expect(presence('ada')).toBe('joining');
    remove('host', 'ada');
    expect(room.open('ada')).toMatchObject(refused('ticket_invalid'));
    back('ada');
    room.open('ada');
    expect(presence('ada')).toBe('waiting');
  });

  test('twice is refused the second time', () => {
    remove('host', 'ada');
    room.take();
    expect(remove('co', 'ada')).toMatchObject(refused('member_unknown'));
    expect(room.take()).toEqual({ told: [], closes: [] });
  });

  test.each<[string, string, ErrorCode]>([
    ['ada', 'ben', 'role_required'],
    ['ada', 'host', 'role_required'],
    ['co', 'host', 'role_required'],
    ['host', 'host', 'role_required'],
    ['co', 'co', 'not_allowed'],
    ['host', 'eve', 'member_unknown'],
  ])('by %s of %s is refused: %s', (by, of, code) => {
    const before = room.everything();
    expect(remove(by, of)).toMatchObject(refused(code));
    expect(ban(by, of)).toMatchObject(refused(code));
    expect(room.everything()).toBe(before);
    expect(room.take()).toEqual({ told: [], closes: [] });
    expect(bans()).toEqual([]);
  });

  test('of a viewer by a viewer is refused, and of the host even with the key', () => {
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' });
    expect(remove('ada', 'ben')).toMatchObject(refused('role_required'));
    expect(ban('ada', 'ben')).toMatchObject(refused('role_required'));
    expect(ban(KEY, 'host')).toMatchObject(refused('role_required'));
    expect(remove(KEY, 'ada')).toMatchObject({ ok: true });
  });

  test('among co-hosts needs the host to allow it', () => {
    room.command('host', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    for (const done of [remove('co', 'ben'), ban('co', 'ben')])
      expect(done).toMatchObject(refused('role_required'));
    room.command('host', { t: 'authority.set', cohostsAreEqual: true });
    expect(remove('co', 'ben')).toMatchObject({ ok: true });
  });

  test('of whoever is host by right is not for the one who stands in', () => {
    room.command('host', { t: 'authority.set', reclaim: 'manual' });
    room.command('host', { t: 'member.leave' });
    room.pass(60);
    room.enter('host', { returning: true });
    expect(room.member('co')?.role).toBe('host');
    expect(remove('co', 'host')).toMatchObject(refused('role_required'));
    expect(ban('co', 'host')).toMatchObject(refused('role_required'));
  });
});

describe('a ban', () => {
  test('puts them out, and keeps them out, whatever they bring', () => {
    ban('co', 'ada');
    const { told, closes } = room.take();
    expect(told.map(({ t }) => t)).toEqual(['member.left', 'member.banned', 'member.dismissed']);
    expect(closes).toEqual([`${idOf('ada')} banned`]);
    expect(back('ada')).toMatchObject(refused('banned'));
    expect(room.admit('ada', { returning: true, hostKey: HOST_KEY })).toMatchObject(refused('banned'));
    room.pass(86_400);
    expect(back('ada')).toMatchObject(refused('banned'));
    expect(room.told()).toEqual([]);
  });

  test('is told to hosts only, and says no address', () => {
    ban('host', 'ada', 60);
    const told = room.take().told.find(({ t }) => t === 'member.banned');
    expect(told).toMatchObject({
      ban: { member: idOf('ada'), name: 'ada', addressUntil: room.now + 60_000, by: idOf('host') },
    });
    expect(JSON.stringify([told, bans()])).not.toContain('from ada');
  });

  test('is told to each who should know, and to nobody else', () => {
    room.journal.take();
    ban('host', 'ada');
    const { segments, live } = room.journal.take();
    expect(segments.map((segment) => segment.public).join()).not.toContain('member.banned');
    expect(segments.flatMap(({ privateEvents }) => privateEvents.map(({ to }) => [...to.keys()]))).toEqual([
      [idOf('host'), idOf('co')],
    ]);
    expect(live.map(({ to }) => to)).toEqual([[idOf('ada')]]);
  });

  test('reaches who has left already', () => {
    room.command('ada', { t: 'member.leave' });
    room.take();
    expect(ban('host', 'ada')).toMatchObject({ ok: true });
    expect(room.take()).toMatchObject({ told: [{ t: 'member.banned' }], closes: [] });
    expect(back('ada')).toMatchObject(refused('banned'));
  });

  test('while they come in gives the seat back, and the ticket is dead', () => {
    const seats = seatsTaken(room.state);
    room.admit('eve', { address: 'from eve' });
    room.take();
    expect(ban('host', 'eve')).toMatchObject({ ok: true });
    expect(seatsTaken(room.state)).toBe(seats);
    expect(room.open('eve')).toMatchObject(refused('ticket_invalid'));
    expect(back('eve')).toMatchObject(refused('banned'));
    expect(room.told()).toEqual(['member.banned']);
    expect(room.pass(600)).toEqual([]);
    expect(bans().map(({ name }) => name)).toEqual(['eve']);
  });

  test('while they come back does the same', () => {
    room.drop('ada');
    back('ada');
    ban('host', 'ada');
    expect(room.open('ada')).toMatchObject(refused('ticket_invalid'));
    expect(presence('ada')).toBe('left');
    expect(room.pass(600)).toEqual([]);
  });

  test('while they wait in the lobby puts them out of it', () => {
    room.command('host', { t: 'door.set', entry: 'nobody' });
    room.enter('eve');
    expect(presence('eve')).toBe('waiting');
    room.take();
    ban('host', 'eve');
    const { told, closes } = room.take();
    expect(told.map(({ t }) => t).sort()).toEqual(['lobby.left', 'member.banned', 'member.dismissed']);
    expect(closes).toEqual([`${idOf('eve')} banned`]);
    expect(back('eve')).toMatchObject(refused('banned'));
    expect(room.command('host', { t: 'lobby.admit', members: [idOf('eve')] })).toMatchObject(
      refused('member_unknown'),
    );
  });

  test('twice is one, and nobody is told again', () => {
    ban('host', 'ada');
    room.take();
    expect(ban('co', 'ada')).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
    expect(bans()).toHaveLength(1);
    expect(bans()[0]?.by).toBe(idOf('host'));
  });
});

describe('a ban of an address', () => {
  test('keeps new people from there out, for a time', () => {
    ban('host', 'ada', 60);
    expect(room.admit('eve', { address: 'from ada' })).toMatchObject(refused('banned'));
    expect(room.admit('zoe', { address: 'from zoe' })).toMatchObject({ ok: true });
    room.pass(60);
    expect(room.admit('eve', { address: 'from ada' })).toMatchObject({ ok: true });
    expect(back('ada')).toMatchObject(refused('banned'));
  });

  test('leaves those alone who are in, and the host', () => {
    back('ben', 'from ada');
    room.open('ben');
    ban('host', 'ada', 60);
    expect(presence('ben')).toBe('online');
    room.drop('ben');
    expect(back('ben', 'from ada')).toMatchObject({ ok: true });
    room.command('host', { t: 'member.leave' });
    expect(back('host', 'from ada')).toMatchObject({ ok: true });
    expect(room.admit('eve', { address: 'from ada', hostKey: HOST_KEY })).toMatchObject({ ok: true });
  });

  test('may be added later, and needs an address to be one', () => {
    ban('host', 'ada');
    expect(room.admit('eve', { address: 'from ada' })).toMatchObject({ ok: true });
    ban('co', 'ada', 60);
    expect(room.admit('zoe', { address: 'from ada' })).toMatchObject(refused('banned'));
    expect(bans()).toHaveLength(1);
    room.enter('joe');
    ban('host', 'joe', 60);
    expect(bans()[1]).toMatchObject({ name: 'joe', addressUntil: null });
    expect(room.admit('nowhere', { address: null })).toMatchObject({ ok: true });
  });

  test.each([0, -1, 1.5, 31_536_001])('for %d seconds makes no sense', (seconds) => {
    expect(ban('host', 'ada', seconds)).toMatchObject(refused('invalid'));
  });
});

describe('lifting a ban', () => {
  test('lets them come back, and is told to hosts', () => {
    ban('host', 'ada', 600);
    room.take();
    expect(lift('co', 'ada')).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([{ t: 'ban.lifted', member: idOf('ada'), by: idOf('co') }]);
    expect(bans()).toEqual([]);
    expect(room.admit('eve', { address: 'from ada' })).toMatchObject({ ok: true });
    room.enter('ada', { returning: true });
    expect(presence('ada')).toBe('waiting');
  });

  test('that there is none of is nothing', () => {
    expect(lift('host', 'ada')).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
  });

  test('and to see who is banned is for hosts alone', () => {
    ban('host', 'ada');
    room.take();
    expect(lift('ben', 'ada')).toMatchObject(refused('role_required'));
    expect(room.command('ben', { t: 'ban.list' })).toMatchObject(refused('role_required'));
    expect(room.told()).toEqual([]);
    expect(back('ada')).toMatchObject(refused('banned'));
  });
});

test('bans are listed in the order of banning, page by page', () => {
  for (const name of ['ada', 'ben', 'co']) {
    ban('host', name);
    room.now += 1;
  }
  expect(bans('host', { limit: 2 }).map(({ name }) => name)).toEqual(['ada', 'ben']);
  expect(bans('host', { limit: 2, after: idOf('ben') }).map(({ name }) => name)).toEqual(['co']);
});

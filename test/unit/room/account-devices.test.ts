// The devices of somebody with an account: put out by one another, and shown as the account is now.
import { beforeEach, describe, expect, test } from 'vitest';
import { changeCard } from '../../../src/room-object/features/roster.ts';
import { memberTable } from '../../../src/room-object/tables.ts';
import { accountOf, HOST_KEY, idOf, Room, refused } from './harness.ts';

const KEY = { kind: 'host-key' } as const;
let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.now += 1;
  room.enter('guest');
  room.take();
});

/** Lets devices of one account in, one after the other. */
function bring(...names: readonly string[]): void {
  for (const name of names) {
    room.now += 1;
    room.enter(name, { account: 'ada' });
  }
  room.take();
}
const leave = (name: string) => room.command(name, { t: 'member.leave' });
const of = (key: 'name' | 'presence', ...names: readonly string[]) =>
  names.map((name) => room.member(name)?.[key]);

describe('leaving with another device of one’s own', () => {
  const put = (by: string, out: string) => room.command(by, { t: 'member.leave', member: idOf(out) });

  test('puts that one out and no other', () => {
    bring('ada', 'ada2', 'ada3');
    expect(put('ada', 'ada2')).toMatchObject({ ok: true });
    const { told, closes } = room.take();
    expect(told).toMatchObject([{ t: 'member.left', member: idOf('ada2'), reason: 'left', by: idOf('ada') }]);
    expect(closes).toEqual([`${idOf('ada2')} left`]);
    expect(of('presence', 'ada', 'ada2', 'ada3')).toEqual(['online', 'left', 'online']);
    // Said twice it is so already.
    expect(put('ada', 'ada2')).toMatchObject({ ok: true });
    expect(room.take()).toEqual({ told: [], closes: [] });
  });

  test('reaches it on the way in, away and in the lobby', () => {
    bring('ada', 'ada2');
    room.drop('ada2');
    put('ada', 'ada2');
    expect(of('presence', 'ada2')).toEqual(['left']);
    room.admit('ada3', { account: 'ada' });
    put('ada', 'ada3');
    expect(room.open('ada3')).toMatchObject(refused('ticket_invalid'));
    leave('ada');
    room.command('host', { t: 'door.set', entry: 'nobody' });
    for (const name of ['ada4', 'ada5']) room.enter(name, { account: 'ada' });
    room.take();
    expect(put('ada4', 'ada5')).toMatchObject({ ok: true });
    expect(room.take().closes).toEqual([`${idOf('ada5')} left`]);
    expect(of('presence', 'ada4', 'ada5')).toEqual(['waiting', undefined]);
    expect(room.pass(600)).toEqual(['lobby.tell-places']);
  });

  test('is for devices of that account alone', () => {
    bring('ada');
    room.enter('ben', { account: 'ben' });
    const before = room.everything();
    for (const out of ['ben', 'guest', 'host'])
      expect(put('ada', out)).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
    expect(put('guest', 'host')).toMatchObject(refused('not_allowed'));
    expect(put('ada', 'nobody')).toMatchObject(refused('member_unknown'));
    expect(room.command('ada', { t: 'member.leave', member: 'ada2' })).toMatchObject(refused('invalid'));
    expect(room.everything()).toBe(before);
  });

  test('is leaving, where it names the device itself', () => {
    put('guest', 'guest');
    expect(room.take().closes).toEqual([`${idOf('guest')} left`]);
  });
});

describe('another name or picture of an account', () => {
  const AVATAR = '/v1/avatars/another';
  const { name: FORMER } = accountOf('ada');
  const change = (to: { name?: string; avatar?: string | null }, former: readonly string[] = [FORMER]) =>
    room.perform(changeCard, { account: { ...accountOf('ada'), ...to }, former });

  beforeEach(() => {
    bring('ada', 'ada2', 'ada3');
    // With the name of the account, with another one, and left again.
    for (const [name, called] of Object.entries({ ada: FORMER, ada2: 'Countess', ada3: FORMER }))
      room.state.table(memberTable).set(idOf(name), { ...must(name), name: called });
    leave('ada3');
    room.take();
  });
  const must = (name: string) => room.member(name) ?? expect.unreachable();

  test('shows on all devices that are there; a name taken for this room stays', () => {
    change({ name: 'Ada Lovelace', avatar: AVATAR });
    const { told } = room.take();
    expect(told).toMatchObject([
      { t: 'member.renamed', member: idOf('ada'), name: 'Ada Lovelace' },
      { t: 'member.pictured', member: idOf('ada'), avatar: AVATAR },
      { t: 'member.pictured', member: idOf('ada2'), avatar: AVATAR },
    ]);
    expect(told[0]).not.toHaveProperty('by');
    expect(of('name', 'ada', 'ada2')).toEqual(['Ada Lovelace', 'Countess']);
    // Whoever comes back with that device must not show a picture that is gone.
    expect(must('ada3').avatar).toBe(AVATAR);
    const before = room.everything();
    change({ name: 'Ada Lovelace', avatar: AVATAR });
    expect(room.told()).toEqual([]);
    expect(room.everything()).toBe(before);
  });

  test('that is none any more takes the old one away', () => {
    change({ avatar: null });
    expect(room.take().told).toMatchObject([
      { t: 'member.pictured', avatar: null },
      { t: 'member.pictured', avatar: null },
    ]);
    for (const name of ['ada', 'ada2', 'ada3']) expect(must(name)).not.toHaveProperty('avatar');
  });

  test('is found by any name that the account had before', () => {
    change({ name: 'Ada L.' }, ['Someone', FORMER]);
    expect(of('name', 'ada')).toEqual(['Ada L.']);
  });

  test('is no way around a room where nobody may rename themselves', () => {
    room.command(KEY, { t: 'policy.set', policy: { rename: false } });
    room.take();
    change({ name: 'Ada Lovelace' });
    expect(room.told()).toEqual([]);
  });

  test('of somebody else, or in a room that has ended, changes nothing', () => {
    const account = { ...accountOf('ben'), name: 'B.' };
    room.perform(changeCard, { account, former: [FORMER, 'guest'] });
    expect(room.told()).toEqual([]);
    room.command(KEY, { t: 'room.end' });
    room.take();
    const before = room.everything();
    change({ name: 'Ada Lovelace', avatar: AVATAR });
    expect(room.everything()).toBe(before);
  });
});

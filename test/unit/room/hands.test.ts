import { beforeEach, describe, expect, test } from 'vitest';
import type { ErrorCode, Hand } from '../../../src/protocol/index.ts';
import { hands } from '../../../src/room-object/features/hands.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['co', 'ada', 'ben', 'vic']) room.enter(name);
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.command('host', { t: 'role.set', member: idOf('vic'), role: 'viewer' });
  room.take();
});

/** Who has a hand up, as a newcomer is told. */
const up = () => Object.assign({ hands: [] as Hand[] }, hands.snapshot?.(room.state)).hands;
const names = () => up().map(({ member }) => member.slice(2).replace(/_+$/, ''));
const raise = (...who: string[]) => {
  for (const name of who) expect(room.command(name, { t: 'hand.raise' })).toMatchObject({ ok: true });
};

describe('raising a hand', () => {
  test('is told to all, and stands in the snapshot with its time', () => {
    raise('vic', 'ada', 'host');
    expect(room.take().told).toMatchObject([
      { t: 'hand.raised', member: idOf('vic'), by: idOf('vic') },
      { t: 'hand.raised', member: idOf('ada') },
      { t: 'hand.raised', member: idOf('host') },
    ]);
    expect(up()[0]).toEqual({ member: idOf('vic'), at: room.now });
    expect(names()).toEqual(['vic', 'ada', 'host']);
  });

  test('keeps the order in which it came, whatever the order of the stored rows or the clock', () => {
    raise('vic');
    room.now -= 5_000;
    raise('ada', 'ben');
    const rows = Array.from(room.state.table({ name: 'hands' }).entries()).reverse();
    for (const [key] of rows) room.state.table({ name: 'hands' }).delete(key);
    for (const [key, row] of rows) room.state.table({ name: 'hands' }).restore(key, row);
    expect(names()).toEqual(['vic', 'ada', 'ben']);
  });

  test('twice is no news, and costs nobody their place', () => {
    raise('ada', 'ben');
    room.take();
    room.now += 1_000;
    raise('ada');
    expect(room.told()).toEqual([]);
    expect(names()).toEqual(['ada', 'ben']);
  });

  test('is refused where the room locks it, but not to hosts', () => {
    room.command('host', { t: 'policy.set', policy: { hand: false } });
    room.take();
    for (const name of ['ada', 'vic'])
      expect(room.command(name, { t: 'hand.raise' })).toMatchObject(refused('not_allowed'));
    expect(room.told()).toEqual([]);
    raise('host', 'co');
  });

  test('is for people: the host key has no hand', () => {
    expect(room.command({ kind: 'host-key' }, { t: 'hand.raise' })).toMatchObject(refused('not_allowed'));
    expect(room.command({ kind: 'host-key' }, { t: 'hand.lower' })).toMatchObject(refused('invalid'));
  });
});

describe('lowering', () => {
  test('one’s own needs no right', () => {
    raise('ada', 'vic');
    room.take();
    room.command('vic', { t: 'hand.lower' });
    room.command('ada', { t: 'hand.lower', member: idOf('ada') });
    expect(room.take().told).toMatchObject([
      { t: 'hand.lowered', member: idOf('vic'), by: idOf('vic') },
      { t: 'hand.lowered', member: idOf('ada'), by: idOf('ada') },
    ]);
    expect(names()).toEqual([]);
  });

  test.each(['host', 'co', { kind: 'host-key' } as const])('that of a member is for hosts: %j', (by) => {
    raise('ada');
    room.take();
    expect(room.command(by, { t: 'hand.lower', member: idOf('ada') })).toMatchObject({ ok: true });
    const { told } = room.take();
    expect(told).toMatchObject([{ t: 'hand.lowered', member: idOf('ada') }]);
    expect(told[0]?.by).toBe(typeof by === 'string' ? idOf(by) : undefined);
  });

  test.each<[string, string, ErrorCode]>([
    ['ben', 'ada', 'role_required'],
    ['vic', 'ada', 'role_required'],
    ['ben', 'eve', 'role_required'],
    ['host', 'eve', 'member_unknown'],
  ])('%s can not lower that of %s: %s', (by, of, code) => {
    raise('ada');
    room.take();
    expect(room.command(by, { t: 'hand.lower', member: idOf(of) })).toMatchObject(refused(code));
    expect(room.told()).toEqual([]);
    expect(names()).toEqual(['ada']);
  });

  test('one that is down is no news', () => {
    for (const by of ['ada', 'host']) room.command(by, { t: 'hand.lower', member: idOf('ada') });
    expect(room.command('host', { t: 'hand.lowerAll' })).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
  });

  test('all is for hosts, and told once', () => {
    raise('ada', 'ben');
    expect(room.command('ben', { t: 'hand.lowerAll' })).toMatchObject(refused('role_required'));
    expect(names()).toEqual(['ada', 'ben']);
    room.take();
    room.command('co', { t: 'hand.lowerAll' });
    expect(room.take().told).toMatchObject([{ t: 'hand.allLowered', by: idOf('co') }]);
    expect(names()).toEqual([]);
  });
});

describe('calling', () => {
  test('takes the next, one after the other; two hosts at once call two', () => {
    raise('ada', 'ben', 'vic');
    room.take();
    room.command('host', { t: 'hand.call' });
    room.command('co', { t: 'hand.call' });
    expect(room.take().told).toMatchObject([
      { t: 'hand.called', member: idOf('ada'), by: idOf('host') },
      { t: 'hand.called', member: idOf('ben'), by: idOf('co') },
    ]);
    expect(names()).toEqual(['vic']);
  });

  test('takes the one named, and nobody in their place', () => {
    raise('ada', 'ben');
    room.command('host', { t: 'hand.call', member: idOf('ben') });
    room.take();
    expect(names()).toEqual(['ada']);
    expect(room.command('co', { t: 'hand.call', member: idOf('ben') })).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
    expect(names()).toEqual(['ada']);
  });

  test('nobody is no news; somebody who is not there is refused', () => {
    expect(room.command('host', { t: 'hand.call' })).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
    expect(room.command('host', { t: 'hand.call', member: idOf('eve') })).toMatchObject(
      refused('member_unknown'),
    );
  });

  test.each(['ada', 'vic'])('is not for %s', (by) => {
    raise('ada');
    room.take();
    expect(room.command(by, { t: 'hand.call' })).toMatchObject(refused('role_required'));
    expect(room.told()).toEqual([]);
    expect(names()).toEqual(['ada']);
  });
});

describe('a hand', () => {
  test('stays up through a drop and a return, and on another device', () => {
    raise('ada', 'ben');
    room.drop('ada');
    room.enter('ada', { returning: true });
    room.enter('ada', { returning: true });
    expect(names()).toEqual(['ada', 'ben']);
  });

  test('is gone with whoever leaves, by choice or by the clock', () => {
    raise('ada', 'ben', 'vic');
    room.command('ada', { t: 'member.leave' });
    room.drop('ben');
    room.pass(60);
    room.take();
    expect(names()).toEqual(['vic']);
    room.enter('ada', { returning: true });
    expect(names()).toEqual(['vic']);
  });

  test('goes down when its right is taken: for all, for one; hosts and granted ones keep theirs up', () => {
    room.command('host', { t: 'rights.set', member: idOf('vic'), rights: { hand: 'granted' } });
    raise('ada', 'ben', 'vic', 'co');
    room.take();
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { hand: 'denied' } });
    const { told } = room.take();
    expect(told).toMatchObject([{ t: 'rights.changed' }, { t: 'hand.lowered', member: idOf('ada') }]);
    expect(told[1]).not.toHaveProperty('by');
    room.command('host', { t: 'policy.set', policy: { hand: false } });
    expect(names()).toEqual(['vic', 'co']);
    room.command('host', { t: 'role.set', member: idOf('co'), role: 'member' });
    expect(names()).toEqual(['vic']);
    room.command('host', { t: 'policy.set', policy: { hand: true } });
    expect(names()).toEqual(['vic']);
  });

  test('is gone with the meeting', () => {
    raise('ada');
    room.command('host', { t: 'room.end' });
    expect(names()).toEqual([]);
  });
});

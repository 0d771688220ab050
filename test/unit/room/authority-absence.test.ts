import { beforeEach, describe, expect, test } from 'vitest';
import { reopen } from '../../../src/room-object/features/lifecycle.ts';
import { hosts, KEY, leave, newMeeting, role, room, rules } from './authority-meeting.ts';
import { HOST_KEY, idOf, refused } from './harness.ts';

beforeEach(newMeeting);

describe('a host who is gone', () => {
  test('for a moment only is still the host', () => {
    room.drop('host');
    room.pass(44);
    room.enter('host', { returning: true });
    expect(room.told()).toEqual(['member.away', 'member.returned']);
    leave('host');
    room.pass(59);
    room.enter('host', { returning: true });
    room.pass(600);
    expect(room.told()).toEqual(['member.left', 'member.joined']);
    expect(hosts()).toEqual(['host']);
  });

  test('is followed by the co-host who came first', () => {
    room.command('host', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    leave('host');
    room.take();
    room.pass(59.999);
    expect(room.told()).toEqual([]);
    room.pass(0.001);
    const { told } = room.take();
    expect(told).toMatchObject([
      {
        t: 'host.changed',
        member: idOf('co'),
        previous: idOf('host'),
        owner: idOf('host'),
        reason: 'succession',
      },
      { t: 'role.changed', member: idOf('host'), role: 'cohost' },
      { t: 'role.changed', member: idOf('co'), role: 'host' },
    ]);
    expect(told[0]).not.toHaveProperty('by');
    expect(hosts()).toEqual(['co']);
  });

  test('after a drop is waited for twice: for the connection, then for the host', () => {
    room.drop('host');
    room.pass(45 + 59);
    expect(hosts()).toEqual(['host']);
    room.pass(1);
    expect(hosts()).toEqual(['co']);
  });

  test('without a co-host is waited for, until there is one', () => {
    room.command('host', { t: 'role.set', member: idOf('co'), role: 'member' });
    leave('host');
    room.pass(3_600);
    expect(hosts()).toEqual(['host']);
    room.take();
    room.command(KEY, { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    room.pass(0);
    expect(hosts()).toEqual(['ben']);
  });

  test('is followed by the member who came first, where the room is set so and there is no co-host', () => {
    rules({ whenHostGone: 'member', hostGraceSeconds: 0 });
    room.command('host', { t: 'role.set', member: idOf('co'), role: 'viewer' });
    leave('host');
    room.pass(0);
    expect(hosts()).toEqual(['ada']);
  });

  test('is never followed by somebody who is away themselves', () => {
    leave('host');
    room.pass(30);
    room.drop('co');
    room.pass(40);
    expect(room.member('co')?.presence).toBe('away');
    expect(hosts()).toEqual(['host']);
    room.enter('co', { returning: true });
    room.pass(0);
    expect(hosts()).toEqual(['co']);
  });

  test('is waited for without end where the room is set so', () => {
    rules({ whenHostGone: 'wait' });
    leave('host');
    room.pass(86_400);
    expect(hosts()).toEqual(['host']);
    expect(room.deadlines()).not.toHaveProperty('host gone');
  });

  test('ends the meeting where the room is set so', () => {
    rules({ whenHostGone: 'end', hostGraceSeconds: 10 });
    leave('host');
    room.take();
    room.pass(9.999);
    expect(room.told()).toEqual([]);
    room.pass(0.001);
    const { told, closes } = room.take();
    expect(told).toMatchObject([{ t: 'room.ended', reason: 'host_gone' }]);
    expect(closes).toEqual(['all ended']);
    expect(room.pass(600)).toEqual([]);
  });

  test('and at the door when the time is up finds everything as it was', () => {
    rules({ whenHostGone: 'end', hostGraceSeconds: 10 });
    leave('host');
    room.pass(9);
    room.admit('host', { returning: true });
    room.pass(5);
    room.open('host');
    room.pass(600);
    expect(room.told()).not.toContain('room.ended');
    expect(hosts()).toEqual(['host']);
  });

  test('who asks for a ticket and never comes is not waited for longer', () => {
    leave('host');
    room.pass(50);
    room.admit('host', { returning: true });
    room.pass(20);
    expect(hosts()).toEqual(['host']);
    room.pass(10);
    expect(hosts()).toEqual(['co']);
  });

  test('when the room is opened again is waited for anew', () => {
    room.command('host', { t: 'room.end' });
    room.pass(600);
    room.perform(reopen, {});
    room.enter('co', { returning: true });
    room.pass(59);
    expect(hosts()).toEqual(['host']);
    room.pass(1);
    expect(hosts()).toEqual(['co']);
  });

  test('by a rule that changes meanwhile is followed by the new rule', () => {
    leave('host');
    room.command(KEY, { t: 'authority.set', whenHostGone: 'wait' });
    room.pass(600);
    expect(hosts()).toEqual(['host']);
    room.command(KEY, { t: 'authority.set', whenHostGone: 'cohost' });
    room.pass(0);
    expect(hosts()).toEqual(['co']);
  });
});

describe('a host who returns', () => {
  beforeEach(() => {
    leave('host');
    room.pass(60);
    room.take();
  });

  test('is host again, and whoever stood in is what they were', () => {
    room.enter('host', { returning: true });
    expect(room.take().told).toMatchObject([
      { t: 'member.joined', member: { id: idOf('host'), role: 'host' } },
      { t: 'host.changed', member: idOf('host'), previous: idOf('co'), reason: 'reclaimed' },
      { t: 'role.changed', member: idOf('co'), role: 'cohost' },
    ]);
    expect(hosts()).toEqual(['host']);
    expect(role('co')).toBe('cohost');
  });

  test('finds a place in a full room', () => {
    room.command('co', { t: 'room.update', capacity: 3 });
    room.admit('eve');
    expect(room.admit('host', { returning: true })).toMatchObject({ ok: true });
  });

  test('comes through lock and lobby', () => {
    room.command('co', { t: 'door.set', locked: true, entry: 'nobody' });
    room.enter('host', { returning: true });
    expect(room.member('host')?.presence).toBe('online');
    expect(hosts()).toEqual(['host']);
  });

  test('may ask for it, where the room is set so', () => {
    room.command('co', { t: 'authority.set', reclaim: 'manual' });
    room.enter('host', { returning: true });
    expect(hosts()).toEqual(['co']);
    expect(role('host')).toBe('cohost');
    room.take();
    for (const name of ['ada', 'co'])
      expect(room.command(name, { t: 'host.reclaim' })).toMatchObject(refused('role_required'));
    expect(room.told()).toEqual([]);
    room.command('host', { t: 'host.reclaim', n: 9 });
    expect(room.take().told).toMatchObject([
      { t: 'host.changed', n: 9, member: idOf('host'), reason: 'reclaimed' },
      { t: 'role.changed', member: idOf('co'), role: 'cohost' },
      { t: 'role.changed', member: idOf('host'), role: 'host' },
    ]);
    expect(room.command('host', { t: 'host.reclaim' })).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
  });

  test('with the key is host again even where they would have to ask', () => {
    room.command('co', { t: 'authority.set', reclaim: 'manual' });
    room.enter('host', { returning: true, hostKey: HOST_KEY });
    expect(hosts()).toEqual(['host']);
  });

  test('is host again although the one who stood in handed on what was not theirs', () => {
    room.command('co', { t: 'host.transfer', member: idOf('ada') });
    expect(hosts()).toEqual(['ada']);
    room.enter('host', { returning: true });
    expect(hosts()).toEqual(['host']);
    expect([role('ada'), role('co')]).toEqual(['member', 'cohost']);
  });

  test('is host again although several stood in, one after the other', () => {
    room.command('co', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    leave('co');
    room.pass(60);
    expect(hosts()).toEqual(['ben']);
    room.enter('co', { returning: true });
    expect(role('co')).toBe('cohost');
    room.enter('host', { returning: true });
    expect(hosts()).toEqual(['host']);
    expect(role('ben')).toBe('cohost');
  });

  test('when somebody else came with the key meanwhile is co-host', () => {
    room.enter('eve', { hostKey: HOST_KEY });
    room.enter('host', { returning: true });
    expect(hosts()).toEqual(['eve']);
    expect(role('host')).toBe('cohost');
    expect(room.command('host', { t: 'host.reclaim' })).toMatchObject(refused('role_required'));
  });

  test('and is at the door when somebody else shows the key is co-host when they are in', () => {
    room.admit('host', { returning: true });
    room.enter('eve', { hostKey: HOST_KEY });
    room.open('host');
    expect(hosts()).toEqual(['eve']);
    expect(role('host')).toBe('cohost');
  });
});

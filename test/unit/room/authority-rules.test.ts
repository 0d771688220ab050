import { beforeEach, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/protocol/index.ts';
import { authorityOf } from '../../../src/room-object/authority-rows.ts';
import { hosts, KEY, leave, newMeeting, role, room, rules } from './authority-meeting.ts';
import { HOST_KEY, idOf, refused } from './harness.ts';

beforeEach(newMeeting);

describe('the rules', () => {
  test('are changed by the host, and told whole to all', () => {
    const before = authorityOf(room.state);
    room.command('host', { t: 'authority.set', whenHostGone: 'member', hostGraceSeconds: 5 });
    expect(room.take().told).toMatchObject([
      { t: 'authority.changed', whenHostGone: 'member', hostGraceSeconds: 5, reclaim: before.reclaim },
    ]);
    room.command('host', { t: 'authority.set', whenHostGone: 'member' });
    room.command('host', { t: 'authority.set' });
    expect(room.told()).toEqual([]);
    expect(room.command(KEY, { t: 'authority.set', cohostsMayEnd: true })).toMatchObject({ ok: true });
  });

  test.each(['co', 'ada'])('are none of the business of %s', (name) => {
    const before = room.everything();
    expect(room.command(name, { t: 'authority.set', cohostsMayEnd: true })).toMatchObject(
      refused('role_required'),
    );
    expect(room.everything()).toBe(before);
  });

  test.each([{ hostGraceSeconds: -1 }, { hostGraceSeconds: 1.5 }, { whenHostGone: 'panic' }])(
    'that make no sense are refused: %j',
    (fields) => {
      const done = room.command('host', { t: 'authority.set', ...fields } as never);
      expect(done).toMatchObject(refused('invalid'));
    },
  );
});

describe('roles', () => {
  test('are given by a co-host, too: to members and viewers', () => {
    for (const wanted of ['viewer', 'member', 'cohost'] as const) {
      expect(room.command('co', { t: 'role.set', member: idOf('ada'), role: wanted })).toMatchObject({
        ok: true,
      });
      expect(role('ada')).toBe(wanted);
    }
  });

  test('of host and of other co-hosts are not for a co-host to change, unless they are equal', () => {
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    const set = (of: string) => room.command('co', { t: 'role.set', member: idOf(of), role: 'member' });
    for (const of of ['ada', 'host']) expect(set(of)).toMatchObject(refused('role_required'));
    rules({ cohostsAreEqual: true });
    expect(set('host')).toMatchObject(refused('role_required'));
    expect(set('ada')).toMatchObject({ ok: true });
    expect(set('co')).toMatchObject({ ok: true });
    expect(set('ben')).toMatchObject(refused('role_required'));
  });

  test('are given up by a co-host who has had enough', () => {
    expect(room.command('co', { t: 'role.set', member: idOf('co'), role: 'member' })).toMatchObject({
      ok: true,
    });
  });
});

describe('the end', () => {
  test('is not for co-hosts, unless the host allows it', () => {
    expect(room.command('co', { t: 'room.end' })).toMatchObject(refused('role_required'));
    expect(room.command('ada', { t: 'room.end' })).toMatchObject(refused('role_required'));
    expect(room.told()).toEqual([]);
    rules({ cohostsMayEnd: true });
    expect(room.command('ada', { t: 'room.end' })).toMatchObject(refused('role_required'));
    expect(room.command('co', { t: 'room.end' })).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([{ t: 'room.ended', reason: 'host', by: idOf('co') }]);
  });
});

describe('handing over', () => {
  test('makes one host, and a co-host of the one who was', () => {
    room.command('host', { t: 'host.transfer', member: idOf('ada'), n: 2 });
    expect(room.take().told).toMatchObject([
      {
        t: 'host.changed',
        n: 2,
        by: idOf('host'),
        member: idOf('ada'),
        previous: idOf('host'),
        owner: idOf('ada'),
        reason: 'transferred',
      },
      { t: 'role.changed', member: idOf('host'), role: 'cohost' },
      { t: 'role.changed', member: idOf('ada'), role: 'host' },
    ]);
    expect(hosts()).toEqual(['ada']);
  });

  test('at once, from two sides, is done once by each who still may', () => {
    // The second one of the host comes when they are host no more; whoever holds the key still may.
    room.command('host', { t: 'host.transfer', member: idOf('ada') });
    room.take();
    const before = room.everything();
    expect(room.command('host', { t: 'host.transfer', member: idOf('ben') })).toMatchObject(
      refused('role_required'),
    );
    expect(room.everything()).toBe(before);
    expect(room.told()).toEqual([]);
    room.command(KEY, { t: 'host.transfer', member: idOf('ben') });
    expect(hosts()).toEqual(['ben']);
    expect([role('host'), role('ada')]).toEqual(['cohost', 'cohost']);
  });

  test('back and forth leaves nothing behind', () => {
    room.command('host', { t: 'host.transfer', member: idOf('co') });
    room.command('co', { t: 'host.transfer', member: idOf('host') });
    expect(hosts()).toEqual(['host']);
    expect(role('co')).toBe('cohost');
  });

  test('to oneself is nothing', () => {
    expect(room.command('host', { t: 'host.transfer', member: idOf('host') })).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
  });

  test.each<[string, string, ErrorCode]>([
    ['co', 'ada', 'role_required'],
    ['ada', 'ada', 'role_required'],
    ['host', 'eve', 'member_unknown'],
  ])('by %s to %s is refused: %s', (by, to, code) => {
    const before = room.everything();
    expect(room.command(by, { t: 'host.transfer', member: idOf(to) })).toMatchObject(refused(code));
    expect(room.everything()).toBe(before);
  });

  test('to somebody who has left, or is only on the way in, is refused', () => {
    leave('ada');
    room.admit('eve');
    for (const to of ['ada', 'eve'])
      expect(room.command('host', { t: 'host.transfer', member: idOf(to) })).toMatchObject(
        refused('member_unknown'),
      );
    expect(hosts()).toEqual(['host']);
  });
});

describe('the host key', () => {
  test('shown by somebody who comes in makes them host when they are in, not before', () => {
    room.admit('eve', { hostKey: HOST_KEY });
    expect(hosts()).toEqual(['host']);
    expect(room.told()).toEqual([]);
    room.open('eve');
    expect(room.take().told).toMatchObject([
      { t: 'member.joined', member: { id: idOf('eve'), role: 'host' } },
      { t: 'host.changed', member: idOf('eve'), previous: idOf('host'), reason: 'key' },
      { t: 'role.changed', member: idOf('host'), role: 'cohost' },
    ]);
    expect(hosts()).toEqual(['eve']);
  });

  test('shown and then not used leaves all as it was', () => {
    leave('ada');
    room.admit('ada', { returning: true, hostKey: HOST_KEY });
    room.pass(30);
    room.enter('ada', { returning: true });
    expect(role('ada')).toBe('member');
    expect(hosts()).toEqual(['host']);
  });

  test('shown by somebody who is in makes them host at once', () => {
    room.admit('ada', { returning: true, hostKey: HOST_KEY });
    expect(room.take().told).toMatchObject([
      { t: 'host.changed', member: idOf('ada'), previous: idOf('host'), owner: idOf('ada'), reason: 'key' },
      { t: 'role.changed', member: idOf('host'), role: 'cohost' },
      { t: 'role.changed', member: idOf('ada'), role: 'host' },
    ]);
    room.open('ada');
    expect(room.told()).toEqual([]);
    expect(hosts()).toEqual(['ada']);
  });
});

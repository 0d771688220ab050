import { describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { type CommandType, LIMITS, NOT_IN_A_GROUP } from '../../../src/protocol/index.ts';
import { NEWS_EFFECT } from '../../../src/room-object/enrolment-moves.ts';
import {
  enrolledTable,
  freeDevice,
  groupSnapshot,
  refusedTable,
} from '../../../src/room-object/enrolment-rows.ts';
import { cardOf, Group } from './group.ts';
import { accountOf, HOST_KEY, idOf, Room, refused } from './harness.ts';

/** Who is to be told how they stand. */
const toTell = (group: Group): string[] =>
  Array.from(group.state.table(effectTable).values())
    .filter(({ kind }) => kind === NEWS_EFFECT)
    .map(({ data }) => (data as { account: string }).account.slice(2).replace(/_+$/, ''));

describe('who belongs', () => {
  test('the owner does from the beginning, and is told', () => {
    const group = new Group();
    expect(group.roles()).toEqual({ ada: 'owner' });
    expect(toTell(group)).toEqual(['ada']);
    expect(groupSnapshot(group.state).group).toMatchObject({ enrolled: 1, owner: cardOf('ada'), admins: [] });
  });

  test('anybody comes into an open group, once', () => {
    const group = new Group({ joining: 'open' });
    expect(group.enrol('bob')).toMatchObject({ ok: true, value: { result: 'enrolled' } });
    expect(group.told()).toEqual(['group.enrolled']);
    expect(group.enrol('bob')).toMatchObject({ ok: true, value: { result: 'enrolled' } });
    expect(group.told()).toEqual([]);
  });

  test('nobody comes into one by invitation who has none, and it is as if it were not there', () => {
    const group = new Group({ joining: 'invite' });
    expect(group.enrol('eve')).toMatchObject(refused('room_not_found'));
    expect(group.unenrol('eve')).toMatchObject(refused('room_not_found'));
    expect(group.roles()).toEqual({ ada: 'owner' });
  });

  test('whoever is invited comes in; the invitation is used up', () => {
    const group = new Group({ joining: 'invite' });
    group.come('ada');
    group.take();
    group.command('ada', { t: 'group.invite', account: accountOf('bob').id });
    expect(group.told()).toEqual(['group.invited']);
    expect(group.enrol('bob')).toMatchObject({ ok: true });
    expect(group.unenrol('bob')).toMatchObject({ ok: true });
    expect(group.enrol('bob')).toMatchObject(refused('room_not_found'));
  });

  test('an invitation lapses after 30 days', () => {
    const group = new Group({ joining: 'invite' });
    group.come('ada');
    group.command('ada', { t: 'group.invite', account: accountOf('bob').id });
    group.pass(20 * 86_400);
    group.command('ada', { t: 'group.invite', account: accountOf('cy').id });
    group.take();
    group.pass(11 * 86_400);
    expect(group.enrol('bob')).toMatchObject(refused('room_not_found'));
    expect(group.told()).toContain('group.settled');
    expect(group.enrol('cy')).toMatchObject({ ok: true });
  });

  test('one that has lapsed is none, also where the alarm is late', () => {
    const group = new Group({ joining: 'invite' });
    group.come('ada');
    group.command('ada', { t: 'group.invite', account: accountOf('bob').id });
    group.now += 31 * 86_400_000;
    expect(group.enrol('bob')).toMatchObject(refused('room_not_found'));
  });

  test('who asks is let in, or turned away, by owner and admins, and by nobody else', () => {
    const group = new Group({ joining: 'request' });
    group.come('ada');
    expect(group.enrol('bob', 'it is me')).toMatchObject({ ok: true, value: { result: 'asked' } });
    expect(group.enrol('cy')).toMatchObject({ ok: true, value: { result: 'asked' } });
    expect(group.take().told.at(-2)).toMatchObject({ t: 'group.asked', request: { note: 'it is me' } });
    const account = accountOf('bob').id;
    expect(group.command('ada', { t: 'group.decide', account, accept: true })).toMatchObject({ ok: true });
    group.come('bob');
    const cy = accountOf('cy').id;
    expect(group.command('bob', { t: 'group.decide', account: cy, accept: true })).toMatchObject(
      refused('role_required'),
    );
    expect(group.command('ada', { t: 'group.decide', account: cy, accept: false })).toMatchObject({
      ok: true,
    });
    expect(group.command('ada', { t: 'group.decide', account: cy, accept: true })).toMatchObject(
      refused('request_unknown'),
    );
    expect(group.roles()).toEqual({ ada: 'owner', bob: 'member' });
  });

  test('a member invites only where members may', () => {
    const group = new Group({ joining: 'open' });
    group.gather('ada', 'bob');
    group.command('ada', { t: 'group.settings', joining: 'invite' });
    const account = accountOf('cy').id;
    expect(group.command('bob', { t: 'group.invite', account })).toMatchObject(refused('role_required'));
    group.command('ada', { t: 'group.settings', membersInvite: true });
    expect(group.command('bob', { t: 'group.invite', account })).toMatchObject({ ok: true });
    expect(group.enrol('cy')).toMatchObject({ ok: true });
  });

  test('an admin who invites somebody who asks lets them in', () => {
    const group = new Group({ joining: 'request' });
    group.come('ada');
    group.enrol('bob');
    group.command('ada', { t: 'group.invite', account: accountOf('bob').id });
    expect(group.roles()).toEqual({ ada: 'owner', bob: 'member' });
  });

  test('a group holds so many, and so many who wait', () => {
    const group = new Group({ joining: 'request' });
    group.come('ada');
    for (let index = 0; index < LIMITS.enrolPending; index += 1) group.enrol(`p${index}`);
    expect(group.enrol('late')).toMatchObject(refused('quota_exceeded'));
    group.command('ada', { t: 'group.settings', joining: 'open' });
    for (let index = 1; index < LIMITS.enrolled; index += 1) group.enrol(`p${index}`);
    expect(group.state.table(enrolledTable).size).toBe(LIMITS.enrolled);
    expect(group.enrol('late')).toMatchObject(refused('quota_exceeded'));
    expect(
      group.command('ada', { t: 'group.decide', account: accountOf('p0').id, accept: true }),
    ).toMatchObject(refused('quota_exceeded'));
  });

  test('its people are paged by role and name', () => {
    const group = new Group();
    group.gather('ada', 'cy', 'bob', 'dora');
    group.command('ada', { t: 'group.role', account: accountOf('dora').id, role: 'admin' });
    const page = (after?: string) => {
      const done = group.command('bob', {
        t: 'group.members',
        limit: 3,
        ...(after === undefined ? {} : { after }),
      });
      if (!done.ok) throw new Error(done.error.code);
      return done.value.result as { people: { person: { userName: string } }[]; next: string | null };
    };
    const first = page();
    expect(first.people.map(({ person }) => person.userName)).toEqual(['ada', 'dora', 'bob']);
    expect(page(first.next ?? '').people.map(({ person }) => person.userName)).toEqual(['cy']);
    expect(page(first.next ?? '').next).toBeNull();
  });

  test('who asks and is invited is listed for owner and admins', () => {
    const group = new Group({ joining: 'request' });
    group.come('ada');
    group.enrol('bob');
    group.pass(1);
    group.command('ada', { t: 'group.invite', account: accountOf('cy').id });
    expect(group.command('ada', { t: 'group.pending' })).toMatchObject({
      ok: true,
      value: {
        result: {
          asked: [{ person: cardOf('bob') }],
          invited: [{ account: accountOf('cy').id, person: null, by: cardOf('ada') }],
          next: null,
        },
      },
    });
  });
});

describe('roles', () => {
  test('the room follows the group', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    expect(group.member('ada')?.role).toBe('host');
    expect(group.member('bob')?.role).toBe('member');
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'admin' });
    expect(group.told()).toEqual(['group.appointed', 'role.changed']);
    expect(group.member('bob')?.role).toBe('cohost');
    expect(toTell(group)).toEqual(['ada', 'bob']);
  });

  test('whoever is made the owner is the host, and the one who was is an admin', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'owner' });
    expect(group.roles()).toEqual({ ada: 'admin', bob: 'owner' });
    expect(group.member('ada')?.role).toBe('cohost');
    expect(group.member('bob')?.role).toBe('host');
    expect(group.command('ada', { t: 'group.delete' })).toMatchObject(refused('role_required'));
    // And nothing brings it back: not leaving, not coming anew, with whatever device.
    group.command('ada', { t: 'member.leave' });
    group.command('bob', { t: 'member.leave' });
    group.come('ada', 'ada2');
    expect(group.member('ada2')?.role).toBe('cohost');
    group.come('bob', 'bob2');
    expect(group.member('bob2')?.role).toBe('host');
    expect(group.member('ada2')?.role).toBe('cohost');
  });

  test('a new owner who is not there is host when they come, and nobody is before', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    group.command('bob', { t: 'member.leave' });
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'owner' });
    group.command('bob', { t: 'member.leave' });
    expect(group.member('ada')?.role).toBe('cohost');
    group.come('bob');
    expect(group.member('bob')?.role).toBe('host');
    expect(group.member('ada')?.role).toBe('cohost');
  });

  test('a demotion holds for devices that are not there', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'admin' });
    group.command('bob', { t: 'member.leave' });
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'member' });
    expect(group.member('bob')?.role).toBe('member');
    group.come('bob');
    expect(group.member('bob')?.role).toBe('member');
  });

  test('no host by absence: who is there when the owner is away takes nothing over', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'admin' });
    group.drop('ada');
    group.pass(86_400);
    expect(group.member('bob')?.role).toBe('cohost');
    expect(group.roles()).toEqual({ ada: 'owner', bob: 'admin' });
  });

  test('the owner gives roles, and nobody else', () => {
    const group = new Group();
    group.gather('ada', 'bob', 'cy');
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'admin' });
    for (const by of ['bob', 'cy'])
      expect(
        group.command(by, { t: 'group.role', account: accountOf('cy').id, role: 'admin' }),
      ).toMatchObject(refused('role_required'));
    expect(
      group.command('ada', { t: 'group.role', account: accountOf('ada').id, role: 'member' }),
    ).toMatchObject(refused('owner_stays'));
    expect(
      group.command('ada', { t: 'group.role', account: accountOf('eve').id, role: 'admin' }),
    ).toMatchObject(refused('enrolled_unknown'));
  });

  test('there are so many admins', () => {
    const group = new Group();
    group.come('ada');
    for (let index = 0; index <= LIMITS.groupAdmins; index += 1) {
      group.enrol(`p${index}`);
      const done = group.command('ada', {
        t: 'group.role',
        account: accountOf(`p${index}`).id,
        role: 'admin',
      });
      if (index < LIMITS.groupAdmins) expect(done.ok).toBe(true);
      else expect(done).toMatchObject(refused('quota_exceeded'));
    }
  });
});

describe('going', () => {
  test('who leaves is out with all devices, and comes in no more', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    group.come('bob', 'bob2');
    group.take();
    group.unenrol('bob');
    const { told, closes } = group.take();
    expect(told.map(({ t }) => t)).toEqual(['group.left', 'member.left', 'member.left']);
    expect(closes).toEqual([`${idOf('bob')} left`, `${idOf('bob2')} left`]);
    expect(group.admit('bob', { account: 'bob' })).toMatchObject(refused('not_enrolled'));
    expect(group.admit('bob', { returning: true })).toMatchObject(refused('not_enrolled'));
  });

  test('who is removed is disconnected at once, and one on the way in does not get in', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    group.admit('bob2', { account: 'bob' });
    group.take();
    group.command('ada', { t: 'group.remove', account: accountOf('bob').id });
    const { told, closes } = group.take();
    expect(told.map(({ t }) => t)).toEqual(['group.left', 'member.left', 'member.dismissed']);
    expect(closes).toEqual([`${idOf('bob')} removed`]);
    expect(group.open('bob2')).toMatchObject(refused('ticket_invalid'));
    expect(group.command('bob', { t: 'chat.history' })).toMatchObject(refused('member_gone'));
    expect(group.admit('bob', { returning: true })).toMatchObject(refused('not_enrolled'));
  });

  test('a removed admin has no authority left, with whatever they still hold', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'admin' });
    group.command('ada', { t: 'group.remove', account: accountOf('bob').id });
    expect(group.member('bob')?.role).toBe('member');
  });

  test('the owner stays until they have handed over; admins remove members and no admins', () => {
    const group = new Group();
    group.gather('ada', 'bob', 'cy', 'dora');
    for (const name of ['bob', 'cy'])
      group.command('ada', { t: 'group.role', account: accountOf(name).id, role: 'admin' });
    const remove = (by: string, name: string) =>
      group.command(by, { t: 'group.remove', account: accountOf(name).id });
    expect(group.unenrol('ada')).toMatchObject(refused('owner_stays'));
    expect(remove('bob', 'ada')).toMatchObject(refused('role_required'));
    expect(remove('bob', 'cy')).toMatchObject(refused('role_required'));
    expect(remove('bob', 'bob')).toMatchObject(refused('not_allowed'));
    expect(remove('dora', 'bob')).toMatchObject(refused('role_required'));
    expect(remove('bob', 'eve')).toMatchObject(refused('enrolled_unknown'));
    expect(remove('bob', 'dora')).toMatchObject({ ok: true });
    expect(group.roles()).toEqual({ ada: 'owner', bob: 'admin', cy: 'admin' });
  });

  test('an account that is gone leaves no group without an owner', () => {
    const group = new Group();
    group.enrol('bob');
    group.pass(1);
    group.enrol('cy');
    group.come('ada');
    group.command('ada', { t: 'group.role', account: accountOf('cy').id, role: 'admin' });
    group.forget('ada');
    expect(group.roles()).toEqual({ bob: 'member', cy: 'owner' });
    group.forget('cy');
    expect(group.roles()).toEqual({ bob: 'owner' });
    group.take();
    group.forget('bob');
    expect(group.told()).toEqual(['group.deleted', 'room.ended']);
  });
});

test('the id of a device is one account’s for ever: whoever takes it over gets nobody else’s messages', () => {
  const group = new Group();
  group.gather('ada', 'bob', 'cy');
  const message = group.say('bob', 'mine');
  group.command('bob', { t: 'member.leave' });
  group.pass(2 * 86_400);
  expect(freeDevice(group.state, accountOf('bob').id, group.now)).toBe(idOf('bob'));
  expect(freeDevice(group.state, accountOf('cy').id, group.now)).toBeNull();
  // Somebody else's account with the id, however they come by it: the device stays whose it was.
  for (const returning of [false, true]) {
    group.admit('bob', { account: 'cy', returning });
    expect(group.member('bob')?.account).toBe(accountOf('bob').id);
  }
  const edit = { t: 'chat.edit', message, body: { kind: 'text', text: 'other' } } as const;
  expect(group.command('cy', edit)).toMatchObject(refused('not_allowed'));
});

describe('who is not wanted', () => {
  const bob = accountOf('bob').id;

  test('does not come back into an open group by themselves, nor by a member, but by an invitation', () => {
    const group = new Group();
    group.gather('ada', 'bob', 'cy');
    group.command('ada', { t: 'group.remove', account: bob });
    expect(group.enrol('bob')).toMatchObject(refused('group_removed'));
    expect(group.command('cy', { t: 'group.invite', account: bob })).toMatchObject(refused('role_required'));
    group.pass(60 * 86_400);
    expect(group.enrol('bob')).toMatchObject(refused('group_removed'));
    group.command('ada', { t: 'group.invite', account: bob });
    expect(group.enrol('bob')).toMatchObject({ ok: true });
    // It is forgotten with that: whoever leaves by themselves comes back as they like.
    group.unenrol('bob');
    expect(group.enrol('bob')).toMatchObject({ ok: true });
  });

  test('may ask again after a day, and is let in by whoever decides', () => {
    const group = new Group({ joining: 'request' });
    group.come('ada');
    const decideOn = (accept: boolean) => group.command('ada', { t: 'group.decide', account: bob, accept });
    group.enrol('bob');
    decideOn(false);
    expect(group.enrol('bob')).toMatchObject({
      ok: false,
      error: { code: 'group_declined', retry: 86_400_000 },
    });
    group.pass(86_399);
    expect(group.enrol('bob')).toMatchObject(refused('group_declined'));
    group.pass(1);
    expect(group.enrol('bob')).toMatchObject({ ok: true, value: { result: 'asked' } });
    decideOn(true);
    expect(group.row('bob')?.role).toBe('member');
    group.command('ada', { t: 'group.remove', account: bob });
    expect(group.enrol('bob')).toMatchObject(refused('group_declined'));
    group.pass(86_400);
    expect(group.enrol('bob')).toMatchObject({ ok: true, value: { result: 'asked' } });
    // Turned away once more they are still somebody who was removed, where the group is open meanwhile.
    decideOn(false);
    group.command('ada', { t: 'group.settings', joining: 'open' });
    group.pass(86_400);
    expect(group.enrol('bob')).toMatchObject(refused('group_removed'));
  });

  test('is remembered, so many of them, and those of longest ago are forgotten', () => {
    const group = new Group();
    group.come('ada');
    for (let index = 0; index <= LIMITS.enrolRefused; index += 1) {
      group.now += 1;
      group.enrol(`p${index}`);
      group.command('ada', { t: 'group.remove', account: accountOf(`p${index}`).id });
    }
    expect(group.state.table(refusedTable).size).toBe(LIMITS.enrolRefused);
    expect(group.enrol('p0')).toMatchObject({ ok: true });
    expect(group.enrol('p1')).toMatchObject(refused('group_removed'));
  });
});

test('an heir who comes later leaves the one before without authority', () => {
  const group = new Group();
  group.enrol('cy');
  group.come('ada');
  group.forget('ada');
  group.come('cy');
  expect(group.member('cy')?.role).toBe('host');
  expect(group.member('ada')?.role).toBe('member');
});

describe('getting in', () => {
  test('only who belongs does, whatever they show', () => {
    const group = new Group({ joining: 'open' });
    group.gather('ada');
    for (const options of [
      {},
      { hostKey: HOST_KEY },
      { account: 'eve' },
      { account: 'eve', hostKey: HOST_KEY },
    ])
      expect(group.admit('eve', options)).toMatchObject(refused('not_enrolled'));
  });

  test('a host key makes nobody the host, on the way in or when in', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    for (const device of ['bob', 'bob2']) {
      group.enter(device, { account: 'bob', hostKey: HOST_KEY });
      expect(group.member(device)?.role).toBe('member');
    }
    expect(group.member('ada')?.role).toBe('host');
  });

  test('people are called what their account is, also with a device that was here before', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    expect(group.member('bob')?.name).toBe('bob as registered');
    expect(group.row('bob')?.person.name).toBe('bob as registered');
  });

  test('what a group has no use for is refused with the way to do it, and changes nothing', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    const before = group.everything();
    const bob = idOf('bob');
    const inputs: Partial<Record<CommandType, object>> = {
      'role.set': { member: bob, role: 'cohost' },
      'host.transfer': { member: bob },
      'member.remove': { member: bob },
      'member.ban': { member: bob },
      'member.rename': { name: 'Zed' },
      'ban.lift': { member: bob },
      'lobby.admit': { members: 'all' },
      'lobby.refuse': { members: 'all' },
      'lobby.send': { member: bob },
      'passcode.set': { passcode: 'secret' },
      'invite.create': { role: 'cohost' },
      'invite.revoke': { invite: `v_${'a'.repeat(22)}` },
      'breakout.open': { names: ['One', 'Two'] },
    };
    for (const t of Object.keys(NOT_IN_A_GROUP) as CommandType[]) {
      const done = group.command('ada', { t, ...inputs[t] } as never);
      expect(done, t).toMatchObject({
        ok: false,
        error: { code: 'group_differs', detail: NOT_IN_A_GROUP[t] },
      });
    }
    expect(group.everything()).toBe(before);
  });

  test('a room that is no group has none of this', () => {
    const room = new Room();
    room.enter('ada', { hostKey: HOST_KEY });
    room.take();
    for (const input of [
      { t: 'group.members' },
      { t: 'group.read', upTo: 1 },
      { t: 'group.delete' },
      { t: 'group.invite', account: accountOf('bob').id },
    ])
      expect(room.command('ada', input as never)).toMatchObject(refused('not_a_group'));
  });
});

describe('settings', () => {
  test('in a group of announcements members read, and owner and admins write', () => {
    const group = new Group();
    group.gather('ada', 'bob', 'cy');
    group.command('ada', { t: 'group.role', account: accountOf('bob').id, role: 'admin' });
    group.command('ada', { t: 'group.settings', announcements: true });
    const send = (name: string) => group.command(name, { t: 'chat.send', body: { kind: 'text', text: 'x' } });
    expect(send('cy')).toMatchObject(refused('not_allowed'));
    expect(send('ada').ok && send('bob').ok).toBe(true);
    group.command('ada', { t: 'group.settings', announcements: false });
    expect(send('cy').ok).toBe(true);
  });

  test('a new name is told to those who are there; nobody else is written to', () => {
    const group = new Group();
    for (let index = 0; index < 50; index += 1) group.enrol(`p${index}`);
    group.come('ada');
    group.state.table(effectTable).delete('x');
    for (const id of Array.from(group.state.table(effectTable).keys()))
      group.state.table(effectTable).delete(id);
    group.take();
    group.command('ada', { t: 'group.settings', name: 'Physics II' });
    expect(group.told()).toEqual(['room.updated']);
    expect(group.effects()).toEqual([]);
    expect(group.standing('p1').name).toBe('Physics II');
  });

  test('deleting is for the owner, ends it for all, and no one opens it again', () => {
    const group = new Group();
    group.gather('ada', 'bob');
    expect(group.command('bob', { t: 'group.delete' })).toMatchObject(refused('role_required'));
    group.take();
    group.command('ada', { t: 'group.delete' });
    const { told, closes } = group.take();
    expect(told.map(({ t }) => t)).toEqual(['group.deleted', 'room.ended']);
    expect(closes).toEqual(['all ended']);
    expect(group.effects()).toContain('group.farewell');
    expect(group.enrol('cy')).toMatchObject(refused('room_not_found'));
    expect(group.admit('bob', { account: 'bob' })).toMatchObject(refused('room_ended'));
  });
});

describe("everybody's group", () => {
  const everybody = () => new Group({ owner: null, joining: 'invite', announcements: true, everybody: true });

  test('people are enrolled by the settings, once, and administrators alone write', () => {
    const group = everybody();
    group.enrolAmong('ada', 'admin');
    group.enrolAmong('bob', 'member');
    expect(group.told()).toEqual(['room.updated', 'group.enrolled', 'group.enrolled']);
    group.enrolAmong('bob', 'member');
    expect(group.told()).toEqual([]);
    group.come('ada');
    group.come('bob');
    expect(group.command('bob', { t: 'chat.send', body: { kind: 'text', text: 'x' } })).toMatchObject(
      refused('not_allowed'),
    );
    expect(group.command('ada', { t: 'chat.send', body: { kind: 'text', text: 'x' } }).ok).toBe(true);
    group.enrolAmong('ada', 'member');
    expect(group.command('ada', { t: 'chat.send', body: { kind: 'text', text: 'x' } })).toMatchObject(
      refused('not_allowed'),
    );
  });

  test('nobody leaves it, puts somebody out of it, changes or deletes it', () => {
    const group = everybody();
    group.enrolAmong('ada', 'admin');
    group.enrolAmong('bob', 'member');
    group.come('ada');
    const account = accountOf('bob').id;
    expect(group.unenrol('bob')).toMatchObject(refused('group_fixed'));
    for (const input of [
      { t: 'group.remove', account },
      { t: 'group.settings', announcements: false },
      { t: 'group.invite', account: accountOf('cy').id },
    ])
      expect(group.command('ada', input as never)).toMatchObject(refused('group_fixed'));
    expect(group.command('ada', { t: 'group.delete' })).toMatchObject(refused('role_required'));
    expect(group.enrol('cy')).toMatchObject(refused('room_not_found'));
    expect(group.roles()).toEqual({ ada: 'admin', bob: 'member' });
  });

  test('an ordinary group enrols nobody by that way', () => {
    const group = new Group();
    expect(group.enrolAmong('eve', 'admin')).toMatchObject(refused('room_not_found'));
  });
});

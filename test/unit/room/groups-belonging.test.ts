import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { enrolledTable, groupSnapshot } from '../../../src/room-object/enrolment-rows.ts';
import { cardOf, Group, toTell } from './group.ts';
import { accountOf, refused } from './harness.ts';

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

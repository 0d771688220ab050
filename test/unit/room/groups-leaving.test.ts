import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { freeDevice, refusedTable } from '../../../src/room-object/enrolment-rows.ts';
import { Group } from './group.ts';
import { accountOf, idOf, refused } from './harness.ts';

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

import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { Group, toTell } from './group.ts';
import { accountOf, refused } from './harness.ts';

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

test('an heir who comes later leaves the one before without authority', () => {
  const group = new Group();
  group.enrol('cy');
  group.come('ada');
  group.forget('ada');
  group.come('cy');
  expect(group.member('cy')?.role).toBe('host');
  expect(group.member('ada')?.role).toBe('member');
});

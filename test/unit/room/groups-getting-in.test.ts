import { describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { type CommandType, NOT_IN_A_GROUP } from '../../../src/protocol/index.ts';
import { Group } from './group.ts';
import { accountOf, HOST_KEY, idOf, Room, refused } from './harness.ts';

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

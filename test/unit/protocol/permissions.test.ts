import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  COMMANDS,
  can,
  DEFAULT_POLICY,
  PERMISSIONS,
  type Permission,
  type Policy,
  PolicyChangeSchema,
  ROLES,
  type Role,
} from '../../../src/protocol/index.ts';

/** Who may by role alone: first where the room lets everybody, then where it has locked the flag. Written out by hand. */
const TABLE: Record<Role, { open: 'all' | Permission[]; locked: 'all' | Permission[] }> = {
  host: { open: 'all', locked: 'all' },
  cohost: { open: 'all', locked: 'all' },
  member: { open: 'all', locked: [] },
  viewer: { open: ['react', 'hand', 'rename', 'ask'], locked: [] },
};

const expected = (role: Role, permission: Permission, isOpen: boolean, right: string | undefined) => {
  if (right !== undefined) return right === 'granted';
  const has = TABLE[role][isOpen ? 'open' : 'locked'];
  return has === 'all' || has.includes(permission);
};

/** The flag as given, all others the other way round: a rule that looks at the wrong flag shows. */
const policyOf = (permission: Permission, isOpen: boolean): Policy => ({
  ...(Object.fromEntries(PERMISSIONS.map((other) => [other, !isOpen])) as Record<Permission, boolean>),
  [permission]: isOpen,
});

describe('who may do what', () => {
  const rights = [undefined, 'granted', 'denied'] as const;
  const cases = PERMISSIONS.flatMap((permission) =>
    ROLES.flatMap((role) =>
      [true, false].flatMap((isOpen) => rights.map((right) => ({ permission, role, isOpen, right }))),
    ),
  );

  test('there are as many cases as there can be', () => {
    expect(cases).toHaveLength(12 * 4 * 2 * 3);
  });

  test.each(cases)('$permission: $role, room open $isOpen, own right $right', (one) => {
    const { permission, role, isOpen, right } = one;
    const others = Object.fromEntries(
      PERMISSIONS.filter((other) => other !== permission).map((other) => [
        other,
        right === 'granted' ? ('denied' as const) : ('granted' as const),
      ]),
    );
    const answer = expected(role, permission, isOpen, right);
    const policy = policyOf(permission, isOpen);
    expect(can({ role, rights: { ...others, [permission]: right } }, policy, permission)).toBe(answer);
    const alone = right === undefined ? {} : { [permission]: right };
    expect(can({ role, rights: alone }, policy, permission)).toBe(answer);
  });

  test('a room begins with everything open but what all watch together', () => {
    expect(Object.keys(DEFAULT_POLICY).sort()).toEqual([...PERMISSIONS].sort());
    for (const permission of PERMISSIONS) expect(DEFAULT_POLICY[permission]).toBe(permission !== 'watch');
  });

  test('a change may name any of the flags and no other value than true and false', () => {
    expect(v.safeParse(PolicyChangeSchema, {}).success).toBe(true);
    for (const permission of PERMISSIONS) {
      expect(v.safeParse(PolicyChangeSchema, { [permission]: false }).success).toBe(true);
      for (const wrong of [0, 1, 'true', null, {}])
        expect(v.safeParse(PolicyChangeSchema, { [permission]: wrong }).success).toBe(false);
    }
    expect(v.parse(PolicyChangeSchema, { dance: true, chat: false })).toEqual({ chat: false });
  });
});

describe('what a command needs', () => {
  const member = `m_${'a'.repeat(22)}`;
  const body = { kind: 'text' as const, text: 'x' };

  test('chat to all, and to one', () => {
    expect(COMMANDS['chat.send'].needs({ body })).toEqual(['chat']);
    expect(COMMANDS['chat.send'].needs({ body, to: member })).toEqual(['direct']);
    expect(COMMANDS['chat.send'].needs({ body, to: 'hosts' })).toEqual(['ask']);
  });

  test('a reaction put, and one taken back', () => {
    const reaction = { message: 1, emoji: '👍' };
    expect(COMMANDS['chat.react'].needs({ ...reaction, on: true })).toEqual(['react']);
    expect(COMMANDS['chat.react'].needs({ ...reaction, on: false })).toEqual([]);
  });

  test.each([
    [{}, []],
    [{ camera: false, microphone: false, screen: false, speaking: false }, []],
    [{ camera: true }, ['camera']],
    [{ microphone: true }, ['microphone']],
    [{ screen: true }, ['screen']],
    [{ speaking: true }, ['microphone']],
    [{ speaking: true, microphone: true }, ['microphone']],
    [{ camera: true, microphone: true, screen: true }, ['camera', 'microphone', 'screen']],
    [{ camera: true, microphone: false, speaking: true }, ['camera', 'microphone']],
  ])('media %j needs %j', (fields, needed) => {
    expect(COMMANDS['media.set'].needs(fields)).toEqual(needed);
  });

  test('to write, and to stop writing', () => {
    expect(COMMANDS['typing.set'].needs({ typing: true })).toEqual(['chat']);
    expect(COMMANDS['typing.set'].needs({ typing: true, to: member })).toEqual(['direct']);
    expect(COMMANDS['typing.set'].needs({ typing: false })).toEqual([]);
    expect(COMMANDS['typing.set'].needs({ typing: false, to: member })).toEqual([]);
  });

  test('a hand and a reaction', () => {
    expect(COMMANDS['hand.raise'].needs({})).toEqual(['hand']);
    expect(COMMANDS['hand.lower'].needs({})).toEqual([]);
    expect(COMMANDS['reaction.send'].needs({ emoji: '👏' })).toEqual(['react']);
  });

  test('no command of the room is for everybody by mistake', () => {
    const authority = Object.fromEntries(Object.entries(COMMANDS).map(([t, spec]) => [t, spec.authority]));
    expect(authority).toMatchObject({
      'room.update': 'hosts',
      'room.end': 'hosts',
      'policy.set': 'hosts',
      'rights.set': 'hosts',
      'role.set': 'hosts',
      'host.transfer': 'host',
      'authority.set': 'host',
      'member.remove': 'hosts',
      'member.ban': 'hosts',
      'ban.lift': 'hosts',
      'ban.list': 'hosts',
      'audit.page': 'hosts',
      'media.stop': 'hosts',
      'media.request': 'hosts',
      'hand.lowerAll': 'hosts',
      'hand.call': 'hosts',
      'spotlight.set': 'hosts',
      'chat.pin': 'hosts',
      'chat.unpin': 'hosts',
      'chat.settings': 'hosts',
    });
  });
});

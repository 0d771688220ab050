import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Now } from '../../../src/platform/secret-hash.ts';
import type { CommandInput, Invite } from '../../../src/protocol/index.ts';
import { inviteTable } from '../../../src/room-object/invite-rows.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.enter('ada');
  room.take();
});

type Made = { readonly invite: string; readonly secret: string };
const create = (fields: CommandInput<'invite.create'> = { role: 'member' }, by = 'host') =>
  room.command(by, { t: 'invite.create', ...fields });
function made(fields?: CommandInput<'invite.create'>, by = 'host'): Made {
  const done = create(fields, by);
  if (!done.ok) throw new Error(done.error.code);
  return done.value.result as Made;
}
const revoke = (invite: string, by = 'host') => room.command(by, { t: 'invite.revoke', invite });
const come = (name: string, secret: string) => room.admit(name, { inviteHash: sha256Now(secret) });
function list(by = 'host'): Invite[] {
  const done = room.command(by, { t: 'invite.list' });
  if (!done.ok) throw new Error(done.error.code);
  return (done.value.result as { invites: Invite[] }).invites;
}

describe('an invitation', () => {
  test('has a secret that is shown once and kept as a hash', () => {
    const { invite, secret } = made({ role: 'viewer', uses: 3, note: 'for the press' });
    expect(room.told()).toEqual([]);
    expect(JSON.stringify(Array.from(room.state.table(inviteTable).values()))).not.toContain(secret);
    expect(JSON.stringify(list())).not.toContain(secret);
    expect(list()).toMatchObject([
      {
        id: invite,
        role: 'viewer',
        uses: 3,
        used: 0,
        note: 'for the press',
        by: idOf('host'),
        state: 'usable',
      },
    ]);
    expect(made().secret).not.toBe(secret);
  });

  test.each(['member', 'viewer', 'cohost'] as const)('lets people in as %s', (role) => {
    const { invite, secret } = made({ role });
    expect(come('eve', secret)).toMatchObject({ ok: true });
    room.open('eve');
    expect(room.take().told).toMatchObject([{ t: 'member.joined', member: { role } }]);
    expect(room.member('eve')).toMatchObject({ role, invite });
  });

  test('makes no host', () => {
    expect(create({ role: 'host' as 'member' })).toMatchObject(refused('invalid'));
  });

  test('counts each person once, and gives a use back that was not taken', () => {
    const { secret } = made({ role: 'member', uses: 1 });
    expect(come('eve', secret)).toMatchObject({ ok: true });
    expect(come('joe', secret)).toMatchObject({
      ok: false,
      error: { code: 'invite_invalid', detail: 'used' },
    });
    expect(room.member('joe')).toBeUndefined();
    room.pass(30);
    expect(list()).toMatchObject([{ used: 0, state: 'usable' }]);
    come('joe', secret);
    room.open('joe');
    room.command('joe', { t: 'member.leave' });
    expect(list()).toMatchObject([{ used: 1, state: 'used' }]);
    expect(room.admit('joe', { returning: true, inviteHash: sha256Now(secret) })).toMatchObject({ ok: true });
    expect(list()).toMatchObject([{ used: 1 }]);
  });

  test('ends with its time', () => {
    const { secret } = made({ role: 'member', expiresAt: room.now + 1_000 });
    room.now += 999;
    expect(come('eve', secret)).toMatchObject({ ok: true });
    room.now += 1;
    expect(come('joe', secret)).toMatchObject({ ok: false, error: { detail: 'expired' } });
    expect(create({ role: 'member', expiresAt: room.now })).toMatchObject(refused('invalid'));
  });

  test('that is unknown lets nobody in and changes nothing', () => {
    made();
    const before = room.everything();
    expect(come('eve', 'guessed')).toMatchObject(refused('invite_invalid'));
    expect(room.everything()).toBe(before);
  });

  test('revoked stops at once, also for whoever is on the way in; who is in stays in', () => {
    const { invite, secret } = made();
    come('eve', secret);
    room.open('eve');
    come('joe', secret);
    expect(revoke(invite)).toMatchObject({ ok: true });
    expect(room.open('joe')).toMatchObject(refused('ticket_invalid'));
    expect(come('zoe', secret)).toMatchObject({ ok: false, error: { detail: 'revoked' } });
    expect(room.member('eve')?.presence).toBe('online');
    expect(list()).toMatchObject([{ state: 'revoked', used: 1 }]);
    room.command('host', { t: 'door.set', entry: 'invited' });
    room.command('eve', { t: 'member.leave' });
    room.admit('eve', { returning: true });
    room.open('eve');
    expect(room.member('eve')?.presence).toBe('waiting');
    expect(revoke(invite)).toMatchObject({ ok: true });
  });

  test('walks past lobby and passcode, and not past a lock', () => {
    const { secret } = made();
    room.command('host', { t: 'door.set', entry: 'invited' });
    room.command('host', { t: 'passcode.set', passcode: '123456' });
    expect(room.admit('joe')).toMatchObject(refused('passcode_required'));
    come('eve', secret);
    room.open('eve');
    expect(room.member('eve')?.presence).toBe('online');
    room.command('host', { t: 'door.set', locked: true });
    expect(come('zoe', secret)).toMatchObject(refused('room_locked'));
  });

  test('is no way around what a host has decided on somebody who was in', () => {
    const { secret } = made({ role: 'cohost' });
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' });
    room.command('ada', { t: 'member.leave' });
    const comeBack = () => room.admit('ada', { returning: true, inviteHash: sha256Now(secret) });
    room.command('host', { t: 'door.set', locked: true });
    expect(comeBack()).toMatchObject(refused('room_locked'));
    room.command('host', { t: 'door.set', locked: false });
    comeBack();
    room.open('ada');
    expect(room.member('ada')?.role).toBe('viewer');
  });
});

describe('invitations', () => {
  test('are for hosts, and those that make co-hosts for the host', () => {
    const { invite } = made({ role: 'cohost' });
    const commands = [
      () => create({ role: 'member' }, 'ada'),
      () => revoke(invite, 'ada'),
      () => room.command('ada', { t: 'invite.list' }),
    ];
    for (const run of commands) expect(run()).toMatchObject(refused('role_required'));
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    expect(create({ role: 'cohost' }, 'ada')).toMatchObject(refused('role_required'));
    expect(revoke(invite, 'ada')).toMatchObject(refused('role_required'));
    const own = made({ role: 'member' }, 'ada');
    expect(list('ada')).toHaveLength(2);
    expect(revoke(own.invite, 'ada')).toMatchObject({ ok: true });
    expect(room.command({ kind: 'host-key' }, { t: 'invite.create', role: 'cohost' })).toMatchObject({
      ok: true,
    });
    expect(list().at(-1)).toMatchObject({ by: null, role: 'cohost' });
  });

  test('that nobody made can not be revoked', () => {
    expect(revoke(`v_${'0'.repeat(22)}`)).toMatchObject(refused('invite_invalid'));
  });

  test('are limited; useless ones make room', () => {
    const first = made();
    for (let n = 1; n < 500; n += 1) made();
    expect(create()).toMatchObject(refused('quota_exceeded'));
    revoke(first.invite);
    const last = made();
    expect(list()).toHaveLength(500);
    expect(list().some(({ id }) => id === first.invite)).toBe(false);
    expect(come('eve', last.secret)).toMatchObject({ ok: true });
  });
});

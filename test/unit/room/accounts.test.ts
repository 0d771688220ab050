// One person with several devices: what belongs to the person, and what to each device.
import { beforeEach, describe, expect, test } from 'vitest';
import { State } from '../../../src/engine/state.ts';
import { accountTable, DEVICES } from '../../../src/room-object/account-rows.ts';
import { auditBefore } from '../../../src/room-object/audit-rows.ts';
import { type AdmitFields, admit } from '../../../src/room-object/features/admission.ts';
import { inviteTable, listInvites } from '../../../src/room-object/invite-rows.ts';
import { mediaOf } from '../../../src/room-object/media-state.ts';
import { type MemberRow, memberTable, toMember } from '../../../src/room-object/tables.ts';
import { accountOf, HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  room.now += 1;
  room.enter('guest');
  room.take();
});

/** Lets devices of one account in, one after the other. */
function bring(...names: readonly string[]): void {
  for (const name of names) {
    room.now += 1;
    room.enter(name, { account: 'ada' });
  }
  room.take();
}
const back = (name: string, account?: string) =>
  room.enter(name, { returning: true, ...(account === undefined ? {} : { account }) });
const leave = (name: string) => room.command(name, { t: 'member.leave' });
const of = (key: 'role' | 'name' | 'presence', ...names: readonly string[]) =>
  names.map((name) => room.member(name)?.[key]);
const invitation = () => Array.from(room.state.table(inviteTable).values())[0];
const arrive = (more: Partial<AdmitFields>) =>
  room.perform(admit, {
    member: idOf('ada'),
    returning: false,
    name: undefined,
    hostKeyHash: undefined,
    ticket: 'ticket ada',
    address: null,
    account: accountOf('ada'),
    ...more,
  });

describe('coming in with an account', () => {
  test('shows everybody whose device it is, and their picture', () => {
    room.enter('ada', { account: 'ada' });
    const { id: account, avatar } = accountOf('ada');
    expect(room.take().told).toMatchObject([
      { t: 'member.joined', member: { id: idOf('ada'), name: 'ada', account, avatar } },
    ]);
    expect(room.member('ada')).toMatchObject({ account, avatar });
  });

  test('without a picture is without the field', () => {
    arrive({ account: { ...accountOf('ada'), avatar: null } });
    expect(room.member('ada')).not.toHaveProperty('avatar');
  });

  test("takes the name that is given, or else the account's", () => {
    arrive({});
    expect(room.member('ada')?.name).toBe('ada as registered');
    arrive({ member: idOf('ada2'), name: 'Professor' });
    expect(room.member('ada2')?.name).toBe('Professor');
  });

  test('is remembered for those who come back, and changes nothing about a guest', () => {
    bring('ada');
    leave('ada');
    back('ada');
    expect(room.member('ada')?.account).toBe(accountOf('ada').id);
    leave('guest');
    back('guest', 'ada');
    expect(room.member('guest')).toMatchObject({ account: null, name: 'guest' });
  });

  test('costs guests nothing, and is written down once for each device', () => {
    expect(room.state.table(accountTable).size).toBe(0);
    bring('ada', 'ada2');
    room.state.takeChanges();
    leave('ada');
    back('ada');
    room.command('ada', { t: 'member.rename', name: 'Ada' });
    const changed = new Set(room.state.takeChanges().map(({ table }) => table));
    expect(changed).toContain('members');
    expect(changed).not.toContain('accounts');
    expect(Array.from(room.state.table(accountTable).values())).toEqual([
      { members: [idOf('ada'), idOf('ada2')] },
    ]);
  });

  test('and never being there leaves no trace', () => {
    room.admit('ada', { account: 'ada' });
    room.pass(31);
    expect(room.state.table(accountTable).size).toBe(0);
    expect(room.member('ada')).toBeUndefined();
  });

  test('with devices without end forgets the oldest that left, which are of the account all the same', () => {
    const names = Array.from({ length: DEVICES }, (_, index) => `d${index}`);
    for (const name of names) {
      bring(name);
      leave(name);
    }
    bring('one-more');
    room.command('host', { t: 'role.set', member: idOf('one-more'), role: 'cohost' });
    expect(room.state.table(accountTable).get(accountOf('ada').id)?.members).toHaveLength(DEVICES);
    expect(of('role', 'd0', 'd1')).toEqual(['member', 'cohost']);
    back('d0');
    expect(of('role', 'd0')).toEqual(['cohost']);
  });

  test('is refused with more devices at a time than anybody has', () => {
    for (let index = 0; index < DEVICES; index += 1) bring(`d${index}`);
    expect(room.admit('one-more', { account: 'ada' })).toMatchObject(refused('room_full'));
    expect(room.admit('ben', { account: 'ben' })).toMatchObject({ ok: true });
  });

  test('works in a room that was stored before there were accounts', () => {
    const old = new State();
    const row = { ...room.member('guest'), account: null };
    old.restore([{ table: 'members', key: idOf('guest'), json: JSON.stringify(row) }]);
    const stored = old.table(memberTable).get(idOf('guest')) as MemberRow & { presence: 'online' };
    expect(toMember(stored)).not.toHaveProperty('avatar');
    expect(room.admit('ada', { account: 'ada' })).toMatchObject({ ok: true });
  });
});

describe('a second device', () => {
  test('is a member of its own, with the role and the rights of the first', () => {
    bring('ada');
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' });
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: 'granted' } });
    bring('ada2');
    expect(room.member('ada2')).toMatchObject({ role: 'viewer', rights: { chat: 'granted' } });
    expect(room.state.table(memberTable).count('seated')).toBe(4);
  });

  test('has them also when the first has left', () => {
    bring('ada');
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { microphone: 'denied' } });
    leave('ada');
    bring('ada2');
    room.command('host', { t: 'role.set', member: idOf('ada2'), role: 'cohost' });
    expect(room.member('ada')).toMatchObject({ role: 'cohost', rights: { microphone: 'denied' } });
    expect(room.member('ada2')).toMatchObject({ role: 'cohost', rights: { microphone: 'denied' } });
  });

  test('changes with the first, told for each that is there', () => {
    bring('ada', 'ada2', 'ada3');
    leave('ada3');
    room.take();
    room.command('host', { t: 'role.set', member: idOf('ada2'), role: 'cohost', n: 1 });
    expect(room.take().told).toMatchObject([
      { t: 'role.changed', member: idOf('ada2'), role: 'cohost', n: 1 },
      { t: 'role.changed', member: idOf('ada'), role: 'cohost' },
    ]);
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { chat: 'denied' } });
    expect(room.take().told).toMatchObject([
      { t: 'rights.changed', member: idOf('ada'), rights: { chat: 'denied' } },
      { t: 'rights.changed', member: idOf('ada2'), rights: { chat: 'denied' } },
    ]);
    expect(room.member('ada3')).toMatchObject({ role: 'cohost', rights: { chat: 'denied' } });
    const { rows } = auditBefore(room.state, null, 10);
    expect(rows.map(({ action, member }) => [action, member])).toEqual([
      ['role.changed', idOf('ada2')],
      ['rights.changed', idOf('ada')],
    ]);
  });

  test('has media and a hand of its own, and both lose what is denied', () => {
    bring('ada', 'ada2');
    for (const name of ['ada', 'ada2']) room.command(name, { t: 'media.set', microphone: true });
    room.command('ada', { t: 'media.set', camera: true });
    room.command('ada2', { t: 'hand.raise' });
    expect(room.told()).toEqual(['hand.raised', 'media.changed', 'media.changed']);
    expect(mediaOf(room.state, idOf('ada2')).camera).toBe(false);
    room.command('host', { t: 'media.stop', members: [idOf('ada')], media: ['microphone'] });
    expect(['ada', 'ada2'].map((name) => mediaOf(room.state, idOf(name)).microphone)).toEqual([false, true]);
    room.command('host', { t: 'rights.set', member: idOf('ada'), rights: { microphone: 'denied' } });
    expect(mediaOf(room.state, idOf('ada2')).microphone).toBe(false);
  });

  test('is renamed with the first, in the room and where it left', () => {
    bring('ada', 'ada2', 'ada3');
    leave('ada3');
    room.take();
    room.command('ada2', { t: 'member.rename', name: 'Professor', n: 1 });
    expect(room.take().told).toMatchObject([
      { t: 'member.renamed', member: idOf('ada2'), n: 1 },
      { t: 'member.renamed', member: idOf('ada') },
      { t: 'member.renamed', member: idOf('ada3') },
    ]);
    expect(of('name', 'ada', 'ada2', 'ada3')).toEqual(['Professor', 'Professor', 'Professor']);
    room.command('ada', { t: 'member.rename', name: 'Professor' });
    expect(room.told()).toEqual([]);
  });

  test('uses an invitation together with the first, and none gets around what a host decided', () => {
    room.command('host', { t: 'invite.create', role: 'cohost', uses: 1 });
    const inviteHash = invitation()?.hash ?? '';
    room.admit('ada', { account: 'ada' });
    room.enter('ada2', { account: 'ada', inviteHash });
    room.open('ada');
    expect(of('role', 'ada', 'ada2')).toEqual(['cohost', 'cohost']);
    bring('ada3');
    expect(of('role', 'ada3')).toEqual(['cohost']);
    expect(listInvites(room.state, room.now)).toMatchObject([{ used: 1 }]);
    expect(room.admit('ben', { inviteHash })).toMatchObject(refused('invite_invalid'));
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'viewer' });
    room.enter('ada4', { account: 'ada', inviteHash });
    expect(of('role', 'ada4')).toEqual(['viewer']);
  });

  test('is not stopped at the door with the invitation of the first, who is in', () => {
    room.command('host', { t: 'invite.create', role: 'member' });
    const { id = '', hash = '' } = invitation() ?? {};
    room.enter('ada', { account: 'ada', inviteHash: hash });
    room.admit('ada2', { account: 'ada' });
    room.command('host', { t: 'invite.revoke', invite: id });
    expect(room.open('ada2')).toMatchObject({ ok: true });
  });

  test('is not asked for the passcode again; a guest is', () => {
    bring('ada');
    room.command('host', { t: 'passcode.set', passcode: 'sesame' });
    expect(room.admit('ben', { account: 'ben' })).toMatchObject(refused('passcode_required'));
    expect(room.admit('ada2', { account: 'ada' })).toMatchObject({ ok: true });
  });
});

// What is decided about a person holds for all of their devices: at the door, on the way out, in a poll, in a ban.
import { beforeEach, describe, expect, test } from 'vitest';
import { asMember } from '../../../src/engine/feature.ts';
import { accountTable } from '../../../src/room-object/account-rows.ts';
import { auditPage } from '../../../src/room-object/audit-rows.ts';
import { banTable } from '../../../src/room-object/ban-rows.ts';
import { breakoutPlaceTable } from '../../../src/room-object/breakout-rows.ts';
import { admit } from '../../../src/room-object/features/admission.ts';
import { attendanceOf } from '../../../src/room-object/features/attendance.ts';
import { askImage, shareImage } from '../../../src/room-object/features/images.ts';
import { polls } from '../../../src/room-object/features/polls.ts';
import { reactionsTo } from '../../../src/room-object/message-rows.ts';
import { pollsInOrder } from '../../../src/room-object/poll-rows.ts';
import { welcomeOf } from '../../../src/room-object/view.ts';
import { accountOf, HOST_KEY, idOf, Room, refused } from './harness.ts';

const KEY = { kind: 'host-key' } as const;
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

describe('a person', () => {
  test('is let in with all of their devices, now and later', () => {
    room.command('host', { t: 'door.set', entry: 'nobody' });
    for (const name of ['ada', 'ada2']) room.enter(name, { account: 'ada' });
    expect(of('presence', 'ada', 'ada2')).toEqual(['waiting', 'waiting']);
    room.take();
    room.command('host', { t: 'lobby.admit', members: [idOf('ada')] });
    const { told, closes } = room.take();
    expect(told.filter(({ t }) => t === 'member.joined')).toHaveLength(2);
    expect(new Set(closes)).toEqual(new Set([`${idOf('ada')} rewelcome`, `${idOf('ada2')} rewelcome`]));
    room.command('host', { t: 'door.set', locked: true });
    bring('ada3');
    expect(of('presence', 'ada', 'ada2', 'ada3')).toEqual(['online', 'online', 'online']);
    for (const name of ['ada', 'ada2', 'ada3']) leave(name);
    room.command('host', { t: 'door.set', locked: false });
    back('ada2');
    expect(of('presence', 'ada2')).toEqual(['waiting']);
  });

  test('finds the door open for the next device, whatever its rule, as long as one is in', () => {
    bring('ada');
    room.command('host', { t: 'door.set', entry: 'nobody', locked: true, waitForHost: true });
    leave('host');
    bring('ada2');
    expect(of('presence', 'ada2')).toEqual(['online']);
    leave('ada');
    leave('ada2');
    expect(room.admit('ada', { returning: true })).toMatchObject(refused('room_locked'));
  });

  test('goes on being let in with the device that waits for a seat', () => {
    room.command('host', { t: 'room.update', capacity: 3 });
    room.command('host', { t: 'door.set', entry: 'nobody', whenFull: 'wait' });
    bring('ada', 'ada2');
    room.command('host', { t: 'lobby.admit', members: 'all' });
    expect(of('presence', 'ada', 'ada2')).toEqual(['online', 'waiting']);
    leave('ada');
    expect(of('presence', 'ada', 'ada2')).toEqual(['left', 'online']);
  });

  test('is turned away from the lobby with all of their devices', () => {
    room.command('host', { t: 'door.set', entry: 'nobody' });
    for (const name of ['ada', 'ada2']) room.enter(name, { account: 'ada' });
    room.take();
    room.command('host', { t: 'lobby.refuse', members: [idOf('ada')] });
    expect(new Set(room.take().closes)).toEqual(
      new Set([`${idOf('ada')} refused`, `${idOf('ada2')} refused`]),
    );
    expect(room.state.table(accountTable).size).toBe(0);
  });

  test('is sent back to the lobby whole, whatever else the door would let in', () => {
    bring('ada', 'ada2', 'ada3');
    room.drop('ada3');
    room.admit('ada4', { account: 'ada' });
    room.command('host', { t: 'lobby.send', member: idOf('ada2') });
    expect(of('presence', 'ada', 'ada2', 'ada3')).toEqual(['waiting', 'waiting', 'left']);
    expect(room.open('ada4')).toMatchObject(refused('ticket_invalid'));
    room.enter('ada5', { account: 'ada' });
    expect(of('presence', 'ada5')).toEqual(['waiting']);
    room.command('host', { t: 'lobby.admit', members: [idOf('ada5')] });
    expect(of('presence', 'ada', 'ada2', 'ada5')).toEqual(['online', 'online', 'online']);
  });

  test('is not let in with the device that waits for a seat by the others being sent out', () => {
    room.command('host', { t: 'room.update', capacity: 4 });
    room.command('host', { t: 'door.set', whenFull: 'wait' });
    bring('ada', 'ada2', 'ada3');
    expect(of('presence', 'ada', 'ada2', 'ada3')).toEqual(['online', 'online', 'waiting']);
    room.command('host', { t: 'lobby.send', member: idOf('ada') });
    expect(of('presence', 'ada', 'ada2', 'ada3')).toEqual(['waiting', 'waiting', 'waiting']);
  });

  test('makes room for those who wait, each of whom comes in once', () => {
    room.command('host', { t: 'room.update', capacity: 4 });
    room.command('host', { t: 'door.set', whenFull: 'wait' });
    bring('ada', 'ada2');
    for (const name of ['ben', 'cleo', 'dan']) {
      room.now += 1;
      room.enter(name);
    }
    room.take();
    room.command('host', { t: 'member.remove', member: idOf('ada') });
    const joined = room.take().told.filter(({ t }) => t === 'member.joined');
    expect(joined.map(({ by }) => by)).toEqual([idOf('ben'), idOf('cleo')]);
    expect(of('presence', 'dan')).toEqual(['waiting']);
  });

  test('is put out with all of their devices, and has to wait with any', () => {
    room.command('host', { t: 'room.update', capacity: 5 });
    bring('ada', 'ada2');
    room.admit('ada3', { account: 'ada' });
    room.command('host', { t: 'door.set', whenFull: 'wait' });
    room.enter('ada4', { account: 'ada' });
    expect(of('presence', 'ada4')).toEqual(['waiting']);
    room.take();
    room.command('host', { t: 'member.remove', member: idOf('ada2') });
    expect(of('presence', 'ada', 'ada2', 'ada3', 'ada4')).toEqual(['left', 'left', undefined, undefined]);
    const { told, closes } = room.take();
    expect(told.filter(({ t }) => t === 'member.left').map(({ member }) => member)).toEqual([
      idOf('ada2'),
      idOf('ada'),
    ]);
    expect(new Set(closes)).toEqual(new Set(['ada', 'ada2', 'ada4'].map((name) => `${idOf(name)} removed`)));
    for (const name of ['ada', 'ada5']) {
      room.enter(name, { account: 'ada', returning: name === 'ada' });
      expect(of('presence', name)).toEqual(['waiting']);
    }
    expect(room.command('host', { t: 'member.remove', member: idOf('ada') })).toMatchObject(
      refused('member_unknown'),
    );
    room.command('host', { t: 'lobby.admit', members: [idOf('ada')] });
    expect(['ada', 'ada2', 'ada5'].map((name) => room.member(name)?.mustWait)).toEqual([false, false, false]);
  });

  test('does not put themselves out with another device', () => {
    bring('ada', 'ada2');
    room.command('host', { t: 'role.set', member: idOf('ada'), role: 'cohost' });
    expect(room.command('ada', { t: 'member.remove', member: idOf('ada2') })).toMatchObject(
      refused('not_allowed'),
    );
  });

  test('has one vote, and each of their devices knows it', () => {
    bring('ada', 'ada2');
    room.command('host', { t: 'poll.open', question: 'Tea?', options: ['yes', 'no'], named: true });
    const [poll] = pollsInOrder(room.state);
    const vote = (by: string, option: number) =>
      room.command(by, { t: 'poll.vote', poll: poll?.id ?? 0, options: [option] });
    room.drop('ada2');
    vote('ada', 0);
    const voted = room.take().told.find(({ t }) => t === 'poll.voted');
    // Also who is away: they come back to where they were.
    expect(room.view.read(Number(voted?.seq))?.to).toEqual([idOf('ada'), idOf('ada2')]);
    back('ada2');
    for (const name of ['ada', 'ada2'])
      expect(polls.own?.(room.state, idOf(name))).toMatchObject({ votes: [{ options: [0] }] });
    expect(polls.own?.(room.state, idOf('guest'))).toMatchObject({ votes: [] });
    vote('ada2', 1);
    vote('guest', 1);
    expect(pollsInOrder(room.state)).toMatchObject([{ counts: [0, 2], voters: 2 }]);
  });

  test('stands in the attendance list with each device, and whose it is', () => {
    bring('ada', 'ada2');
    expect(attendanceOf(room.state, room.now).attendees.map(({ name, account }) => [name, account])).toEqual([
      ['host', undefined],
      ['guest', undefined],
      ['ada', accountOf('ada').id],
      ['ada2', accountOf('ada').id],
    ]);
  });

  test('has to ask again when they are all out, also with a device that was on its way', () => {
    bring('ada', 'ada2');
    for (const name of ['ada', 'ada2']) leave(name);
    room.command('host', { t: 'door.set', entry: 'nobody' });
    back('ada');
    room.command('host', { t: 'lobby.admit', members: [idOf('ada')] });
    expect(of('presence', 'ada')).toEqual(['online']);
    expect(room.member('ada2')?.letIn).not.toBe(true);
    // Let in with the one that is in; its ticket is never used.
    expect(room.admit('ada2', { returning: true })).toMatchObject({ ok: true });
    leave('ada');
    room.pass(60);
    back('ada2');
    expect(of('presence', 'ada', 'ada2')).toEqual(['left', 'waiting']);
    room.command('host', { t: 'lobby.refuse', members: [idOf('ada2')] });
    room.command('host', { t: 'door.set', locked: true });
    expect(room.admit('ada2', { returning: true })).toMatchObject(refused('room_locked'));
  });

  test('has to ask again after a seat on the way to the lobby that was never taken', () => {
    bring('ada', 'ada2');
    for (const name of ['ada', 'ada2']) leave(name);
    room.command('host', { t: 'door.set', entry: 'nobody' });
    back('ada');
    room.admit('ada2', { returning: true });
    room.command('host', { t: 'lobby.admit', members: [idOf('ada')] });
    expect(room.member('ada2')).toMatchObject({ presence: 'joining', letIn: true });
    leave('ada');
    room.pass(60);
    back('ada2');
    expect(of('presence', 'ada', 'ada2')).toEqual(['left', 'waiting']);
  });

  test('is no guest by a token whose seat was never taken', () => {
    room.admit('ada', { account: 'ada' });
    room.pass(60);
    expect(room.member('ada')).toBeUndefined();
    bring('ada2');
    room.command('host', { t: 'member.ban', member: idOf('ada2') });
    const asked = { member: idOf('ada'), returning: true, name: 'Guest', ticket: 't', address: null };
    const done = room.perform(admit, { ...asked, hostKeyHash: undefined });
    expect(done).toMatchObject(refused('member_gone'));
    expect(room.member('ada')).toBeUndefined();
  });

  test('edits and deletes with any device what was said on another, and nobody else does', () => {
    bring('ada', 'ada2');
    room.enter('eve', { account: 'eve' });
    const say = (name: string, text: string) => {
      room.command(name, { t: 'chat.send', body: { kind: 'text', text } });
      return room.take().told.find(({ t }) => t === 'chat.sent')?.seq as number;
    };
    const edit = (name: string, message: number) =>
      room.command(name, { t: 'chat.edit', message, body: { kind: 'text', text: 'other' } });
    const message = say('ada', 'one');
    leave('ada');
    for (const name of ['eve', 'guest']) {
      expect(edit(name, message)).toMatchObject(refused('not_allowed'));
      expect(room.command(name, { t: 'chat.delete', message })).toMatchObject(refused('role_required'));
    }
    expect(edit('ada2', message)).toMatchObject({ ok: true });
    room.take();
    expect(room.view.read(message)?.event).toMatchObject({ by: idOf('ada'), body: { text: 'other' } });
    expect(room.command('ada2', { t: 'chat.delete', message })).toMatchObject({ ok: true });
    // A guest has no account in common with another guest.
    const guests = say('guest', 'two');
    room.enter('guest2');
    expect(edit('guest2', guests)).toMatchObject(refused('not_allowed'));
  });

  test('is told which devices of theirs were ever here', () => {
    bring('ada', 'ada2');
    leave('ada');
    const own = (name: string) =>
      welcomeOf(room.state, idOf(name), room.view, { whole: false, hasPrivate: false })?.fields;
    expect(own('ada2')).toMatchObject({ devices: [idOf('ada')] });
    expect(own('guest')).not.toHaveProperty('devices');
  });

  test('reacts once, and takes it back with any device', () => {
    bring('ada', 'ada2');
    room.command('host', { t: 'chat.send', body: { kind: 'text', text: 'one' } });
    const message = room.take().told[0]?.seq as number;
    const react = (name: string, on: boolean) => {
      const done = room.command(name, { t: 'chat.react', message, emoji: '👍', on });
      expect(done.ok).toBe(true);
      return room.take().told.map(({ member, on: isOn }) => [member, isOn]);
    };
    expect(react('ada', true)).toEqual([[idOf('ada'), true]]);
    expect(react('ada2', true)).toEqual([]);
    expect(react('guest', false)).toEqual([]);
    leave('ada');
    room.take();
    expect(react('ada2', false)).toEqual([[idOf('ada'), false]]);
    expect(reactionsTo(room.state, [{ seq: message, t: 'chat.sent' }])).toEqual({});
  });

  test('removes with any device a picture that they shared with another, and no host has done it', () => {
    bring('ada', 'ada2');
    const image = `i_${'p'.repeat(22)}`;
    const limits = { imageBytes: 100, roomBytes: 100 };
    const as = asMember(idOf('ada'));
    room.perform(askImage, { image, key: 'rooms/r_1/p', size: 9, caption: 'me', limits }, as);
    const meta = { type: 'image/png', size: 9, width: 1, height: 1, hash: 'x' } as const;
    expect(room.perform(shareImage, { image, meta }, as)).toMatchObject({ ok: true });
    expect(room.command('guest', { t: 'image.remove', image })).toMatchObject(refused('role_required'));
    expect(room.command('ada2', { t: 'image.remove', image })).toMatchObject({ ok: true });
    expect(auditPage(room.state, null, 100).rows.map(({ action }) => action)).not.toContain('image.removed');
  });

  test('waits in slow mode for what was said on another device', () => {
    bring('ada', 'ada2');
    room.command('host', { t: 'chat.settings', slowSeconds: 30 });
    const say = (by: string) => room.command(by, { t: 'chat.send', body: { kind: 'text', text: 'x' } });
    expect(say('ada')).toMatchObject({ ok: true });
    expect(say('ada2')).toMatchObject(refused('rate_limited'));
    expect(say('guest')).toMatchObject({ ok: true });
    room.pass(30);
    expect(say('ada2')).toMatchObject({ ok: true });
  });

  test('is in one breakout room with all devices', () => {
    bring('ada', 'ada2');
    room.command('host', { t: 'breakout.open', names: ['red', 'blue'], assign: 'evenly' });
    const places = () =>
      ['guest', 'ada', 'ada2', 'ada3'].map(
        (name) => room.state.table(breakoutPlaceTable).get(idOf(name))?.breakout,
      );
    expect(places()).toEqual(['1-1', '1-2', '1-2', undefined]);
    bring('ada3');
    expect(places()).toEqual(['1-1', '1-2', '1-2', '1-2']);
  });
});

test('hosts see whose device waits in the lobby, and their picture', () => {
  room.command('host', { t: 'door.set', entry: 'nobody' });
  room.enter('ada', { account: 'ada' });
  room.enter('cleo');
  const { id, avatar } = accountOf('ada');
  const rows = [
    { id: idOf('ada'), account: id, avatar },
    { id: idOf('cleo'), account: null },
  ];
  const { told } = room.take();
  expect(told.filter(({ t }) => t === 'lobby.joined').map(({ waiting }) => waiting)).toMatchObject(rows);
  const done = room.command('host', { t: 'lobby.list' });
  const { waiting } = (done.ok ? done.value.result : null) as { waiting: object[] };
  expect(waiting).toMatchObject(rows);
  expect(waiting[1]).not.toHaveProperty('avatar');
});

describe('a ban', () => {
  test('is of the account: whatever new device or name comes is refused', () => {
    bring('ada', 'ada2');
    room.command('host', { t: 'member.ban', member: idOf('ada') });
    expect(of('presence', 'ada', 'ada2')).toEqual(['left', 'left']);
    const before = room.everything();
    expect(room.admit('new', { account: 'ada' })).toMatchObject(refused('banned'));
    expect(room.admit('ada2', { returning: true })).toMatchObject(refused('banned'));
    expect(room.admit('new', { account: 'ada', hostKey: HOST_KEY })).toMatchObject(refused('banned'));
    expect(room.everything()).toBe(before);
    expect(room.admit('ben', { account: 'ben' })).toMatchObject({ ok: true });
    expect(room.admit('other')).toMatchObject({ ok: true });
  });

  test('reaches all of them at the door, also the one that waits for the seat of another', () => {
    room.command('host', { t: 'room.update', capacity: 3 });
    room.command('host', { t: 'door.set', whenFull: 'wait' });
    room.admit('ada', { account: 'ada' });
    bring('ada2');
    expect(of('presence', 'ada', 'ada2')).toEqual(['joining', 'waiting']);
    room.take();
    room.command('host', { t: 'member.ban', member: idOf('ada') });
    expect(room.take().told.map(({ t }) => t)).not.toContain('member.joined');
    expect(of('presence', 'ada', 'ada2')).toEqual([undefined, undefined]);
  });

  test('is one, however many devices it is said of, and is lifted by any', () => {
    bring('ada', 'ada2');
    leave('ada2');
    room.command('host', { t: 'member.ban', member: idOf('ada') });
    room.command(KEY, { t: 'member.ban', member: idOf('ada2') });
    room.command('host', { t: 'member.ban', member: idOf('ada2'), addressSeconds: 5 });
    expect(Array.from(room.state.table(banTable).keys())).toEqual([idOf('ada')]);
    room.command('host', { t: 'ban.lift', member: idOf('ada2') });
    expect(room.state.table(banTable).size).toBe(0);
    expect(room.admit('new', { account: 'ada' })).toMatchObject({ ok: true });
  });

  test('of a guest touches no account, and the other way round', () => {
    room.command('host', { t: 'member.ban', member: idOf('guest') });
    expect(room.admit('guest', { returning: true, account: 'ada' })).toMatchObject(refused('banned'));
    expect(room.admit('ada', { account: 'ada' })).toMatchObject({ ok: true });
  });

  test('of an address leaves another device of somebody who is in alone', () => {
    room.enter('ben', { address: 'here' });
    room.enter('ada', { account: 'ada', address: 'there' });
    room.command('host', { t: 'member.ban', member: idOf('ben'), addressSeconds: 60 });
    expect(room.admit('ada2', { account: 'ada', address: 'here' })).toMatchObject({ ok: true });
    expect(room.admit('cleo', { account: 'cleo', address: 'here' })).toMatchObject(refused('banned'));
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import type { GroupMeeting } from '../../../src/protocol/index.ts';
import { unenrolPerson } from '../../../src/room-object/enrolment-commands.ts';
import { meetingMade } from '../../../src/room-object/features/group-meeting.ts';
import { MEETING_EFFECTS } from '../../../src/room-object/group-meeting-effects.ts';
import { groupMeetingFor, meetingIn } from '../../../src/room-object/group-meeting-rows.ts';
import { theRoom } from '../../../src/room-object/tables.ts';
import { snapshotText, welcomeOf } from '../../../src/room-object/view.ts';
import { GroupWorld, personOf } from './group-world.ts';
import { accountOf, idOf, Room, refused, type Told } from './harness.ts';

let world: GroupWorld;
let group: Room;
beforeEach(() => {
  world = new GroupWorld(['ada', 'ben', 'eve', 'kim']);
  group = world.group;
  for (const name of ['ada', 'ben', 'kim']) expect(world.enter(group, name)).toMatchObject({ ok: true });
  expect(group.command('ada', { t: 'group.role', account: accountOf('kim').id, role: 'admin' }).ok).toBe(
    true,
  );
  group.take();
});

const meet = (name = 'ben') => group.command(name, { t: 'group.meet', n: ++number });
let number = 0;
const of = (told: readonly Told[], t: string) => told.filter((event) => event.t === t);
/** Everybody's own first frame in the group. */
const own = (name: string, room = group) =>
  welcomeOf(room.state, idOf(name), room.view, { whole: false, hasPrivate: false })?.fields as {
    groupMeeting?: GroupMeeting;
  };

const start = () => world.start('ben');

describe('a meeting of a group', () => {
  test('is told to everybody who is there with the invitation of their role, and to those who come', async () => {
    const { way, told } = await start();
    const admins = groupMeetingFor(group.state, 'admin');
    expect(admins).toEqual({ ...way, invite: expect.any(String) });
    expect(admins?.invite).not.toBe(way.invite);
    expect(way).toMatchObject({
      meeting: expect.stringMatching(/^c_/),
      from: personOf('ben'),
      since: group.now,
    });
    expect(groupMeetingFor(group.state, 'owner')).toEqual(admins);
    expect(of(told, 'group.meeting')).toEqual([
      expect.objectContaining({ ...admins }),
      expect.objectContaining({ ...way }),
    ]);
    expect(own('ada').groupMeeting).toEqual(admins);
    expect(own('kim').groupMeeting).toEqual(admins);
    expect(own('ben').groupMeeting).toEqual(way);
    world.enter(group, 'eve');
    expect(own('eve').groupMeeting).toEqual(way);
    // To each their own: nothing of it stands where all read.
    expect(snapshotText(group.state, group.view)).not.toContain(way.invite);
  });

  test('is one at a time: who asks again is told of the one that is on', async () => {
    meet();
    // It is about to be.
    expect(meet('ada')).toEqual({ ok: true, value: { events: [] } });
    await world.run();
    const way = groupMeetingFor(group.state, 'member');
    expect(meet()).toMatchObject({ ok: true, value: { result: way } });
    expect(meet('kim')).toMatchObject({ ok: true, value: { result: groupMeetingFor(group.state, 'admin') } });
    await world.run();
    expect(world.rooms.size).toBe(2);
  });

  test('is made once, however often it is tried', async () => {
    const failures = ['create', 'created'];
    world.fails = (_, what) => {
      if (failures[0] !== what) return false;
      failures.shift();
      return true;
    };
    meet();
    await world.run();
    expect(group.take().told).toEqual([]);
    for (let again = 0; again < 3; again += 1) await world.run(group, 10);
    const [room] = [...world.rooms.values()].filter((one) => one !== group);
    // One try failed, and of another the answer was lost.
    expect(failures).toEqual([]);
    expect(world.rooms.size).toBe(2);
    expect(of(group.take().told, 'group.meeting')).toHaveLength(2);
    const { meeting = '', code = '' } = meetingIn(group.state) ?? {};
    group.perform(meetingMade, { meeting, code: code ?? '' });
    expect([group.effects().includes(MEETING_EFFECTS.ring), group.take().told]).toEqual([false, []]);
    expect(theRoom((room ?? group).state)).toMatchObject({ name: 'Team', owner: accountOf('ben').id });
  });

  test('that can not be made fails for whoever asked, and can be asked for again', async () => {
    world.fails = (_, what) => what === 'create';
    meet();
    for (let tries = 0; tries < 6; tries += 1) await world.run(group, 3_600);
    expect(group.take().told).toMatchObject([{ t: 'group.meeting_failed' }]);
    expect(meetingIn(group.state)).toBeUndefined();
    world.fails = () => false;
    const { way } = await start();
    expect(way.code).not.toBe('');
  });

  test('is no business of a room that is no group, nor of those who may not write there', () => {
    const plain = new Room();
    plain.enter('ada');
    expect(plain.command('ada', { t: 'group.meet' })).toMatchObject(refused('not_a_group'));
    group.command('ada', { t: 'group.settings', announcements: true });
    expect(meet('ben')).toMatchObject(refused('not_allowed'));
    expect(meet('kim')).toMatchObject({ ok: true });
  });

  test('lets people of the group in by their invitations, others wait, and whoever started it is host', async () => {
    const { room, way } = await start();
    const admins = groupMeetingFor(group.state, 'admin')?.invite ?? '';
    expect(world.enter(room, 'ben')).toMatchObject({ ok: true });
    expect(room.member('ben')).toMatchObject({ role: 'host', presence: 'online' });
    for (const [name, secret, role] of [
      ['eve', way.invite, 'member'],
      ['kim', admins, 'cohost'],
    ] as const) {
      expect(world.enter(room, name, await sha256(secret))).toMatchObject({ ok: true });
      expect(room.member(name)).toMatchObject({ role, presence: 'online' });
    }
    world.enter(room, 'mallory');
    expect(room.member('mallory')).toMatchObject({ presence: 'waiting' });
    expect(JSON.parse(snapshotText(room.state, room.view))).toMatchObject({
      meetingOf: { group: 'grp-abcd-efg', meeting: way.meeting, from: personOf('ben') },
    });
  });

  test('tells the group when it is over: how long it went and how many were in it', async () => {
    const { room, way } = await start();
    world.enter(room, 'ben');
    room.now += 600_000;
    world.enter(room, 'eve', await sha256(way.invite));
    // Another device of hers, and somebody who has a seat and does not come.
    room.admit('phone', { account: 'eve' });
    room.open('phone');
    room.admit('kim', { account: 'kim', inviteHash: await sha256(way.invite) });
    expect(room.member('phone')).toMatchObject({ presence: 'online' });
    room.command('ben', { t: 'room.end' });
    group.now = room.now;
    await world.run(room);
    const { invite: _, ...meeting } = way;
    const over = { t: 'group.meeting_over', ...meeting, seconds: 600, people: 2 };
    expect(group.take().told).toEqual([expect.objectContaining(over)]);
    expect(own('ben').groupMeeting).toBeUndefined();
    expect(groupMeetingFor(group.state, 'member')).toBeUndefined();
    expect(group.deadlines()).toEqual({});
    // Told once more, because the answer was lost: it is over already.
    await world.meetings(group).meetingOver('r_group', { meeting: way.meeting, people: 2 });
    expect(group.take().told).toEqual([]);
    // The next is another one.
    const next = await start();
    await world.meetings(group).meetingOver('r_group', { meeting: way.meeting, people: 2 });
    expect(groupMeetingFor(group.state, 'member')).toEqual(next.way);
    expect(next.way.code).not.toBe(way.code);
  });

  test('listens to its own group alone, and the group to its own meetings', async () => {
    const { way } = await start();
    expect(
      await world.meetings(group).meetingOver('r_other', { meeting: way.meeting, people: 1 }),
    ).toMatchObject(refused('room_not_found'));
    const room = world.rooms.get(way.code) ?? group;
    expect(await world.meetings(room).endMeeting('r_other')).toMatchObject(refused('room_not_found'));
    expect(theRoom(room.state).endedAt).toBeNull();
  });

  test('ends a minute after everybody left, and five minutes after nobody came', async () => {
    const { room } = await start();
    world.enter(room, 'ben');
    room.pass(3_600);
    expect(theRoom(room.state).endedAt).toBeNull();
    room.command('ben', { t: 'member.leave' });
    room.pass(59);
    expect(theRoom(room.state).endedAt).toBeNull();
    room.take();
    room.pass(1);
    expect(room.take().told).toMatchObject([{ t: 'room.ended', reason: 'empty' }]);
    await world.run(room);
    const { room: forgotten } = await start();
    forgotten.pass(300);
    expect(forgotten.take().told).toMatchObject([{ t: 'room.ended', reason: 'empty' }]);
    await world.run(forgotten);
    const { room: unused } = await start();
    unused.pass(299);
    expect(theRoom(unused.state).endedAt).toBeNull();
    // Somebody is on the way, and does not come after all.
    world.enter(unused, 'mallory');
    unused.admit('ben', { account: 'ben' });
    unused.pass(89);
    expect(theRoom(unused.state).endedAt).toBeNull();
    unused.pass(1);
    expect(theRoom(unused.state).endedAt).not.toBeNull();
  });

  test('that is not heard of any more is taken for over', async () => {
    const { way } = await start();
    group.pass(86_400 + 3_600);
    expect(of(group.take().told, 'group.meeting_over')).toMatchObject([{ code: way.code, people: null }]);
    expect(groupMeetingFor(group.state, 'member')).toBeUndefined();
  });

  test('ends with its group', async () => {
    const { room } = await start();
    expect(group.command('ada', { t: 'group.delete' })).toMatchObject({ ok: true });
    world.fails = (_, what) => what === 'end';
    await world.run();
    expect(theRoom(room.state).endedAt).toBeNull();
    world.fails = () => false;
    await world.run(group, 10);
    expect(theRoom(room.state).endedAt).not.toBeNull();
    // It says so to a group that is no more.
    await world.run(room);
    expect(room.effects()).not.toContain(MEETING_EFFECTS.report);
  });

  test('that is made when its group is gone ends at once', async () => {
    meet();
    const { meeting } = meetingIn(group.state) ?? { meeting: '' };
    const { way } = await start();
    expect(way.meeting).toBe(meeting);
    group.command('ada', { t: 'group.delete' });
    await world.run();
    // The word that it was made comes once more, and finds nobody who wants it.
    group.perform(meetingMade, { meeting, code: way.code });
    expect(group.effects()).toContain(MEETING_EFFECTS.end);
  });

  test('gives whoever becomes an admin the other invitation', async () => {
    await start();
    group.command('ada', { t: 'group.role', account: accountOf('ben').id, role: 'admin' });
    expect(of(group.take().told, 'group.meeting')).toMatchObject([
      { invite: groupMeetingFor(group.state, 'admin')?.invite },
    ]);
    expect(own('ben').groupMeeting).toEqual(groupMeetingFor(group.state, 'admin'));
  });

  test('is closed to whoever is removed from the group: the others get another invitation', async () => {
    world.online = ['eve', 'kim'];
    const { way, room } = await start();
    world.enter(room, 'ben');
    await world.meetings(group).callAnswered(accountOf('kim').id, way.meeting, 'answered');
    world.told.length = 0;
    group.take();
    expect(group.command('ada', { t: 'group.remove', account: accountOf('eve').id }).ok).toBe(true);
    await world.run();
    const after = groupMeetingFor(group.state, 'member');
    expect(after).toEqual({ ...way, invite: expect.any(String) });
    expect(after?.invite).not.toBe(way.invite);
    expect(of(group.take().told, 'group.meeting')).toHaveLength(2);
    expect(own('ben').groupMeeting).toEqual(after);
    expect(world.enter(room, 'eve', await sha256(way.invite))).toMatchObject(refused('invite_invalid'));
    world.enter(room, 'eve');
    expect(room.member('eve')).toMatchObject({ presence: 'waiting' });
    // It still rings: with the new way in, at those who belong.
    const admins = groupMeetingFor(group.state, 'admin')?.invite ?? '';
    expect(world.rings()).toMatchObject([{ to: 'kim', news: { call: way.meeting, invite: admins } }]);
    expect(world.enter(room, 'kim', await sha256(admins))).toMatchObject({ ok: true });
    expect(room.member('kim')).toMatchObject({ presence: 'online', role: 'cohost' });
    expect(room.member('ben')).toMatchObject({ presence: 'online', role: 'host' });
  });

  test('has nobody come as co-host who is no admin any more', async () => {
    const { room } = await start();
    const before = groupMeetingFor(group.state, 'admin')?.invite ?? '';
    expect(own('kim').groupMeeting?.invite).toBe(before);
    // Also where none of their devices is there to be told.
    group.command('kim', { t: 'member.leave' });
    group.command('ada', { t: 'group.role', account: accountOf('kim').id, role: 'member' });
    await world.run();
    expect(world.enter(room, 'kim', await sha256(before))).toMatchObject(refused('invite_invalid'));
    const way = groupMeetingFor(group.state, 'member')?.invite ?? '';
    expect(world.enter(room, 'kim', await sha256(way))).toMatchObject({ ok: true });
    expect(room.member('kim')).toMatchObject({ role: 'member', presence: 'online' });
    expect(own('ada').groupMeeting?.invite).not.toBe(before);
  });

  test('has its invitations renewed until it hears of it, and none is left that somebody knows', async () => {
    const { way, room } = await start();
    let tries = 0;
    world.fails = (_, what) => what === 'renew' && ++tries < 3;
    group.command('ada', { t: 'group.remove', account: accountOf('eve').id });
    await world.run();
    expect(groupMeetingFor(group.state, 'member')).toEqual(way);
    await world.run(group, 10);
    await world.run(group, 10);
    expect(world.enter(room, 'eve', await sha256(way.invite))).toMatchObject(refused('invite_invalid'));
    // Whoever leaves by themselves changes nothing for the others.
    const before = groupMeetingFor(group.state, 'member');
    group.perform(unenrolPerson, { account: accountOf('ben').id });
    await world.run();
    expect(groupMeetingFor(group.state, 'member')).toEqual(before);
    expect(await world.meetings(room).renewInvites('r_other', [], [])).toMatchObject(
      refused('room_not_found'),
    );
  });
});

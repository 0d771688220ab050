// A room that is a group: its rules, its people, what is to be read, and the meeting that is on.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomConnection } from '../../../src/client/index.ts';
import { DELETED_NAME, type Person, type ReadyFrame } from '../../../src/protocol/index.ts';
import { BEN, FakeServer, makeMember, outcomeOf, ready, resumed, said } from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

const person = (name: string): Person => ({
  id: `a_${name.padEnd(22, '_')}`,
  userName: null,
  name,
  avatar: null,
});
const [OWNER, ADMIN, ME] = [person('Olga'), person('Amir'), person('Ada')];
const SELF = makeMember('Ada', { account: ME.id });
const MEETING = {
  meeting: `c_${'1'.repeat(22)}`,
  code: 'xyz-defg-hij',
  from: OWNER,
  since: 5,
  invite: 'secret',
};

const GROUP = {
  joining: 'invite' as const,
  announcements: false,
  membersInvite: false,
  everybody: false,
  enrolled: 5,
  owner: OWNER,
  admins: [ADMIN],
};

/** The first frame of a group. */
function groupReady(change: Partial<ReadyFrame> = {}): ReadyFrame {
  const first = ready({ self: SELF, group: { role: 'member', read: 7, mentions: 1 }, ...change });
  return first.snapshot === undefined ? first : { ...first, snapshot: { ...first.snapshot, group: GROUP } };
}

/** Tells events one after another, each with the next number. */
function tell(room: RoomConnection, ...list: readonly object[]): void {
  for (const fields of list) {
    const { seq } = room.state;
    server.socket.tell({
      t: 'events',
      prev: seq,
      last: seq + 1,
      events: [{ at: 1, ...fields, seq: seq + 1 }],
    });
  }
}
const mention = (...mentions: string[]) => ({ ...said(0, 'you', BEN), mentions });

describe('a group', () => {
  test('is in the first frame; a room that is none has none', async () => {
    expect((await server.join()).state.group).toBeNull();
    const room = await server.join(groupReady({ groupMeeting: MEETING }));
    expect(room.state.group).toEqual({ ...GROUP, role: 'member', read: 7, mentions: 1, meeting: MEETING });
  });

  test('has meetings in rooms that say whose they are', async () => {
    const meetingOf = { group: 'abc-defg-hij', meeting: MEETING.meeting, from: OWNER };
    const first = ready();
    expect((await server.join()).state.meetingOf).toBeNull();
    if (first.snapshot === undefined) throw new Error('there is no snapshot');
    const room = await server.join({ ...first, snapshot: { ...first.snapshot, meetingOf } });
    expect(room.state).toMatchObject({ meetingOf, group: null });
  });

  test('follows its rules and people', async () => {
    const room = await server.join(groupReady());
    tell(
      room,
      { t: 'group.changed', joining: 'open', announcements: true, membersInvite: true },
      { t: 'group.enrolled', person: person('Nina'), role: 'member', enrolled: 6 },
    );
    expect(room.state.group).toMatchObject({
      joining: 'open',
      announcements: true,
      membersInvite: true,
      enrolled: 6,
    });
    tell(room, { t: 'group.left', account: ADMIN.id, reason: 'removed', enrolled: 5 });
    expect(room.state.group).toMatchObject({ enrolled: 5, admins: [], owner: OWNER });
  });

  test('follows who leads it, you among them', async () => {
    const room = await server.join(groupReady());
    tell(room, { t: 'group.appointed', account: ME.id, role: 'admin' });
    expect(room.state.group).toMatchObject({ role: 'admin', admins: [ADMIN, { id: ME.id, name: 'Ada' }] });
    // A new owner is told first, then the one who was.
    tell(
      room,
      { t: 'group.appointed', account: ADMIN.id, role: 'owner' },
      { t: 'group.appointed', account: OWNER.id, role: 'admin' },
    );
    expect(room.state.group).toMatchObject({ owner: ADMIN, admins: [{ id: ME.id }, { id: OWNER.id }] });
    tell(room, { t: 'group.appointed', account: ME.id, role: 'member' });
    expect(room.state.group).toMatchObject({ role: 'member', admins: [{ id: OWNER.id }] });
  });

  test('knows all of your devices, those that are gone and those that come', async () => {
    const [gone, next] = [`m_${'g'.repeat(22)}`, makeMember('Ada again', { account: ME.id })];
    const room = await server.join(groupReady({ devices: [gone] }));
    const others = [makeMember('Cleo'), makeMember('Dora', { account: person('Dora').id })];
    tell(room, ...[next, ...others].map((member) => ({ t: 'member.joined', member })));
    expect(Array.from(room.state.devices)).toEqual([SELF.id, gone, next.id]);
  });

  test('has nothing left of somebody whose account is deleted, but that they wrote', async () => {
    const room = await server.join(groupReady());
    tell(
      room,
      { ...said(0, 'secret', BEN) },
      { ...said(0, 'kept'), by: SELF.id },
      { t: 'chat.reacted', message: room.state.seq + 1, emoji: '👍', member: SELF.id, on: true },
    );
    const [first] = room.state.messages;
    const file = { name: 'secret.txt', type: 'text/plain', size: 3, hash: 'h' };
    for (const [id, by] of [
      ['a', BEN.id],
      ['b', SELF.id],
    ])
      tell(room, { t: 'file.shared', file: `f_${id}`.padEnd(24, '_'), ...file, by });
    expect(room.state.messages).toHaveLength(4);
    tell(room, { t: 'group.erased', account: person('Ben').id, members: [BEN.id, `m_${'z'.repeat(22)}`] });
    expect(room.state.messages.map((message) => message.t === 'chat.sent' && message.body)).toEqual([
      { kind: 'deleted' },
      { kind: 'text', text: 'kept' },
      false,
    ]);
    expect(room.state.files.newest.map(({ by }) => by)).toEqual([SELF.id]);
    // It is told to be removed a little later.
    expect(room.state.files.count).toBe(2);
    expect(room.state.reactions.has(first?.seq ?? 0)).toBe(false);
    expect(room.state.names.get(BEN.id)).toBe(DELETED_NAME);
    expect(room.state.names.get(SELF.id)).toBe('Ada');
  });

  test('says which meeting is on', async () => {
    const room = await server.join(groupReady());
    tell(room, { t: 'group.meeting', ...MEETING });
    expect(room.state.group?.meeting).toEqual(MEETING);
    const over = { ...MEETING, t: 'group.meeting_over', seconds: 60, people: 2 };
    tell(room, { ...over, meeting: `c_${'0'.repeat(22)}` });
    expect(room.state.group?.meeting).toEqual(MEETING);
    tell(room, over);
    expect(room.state.group?.meeting).toBeNull();
  });

  test('keeps its rules over a drop, and takes what stands in the new first frame', async () => {
    const room = await server.join(groupReady());
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(
      resumed(10, 0, { self: SELF, group: { role: 'admin', read: 9, mentions: 0 }, groupMeeting: MEETING }),
    );
    expect(room.state.group).toEqual({ ...GROUP, role: 'admin', read: 9, mentions: 0, meeting: MEETING });
  });

  test('that is deleted is the end', async () => {
    const room = await server.join(groupReady());
    tell(room, { t: 'group.deleted', at: 900 });
    expect(room.state.connection).toMatchObject({ status: 'closed', name: 'ended' });
  });
});

describe('reading in a group', () => {
  test('counts what mentions you, by account or as the member you are here, until it is read', async () => {
    const room = await server.join(groupReady());
    tell(room, mention(SELF.id), mention(BEN.id), mention(ME.id), said(0, 'all', BEN));
    expect(room.state.group?.mentions).toBe(3);
    const read = room.send('group.read', { upTo: 11 });
    server.socket.tell({ t: 'ok', n: 1 });
    expect(await outcomeOf(read)).toMatchObject({ status: 'done' });
    expect(room.state.group).toMatchObject({ read: 11, mentions: 1 });
    void room.send('group.read', { upTo: 8 });
    server.socket.tell({ t: 'ok', n: 2 });
    expect(room.state.group).toMatchObject({ read: 11, mentions: 1 });
  });

  test('that is refused changes nothing', async () => {
    const room = await server.join(groupReady());
    const read = room.send('group.read', { upTo: 9 });
    server.socket.tell({ t: 'error', n: 1, code: 'busy', message: '' });
    expect(await outcomeOf(read)).toBe('busy');
    expect(room.state.group?.read).toBe(7);
  });
});

test('a command that is spoken only in inboxes is none of a room, by the types and by its answer', async () => {
  const room = await server.join();
  // @ts-expect-error The types of a room don't know it.
  const asked = room.send('contact.accept', { account: ME.id });
  server.socket.tell({ t: 'error', n: 1, code: 'unknown_command', message: '' });
  expect(await outcomeOf(asked)).toBe('unknown_command');
});

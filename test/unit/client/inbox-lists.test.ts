// What is on one's lists in an inbox: meetings, favourites, groups and what is new in them.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Inbox } from '../../../src/client/index.ts';
import { ADA, BEN, event, events, FakeInboxServer, person, ready, snapshot } from './fake-inbox.ts';
import { makeMember, outcomeOf, problem, ROOM, ready as roomReady, said, settle } from './fake-server.ts';

let server: FakeInboxServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeInboxServer();
});
afterEach(() => {
  vi.useRealTimers();
});

const DAN = person('Dan');
/** Ada as a member of a room. */
const ADA_HERE = makeMember('Ada', { account: ADA.id });
/** Tells events one after another, each with the next number. */
function tell(inbox: Inbox, ...list: readonly [t: string, fields: object, n?: number][]): void {
  for (const [t, fields, n] of list) {
    const { seq } = inbox.state;
    server.socket.tell(events(seq, event(seq + 1, t, fields, n)));
  }
}
const live = (t: string, fields: object) =>
  server.socket.tell({ t: 'live', events: [{ t, at: 1, ...fields }] });

describe('lists', () => {
  const meeting = (code: string, at: number, more: object = {}) => ({
    code,
    name: code,
    hosted: false,
    schedule: null,
    enteredAt: null,
    leftAt: null,
    endedAt: null,
    invitedBy: null,
    at,
    ...more,
  });
  const codes = (inbox: Inbox) => inbox.state.meetings.map(({ code }) => code);

  test('meetings stand in the order of use, each once, until they are forgotten', async () => {
    const inbox = await server.open(
      ready({ snapshot: snapshot({ meetings: [meeting('a', 5), meeting('b', 4)] }) }),
    );
    tell(
      inbox,
      ['meeting.noted', { meeting: meeting('b', 8) }],
      ['meeting.invited', { meeting: meeting('c', 7, { invitedBy: DAN }), from: DAN }],
    );
    expect(codes(inbox)).toEqual(['b', 'c', 'a']);
    expect(inbox.state.people.get(DAN.id)).toEqual(DAN);
    tell(inbox, ['meeting.forgotten', { code: 'b' }]);
    expect(codes(inbox)).toEqual(['c', 'a']);
    void inbox.forgetMeeting('a');
    void inbox.invite(BEN.id, 'abc-defg-hij', 'Standup', { invite: 'secret' });
    await settle();
    expect(server.socket.commands.map(({ n: _, ...rest }) => rest)).toEqual([
      { t: 'meeting.forget', code: 'a' },
      { t: 'meeting.invite', to: BEN.id, code: 'abc-defg-hij', name: 'Standup', invite: 'secret' },
    ]);
  });

  test('favourites are added and taken away', async () => {
    const inbox = await server.open();
    const favourite = (id: string, at: number) => ({ kind: 'room', id, title: id, room: null, at });
    tell(
      inbox,
      ['favourite.added', { favourite: favourite('a', 1) }],
      ['favourite.added', { favourite: favourite('b', 2) }],
      ['favourite.added', { favourite: { ...favourite('a', 1), title: 'A' } }],
    );
    expect(inbox.state.favourites.map(({ title }) => title)).toEqual(['b', 'A']);
    tell(
      inbox,
      ['favourite.removed', { kind: 'media', id: 'a' }],
      ['favourite.removed', { kind: 'room', id: 'b' }],
    );
    expect(inbox.state.favourites.map(({ title }) => title)).toEqual(['A']);
    void inbox.addFavourite({ kind: 'room', id: 'a', title: 'A' });
    void inbox.removeFavourite('room', 'a');
    expect(server.socket.commands.map(({ t }) => t)).toEqual(['favourite.add', 'favourite.remove']);
  });
});

describe('groups', () => {
  const group = (code: string, more: object = {}) => ({
    group: code,
    name: code,
    state: 'enrolled' as const,
    role: 'member' as const,
    invitedBy: null,
    everybody: false,
    at: 1,
    ...more,
  });
  const unread = (code: string, count: number, mentions: number, at: number) => ({
    group: code,
    name: code.toUpperCase(),
    head: 9,
    read: 3,
    unread: count,
    mentions,
    lastMessage: { seq: 9, at, name: 'Ben', account: BEN.id, kind: 'text', text: 'hi' },
  });
  const codes = (inbox: Inbox) => inbox.state.groups.map((one) => one.group);

  test('are listed with what is new in them, those with the newest message first', async () => {
    const latest = [{ t: 'group.unread', at: 1, ...unread('b', 4, 1, 50) }];
    const inbox = await server.open(
      ready({ latest, snapshot: snapshot({ groups: [group('a'), group('b')] }) }),
    );
    expect(codes(inbox)).toEqual(['b', 'a']);
    expect(inbox.state.groups[0]).toMatchObject({ name: 'B', news: { unread: 4, mentions: 1, read: 3 } });
    live('group.unread', unread('a', 2, 0, 60));
    live('group.unread', unread('unknown', 2, 0, 60));
    expect(codes(inbox)).toEqual(['a', 'b']);
    expect(inbox.state).toMatchObject({ unread: { direct: 0, groups: 6, mentions: 1 }, unreadTotal: 6 });
  });

  test('come and go with how one stands in them', async () => {
    const inbox = await server.open();
    const invited = { ...group('a'), state: 'invited', role: null, invitedBy: DAN, at: 2 };
    tell(
      inbox,
      ['group.standing', { standing: invited, from: DAN }],
      ['group.standing', { standing: group('b'), from: null }],
    );
    expect(inbox.state.groups).toMatchObject([
      { group: 'a', state: 'invited', invitedBy: DAN, news: null },
      { group: 'b', state: 'enrolled' },
    ]);
    live('group.unread', unread('b', 2, 0, 60));
    tell(inbox, ['group.standing', { standing: group('b', { role: 'admin' }), from: DAN }]);
    expect(inbox.state.groups[0]).toMatchObject({ group: 'b', role: 'admin', news: { unread: 2 } });
    tell(
      inbox,
      ['group.standing', { standing: { ...group('a'), state: 'none' }, from: null }],
      ['group.standing', { standing: { ...group('b'), state: 'deleted' }, from: null }],
    );
    expect(codes(inbox)).toEqual([]);
    expect(inbox.state.unreadTotal).toBe(0);
  });

  test('are made, looked at, joined and left over HTTP', async () => {
    const inbox = await server.open();
    const standing = {
      group: 'abc-defg-hij',
      name: 'Climbers',
      role: 'owner',
      joining: 'open',
      announcements: false,
      everybody: false,
      enrolled: 1,
      head: 0,
      read: 0,
      unread: 0,
      mentions: 0,
      lastMessage: null,
      version: 1,
      meeting: null,
    };
    server.replies.push(
      Response.json({ standing }, { status: 201 }),
      Response.json({ standing }),
      Response.json({ state: 'asked' }),
      new Response(null, { status: 204 }),
    );
    expect(await inbox.createGroup({ name: 'Climbers', joining: 'open' })).toEqual(standing);
    expect(await inbox.group('abc-defg-hij')).toEqual({ standing });
    expect(await inbox.joinGroup('abc-defg-hij', 'please')).toEqual({ state: 'asked' });
    await inbox.leaveGroup('abc-defg-hij');
    expect(server.asked).toEqual([
      'POST /v1/groups {"name":"Climbers","joining":"open"}',
      'GET /v1/groups/abc-defg-hij',
      'POST /v1/groups/abc-defg-hij/enrol {"note":"please"}',
      'DELETE /v1/groups/abc-defg-hij/enrol',
    ]);
  });

  test('that are open say what is new in them by their room, until it is read', async () => {
    const code = ROOM.code;
    const inbox = await server.open(ready({ snapshot: snapshot({ groups: [group(code)] }) }));
    const joined = {
      member: ADA_HERE,
      token: 't',
      tokenExpiresAt: 9e9,
      ticket: 'k',
      ticketExpiresAt: 1,
      url: 'ws://meet.test/',
    };
    server.replies.push(Response.json(joined));
    const opening = inbox.openGroup(code);
    await settle();
    const rules = {
      joining: 'open',
      announcements: false,
      membersInvite: false,
      everybody: false,
      enrolled: 2,
      owner: null,
      admins: [],
    };
    const first = roomReady({ self: ADA_HERE, group: { role: 'member', read: 10, mentions: 0 } });
    server.socket.tell({
      ...first,
      snapshot: {
        ...first.snapshot,
        group: rules,
        history: [said(10, 'old')],
        room: { ...ROOM, name: 'Climbers' },
      },
    });
    const room = await opening;
    const news = () => inbox.state.groups[0]?.news;
    expect(inbox.state.groups[0]?.name).toBe('Climbers');
    expect(news()).toMatchObject({
      unread: 0,
      read: 10,
      head: 10,
      lastMessage: { text: 'old', name: 'Ben', kind: 'text' },
    });
    const mention = { ...said(12, 'you'), mentions: [ADA.id] };
    server.socket.tell({ t: 'events', prev: 10, last: 12, events: [said(11, 'one'), mention] });
    expect(inbox.state.unread).toEqual({ direct: 0, groups: 2, mentions: 1 });
    void room.send('group.read', { upTo: 11 });
    server.socket.tell({ t: 'ok', n: 1 });
    expect(inbox.state.unread).toEqual({ direct: 0, groups: 1, mentions: 1 });
    // Whoever writes has read.
    server.socket.tell({ t: 'events', prev: 12, last: 13, events: [said(13, 'me', ADA_HERE)] });
    expect(news()).toMatchObject({ unread: 0, lastMessage: { text: 'me', account: ADA.id } });
    room.close();
  });

  test('are opened with the account, as rooms', async () => {
    const inbox = await server.open();
    server.replies.push(problem('not_enrolled', 403));
    expect(await outcomeOf(inbox.openGroup('abc-defg-hij'))).toBe('not_enrolled');
    expect(server.asked).toEqual(['POST /v1/rooms/abc-defg-hij/join {}']);
    expect(server.requests.at(-1)?.headers.get('authorization')).toBe('Bearer acc_1');
  });
});

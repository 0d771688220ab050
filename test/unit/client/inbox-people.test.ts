// Who is who in an inbox, how they are, and who calls.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Inbox } from '../../../src/client/index.ts';
import {
  ADA,
  accountId,
  BEN,
  CLEO,
  conversation,
  direct,
  event,
  events,
  FakeInboxServer,
  message,
  person,
  ready,
  resumed,
  snapshot,
} from './fake-inbox.ts';
import { outcomeOf, problem, ROOM, settle } from './fake-server.ts';

let server: FakeInboxServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeInboxServer();
});
afterEach(() => {
  vi.useRealTimers();
});

const DAN = person('Dan');
/** Tells events one after another, each with the next number. */
function tell(inbox: Inbox, ...list: readonly [t: string, fields: object, n?: number][]): void {
  for (const [t, fields, n] of list) {
    const { seq } = inbox.state;
    server.socket.tell(events(seq, event(seq + 1, t, fields, n)));
  }
}
const live = (t: string, fields: object) =>
  server.socket.tell({ t: 'live', events: [{ t, at: 1, ...fields }] });
const names = (list: readonly { readonly person: { readonly name: string } }[]) =>
  list.map((one) => one.person.name);

describe('contacts', () => {
  test('are those who agreed, by name; questions stand apart, the newest first', async () => {
    const inbox = await server.open(
      ready({
        snapshot: snapshot({
          contacts: [
            { person: CLEO, state: 'contact', since: 1, note: '' },
            { person: BEN, state: 'contact', since: 2, note: '' },
            { person: DAN, state: 'asking', since: 3, note: 'hi' },
          ],
        }),
      }),
    );
    const eve = person('Eve');
    tell(inbox, ['contact.changed', { person: eve, state: 'asking', since: 4, note: '' }]);
    expect(names(inbox.state.contacts)).toEqual(['Ben', 'Cleo']);
    expect(names(inbox.state.asking)).toEqual(['Eve', 'Dan']);
    tell(
      inbox,
      ['contact.changed', { person: DAN, state: 'contact', since: 5, note: '' }],
      ['contact.removed', { account: CLEO.id, reason: 'removed' }],
      ['contact.changed', { person: person('Fay'), state: 'asked', since: 6, note: '' }],
    );
    expect(names(inbox.state.contacts)).toEqual(['Ben', 'Dan']);
    expect(names(inbox.state.asking)).toEqual(['Eve']);
    expect(names(inbox.state.asked)).toEqual(['Fay']);
  });

  test('are asked, answered and ended by commands', async () => {
    const inbox = await server.open();
    void inbox.ask(BEN.id, 'hello');
    void inbox.accept(BEN.id);
    void inbox.decline(BEN.id);
    void inbox.remove(BEN.id);
    void inbox.block(BEN.id);
    void inbox.unblock(BEN.id);
    expect(server.socket.commands.map(({ n: _, ...rest }) => rest)).toEqual([
      { t: 'contact.ask', account: BEN.id, note: 'hello' },
      { t: 'contact.accept', account: BEN.id },
      { t: 'contact.decline', account: BEN.id },
      { t: 'contact.remove', account: BEN.id },
      { t: 'person.block', account: BEN.id },
      { t: 'person.unblock', account: BEN.id },
    ]);
  });

  test('lists stay the same objects as long as nothing in them changes', async () => {
    const inbox = await server.open();
    const before = inbox.state;
    tell(inbox, ['presence.shown', { visible: false }]);
    expect(inbox.state).not.toBe(before);
    expect(inbox.state.visible).toBe(false);
    for (const list of ['contacts', 'asking', 'blocked', 'conversations', 'groups', 'people'] as const)
      expect(inbox.state[list]).toBe(before[list]);
  });
});

describe('people', () => {
  test('who are not known are looked up before a command speaks of them', async () => {
    const inbox = await server.open();
    server.replies.push(Response.json({ person: CLEO }));
    const send = inbox.send(CLEO.id, 'hi');
    await settle();
    expect(server.asked).toEqual([`POST /v1/me/people {"account":"${CLEO.id}"}`]);
    expect(server.socket.commands).toMatchObject([{ t: 'direct.send', to: CLEO.id }]);
    expect(inbox.state.people.get(CLEO.id)).toEqual(CLEO);
    void inbox.send(CLEO.id, 'again');
    await settle();
    expect(server.asked).toHaveLength(1);
    expect(await outcomeOf(send)).toBe('open');
  });

  test('are found by user name; nobody of that name is told so', async () => {
    const inbox = await server.open();
    server.replies.push(
      Response.json({ person: DAN }),
      problem('person_unknown', 404),
      Response.json({ person: DAN }),
    );
    expect(await inbox.find('Dan')).toEqual(DAN);
    expect(await outcomeOf(inbox.ask({ userName: 'nobody' }))).toBe('person_unknown');
    void inbox.ask({ userName: 'dan' });
    await settle();
    expect(server.asked[0]).toBe('POST /v1/me/people {"userName":"Dan"}');
    expect(server.socket.commands).toMatchObject([{ t: 'contact.ask', account: DAN.id }]);
  });

  test('are searched and listed over HTTP', async () => {
    const inbox = await server.open();
    const online = { people: [{ person: BEN, status: 'online', since: 1 }], next: 'x y' };
    server.replies.push(Response.json({ people: [BEN] }), Response.json(online), Response.json(online));
    expect(await inbox.search('b&')).toEqual([BEN]);
    expect(await inbox.online()).toEqual(online);
    await inbox.online('x y');
    expect(server.asked).toEqual([
      'GET /v1/people?q=b%26',
      'GET /v1/people/online',
      'GET /v1/people/online?after=x+y',
    ]);
    expect(server.requests.at(-1)?.headers.get('authorization')).toBe('Bearer acc_1');
  });

  test('are called what they are called now, wherever they are named', async () => {
    const last = message(9, 1, 'hi');
    const inbox = await server.open(
      ready({ snapshot: snapshot({ direct: direct(conversation({ last })) }) }),
    );
    const benjamin = { ...BEN, name: 'Benjamin' };
    tell(
      inbox,
      ['person.changed', { person: benjamin }],
      ['person.changed', { person: { ...ADA, name: 'Ada L.' } }],
    );
    expect(inbox.state).toMatchObject({
      self: { name: 'Ada L.' },
      contacts: [{ person: benjamin }],
      conversations: [{ with: benjamin }],
    });
    expect(inbox.state.people.get(BEN.id)).toEqual(benjamin);
  });

  test('who are blocked stand in a list of their own', async () => {
    const inbox = await server.open();
    tell(inbox, ['person.blocked', { person: CLEO }], ['person.blocked', { person: BEN }]);
    expect(inbox.state.blocked.map(({ name }) => name)).toEqual(['Ben', 'Cleo']);
    tell(inbox, ['person.unblocked', { person: BEN }]);
    expect(inbox.state.blocked).toEqual([CLEO]);
  });
});

describe('presence', () => {
  const how = (inbox: Inbox) => inbox.state.presence.get(BEN.id);
  const changed = (status: string, since: number | null) => ({ account: BEN.id, status, since });

  test('is told with each first frame, whole, and then as it changes', async () => {
    const latest = [{ t: 'presence.changed', at: 1, ...changed('online', 5) }];
    const inbox = await server.open(ready({ latest }));
    expect(how(inbox)).toEqual({ status: 'online', since: 5 });
    live('presence.changed', changed('away', 7));
    expect(how(inbox)).toEqual({ status: 'away', since: 7 });
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10));
    expect(how(inbox)).toBeUndefined();
  });

  test('of somebody who is no contact any more is known no longer', async () => {
    const inbox = await server.open();
    live('presence.changed', changed('online', 7));
    tell(inbox, ['contact.removed', { account: BEN.id, reason: 'removed' }]);
    expect(how(inbox)).toBeUndefined();
  });

  test('is shown or hidden by a command', async () => {
    const inbox = await server.open();
    void inbox.showPresence(false);
    expect(server.socket.commands).toEqual([{ t: 'presence.show', visible: false, n: 1 }]);
  });
});

describe('calls', () => {
  const CALL = `c_${'1'.repeat(22)}`;
  const ringing = { call: CALL, from: CLEO, code: ROOM.code, name: 'Standup', until: 45_000 };

  test('ring until they are over', async () => {
    const inbox = await server.open();
    const heard: string[] = [];
    inbox.on('call.ringing', ({ from }) => heard.push(from.name));
    tell(inbox, ['call.ringing', ringing]);
    expect(inbox.state.ringing).toEqual([ringing]);
    expect(heard).toEqual(['Cleo']);
    expect(inbox.state.people.get(CLEO.id)).toEqual(CLEO);
    tell(inbox, ['call.over', { call: CALL, reason: 'answered', from: CLEO, code: ROOM.code }]);
    expect(inbox.state.ringing).toEqual([]);
  });

  test('that ring already when the inbox opens are in the snapshot', async () => {
    const inbox = await server.open(
      ready({ snapshot: snapshot({ calls: { ringing: [ringing], placed: [] } }) }),
    );
    expect(inbox.state.ringing).toEqual([ringing]);
  });

  test('are answered, which brings the way in, or declined', async () => {
    const inbox = await server.open();
    const answer = inbox.answer(CALL);
    void inbox.declineCall(CALL);
    void inbox.cancelCall(CALL);
    expect(server.socket.commands.map(({ t, call }) => [t, call])).toEqual([
      ['call.answer', CALL],
      ['call.decline', CALL],
      ['call.cancel', CALL],
    ]);
    server.socket.tell({ t: 'ok', n: 1, result: { code: ROOM.code, name: 'Standup', invite: 's' } });
    expect(await answer).toMatchObject({ result: { code: ROOM.code, invite: 's' } });
  });

  test('make a room in the name of the account, and let the other one’s devices ring', async () => {
    const inbox = await server.open();
    const room = {
      id: 'r_1',
      code: ROOM.code,
      link: 'http://meet.test/x',
      hostKey: 'hk',
      room: { ...ROOM, name: 'Ada, Ben' },
    };
    server.replies.push(Response.json(room, { status: 201 }));
    const call = inbox.call(BEN.id);
    await settle();
    expect(server.asked).toEqual(['POST /v1/rooms {"name":"Ada, Ben"}']);
    expect(server.requests.at(-1)?.headers.get('authorization')).toBe('Bearer acc_1');
    expect(server.socket.commands).toEqual([
      { t: 'meeting.invite', to: BEN.id, code: ROOM.code, name: 'Ada, Ben', ring: true, n: 1 },
    ]);
    const placed = { call: CALL, to: BEN.id, code: ROOM.code, name: 'Ada, Ben', until: 45_000 };
    tell(inbox, ['call.placed', placed, 1]);
    expect(await call).toEqual({ code: ROOM.code, name: 'Ada, Ben', hostKey: 'hk', call: CALL });
    expect(inbox.state.placed).toEqual([placed]);
    tell(inbox, ['call.settled', { call: CALL, to: BEN.id, how: 'missed' }]);
    expect(inbox.state.placed).toEqual([]);
  });
});

test('any command can be given by its name', async () => {
  const inbox = await server.open();
  const done = inbox.command('contact.accept', { account: accountId('Ben') });
  server.socket.tell({ t: 'error', n: 1, code: 'person_unknown', message: 'who?' });
  await expect(done).rejects.toMatchObject({ code: 'person_unknown', message: 'who?' });
});

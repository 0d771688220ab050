import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomConnection } from '../../../src/client/index.ts';
import { CLOSE } from '../../../src/protocol/index.ts';
import { ADA, BEN, events, FakeServer, makeMember, outcomeOf, ready, resumed, said } from './fake-server.ts';

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

const DONE = { status: 'done' };
const SETTLED = { status: 'settled' };

/** Breaks the connection and opens the next one, up to its first frame. */
async function reconnect(first: ReturnType<typeof resumed>): Promise<void> {
  server.socket.breaks();
  await vi.advanceTimersByTimeAsync(1_000);
  server.socket.tell(first);
}

/** The query that asks where the replay ends, on the newest socket. */
function barrier(): number {
  const query = server.socket.commands.find(({ t, limit }) => t === 'roster.page' && limit === 1);
  if (query === undefined) throw new Error('no barrier was asked');
  return query.n;
}
const passBarrier = () =>
  server.socket.tell({ t: 'ok', n: barrier(), result: { members: [ADA], count: 2, next: null } });

const texts = (room: RoomConnection) => room.state.pending.map(({ command }) => Object(command.body).text);

describe('a receipt', () => {
  test('is the own event with the same number', async () => {
    const room = await server.join();
    const chat = room.chat('hello');
    expect(server.socket.chats).toEqual(['1:hello']);
    expect(room.state.pending).toMatchObject([{ n: 1, command: { t: 'chat.send' }, at: Date.now() }]);
    // Somebody else counts, too.
    server.socket.tell(events(10, 11, said(11, 'hi', BEN, 1)));
    expect(await outcomeOf(chat)).toBe('open');
    server.socket.tell(events(11, 12, said(12, 'hello', ADA, 1)));
    expect(await outcomeOf(chat)).toMatchObject({ status: 'done', event: { seq: 12, t: 'chat.sent' } });
    expect(room.state.pending).toEqual([]);
  });

  test('is the echo in a private frame', async () => {
    const room = await server.join();
    const chat = room.chat('psst', { to: BEN.id });
    server.socket.tell({
      t: 'private',
      prev: 0,
      last: 1,
      events: [{ ...said(11, 'psst', ADA, 1), to: BEN.id }],
    });
    expect(await outcomeOf(chat)).toMatchObject(DONE);
    expect(room.state).toMatchObject({ private: 1, seq: 10, messages: [{ seq: 11, to: BEN.id }] });
  });

  test('is an ok, with its result', async () => {
    const room = await server.join();
    const policy = room.setPolicy({ chat: true });
    const page = room.send('roster.page', { limit: 5 });
    server.socket.tell(
      { t: 'ok', n: 1 },
      { t: 'ok', n: 2, result: { members: [BEN], count: 2, next: null } },
    );
    expect(await outcomeOf(policy)).toEqual({ status: 'done', result: undefined });
    expect(await outcomeOf(page)).toMatchObject({ status: 'done', result: { members: [BEN] } });
  });

  test('is an error', async () => {
    const room = await server.join();
    const chat = room.chat('hello');
    server.socket.tell({ t: 'error', n: 1, code: 'rate_limited', message: 'slow down', retry: 250 });
    await expect(chat).rejects.toMatchObject({ code: 'rate_limited', message: 'slow down', retry: 250 });
    expect(room.state.pending).toEqual([]);
  });
});

describe('pages', () => {
  test('the roster is merged before the next frame is read, so nobody who left comes back', async () => {
    const room = await server.join();
    const cleo = makeMember('Cleo');
    const page = room.roster(BEN.id);
    expect(server.socket.commands).toEqual([{ t: 'roster.page', after: BEN.id, n: 1 }]);
    server.socket.tell({ t: 'ok', n: 1, result: { members: [cleo], count: 3, next: null } });
    expect(room.state.members.get(cleo.id)).toEqual(cleo);
    const left = { t: 'member.left', at: 1, seq: 11, member: cleo.id, reason: 'left' };
    server.socket.tell({ t: 'events', prev: 10, last: 11, events: [left] });
    await page;
    expect(room.state.members.has(cleo.id)).toBe(false);
    expect(room.state.count).toBe(2);
  });

  test('history goes back from what is known until nothing is earlier', async () => {
    const room = await server.join(ready({ earlier: 7 }));
    const page = room.history();
    expect(server.socket.commands).toEqual([{ t: 'chat.history', before: 7, n: 1 }]);
    server.socket.tell({ t: 'ok', n: 1, result: { events: [said(5, 'old')], next: null, names: {} } });
    expect((await page).events).toHaveLength(1);
    expect(room.state).toMatchObject({ earlier: null, messages: [{ seq: 5 }] });
    expect(await room.history()).toEqual({ events: [], next: null, names: {} });
    expect(server.socket.commands).toHaveLength(1);
  });
});

test('a role is given by a command of its own', async () => {
  const room = await server.join();
  const role = room.setRole(BEN.id, 'viewer');
  expect(server.socket.commands).toEqual([{ t: 'role.set', member: BEN.id, role: 'viewer', n: 1 }]);
  const event = { t: 'role.changed', at: 1, seq: 11, by: ADA.id, n: 1, member: BEN.id, role: 'viewer' };
  server.socket.tell({ t: 'events', prev: 10, last: 11, events: [event] });
  expect(await outcomeOf(role)).toMatchObject(DONE);
  expect(room.state.members.get(BEN.id)?.role).toBe('viewer');
});

describe('numbers', () => {
  test('go on from what the server had accepted, also after the page was loaded anew', async () => {
    const room = await server.join(ready({ acked: 41 }), { token: 'kept' });
    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer kept');
    // An echo of the life before.
    server.socket.tell(events(10, 11, said(11, 'old', ADA, 41)));
    void room.chat('new').catch(() => undefined);
    expect(server.socket.chats).toEqual(['42:new']);
  });

  test('that waited unsent are given again where another tab has used them up', async () => {
    const room = await server.join();
    server.socket.breaks();
    const first = room.chat('first');
    void room.chat('second').catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10, 7));
    expect(server.socket.chats).toEqual(['8:first', '9:second']);
    server.socket.tell(events(10, 11, said(11, 'first', ADA, 8)));
    expect(await outcomeOf(first)).toMatchObject(DONE);
  });
});

describe('after a drop', () => {
  test('only what is above acked is sent again, in order, under the same numbers', async () => {
    const room = await server.join();
    const chats = ['a', 'b', 'c', 'd'].map((text) => room.chat(text));
    server.socket.tell(events(10, 11, said(11, 'a', ADA, 1)));
    await reconnect(resumed(11, 2));
    expect(server.socket.chats).toEqual(['3:c', '4:d']);
    server.socket.tell(
      events(11, 12, said(12, 'b', ADA, 2)),
      events(12, 14, said(13, 'c', ADA, 3), said(14, 'd', ADA, 4)),
    );
    for (const chat of chats) expect(await outcomeOf(chat)).toMatchObject(DONE);
  });

  test('nothing is sent before ready, and nothing is ever sent again on a timer', async () => {
    const room = await server.join();
    void room.chat('a').catch(() => undefined);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(server.socket.chats).toEqual(['1:a']);
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.texts).toEqual([]);
    server.socket.tell(resumed(10, 0));
    expect(server.socket.chats).toEqual(['1:a']);
  });

  test('what was accepted and has its echo in the replay is done', async () => {
    const room = await server.join();
    const chat = room.chat('a');
    await reconnect(resumed(10, 1));
    server.socket.tell(events(10, 11, said(11, 'a', ADA, 1)));
    expect(await outcomeOf(chat)).toMatchObject(DONE);
    passBarrier();
    expect(await outcomeOf(chat)).toMatchObject(DONE);
  });

  test('what is at or below acked and has no echo before the barrier was refused', async () => {
    const room = await server.join();
    const refused = room.chat('a');
    const noEvent = room.setPolicy({ chat: true });
    const later = room.chat('b');
    await reconnect(resumed(10, 3));
    expect(server.socket.chats).toEqual([]);
    server.socket.tell(events(10, 11, said(11, 'b', ADA, 3)));
    expect(await outcomeOf(refused)).toBe('open');
    passBarrier();
    expect(await outcomeOf(refused)).toBe('network');
    // This one may have been accepted without changing anything; the state shows how.
    expect(await outcomeOf(noEvent)).toEqual(SETTLED);
    expect(await outcomeOf(later)).toMatchObject(DONE);
  });

  test('a barrier that was refused is asked again, one that dropped is asked anew', async () => {
    const room = await server.join();
    const chat = room.chat('a');
    await reconnect(resumed(10, 1));
    const first = barrier();
    server.socket.tell({ t: 'error', n: first, code: 'rate_limited', message: '', retry: 2_000 });
    await vi.advanceTimersByTimeAsync(2_000);
    const asked = server.socket.commands.map(({ n }) => n);
    expect(asked).toHaveLength(2);
    expect(await outcomeOf(chat)).toBe('open');
    await reconnect(resumed(10, 1));
    expect(barrier()).toBeGreaterThan(Math.max(...asked));
    passBarrier();
    expect(await outcomeOf(chat)).toBe('network');
  });

  test('a snapshot settles what was accepted and sends the rest again', async () => {
    const room = await server.join();
    const [accepted, lost] = [room.chat('a'), room.chat('b')];
    await reconnect(ready({ seq: 900, acked: 1 }));
    expect(await outcomeOf(accepted)).toEqual(SETTLED);
    expect(server.socket.chats).toEqual(['2:b']);
    expect(await outcomeOf(lost)).toBe('open');
    expect(texts(room)).toEqual(['b']);
  });

  test('queries are asked again under a new number, ephemeral commands fail', async () => {
    const room = await server.join();
    const [page, media] = [room.roster(), room.setMedia({ camera: true })];
    const lost = expect(media).rejects.toMatchObject({ code: 'network' });
    await reconnect(resumed(10, 0));
    await lost;
    expect(server.socket.commands).toEqual([{ t: 'roster.page', n: 3 }]);
    server.socket.tell({ t: 'ok', n: 3, result: { members: [BEN], count: 2, next: null } });
    expect(await outcomeOf(page)).toMatchObject({ count: 2 });
  });
});

describe('without a connection', () => {
  test('commands wait for it, in order', async () => {
    const room = await server.join();
    void room.chat('a').catch(() => undefined);
    server.socket.breaks();
    void room.chat('b').catch(() => undefined);
    void room.setMedia({ camera: true }).catch(() => undefined);
    void room.chat('c').catch(() => undefined);
    expect(texts(room)).toEqual(['a', 'b', 'c']);
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10, 0));
    expect(server.socket.commands.map(({ t, n }) => `${n} ${t}`)).toEqual([
      '1 chat.send',
      '2 chat.send',
      '3 media.set',
      '4 chat.send',
    ]);
  });

  test('at most a thousand wait, the next is told busy', async () => {
    const room = await server.join();
    server.socket.breaks();
    const waiting = Array.from({ length: 1_000 }, (_, index) => room.chat(String(index)));
    const over = room.chat('too much');
    expect(await outcomeOf(over)).toBe('busy');
    expect(await outcomeOf(waiting[999] ?? over)).toBe('open');
  });

  test('a connection that is over fails what waits and what comes', async () => {
    const room = await server.join();
    const waiting = room.chat('a');
    server.socket.breaks(CLOSE.replaced.code, CLOSE.replaced.reason);
    await expect(waiting).rejects.toMatchObject({ code: 'closed', detail: expect.stringContaining('4101') });
    await expect(room.chat('b')).rejects.toMatchObject({ code: 'closed' });
  });

  test('leaving and ending are done when the connection closes for that', async () => {
    const room = await server.join();
    const [chat, leave] = [room.chat('a'), room.leave()];
    server.socket.breaks(CLOSE.left.code, CLOSE.left.reason);
    expect(await outcomeOf(leave)).toMatchObject(DONE);
    expect(await outcomeOf(chat)).toBe('closed');
  });
});

describe('a room that woke with the connection open', () => {
  const woke = { t: 'position', seq: 10, private: 0, acked: 0 };

  test('what has no answer by the barrier is sent again, before what was given meanwhile', async () => {
    const room = await server.join();
    const [lost, query, media] = [room.chat('lost'), room.roster(), room.setMedia({ camera: true })];
    server.socket.tell(woke);
    void room.chat('later').catch(() => undefined);
    expect(server.socket.chats).toEqual(['1:lost']);
    passBarrier();
    expect(server.socket.chats).toEqual(['1:lost', '1:lost', '5:later']);
    expect(
      server.socket.commands.filter(({ t, limit }) => t === 'roster.page' && limit === undefined),
    ).toHaveLength(2);
    expect(await outcomeOf(media)).toBe('network');
    expect(await outcomeOf(query)).toBe('open');
    server.socket.tell(events(10, 11, said(11, 'lost', ADA, 1)));
    expect(await outcomeOf(lost)).toMatchObject(DONE);
  });

  test('what is answered before the barrier is not sent again', async () => {
    const room = await server.join();
    const chat = room.chat('a');
    server.socket.tell(woke, events(10, 11, said(11, 'a', ADA, 1)));
    expect(await outcomeOf(chat)).toMatchObject(DONE);
    passBarrier();
    expect(server.socket.chats).toEqual(['1:a']);
  });

  test('a number that the room had accepted after all waits for its echo', async () => {
    const room = await server.join();
    const chat = room.chat('a');
    server.socket.tell({ t: 'ok', n: 1, repeated: true });
    expect(await outcomeOf(chat)).toBe('open');
    server.socket.tell(events(10, 11, said(11, 'a', ADA, 1)));
    expect(await outcomeOf(chat)).toMatchObject({ event: { seq: 11 } });
  });
});

// Direct messages as the inbox shows them: each once, in order, as they read now, with ticks and what is unread.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Inbox, tickOf } from '../../../src/client/index.ts';
import type { ConversationPage, DirectMessage } from '../../../src/protocol/index.ts';
import {
  ADA,
  BEN,
  CLEO,
  conversation,
  direct,
  echo,
  event,
  events,
  FakeInboxServer,
  message,
  PHONE,
  ready,
  snapshot,
} from './fake-inbox.ts';
import { outcomeOf, problem, settle } from './fake-server.ts';

let server: FakeInboxServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeInboxServer();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An inbox with one conversation, of which the newest message is known. */
const withBen = (last: DirectMessage, more: Parameters<typeof conversation>[0] = {}) =>
  server.open(ready({ snapshot: snapshot({ direct: direct(conversation({ last, ...more })) }) }));

const texts = (inbox: Inbox, account = BEN.id) =>
  inbox.state.messages
    .get(account)
    ?.messages.map(({ body }) => (body.kind === 'text' ? body.text : body.kind)) ?? [];

const ticks = (inbox: Inbox) => {
  const [shown] = inbox.state.conversations;
  if (shown === undefined) throw new Error('there is no conversation');
  return inbox.state.messages.get(shown.with.id)?.messages.map((one) => tickOf(shown, one));
};

const commands = (t: string) => server.socket.commands.filter((command) => command.t === t);
const answer = (n: number, result: object) => server.socket.tell({ t: 'ok', n, result });

describe('a conversation', () => {
  test('begins with its first message, whoever writes it', async () => {
    const inbox = await server.open();
    server.socket.tell(
      events(10, message(11, 1, 'hi', { person: BEN })),
      events(11, message(12, 1, 'yo', { with: CLEO.id, from: ADA.id, by: PHONE, person: CLEO })),
    );
    expect(inbox.state.conversations).toMatchObject([
      { with: CLEO, unread: 0, last: { seq: 12 } },
      { with: BEN, unread: 1, last: { seq: 11 } },
    ]);
    expect(inbox.state.unread).toEqual({ direct: 1, groups: 0, mentions: 0 });
    expect(inbox.state.people.get(CLEO.id)).toEqual(CLEO);
  });

  test('is known by its newest message, and what stands before that is a history away', async () => {
    const inbox = await withBen(message(9, 5, 'five', { prev: 7 }));
    expect(texts(inbox)).toEqual(['five']);
    expect(inbox.state.messages.get(BEN.id)?.earlier).toBe(9);
    const page = inbox.history(BEN.id);
    expect(commands('direct.history')).toEqual([{ t: 'direct.history', with: BEN.id, before: 9, n: 1 }]);
    // Comes while the page is on its way.
    server.socket.tell(events(10, message(11, 6, 'six', { prev: 9 })));
    answer(1, { events: [message(5, 3, 'three', { prev: 4 }), message(7, 4, 'four', { prev: 5 })], next: 5 });
    expect((await page).events).toHaveLength(2);
    expect(texts(inbox)).toEqual(['three', 'four', 'five', 'six']);
    void inbox.history(BEN.id);
    answer(2, { events: [message(4, 2, 'two')], next: null });
    expect(texts(inbox)).toEqual(['two', 'three', 'four', 'five', 'six']);
    expect(await inbox.history(BEN.id)).toEqual({ events: [], next: null });
    expect(commands('direct.history')).toHaveLength(2);
  });

  test('that is asked for twice at once has each message once', async () => {
    const inbox = await withBen(message(9, 5, 'five', { prev: 7 }));
    void inbox.history(BEN.id);
    void inbox.history(BEN.id);
    const page = { events: [message(7, 4, 'four', { prev: 5 })], next: 7 };
    answer(1, page);
    answer(2, page);
    expect(texts(inbox)).toEqual(['four', 'five']);
  });

  test('of which only the name was known loads its newest page', async () => {
    const inbox = await server.open();
    const page = inbox.history(BEN.id);
    expect(commands('direct.history')).toEqual([{ t: 'direct.history', with: BEN.id, n: 1 }]);
    answer(1, { events: [message(3, 1, 'old')], next: null });
    await page;
    expect(texts(inbox)).toEqual(['old']);
  });

  test('keeps 2,000 messages, and the rest is a history away', async () => {
    const inbox = await server.open();
    const many = Array.from({ length: 2_010 }, (_, index) =>
      message(11 + index, index + 1, String(index + 1), {
        prev: index === 0 ? null : 10 + index,
        person: BEN,
      }),
    );
    server.socket.tell(events(10, ...many));
    expect(texts(inbox)).toHaveLength(2_000);
    expect(inbox.state.messages.get(BEN.id)).toMatchObject({
      earlier: 21,
      messages: [{ number: 11 }, ...Array(1_999).fill({})],
    });
  });

  test('that is not here is asked for when something is told of it, once', async () => {
    const inbox = await server.open();
    server.socket.tell(
      events(10, message(11, 7, 'again', { with: CLEO.id, from: CLEO.id, prev: 2 })),
      events(11, event(12, 'direct.unread', { with: BEN.id, upTo: 3, unread: 0 })),
    );
    expect(commands('direct.conversations')).toEqual([{ t: 'direct.conversations', n: 1 }]);
    const page: ConversationPage = {
      conversations: [
        conversation({
          with: CLEO,
          unread: 2,
          last: message(11, 7, 'again', { with: CLEO.id, from: CLEO.id, prev: 2 }),
        }),
      ],
      next: null,
      unread: 5,
    };
    answer(1, page);
    expect(inbox.state.conversations).toMatchObject([{ with: CLEO, unread: 2 }]);
    expect(texts(inbox, CLEO.id)).toEqual(['again']);
    expect(inbox.state.unreadTotal).toBe(5);
    server.socket.tell(events(12, event(13, 'presence.shown', { visible: true })));
    expect(commands('direct.conversations')).toHaveLength(1);
  });

  test('older ones are loaded page by page', async () => {
    const last = message(9, 5, 'five');
    const first = { ...direct(conversation({ last })), next: 9 };
    const inbox = await server.open(ready({ snapshot: snapshot({ direct: first }) }));
    expect(inbox.state.hasMoreConversations).toBe(true);
    const more = inbox.moreConversations();
    expect(commands('direct.conversations')).toEqual([{ t: 'direct.conversations', before: 9, n: 1 }]);
    const old = message(2, 1, 'old', { with: CLEO.id, from: CLEO.id });
    answer(1, { ...direct(conversation({ with: CLEO, last: old })), next: null });
    await more;
    expect(inbox.state.conversations.map((one) => one.with.name)).toEqual(['Ben', 'Cleo']);
    expect(inbox.state.hasMoreConversations).toBe(false);
    expect(await inbox.moreConversations()).toBeNull();
  });
});

describe('a message', () => {
  const edited = (seq: number, number: number, text: string | null, more: object = {}) =>
    event(seq, 'direct.edited', {
      with: BEN.id,
      from: BEN.id,
      number,
      editedAt: 500,
      ...(text === null ? {} : { body: { kind: 'text', text } }),
      ...more,
    });
  const deleted = (seq: number, number: number, from = BEN.id) =>
    event(seq, 'direct.deleted', { with: BEN.id, from, number });

  test('reads as it was last edited, in the list, too', async () => {
    const inbox = await withBen(message(9, 5, 'five'));
    server.socket.tell(events(10, edited(11, 5, 'V')));
    expect(texts(inbox)).toEqual(['V']);
    expect(inbox.state.conversations[0]?.last).toMatchObject({ body: { text: 'V' }, editedAt: 500 });
    // Told of again without what it said: that came with the message.
    server.socket.tell(events(11, edited(12, 5, null)));
    expect(texts(inbox)).toEqual(['V']);
  });

  test('is found by its author and number: mine and theirs with the same number are two', async () => {
    const inbox = await withBen(message(9, 1, 'theirs'));
    server.socket.tell(
      events(10, echo(11, 1, 'mine', 1, { prev: 9 })),
      events(11, edited(12, 1, 'changed', { from: ADA.id })),
    );
    expect(texts(inbox)).toEqual(['theirs', 'changed']);
  });

  test('that is deleted leaves its trace, and is unread no longer', async () => {
    const inbox = await withBen(
      message(9, 5, 'five', { editedAt: 1, replyTo: { from: ADA.id, number: 1 } }),
      {
        unread: 2,
        read: 3,
      },
    );
    server.socket.tell(events(10, deleted(11, 5)));
    expect(inbox.state.messages.get(BEN.id)?.messages[0]).toEqual({
      ...message(9, 5, ''),
      body: { kind: 'deleted' },
    });
    expect(inbox.state).toMatchObject({ unreadTotal: 1, conversations: [{ unread: 1 }] });
    server.socket.tell(events(11, deleted(12, 2)), events(12, deleted(13, 9, ADA.id)));
    expect(inbox.state.unreadTotal).toBe(1);
  });

  test('of an account that is gone is deleted, and nothing of it is unread', async () => {
    const inbox = await withBen(message(9, 5, 'five'), { unread: 3 });
    server.socket.tell(
      events(10, echo(11, 1, 'mine', 1, { prev: 9 })),
      events(11, event(12, 'direct.erased', { with: BEN.id })),
    );
    expect(texts(inbox)).toEqual(['deleted', 'mine']);
    expect(inbox.state).toMatchObject({ unreadTotal: 0, conversations: [{ deleted: true, unread: 0 }] });
  });

  test('of mine gets ticks: sent, delivered, read, which never go back, or it failed', async () => {
    const inbox = await withBen(message(9, 5, 'theirs'));
    server.socket.tell(
      events(10, ...[1, 2, 3].map((number) => echo(10 + number, number, 'x', number, { prev: 9 }))),
    );
    expect(ticks(inbox)).toEqual([null, 'sent', 'sent', 'sent']);
    const receipt = (seq: number, delivered: number, read: number) =>
      events(seq - 1, event(seq, 'direct.receipt', { with: BEN.id, delivered, read }));
    server.socket.tell(receipt(14, 2, 1));
    expect(ticks(inbox)).toEqual([null, 'read', 'delivered', 'sent']);
    server.socket.tell(receipt(15, 1, 0));
    expect(ticks(inbox)).toEqual([null, 'read', 'delivered', 'sent']);
    const failed = event(16, 'direct.failed', { with: BEN.id, number: 3, reason: 'not_contact' });
    server.socket.tell(events(15, failed));
    expect(ticks(inbox)).toEqual([null, 'read', 'delivered', 'failed']);
    expect(inbox.state.conversations[0]?.last).toMatchObject({ failed: 'not_contact' });
  });

  test('is edited and deleted by its number', async () => {
    const inbox = await withBen(echo(9, 4, 'mine', 1));
    const edit = inbox.edit(BEN.id, 4, 'better');
    void inbox.delete(BEN.id, 4);
    expect(server.socket.commands).toEqual([
      { t: 'direct.edit', with: BEN.id, message: 4, body: { kind: 'text', text: 'better' }, n: 1 },
      { t: 'direct.delete', with: BEN.id, message: 4, n: 2 },
    ]);
    server.socket.tell(
      events(10, { ...edited(11, 4, 'better', { from: ADA.id }), by: PHONE, n: 1 } as never),
    );
    expect(await outcomeOf(edit)).toMatchObject({ status: 'done' });
  });
});

describe('reading', () => {
  const said = () => commands('direct.read').map(({ upTo }) => upTo);

  test('is told at once, and then once in two seconds, the newest only', async () => {
    const inbox = await withBen(message(9, 5, 'five'), { unread: 2, read: 3 });
    inbox.read(BEN.id, 4);
    inbox.read(BEN.id);
    inbox.read(BEN.id, 4);
    expect(said()).toEqual([4]);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(said()).toEqual([4]);
    await vi.advanceTimersByTimeAsync(1);
    expect(said()).toEqual([4, 5]);
    await vi.advanceTimersByTimeAsync(10_000);
    inbox.read(BEN.id);
    expect(said()).toEqual([4, 5]);
  });

  test('waits for each conversation by itself', async () => {
    const other = message(8, 2, 'two', { with: CLEO.id, from: CLEO.id });
    const conversations = direct(
      conversation({ last: message(9, 5, 'five'), unread: 1 }),
      conversation({ with: CLEO, last: other, unread: 1 }),
    );
    const inbox = await server.open(ready({ snapshot: snapshot({ direct: conversations }) }));
    inbox.read(BEN.id);
    inbox.read(CLEO.id);
    expect(commands('direct.read').map((read) => [read.with, read.upTo])).toEqual([
      [BEN.id, 5],
      [CLEO.id, 2],
    ]);
  });

  test('of what is read already, here or elsewhere, or of nothing, says nothing', async () => {
    const inbox = await withBen(message(9, 5, 'five'), { unread: 2, read: 3 });
    server.socket.tell(events(10, event(11, 'direct.unread', { with: BEN.id, upTo: 5, unread: 0 })));
    expect(inbox.state).toMatchObject({ unreadTotal: 0, conversations: [{ unread: 0, read: 5 }] });
    inbox.read(BEN.id);
    inbox.read(CLEO.id);
    expect(said()).toEqual([]);
  });

  test('that was refused is told with the next one', async () => {
    const inbox = await withBen(message(9, 5, 'five'), { unread: 2, read: 3 });
    inbox.read(BEN.id);
    server.socket.tell({ t: 'error', n: 1, code: 'busy', message: '', retry: 100 });
    await vi.advanceTimersByTimeAsync(2_000);
    inbox.read(BEN.id);
    expect(said()).toEqual([5, 5]);
  });

  test('is told no more when the inbox is closed', async () => {
    const inbox = await withBen(message(9, 5, 'five'), { unread: 2, read: 3 });
    inbox.read(BEN.id, 4);
    inbox.read(BEN.id, 5);
    inbox.close();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(said()).toEqual([4]);
  });
});

describe('a picture', () => {
  const shared = { ...echo(11, 1, '', 1, { person: BEN }), body: { kind: 'image' } };

  test('is sent over HTTP, and tried again under the same key', async () => {
    const inbox = await server.open();
    server.replies.push(
      problem('overloaded', 503, { retry: 10 }),
      Response.json({ event: shared }, { status: 201 }),
    );
    const upload = inbox.upload(BEN.id, new Uint8Array(3), { caption: 'a & b' });
    await settle();
    await vi.advanceTimersByTimeAsync(10);
    expect(await upload).toMatchObject({ t: 'direct.sent', number: 1 });
    const [first, second] = server.requests.slice(1);
    expect(first?.url).toBe(`http://meet.test/v1/me/images?to=${BEN.id}&caption=a+%26+b`);
    expect(second?.headers.get('idempotency-key')).toBe(first?.headers.get('idempotency-key'));
    expect(first?.headers.get('authorization')).toBe('Bearer acc_1');
  });

  test('does not overtake what was written before', async () => {
    const inbox = await withBen(message(9, 5, 'five'));
    void inbox.send(BEN.id, 'first');
    server.replies.push(Response.json({ event: shared }, { status: 201 }));
    const upload = inbox.upload(BEN.id, new Uint8Array(3));
    void inbox.send(BEN.id, 'later');
    await settle();
    expect(server.asked).toEqual([]);
    server.socket.tell(events(10, echo(11, 6, 'first', 1)));
    await settle();
    expect(server.asked).toHaveLength(1);
    expect(await upload).toMatchObject({ t: 'direct.sent' });
  });

  test('that is given up while it waits is never sent', async () => {
    const inbox = await withBen(message(9, 5, 'five'));
    void inbox.send(BEN.id, 'first');
    const given = new AbortController();
    const upload = inbox.upload(BEN.id, new Uint8Array(3), { signal: given.signal });
    given.abort();
    expect(await outcomeOf(upload)).toBe('aborted');
    expect(server.asked).toEqual([]);
  });

  test('has an address for a while', async () => {
    const inbox = await server.open();
    server.replies.push(Response.json({ url: '/v1/me/images/i_1?sig=x', expiresAt: Date.now() + 300_000 }));
    expect(await inbox.imageUrl('i_1')).toBe('http://meet.test/v1/me/images/i_1?sig=x');
    expect(await inbox.imageUrl('i_1')).toBe('http://meet.test/v1/me/images/i_1?sig=x');
    expect(server.asked).toEqual(['POST /v1/me/images/i_1/link']);
  });
});

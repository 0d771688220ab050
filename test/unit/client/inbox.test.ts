// Coming, going and coming back: an inbox over as many sockets as it takes.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Accounts, type Inbox, openInbox, sendingTo } from '../../../src/client/index.ts';
import { CLOSE } from '../../../src/protocol/index.ts';
import {
  ADA,
  BEN,
  conversation,
  deviceId,
  direct,
  echo,
  event,
  events,
  FakeInboxServer,
  message,
  PHONE,
  ready,
  resumed,
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

/** Breaks the connection and opens the next one, up to its first frame. */
async function reconnect(first: ReturnType<typeof resumed>): Promise<void> {
  server.socket.breaks();
  await vi.advanceTimersByTimeAsync(1_000);
  server.socket.tell(first);
}

/** Commands on the newest socket, as `n:text` or `n:t`. */
const sent = () =>
  server.socket.commands.map(({ t, n, body }) => `${n}:${t === 'direct.send' ? Object(body).text : t}`);

const texts = (inbox: Inbox, account = BEN.id) =>
  inbox.state.messages
    .get(account)
    ?.messages.map(({ body }) => (body.kind === 'text' ? body.text : body.kind)) ?? [];

const bodies = () => server.requests.map(({ body }) => JSON.parse(String(body)));

/** A storage in memory. */
function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

describe('opening', () => {
  test('asks for a ticket in the name of the account, and for a new device', async () => {
    const inbox = await server.open();
    expect(server.requests[0]).toMatchObject({ url: 'http://meet.test/v1/me/connect', method: 'POST' });
    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer acc_1');
    expect(bodies()).toEqual([{}]);
    expect(server.socket.protocols).toEqual(['parley.v1', 'parley.ticket.ticket-1']);
    expect(inbox.state).toMatchObject({
      connection: { status: 'online' },
      self: ADA,
      device: PHONE,
      contacts: [{ person: BEN }],
      unreadTotal: 0,
    });
  });

  test('is the same device again where a storage keeps it, and another where none does', async () => {
    const kept = storage();
    await server.open(ready(), { storage: kept });
    await server.open(ready(), { storage: kept });
    await server.open();
    await server.open(ready(), { device: deviceId('tablet') });
    expect(bodies()).toEqual([{}, { device: PHONE }, {}, { device: deviceId('tablet') }]);
  });

  test('takes the device’s name out of the storage while the page is open, so that a duplicated tab is another device', async () => {
    const page = new EventTarget();
    vi.stubGlobal('onpagehide', null);
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    try {
      const kept = storage();
      const name = () => kept.getItem('parley.device http://meet.test/');
      await server.open(ready(), { storage: kept });
      expect(name()).toBeNull();
      page.dispatchEvent(new Event('pagehide'));
      expect(name()).toBe(PHONE);
      // The page comes back from where browsers keep pages whole.
      page.dispatchEvent(new Event('pageshow'));
      expect(name()).toBeNull();
      page.dispatchEvent(new Event('pagehide'));
      const next = await server.open(ready(), { storage: kept });
      expect(bodies()).toEqual([{}, { device: PHONE }]);
      expect(name()).toBeNull();
      next.close();
      expect(name()).toBe(PHONE);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test.each([
    ['login_required', 401],
    ['accounts_off', 501],
    ['devices_full', 409],
  ])('that is refused with %s rejects', async (code, status) => {
    server.replies.push(problem(code, status));
    expect(await outcomeOf(openInbox(server.inboxOptions))).toBe(code);
    expect(server.sockets).toHaveLength(0);
  });

  test('with nobody logged in is refused without asking', async () => {
    const account = new Accounts({ server: 'http://meet.test', fetch: server.fetch });
    expect(await outcomeOf(openInbox({ ...server.inboxOptions, account }))).toBe('login_required');
    expect(server.requests).toHaveLength(0);
  });
});

describe('logging out', () => {
  const LOGIN = { account: { ...ADA, userName: 'ada' }, token: 'acc_1', expiresAt: 9_000 };

  async function loggedIn(): Promise<{ accounts: Accounts; inbox: Inbox }> {
    const accounts = new Accounts({ server: 'http://meet.test', fetch: server.fetch });
    server.replies.push(Response.json(LOGIN));
    await accounts.logIn({ userName: 'ada', password: 'correct horse' });
    return { accounts, inbox: await server.open(ready(), { account: accounts }) };
  }

  test('closes the inbox, and fails what waits', async () => {
    const { accounts, inbox } = await loggedIn();
    const waiting = outcomeOf(inbox.send(BEN.id, 'hi'));
    server.replies.push(new Response(null, { status: 204 }));
    await accounts.logOut();
    expect(inbox.state.connection).toMatchObject({ status: 'closed', error: { code: 'login_required' } });
    expect(await waiting).toBe('login_required');
    expect(server.socket.closedWith).toBe(1000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.sockets).toHaveLength(1);
  });

  test('is what a login that the server has ended comes to, when it is shown again', async () => {
    const { accounts, inbox } = await loggedIn();
    server.replies.push(problem('login_required', 401));
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(accounts.current).toBeNull();
    expect(inbox.state.connection).toMatchObject({ status: 'closed', error: { code: 'login_required' } });
  });

  test('is what happens when the login is ended on another device', async () => {
    const { accounts, inbox } = await loggedIn();
    const waiting = outcomeOf(inbox.send(BEN.id, 'hi'));
    server.socket.breaks(CLOSE.signed_out.code, CLOSE.signed_out.reason);
    expect(inbox.state.connection).toMatchObject({ status: 'closed', name: 'signed_out' });
    expect(await waiting).toBe('login_required');
    expect(accounts.current).toBeNull();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.sockets).toHaveLength(1);
  });

  test('another login of the same person changes nothing', async () => {
    const { accounts, inbox } = await loggedIn();
    server.replies.push(Response.json({ ...LOGIN, token: 'acc_2' }));
    await accounts.logIn({ userName: 'ada', password: 'correct horse' });
    expect(inbox.state.connection.status).toBe('online');
    await reconnect(resumed(10));
    expect(server.requests.at(-1)?.headers.get('authorization')).toBe('Bearer acc_2');
  });
});

describe('after a drop', () => {
  test('it resumes as the same device from where it was, and misses nothing', async () => {
    const inbox = await server.open();
    server.socket.tell(events(10, message(11, 1, 'one', { person: BEN })));
    const told: string[] = [];
    inbox.on('direct.sent', ({ number }) => told.push(`sent ${number}`));
    inbox.on('resync', () => told.push('resync'));
    await reconnect(resumed(11));
    expect(bodies().at(-1)).toEqual({ device: PHONE });
    expect(Object.fromEntries(server.socket.url.searchParams)).toEqual({
      epoch: 'e1',
      seq: '11',
      private: '0',
    });
    server.socket.tell(events(11, message(12, 2, 'two', { prev: 11 })));
    expect(texts(inbox)).toEqual(['one', 'two']);
    expect(inbox.state).toMatchObject({
      unreadTotal: 2,
      conversations: [{ unread: 2, last: { number: 2 } }],
    });
    expect(told).toEqual(['sent 2']);
  });

  test('a gap is filled by coming back at once', async () => {
    const inbox = await server.open();
    server.socket.tell(events(12, message(13, 1, 'late', { person: BEN })));
    await settle();
    expect(server.sockets).toHaveLength(2);
    expect(texts(inbox)).toEqual([]);
    server.socket.tell(resumed(10), events(10, message(13, 1, 'late', { person: BEN })));
    expect(texts(inbox)).toEqual(['late']);
  });

  test('what was not accepted is sent again in order under the same numbers, the rest once', async () => {
    const inbox = await server.open();
    const sends = ['a', 'b', 'c'].map((text) => inbox.send(BEN.id, text));
    await settle();
    expect(sent()).toEqual(['1:a', '2:b', '3:c']);
    await reconnect(resumed(10, 1));
    // The question that proves the end of the replay goes first.
    expect(sent()).toEqual(['4:direct.conversations', '2:b', '3:c']);
    server.socket.tell(
      events(10, echo(11, 1, 'a', 1, { person: BEN })),
      { t: 'ok', n: 4, result: { conversations: [], next: null, unread: 0 } },
      events(11, echo(12, 2, 'b', 2, { prev: 11 }), echo(13, 3, 'c', 3, { prev: 12 })),
    );
    for (const send of sends) expect(await outcomeOf(send)).toMatchObject({ status: 'done' });
    expect(texts(inbox)).toEqual(['a', 'b', 'c']);
    expect(inbox.state.pending).toEqual([]);
  });

  test('a text that was refused while it was away is told so', async () => {
    const inbox = await server.open();
    const send = inbox.send(BEN.id, 'a');
    await settle();
    await reconnect(resumed(10, 1));
    server.socket.tell({ t: 'ok', n: 2, result: { conversations: [], next: null, unread: 0 } });
    expect(await outcomeOf(send)).toBe('network');
  });

  test('what is said without a connection waits, and is shown as on its way', async () => {
    const inbox = await server.open();
    server.socket.breaks();
    const send = inbox.send(BEN.id, 'later', { replyTo: message(3, 7, 'before') });
    await settle();
    expect(sendingTo(inbox.state, BEN.id)).toEqual([
      { n: 1, at: Date.now(), text: 'later', replyTo: { from: BEN.id, number: 7 } },
    ]);
    expect(sendingTo(inbox.state, ADA.id)).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    server.socket.tell(resumed(10));
    expect(sent()).toEqual(['1:later']);
    server.socket.tell(events(10, echo(11, 1, 'later', 1, { person: BEN })));
    expect(await outcomeOf(send)).toMatchObject({ event: { t: 'direct.sent', number: 1 } });
    expect(sendingTo(inbox.state, BEN.id)).toEqual([]);
    expect(texts(inbox)).toEqual(['later']);
  });

  test('what another device of ours says is no receipt', async () => {
    const inbox = await server.open();
    const send = inbox.send(BEN.id, 'a');
    await settle();
    server.socket.tell(events(10, echo(11, 1, 'b', 1, { by: deviceId('tablet'), person: BEN })));
    expect(await outcomeOf(send)).toBe('open');
    expect(texts(inbox)).toEqual(['b']);
  });

  test('being away is said again, being back is not', async () => {
    const inbox = await server.open();
    const said = () => server.socket.commands.map(({ t, state }) => `${t} ${state}`);
    inbox.setAway(true);
    inbox.setAway(true);
    expect(said()).toEqual(['presence.set away']);
    await reconnect(resumed(10));
    expect(said()).toEqual(['presence.set away']);
    inbox.setAway(false);
    await reconnect(resumed(10));
    expect(said()).toEqual([]);
  });
});

describe('a snapshot', () => {
  const page = (...list: ReturnType<typeof message>[]) => ({ events: list, next: null });
  const history = () => server.socket.commands.filter(({ t }) => t === 'direct.history');

  /** Looks at what Ben wrote: `count` messages from seq 1. */
  async function looking(): Promise<Inbox> {
    const last = message(2, 2, 'two', { prev: 1 });
    const inbox = await server.open(
      ready({ snapshot: snapshot({ direct: direct(conversation({ last })) }) }),
    );
    void inbox.history(BEN.id);
    server.socket.tell({ t: 'ok', n: 1, result: page(message(1, 1, 'one')) });
    expect(texts(inbox)).toEqual(['one', 'two']);
    return inbox;
  }

  test('replaces what was known, and what is shown is asked for anew', async () => {
    const inbox = await looking();
    const resyncs: unknown[] = [];
    inbox.on('resync', (info) => resyncs.push(info));
    const last = message(90, 9, 'nine', { prev: 80 });
    await reconnect(
      ready({ seq: 90, snapshot: snapshot({ direct: direct(conversation({ last, unread: 7 })) }) }),
    );
    expect(resyncs).toEqual([{ reason: 'trimmed' }]);
    // The new message would leave a hole behind these.
    expect(texts(inbox)).toEqual(['one', 'two']);
    expect(inbox.state).toMatchObject({ unreadTotal: 7, conversations: [{ last: { number: 9 } }] });
    expect(inbox.state.messages.get(BEN.id)?.stale).toBe(true);
    expect(history()).toEqual([{ t: 'direct.history', with: BEN.id, n: 2 }]);
    server.socket.tell(events(90, message(91, 10, 'ten', { prev: 90 })));
    expect(texts(inbox)).toEqual(['one', 'two']);
    server.socket.tell({
      t: 'ok',
      n: 2,
      result: {
        events: [message(90, 9, 'nine', { prev: 80 }), message(91, 10, 'ten', { prev: 90 })],
        next: 90,
      },
    });
    expect(texts(inbox)).toEqual(['nine', 'ten']);
    expect(inbox.state.messages.get(BEN.id)).toMatchObject({ earlier: 90, stale: false });
    server.socket.tell(events(91, message(92, 11, 'eleven', { prev: 91 })));
    expect(texts(inbox)).toEqual(['nine', 'ten', 'eleven']);
  });

  test('of a log that began anew keeps nothing of before', async () => {
    const inbox = await looking();
    const last = message(3, 9, 'nine', { prev: 2 });
    const fresh = snapshot({ direct: direct(conversation({ last })) });
    await reconnect(ready({ epoch: 'e2', seq: 3, snapshot: fresh }));
    expect(texts(inbox)).toEqual(['nine']);
  });

  test('settles what was accepted', async () => {
    const inbox = await server.open();
    const [accepted, lost] = [inbox.send(BEN.id, 'a'), inbox.send(BEN.id, 'b')];
    await settle();
    await reconnect(ready({ seq: 900, acked: 1 }));
    expect(await outcomeOf(accepted)).toEqual({ status: 'settled' });
    expect(await outcomeOf(lost)).toBe('open');
    expect(sent()).toEqual(['2:b']);
  });

  test('comes to a device that the server has forgotten, which is another one from then on', async () => {
    const kept = storage();
    const inbox = await server.open(ready(), { storage: kept });
    const send = inbox.send(BEN.id, 'a');
    await settle();
    const tablet = deviceId('tablet');
    server.replies.push(
      Response.json({ device: tablet, ticket: 't', ticketExpiresAt: 1, url: 'ws://meet.test/' }),
    );
    server.socket.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.url.search).toBe('');
    server.socket.tell(ready({ self: { device: tablet, account: ADA } }));
    // Whether it was accepted nobody can tell any more: sent again it might be there twice.
    expect(await outcomeOf(send)).toEqual({ status: 'settled' });
    expect(sent()).toEqual([]);
    void inbox.send(BEN.id, 'b');
    await settle();
    expect(sent()).toEqual(['2:b']);
    expect(kept.getItem('parley.device http://meet.test/')).toBe(tablet);
  });

  test('that makes no sense is asked for again', async () => {
    const inbox = await server.open();
    server.socket.tell({ t: 'events', prev: 10, last: 11, events: [event(11, 'contact.changed', {})] });
    expect(inbox.state.connection.status).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.socket.url.search).toBe('');
  });
});

test('events of a newer server are passed over', async () => {
  const inbox = await server.open();
  server.socket.tell(events(10, event(11, 'direct.waved', { with: BEN.id })));
  expect(inbox.state).toMatchObject({ seq: 11, connection: { status: 'online' } });
});

test('closing it is the end', async () => {
  const inbox = await server.open();
  const send = outcomeOf(inbox.send(BEN.id, 'a'));
  inbox.close();
  expect(await send).toBe('closed');
  expect(inbox.state.connection).toMatchObject({ status: 'closed', code: 1000 });
});

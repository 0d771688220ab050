// Two people with the SDK over a real port: contacts, presence, messages with ticks, groups, calls, several devices.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Accounts,
  type Inbox,
  type InboxOptions,
  joinRoom,
  openInbox,
  tickOf,
} from '../../src/client/index.ts';
import { png } from '../support/pictures.ts';
import { until } from './support/inboxes.ts';
import { logIn, refusal, register, UNLIMITED, whoIs } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let opened: Inbox[] = [];
let count = 0;
beforeAll(async () => {
  server = await startServer({ vars: { ...UNLIMITED, RATE_CHAT: '1000/1000', RATE_CONTROL: '1000/1000' } });
});
afterEach(() => {
  for (const inbox of opened) inbox.close();
  opened = [];
});
afterAll(() => server.close());

/** Somebody new, called by a name of their own. */
function somebody(name: string): Promise<Accounts> {
  count += 1;
  return register(server.url, `${name}${count}`, name);
}

async function open(account: Accounts, options: Partial<InboxOptions> = {}): Promise<Inbox> {
  const inbox = await openInbox({ server: server.url, account, ...options });
  opened.push(inbox);
  return inbox;
}

const texts = (inbox: Inbox, account: string): string[] =>
  (inbox.state.messages.get(account)?.messages ?? []).map(({ body }) =>
    body.kind === 'text' ? body.text : body.kind,
  );

const ticks = (inbox: Inbox, account: string) => {
  const shown = inbox.state.conversations.find((one) => one.with.id === account);
  const messages = inbox.state.messages.get(account)?.messages ?? [];
  return shown === undefined ? [] : messages.map((message) => tickOf(shown, message));
};

interface Pair {
  readonly ada: Accounts;
  readonly ben: Accounts;
  /** Their account ids. */
  readonly adaId: string;
  readonly benId: string;
}

/** Two who are contacts of each other, both offline. */
async function contacts(): Promise<Pair> {
  const [ada, ben] = [await somebody('Ada'), await somebody('Ben')];
  const [adaInbox, benInbox] = [await open(ada), await open(ben)];
  const { id: adaId } = whoIs(ada);
  await adaInbox.ask({ userName: whoIs(ben).userName });
  await until(benInbox, ({ asking }) => asking.length === 1);
  await benInbox.accept(adaId);
  await until(adaInbox, (state) => state.contacts.length === 1);
  adaInbox.close();
  benInbox.close();
  return { ada, ben, adaId, benId: whoIs(ben).id };
}

describe('people', () => {
  test('find each other by the whole user name, ask, agree, and see how they are', async () => {
    const [ada, ben] = [await somebody('Ada'), await somebody('Ben')];
    const [adaInbox, benInbox] = [await open(ada), await open(ben)];
    expect(await refusal(adaInbox.find('nobody-at-all'))).toBe('person_unknown');
    const found = await adaInbox.find(whoIs(ben).userName.toUpperCase());
    expect(found).toEqual({ id: whoIs(ben).id, userName: whoIs(ben).userName, name: 'Ben', avatar: null });
    expect(await refusal(adaInbox.send(found.id, 'hi'))).toBe('not_contact');
    await adaInbox.ask(found.id, 'It is me.');
    await until(benInbox, ({ asking }) => asking[0]?.note === 'It is me.');
    expect(adaInbox.state.asked).toMatchObject([{ person: { name: 'Ben' } }]);
    await benInbox.accept(whoIs(ada).id);
    await until(adaInbox, ({ presence }) => presence.get(found.id)?.status === 'online');
    benInbox.setAway(true);
    await until(adaInbox, ({ presence }) => presence.get(found.id)?.status === 'away');
    expect((await adaInbox.online()).people).toMatchObject([{ person: { name: 'Ben' }, status: 'away' }]);
    benInbox.close();
    await until(adaInbox, ({ presence }) => presence.get(found.id)?.status === 'offline');
  }, 60_000);

  test('who are blocked see nothing of it, and are not heard', async () => {
    const { ada, ben, adaId, benId } = await contacts();
    const [adaInbox, benInbox] = [await open(ada), await open(ben)];
    await adaInbox.block(benId);
    expect(adaInbox.state.blocked).toMatchObject([{ id: benId }]);
    await benInbox.send(adaId, 'hello?');
    await adaInbox.unblock(benId);
    await benInbox.send(adaId, 'there you are');
    await until(adaInbox, () => texts(adaInbox, benId).length > 0);
    expect(texts(adaInbox, benId)).toEqual(['there you are']);
    expect(texts(benInbox, adaId)).toEqual(['hello?', 'there you are']);
  });
});

describe('messages', () => {
  test('come to all devices of both, once and in order, with ticks, and reading is read everywhere', async () => {
    const { ada, ben, adaId, benId } = await contacts();
    const phone = await open(ada);
    const laptop = await open(await logIn(server.url, whoIs(ada).userName));
    expect(laptop.state.device).not.toBe(phone.state.device);
    const sent = await Promise.all(['one', 'two', 'three'].map((text) => phone.send(benId, text)));
    expect(sent).toMatchObject([{ status: 'done' }, { status: 'done' }, { status: 'done' }]);
    await until(laptop, () => texts(laptop, benId).length === 3);
    expect(ticks(laptop, benId)).toEqual(['sent', 'sent', 'sent']);

    // Ben was offline, and knows by the snapshot.
    const benInbox = await open(ben);
    expect(benInbox.state).toMatchObject({ unreadTotal: 3, conversations: [{ unread: 3 }] });
    await benInbox.history(adaId);
    expect(texts(benInbox, adaId)).toEqual(['one', 'two', 'three']);
    await until(phone, () => ticks(phone, benId).every((tick) => tick === 'delivered'));
    benInbox.read(adaId);
    await until(laptop, () => ticks(laptop, benId).every((tick) => tick === 'read'));
    await until(benInbox, ({ unreadTotal }) => unreadTotal === 0);

    await benInbox.send(adaId, 'four', { replyTo: { from: adaId, number: 2 } });
    await until(phone, ({ unreadTotal }) => unreadTotal === 1);
    await until(laptop, ({ unreadTotal }) => unreadTotal === 1);
    phone.read(benId);
    await until(laptop, ({ unreadTotal }) => unreadTotal === 0);
    expect(texts(laptop, benId)).toEqual(['one', 'two', 'three', 'four']);
    expect(laptop.state.messages.get(benId)?.messages.at(-1)).toMatchObject({
      replyTo: { from: adaId, number: 2 },
    });
  }, 60_000);

  test('are edited and deleted on both sides', async () => {
    const { ada, ben, adaId, benId } = await contacts();
    const [adaInbox, benInbox] = [await open(ada), await open(ben)];
    await adaInbox.send(benId, 'frist');
    await adaInbox.send(benId, 'second');
    await adaInbox.edit(benId, 1, 'first');
    await adaInbox.delete(benId, 2);
    await until(benInbox, () => texts(benInbox, adaId).join() === 'first,deleted');
    expect(texts(adaInbox, benId)).toEqual(['first', 'deleted']);
    expect(await refusal(benInbox.edit(adaId, 1, 'mine'))).toBe('message_unknown');
  });

  test('may be pictures, which both see and nobody else', async () => {
    const { ada, ben, adaId, benId } = await contacts();
    const [adaInbox, benInbox] = [await open(ada), await open(ben)];
    const { body } = await adaInbox.upload(benId, png, { caption: 'look' });
    await until(benInbox, () => texts(benInbox, adaId).length === 1);
    expect(benInbox.state.messages.get(adaId)?.messages).toMatchObject([{ body }]);
    if (body.kind !== 'image') throw new Error('the event is of no picture');
    expect(body.caption).toBe('look');
    const shown = await fetch(await benInbox.imageUrl(body.image));
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);
    const eve = await open(await somebody('Eve'));
    expect(await refusal(eve.imageUrl(body.image))).toBe('image_unknown');
  });

  test('that were written before this page load are a history away', async () => {
    const { ada, benId } = await contacts();
    const writing = await open(ada);
    const all = Array.from({ length: 130 }, (_, index) => String(index + 1));
    await Promise.all(all.map((text) => writing.send(benId, text)));
    const inbox = await open(ada);
    expect(texts(inbox, benId)).toEqual(['130']);
    while (inbox.state.messages.get(benId)?.earlier !== null) await inbox.history(benId);
    expect(texts(inbox, benId)).toEqual(all);
  }, 60_000);
});

test('whoever logs out has no inbox any more, and another device keeps its own', async () => {
  const ada = await somebody('Ada');
  const phone = await logIn(server.url, whoIs(ada).userName);
  const [inbox, onPhone] = [await open(ada), await open(phone)];
  await ada.endOtherLogins();
  await until(onPhone, ({ connection }) => connection.status === 'closed');
  expect(phone.current).toBeNull();
  expect(inbox.state.connection.status).toBe('online');
  await ada.logOut();
  expect(inbox.state.connection).toMatchObject({ status: 'closed', error: { code: 'login_required' } });
});

test('a call rings at all devices until one answers, which leads into the room', async () => {
  const { ada, ben, adaId, benId } = await contacts();
  const caller = await open(ada);
  const [phone, laptop] = [await open(ben), await open(await logIn(server.url, whoIs(ben).userName))];
  const call = await caller.call(benId);
  expect(caller.state.placed).toMatchObject([{ call: call.call, to: benId }]);
  await until(phone, ({ ringing }) => ringing.length === 1);
  await until(laptop, ({ ringing }) => ringing[0]?.from.id === adaId);
  const answered = await phone.answer(laptop.state.ringing[0]?.call ?? '');
  if (answered.status !== 'done') throw new Error('the answer was lost');
  await until(laptop, ({ ringing }) => ringing.length === 0);
  await until(caller, ({ placed }) => placed.length === 0);
  const { code, invite } = answered.result;
  const room = await joinRoom({
    server: server.url,
    code,
    account: ben,
    ...(invite === undefined ? {} : { invite }),
  });
  expect(room.state.room.code).toBe(call.code);
  room.close();

  const second = await caller.call(benId);
  await until(laptop, ({ ringing }) => ringing.length === 1);
  await laptop.declineCall(laptop.state.ringing[0]?.call ?? '');
  await until(caller, ({ placed }) => !placed.some((placed) => placed.call === second.call));
}, 60_000);

test('a group is made, joined by invitation, opened as a room, and says what is new to who is elsewhere', async () => {
  const { ada, ben, benId } = await contacts();
  const [adaInbox, benInbox] = [await open(ada), await open(ben)];
  const { group } = await adaInbox.createGroup({ name: 'Climbers' });
  const room = await adaInbox.openGroup(group);
  expect(room.state.group).toMatchObject({ role: 'owner', enrolled: 1 });
  await room.send('group.invite', { account: benId });
  await until(benInbox, ({ groups }) => groups[0]?.state === 'invited');
  expect(await refusal(benInbox.openGroup(group))).toBe('not_enrolled');
  expect(await benInbox.joinGroup(group)).toMatchObject({ state: 'enrolled' });
  await until(benInbox, ({ groups }) => groups[0]?.state === 'enrolled');
  await room.chat('Who is in on Friday?');
  await until(benInbox, ({ unread }) => unread.groups === 1);
  const bens = await benInbox.openGroup(group);
  expect(bens.state.messages.map((message) => (message.t === 'chat.sent' ? message.body : null))).toEqual([
    { kind: 'text', text: 'Who is in on Friday?' },
  ]);
  await bens.send('group.read', { upTo: bens.state.seq });
  await until(benInbox, ({ unread }) => unread.groups === 0);
  bens.close();
  await benInbox.leaveGroup(group);
  await until(benInbox, ({ groups }) => groups.length === 0);
  room.close();
}, 60_000);

// Two people on three devices, and a server that is killed in the middle of what they write to each other.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Accounts, type Inbox, openInbox } from '../../src/client/index.ts';
import { until } from './support/inboxes.ts';
import { register, UNLIMITED, whoIs } from './support/people.ts';
import { type LastingServer, startServer } from './support/server.ts';

const vars = { ...UNLIMITED, RATE_CHAT: '1000/1000', RATE_CONTROL: '1000/1000' };
const persistTo = mkdtempSync(join(tmpdir(), 'parley-inbox-'));
let server: LastingServer | undefined;
const opened: Inbox[] = [];
afterEach(async () => {
  for (const inbox of opened) inbox.close();
  await server?.close();
  rmSync(persistTo, { recursive: true, force: true });
});

/** A server that is started again has another port; to clients it is one address. */
const viaProxy: typeof fetch = (input, init) => {
  if (server === undefined) throw new Error('no server was started');
  const { pathname, search } = new URL(String(input));
  return fetch(server.url + pathname + search, init);
};

async function open(account: Accounts): Promise<Inbox> {
  const timing = { firstWithin: 200, backoff: 200, backoffMost: 500 };
  const inbox = await openInbox({ server: 'http://parley.test', account, fetch: viaProxy, timing });
  opened.push(inbox);
  return inbox;
}

/** What one of the two has written, as an inbox shows it. */
const written = (inbox: Inbox, other: string, author: string): string[] =>
  (inbox.state.messages.get(other)?.messages ?? [])
    .filter(({ from }) => from === author)
    .map(({ body }) => (body.kind === 'text' ? body.text : body.kind));

test('every message comes to every device once and in order, whenever the server dies', async () => {
  server = await startServer({ persistTo, vars });
  const [ada, ben] = [await register(server.url, 'ada', 'Ada'), await register(server.url, 'ben', 'Ben')];
  const [adaId, benId] = [whoIs(ada).id, whoIs(ben).id];
  const [phone, laptop, bens] = [await open(ada), await open(ada), await open(ben)];
  await phone.ask({ userName: 'ben' });
  await until(bens, ({ asking }) => asking.length === 1);
  await bens.accept(adaId);
  await until(phone, ({ contacts }) => contacts.length === 1);

  const TEXTS = Array.from({ length: 60 }, (_, index) => String(index + 1));
  const write = async (inbox: Inbox, to: string, mark: string): Promise<unknown[]> => {
    const receipts: Promise<unknown>[] = [];
    for (const text of TEXTS) {
      receipts.push(inbox.send(to, `${mark}${text}`));
      await wait(20);
    }
    return Promise.all(receipts);
  };
  const writing = [write(phone, benId, 'p'), write(laptop, benId, 'l'), write(bens, adaId, 'b')];
  await wait(400);
  await server.kill();
  server = await startServer({ persistTo, vars });
  await wait(1_500);
  await server.kill();
  server = await startServer({ persistTo, vars });
  for (const receipts of await Promise.all(writing)) expect(receipts).toHaveLength(TEXTS.length);

  const ofMark = (list: readonly string[], mark: string) => list.filter((text) => text.startsWith(mark));
  const marked = (mark: string) => TEXTS.map((text) => `${mark}${text}`);
  for (const [inbox, other] of [
    [phone, benId],
    [laptop, benId],
    [bens, adaId],
  ] as const) {
    await until(inbox, () => written(inbox, other, adaId).length >= 2 * TEXTS.length);
    await until(inbox, () => written(inbox, other, benId).length >= TEXTS.length);
    await wait(300);
    expect(ofMark(written(inbox, other, adaId), 'p')).toEqual(marked('p'));
    expect(ofMark(written(inbox, other, adaId), 'l')).toEqual(marked('l'));
    expect(written(inbox, other, benId)).toEqual(marked('b'));
    expect(inbox.state.pending).toEqual([]);
  }
  // Both devices of Ada's show her messages in one order, and Ben sees them in the same.
  expect(written(laptop, benId, adaId)).toEqual(written(phone, benId, adaId));
  expect(written(bens, adaId, adaId)).toEqual(written(phone, benId, adaId));
  expect(bens.state.unreadTotal).toBe(2 * TEXTS.length);
  bens.read(adaId);
  await until(laptop, ({ conversations }) => conversations[0]?.seen === 2 * TEXTS.length);
}, 120_000);

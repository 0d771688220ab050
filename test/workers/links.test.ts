import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { emptyTables } from './support/account-server.ts';
import { ask, connect, type Device, type Person, register } from './support/inbox-sockets.ts';
import type { Frame } from './support/room-sockets.ts';

const stub = (account: string) => env.USERS.getByName(account);
const eventsIn = (frames: readonly Frame[]): Frame[] =>
  frames.flatMap((frame) => (frame.t === 'events' ? (frame.events as Frame[]) : []));
const told =
  (t: string, is: (event: Frame) => boolean = () => true) =>
  (frame: Frame) =>
    eventsIn([frame]).some((event) => event.t === t && is(event));
const contactIs = (state: string) => told('contact.changed', (event) => event.state === state);
const isMade = (account: string): Promise<boolean> =>
  runInDurableObject(
    stub(account),
    (_object, { storage }) =>
      storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray().length > 0,
  );
const countOf = (account: string, table: string): Promise<number> =>
  runInDurableObject(
    stub(account),
    (_object, { storage }) => storage.sql.exec('SELECT 1 FROM state WHERE tbl = ?', table).toArray().length,
  );

let ada: Person;
let ben: Person;
let phone: Device;

/** Ada looks Ben up, and asks him. */
const askBen = async () => {
  expect((await ask(ada.token, 'POST', '/v1/me/people', { userName: 'ben' })).status).toBe(200);
  phone.send({ t: 'contact.ask', n: 1, account: ben.id });
};

beforeEach(async () => {
  await emptyTables();
  ada = await register('ada');
  ben = await register('ben');
  phone = await connect(ada.token);
});

describe('two people', () => {
  it('reach each other, also where one has never connected, and both sleep in between', async () => {
    expect(await isMade(ben.id)).toBe(false);
    await askBen();
    await phone.next(contactIs('asked'));
    await expect.poll(() => isMade(ben.id)).toBe(true);
    await evictDurableObject(stub(ada.id), { webSockets: 'hibernate' });
    await evictDurableObject(stub(ben.id), { webSockets: 'hibernate' });
    const bens = await connect(ben.token);
    expect(bens.ready.snapshot).toMatchObject({
      contacts: [{ state: 'asking', person: { id: ada.id, userName: 'ada' } }],
    });
    bens.send({ t: 'contact.accept', n: 1, account: ada.id });
    await phone.next(contactIs('contact'));
    await expect.poll(() => countOf(ben.id, 'outgoing')).toBe(0);
    await expect.poll(() => countOf(ada.id, 'outgoing')).toBe(0);
  });

  it('take so much of each other, also over a sleep', async () => {
    const bens = await connect(ben.token);
    bens.send({ t: 'favourite.add', n: 1, kind: 'media', id: 'f', title: 'x', room: 'abc-defg-hij' });
    await bens.next(told('favourite.added'));
    const card = { id: ada.id, userName: 'ada', name: 'ada', avatar: null };
    const bring = async (from: number, count: number) => {
      const items = Array.from({ length: count }, (_, index) => ({
        number: from + index,
        kind: 'meeting.invited',
        data: { code: 'abc-defg-hij', name: 'x', schedule: null },
      }));
      return stub(ben.id).take(card, ben.id, { epoch: 'e', items });
    };
    const sleep = () => evictDurableObject(stub(ben.id), { webSockets: 'hibernate' });
    const upTo = (taken: Awaited<ReturnType<typeof bring>>): number =>
      taken.ok && 'upTo' in taken.value ? taken.value.upTo : 0;
    // Not much: nothing is written of it, and nobody gains by that.
    expect(upTo(await bring(1, 95))).toBe(95);
    expect(await countOf(ben.id, 'allowances')).toBe(0);
    await sleep();
    const taken = upTo(await bring(96, 150));
    expect(taken).toBeGreaterThanOrEqual(195);
    expect(taken).toBeLessThan(205);
    expect(await countOf(ben.id, 'allowances')).toBe(1);
    await sleep();
    // One or two where the machine is slow.
    expect(upTo(await bring(taken + 1, 20)) - taken).toBeLessThan(5);
  });

  it('say no more by more devices', async () => {
    // Each device alone may say forty things at once.
    const devices = await Promise.all([1, 2, 3].map(() => connect(ada.token)));
    for (const device of devices)
      for (let n = 1; n <= 30; n += 1)
        device.send({ t: 'favourite.add', n, kind: 'media', id: `f${n}`, title: 'x', room: 'abc-defg-hij' });
    const limited = () =>
      devices.flatMap(({ frames }) => frames).filter(({ code }) => code === 'rate_limited').length;
    await expect.poll(limited).toBeGreaterThan(20);
  });

  it('say something to somebody whose account was never there, which makes nothing', async () => {
    const nobody = `a_${'x'.repeat(22)}`;
    const card = { id: ada.id, userName: 'ada', name: 'ada', avatar: null };
    const batch = { epoch: 'e', items: [{ number: 1, kind: 'contact.asked', data: { note: '' } }] };
    expect(await stub(nobody).take(card, nobody, batch)).toEqual({ ok: true, value: { gone: true } });
    expect(await isMade(nobody)).toBe(false);
  });

  it('lose each other when one deletes the account', async () => {
    await askBen();
    const bens = await connect(ben.token);
    if (JSON.stringify(bens.ready).includes('"asking"') === false) await bens.next(contactIs('asking'));
    bens.send({ t: 'contact.accept', n: 1, account: ada.id });
    await phone.next(contactIs('contact'));
    const password = 'correct horse battery staple';
    expect((await ask(ben.token, 'DELETE', '/v1/me', { password })).status).toBe(204);
    await phone.next(told('contact.removed', ({ account }) => account === ben.id));
    // What waits for the others to hear is done; then nothing is left.
    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(stub(ben.id));
          return isMade(ben.id);
        },
        { interval: 500 },
      )
      .toBe(false);
  }, 20_000);
});

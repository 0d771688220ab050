import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, LIMITS } from '../../src/protocol/index.ts';
import { emptyTables, PASSWORD } from './support/account-server.ts';
import {
  ask,
  askTicket,
  connect,
  type Device,
  logIn,
  type Person,
  positionOf,
  register,
  upgrade,
} from './support/inbox-sockets.ts';
import type { Frame } from './support/room-sockets.ts';

const stub = (account: string) => env.USERS.getByName(account);
const sleep = (account: string) => evictDurableObject(stub(account), { webSockets: 'hibernate' });
/** What the person's object has on disk, by table. */
const rowsOf = (account: string, table: string): Promise<Record<string, unknown>[]> =>
  runInDurableObject(stub(account), (_object, { storage }) =>
    storage.sql
      .exec<{ json: string }>('SELECT json FROM state WHERE tbl = ?', table)
      .toArray()
      .map(({ json }) => JSON.parse(json) as Record<string, unknown>),
  );
/** Whether anything was ever written there. */
const isMade = (account: string): Promise<boolean> =>
  runInDurableObject(
    stub(account),
    (_object, { storage }) =>
      storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray().length > 0,
  );

/** A command that all devices are told of. */
const keep = (title: string, n?: number) => ({
  t: 'favourite.add',
  kind: 'media',
  id: title.replaceAll(' ', '-'),
  title,
  room: 'abc-defg-hij',
  ...(n === undefined ? {} : { n }),
});
const eventsIn = (frames: readonly Frame[]): Frame[] =>
  frames.flatMap((frame) => (frame.t === 'events' ? (frame.events as Frame[]) : []));
const told = (title: string) => (frame: Frame) =>
  eventsIn([frame]).some(
    ({ t, favourite }) => t === 'favourite.added' && (favourite as Frame).title === title,
  );
const titlesIn = ({ frames }: Device): unknown[] =>
  eventsIn(frames)
    .filter(({ t }) => t === 'favourite.added')
    .map(({ favourite }) => (favourite as Frame).title);

async function expectProblem(response: Response, code: ErrorCode): Promise<void> {
  expect(await response.json()).toMatchObject({ code });
  expect(response.status).toBe(ERRORS[code].status);
}

let ada: Person;

beforeEach(async () => {
  await emptyTables();
  ada = await register('ada');
});

describe('connecting', () => {
  it('makes a device known, and tells it who it is and what there is', async () => {
    expect(await isMade(ada.id)).toBe(false);
    const opened = await askTicket(ada.token);
    expect(opened.device).toMatch(/^d_[\w-]{22}$/);
    expect(opened.url).toBe('ws://parley.test/v1/me/connect');
    const phone = await connect(ada.token, opened.device);
    expect(phone.id).toBe(opened.device);
    expect(phone.ready).toMatchObject({
      t: 'ready',
      v: 1,
      seq: 0,
      private: 0,
      recovered: false,
      acked: 0,
      self: { device: phone.id, account: { id: ada.id, userName: 'ada', name: 'ada', avatar: null } },
      snapshot: { contacts: [], blocked: [] },
    });
    expect(await rowsOf(ada.id, 'devices')).toMatchObject([{ id: phone.id, online: true }]);
  });

  it('gives another device where the one that is named is known no longer', async () => {
    const unknown = `d_${'x'.repeat(22)}`;
    const { device } = await askTicket(ada.token, unknown);
    expect(device).not.toBe(unknown);
    expect(await rowsOf(ada.id, 'devices')).toMatchObject([{ id: device }]);
  });

  it('takes a ticket once', async () => {
    const { ticket } = await askTicket(ada.token);
    const first = await upgrade(ticket);
    expect(first.status).toBe(101);
    first.webSocket?.accept();
    await expectProblem(await upgrade(ticket), 'ticket_invalid');
  });

  it('takes no ticket that somebody made of their own for somebody else', async () => {
    const eve = await register('eve');
    await connect(ada.token);
    const { ticket } = await askTicket(eve.token);
    const theirs = ticket.replace(eve.id, ada.id);
    expect(theirs).not.toBe(ticket);
    await expectProblem(await upgrade(theirs), 'ticket_invalid');
    for (const wrong of ['', 'nonsense', `${ada.id}`, `${ada.id}.${'.'.repeat(9)}`])
      expect((await upgrade(wrong)).status).toBe(401);
    // A guess at somebody who never connected makes nothing.
    const ben = await register('ben');
    await expectProblem(await upgrade(`${ben.id}.d_${'x'.repeat(22)}.secret`), 'ticket_invalid');
    expect(await isMade(ben.id)).toBe(false);
  });

  it('is for those who log in, and writes nothing for others', async () => {
    await expectProblem(await ask(`acc_${'x'.repeat(43)}`, 'POST', '/v1/me/connect'), 'login_required');
    const headers = { 'content-type': 'application/json' };
    const { exports } = await import('cloudflare:workers');
    const response = await exports.default.fetch('http://parley.test/v1/me/connect', {
      method: 'POST',
      headers,
      body: '{}',
    });
    await expectProblem(response, 'login_required');
    await expectProblem(await ask(ada.token, 'POST', '/v1/me/connect', { device: 'not one' }), 'invalid');
    expect(await isMade(ada.id)).toBe(false);
  });

  it('knows so many devices, and forgets the one unseen for longest for a new one', async () => {
    const first = await askTicket(ada.token);
    const tab = await connect(ada.token);
    // More than the rate lets one person ask for: written as the object would have.
    await runInDurableObject(stub(ada.id), (_object, { storage }) => {
      for (let index = 2; index < LIMITS.devices; index += 1) {
        const id = `d_${String(index).padStart(22, '0')}`;
        const row = { id, online: false, session: 1, ticket: null, seenAt: 1_000 + index };
        storage.sql.exec(
          "INSERT INTO state (tbl, key, json) VALUES ('devices', ?, ?)",
          id,
          JSON.stringify(row),
        );
      }
    });
    await sleep(ada.id);
    const { device } = await askTicket(ada.token);
    const rows = await rowsOf(ada.id, 'devices');
    expect(rows).toHaveLength(LIMITS.devices);
    const ids = rows.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([device, first.device, tab.id]));
    expect(ids).not.toContain(`d_${'2'.padStart(22, '0')}`);
  });
});

describe('devices', () => {
  it('are all told, each goes on where it stood, and each counts for itself', async () => {
    const phone = await connect(ada.token);
    const tab = await connect(ada.token);
    phone.send(keep('one', 1));
    await Promise.all([phone, tab].map(({ next }) => next(told('one'))));
    const echo = eventsIn(phone.frames).find(({ t }) => t === 'favourite.added');
    expect(echo).toMatchObject({ by: phone.id, n: 1 });
    const at = positionOf(tab);
    tab.socket.close(1000);
    phone.send(keep('two', 2));
    await phone.next(told('two'));
    phone.socket.close(1000);

    const tabAgain = await connect(ada.token, tab.id, at);
    expect(tabAgain.ready).toMatchObject({ recovered: true, acked: 0 });
    await tabAgain.next(told('two'));
    expect(titlesIn(tabAgain)).toEqual(['two']);
    const phoneAgain = await connect(ada.token, phone.id, positionOf(phone));
    expect(phoneAgain.ready).toMatchObject({ recovered: true, acked: 2 });
    // What was accepted before is not done again.
    phoneAgain.send(keep('two again', 2));
    await phoneAgain.next((frame) => frame.t === 'ok' && frame.repeated === true);
    tabAgain.send(keep('three', 1));
    await phoneAgain.next(told('three'));
    expect(titlesIn(phoneAgain)).toEqual(['three']);
  });

  it('that stand elsewhere than the log get a snapshot', async () => {
    const phone = await connect(ada.token);
    phone.send(keep('one', 1));
    await phone.next(told('one'));
    const again = await connect(ada.token, phone.id, '?epoch=another&seq=1&private=0');
    expect(again.ready).toMatchObject({ recovered: false, seq: 1 });
    expect(JSON.stringify(again.ready.snapshot)).toContain('"title":"one"');
  });

  it('stay connected while their object sleeps, and those that died are gone when it wakes', async () => {
    const phone = await connect(ada.token);
    const tab = await connect(ada.token);
    await sleep(ada.id);
    phone.send(keep('after', 1));
    await tab.next(told('after'));
    await evictDurableObject(stub(ada.id), { webSockets: 'close' });
    await askTicket(ada.token, phone.id);
    const rows = await rowsOf(ada.id, 'devices');
    expect(rows.map(({ online }) => online)).toEqual([false, false]);
  });

  it('run commands over HTTP, too, each for itself', async () => {
    const tab = await connect(ada.token);
    const run = (device: string, command: object) =>
      ask(ada.token, 'POST', '/v1/me/commands', { device, command });
    const response = await run(tab.id, keep('by hand', 7));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ n: 7, events: [{ t: 'favourite.added', n: 7 }] });
    await tab.next(told('by hand'));
    expect(await (await run(tab.id, keep('by hand', 7))).json()).toMatchObject({ repeated: true });
    await expectProblem(await run(`d_${'x'.repeat(22)}`, keep('lost')), 'device_unknown');
    await expectProblem(
      await run(tab.id, { t: 'chat.send', body: { kind: 'text', text: 'hi' } }),
      'unknown_command',
    );
    await expectProblem(await run(tab.id, { t: 'favourite.add' }), 'invalid');
    const eve = await register('eve');
    const theirs = await ask(eve.token, 'POST', '/v1/me/commands', { device: tab.id, command: keep('eve') });
    await expectProblem(theirs, 'device_unknown');
  });
});

/** The code that a device's socket is closed with. */
const closing = ({ socket }: Device): Promise<number> =>
  new Promise((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });

describe('a login that ends', () => {
  it('takes its devices with it, and no others', async () => {
    const elsewhere = await logIn('ada');
    const mine = await connect(ada.token);
    const other = await connect(elsewhere);
    const closed = closing(other);
    const response = await ask(elsewhere, 'DELETE', '/v1/me/logins/current');
    expect(response.status).toBe(204);
    expect(await closed).toBe(4109);
    expect(await rowsOf(ada.id, 'devices')).toMatchObject([{ id: mine.id, online: true }]);
    mine.send(keep('still here', 1));
    await mine.next(told('still here'));
    const again = await askTicket(ada.token, other.id);
    expect(again.device).not.toBe(other.id);
  });

  it('because the password was changed takes all others with it', async () => {
    const elsewhere = await logIn('ada');
    const mine = await connect(ada.token);
    const closed = closing(await connect(elsewhere));
    const change = { current: PASSWORD, next: 'another horse, another battery' };
    expect((await ask(ada.token, 'POST', '/v1/me/password', change)).status).toBe(204);
    expect(await closed).toBe(4109);
    expect(await rowsOf(ada.id, 'devices')).toMatchObject([{ id: mine.id, online: true }]);
  });
});

describe('a name that changes', () => {
  it('is told to the devices at once', async () => {
    const phone = await connect(ada.token);
    expect((await ask(ada.token, 'PATCH', '/v1/me', { name: 'Countess' })).status).toBe(200);
    const frame = await phone.next((one) => eventsIn([one]).some(({ t }) => t === 'person.changed'));
    expect(eventsIn([frame])).toMatchObject([{ person: { id: ada.id, name: 'Countess' } }]);
  });
});

describe('an account that is deleted', () => {
  it('signs its devices out, and leaves nothing behind', async () => {
    const phone = await connect(ada.token);
    const closed = closing(phone);
    const response = await ask(ada.token, 'DELETE', '/v1/me', { password: PASSWORD });
    expect(response.status).toBe(204);
    expect(await closed).toBe(4109);
    await runDurableObjectAlarm(stub(ada.id));
    expect(await isMade(ada.id)).toBe(false);
    expect(await runInDurableObject(stub(ada.id), (_object, { storage }) => storage.getAlarm())).toBeNull();
  });
});

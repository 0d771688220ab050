import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetDeleted } from '../../src/platform/d1-directory.ts';
import { ConnectResponseSchema } from '../../src/protocol/index.ts';
import { UserObject } from '../../src/user-object/user-object.ts';
import { PROVIDER, providerToken } from '../unit/worker/fake-people.ts';
import { bearer, bodyOf } from '../unit/worker/fake-room.ts';
import { emptyTables, rowsOf, serveAccounts } from './support/account-server.ts';
import {
  ask,
  askTicket,
  connect,
  type Device,
  logIn,
  type Person,
  register,
} from './support/inbox-sockets.ts';

const stub = (account: string) => env.USERS.getByName(account);
/** What the person's object has on disk, by table; null: nothing at all, and no alarm. */
const rowsIn = (account: string, table: string): Promise<string[] | null> =>
  runInDurableObject(stub(account), async (_object, { storage }) => {
    const tables = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray();
    if (tables.length === 0 && (await storage.getAlarm()) === null) return null;
    const rows = storage.sql.exec<{ key: string }>('SELECT key FROM state WHERE tbl = ?', table);
    return rows.toArray().map(({ key }) => key);
  });
/** As if the time of every deadline had come. */
async function passTime(account: string): Promise<void> {
  await runInDurableObject(stub(account), (_object, { storage }) => {
    storage.sql.exec("UPDATE state SET json = json_set(json, '$.at', 0) WHERE tbl = 'deadlines'");
  });
  await evictDurableObject(stub(account), { webSockets: 'hibernate' });
  await runDurableObjectAlarm(stub(account));
}
/** The code that a device's socket is closed with. */
const closing = ({ socket }: Device): Promise<number> =>
  new Promise((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
/** Deletes an account as the Worker does, which then dies. */
const deleteAccount = (account: string) =>
  env.ACCOUNTS.batch([
    env.ACCOUNTS.prepare('DELETE FROM accounts WHERE id = ?1').bind(account),
    ...forgetDeleted(env.ACCOUNTS, account, Date.now()),
  ]);

let ada: Person;

beforeEach(async () => {
  await emptyTables();
  ada = await register('ada');
});

describe('a Worker that dies', () => {
  it('behind the deletion of an account leaves an object that finds out', async () => {
    const phone = await connect(ada.token);
    await passTime(ada.id);
    await stub(ada.id).expectFarewell();
    await deleteAccount(ada.id);
    const closed = closing(phone);
    await passTime(ada.id);
    expect(await closed).toBe(4109);
    await expect.poll(() => rowsIn(ada.id, 'self')).toBeNull();
  });

  it('before the deletion leaves everything as it is', async () => {
    await askTicket(ada.token);
    await stub(ada.id).expectFarewell();
    await passTime(ada.id);
    expect(await rowsIn(ada.id, 'devices')).toHaveLength(1);
    expect(await rowsIn(ada.id, 'deadlines')).toEqual([]);
    expect(await rowsIn(ada.id, 'effects')).toEqual([]);
  });

  it('while it makes an object for somebody who is gone by then leaves none', async () => {
    const card = { id: ada.id, userName: 'ada', name: 'ada', avatar: null };
    await deleteAccount(ada.id);
    await stub(ada.id).openDevice(card, null, 'l_gone');
    expect(await rowsIn(ada.id, 'devices')).toHaveLength(1);
    await passTime(ada.id);
    await expect.poll(() => rowsIn(ada.id, 'self')).toBeNull();
  });

  it('behind the end of a login leaves an object that closes its devices, and no others', async () => {
    const mine = await connect(ada.token);
    const closed = closing(await connect(await logIn('ada')));
    await env.ACCOUNTS.prepare('DELETE FROM logins WHERE number = (SELECT max(number) FROM logins)').run();
    // The alarm that comes by itself, as long as sockets stand.
    await runDurableObjectAlarm(stub(ada.id));
    expect(await closed).toBe(4109);
    expect(await rowsIn(ada.id, 'devices')).toEqual([mine.id]);
  });

  it('is not needed for a login to expire', async () => {
    const closed = closing(await connect(ada.token));
    await env.ACCOUNTS.prepare('UPDATE logins SET expires_at = ?1').bind(Date.now()).run();
    await runDurableObjectAlarm(stub(ada.id));
    expect(await closed).toBe(4109);
  });
});

describe('an object that is about to go', () => {
  it('takes no ticket any more, shows no picture, and makes nobody known', async () => {
    const { ticket } = await askTicket(ada.token);
    const ben = await register('ben');
    // Somebody who can't be told at once holds the purge up.
    await runInDurableObject(stub(ada.id), (_object, { storage }) => {
      const data = { group: 'abc-defg-hij', account: ada.id };
      const row = { kind: 'nobody carries this out', data, attempts: 0, at: Date.now() + 60_000 };
      storage.sql.exec(
        "INSERT INTO state (tbl, key, json) VALUES ('effects', 'held', ?)",
        JSON.stringify(row),
      );
    });
    await evictDurableObject(stub(ada.id), { webSockets: 'hibernate' });
    await stub(ada.id).remove();
    expect(await rowsIn(ada.id, 'devices')).toEqual([]);
    const upgrade = await stub(ada.id).fetch(
      new Request('https://x', {
        headers: { upgrade: 'websocket', 'x-parley-ticket': ticket.slice(ada.id.length + 1) },
      }),
    );
    expect(await upgrade.json()).toMatchObject({ code: 'ticket_invalid' });
    const card = { id: ben.id, userName: 'ben', name: 'ben', avatar: null };
    const me = { id: ada.id, userName: 'ada', name: 'ada', avatar: null };
    const gone = { ok: false, error: { code: 'login_required' } };
    expect(await stub(ada.id).introduce(me, card)).toMatchObject(gone);
    expect(await stub(ada.id).openDevice(me, null, 'l_x')).toMatchObject(gone);
    // Nothing new comes of a name that changed before, either.
    await stub(ada.id).changed({ ...me, name: 'Countess' });
    const name = await runInDurableObject(stub(ada.id), (_object, { storage }) =>
      storage.sql.exec("SELECT json ->> 'name' AS name FROM state WHERE tbl = 'self'").one(),
    );
    expect(name).toEqual({ name: 'ada' });
    expect((await rowsIn(ada.id, 'effects'))?.toSorted()).toEqual(['held', 'purge']);
  });
});

describe('a purge that takes too long', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is tried again, and touches nothing that came after it was done', async () => {
    const card = { id: `x_${'p'.repeat(22)}`, userName: null, name: 'Pia', avatar: null };
    const object = stub(card.id);
    await object.openDevice(card, null, null);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // The first look into the bucket hangs.
    let looks = 0;
    await runInDurableObject(object, (instance) => {
      const { PICTURES } = (instance as unknown as { readonly env: typeof env }).env;
      const list = PICTURES.list.bind(PICTURES);
      PICTURES.list = async (options) => {
        looks += 1;
        if (looks === 1) await held;
        return list(options);
      };
    });
    // What an effect may take, thirty seconds, is over at once.
    const { setTimeout: inTime } = globalThis;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms: number) =>
      inTime(work, ms === 30_000 ? 10 : ms)) as typeof setTimeout);
    await object.remove();
    while ((await rowsIn(card.id, 'self')) !== null) {
      await runDurableObjectAlarm(object);
      await scheduler.wait(100);
    }
    expect(looks).toBe(2);
    await object.openDevice(card, null, null);
    await runInDurableObject(object, () => release());
    await scheduler.wait(100);
    expect(await rowsIn(card.id, 'devices')).toHaveLength(1);
    expect((await object.openDevice(card, null, null)).ok).toBe(true);
    expect(await rowsIn(card.id, 'devices')).toHaveLength(2);
  }, 20_000);
});

describe('people of the provider', () => {
  const as = async (server: ReturnType<typeof serveAccounts>, method: string, path: string) => {
    const token = await providerToken({ sub: '42', name: 'Grace' }, { exp: Date.now() / 1_000 + 3_600 });
    return server.fetch(path, { method, headers: bearer(token) });
  };
  const serve = () => {
    const server = serveAccounts({ USERS: env.USERS, ...PROVIDER });
    server.time.now = Date.now();
    return server;
  };
  const connectTo = async (server: ReturnType<typeof serveAccounts>): Promise<string> => {
    const { ticket } = await bodyOf(await as(server, 'POST', '/v1/me/connect'), ConnectResponseSchema);
    return ticket.slice(0, 24);
  };

  it('have an id that the server’s own secret makes, the same wherever they come', async () => {
    // Each of them as in a Worker of its own, all of them the first.
    const ids = await Promise.all([serve(), serve(), serve()].map(connectTo));
    expect(new Set(ids).size).toBe(1);
    expect(await rowsOf('secrets')).toMatchObject([{ name: 'provider ids' }]);
    expect(await rowsOf('people')).toMatchObject([{ id: ids[0], name: 'Grace' }]);
    await env.ACCOUNTS.prepare('DELETE FROM secrets').run();
    expect(await connectTo(serve())).not.toBe(ids[0]);
  });

  it('have all deleted that is kept of them, and begin anew when they come again', async () => {
    const server = serve();
    const id = await connectTo(server);
    expect((await as(server, 'DELETE', '/v1/me')).status).toBe(204);
    expect(await rowsOf('people')).toEqual([]);
    expect(await rowsOf('farewells')).toMatchObject([{ account: id }]);
    await runDurableObjectAlarm(stub(id));
    await expect.poll(() => rowsIn(id, 'self')).toBeNull();
    server.time.now = Date.now();
    expect(await connectTo(server)).toBe(id);
    // The farewell of before is not theirs.
    await passTime(id);
    expect(await rowsIn(id, 'devices')).toHaveLength(1);
  });

  it('are asked for no account of ours by what is left of /v1/me', async () => {
    const server = serve();
    expect((await as(server, 'GET', '/v1/me')).status).toBe(401);
    expect((await ask(ada.token, 'DELETE', '/v1/me', {})).status).toBe(422);
  });
});

describe('where the directory is out of reach', () => {
  it('an object that never ran says of nobody that they are gone', async () => {
    const ben = await register('ben');
    const answers = await runInDurableObject(stub(ben.id), async (_object, state) => {
      const without = new UserObject(state, { ...env, ACCOUNTS: undefined } as unknown as typeof env);
      const card = { id: ada.id, userName: 'ada', name: 'ada', avatar: null };
      const item = { number: 1, kind: 'contact.asked', data: { note: '' } };
      return Promise.allSettled([without.take(card, ben.id, { epoch: 'e', items: [item] })]);
    });
    expect(answers).toMatchObject([{ status: 'rejected' }]);
  });
});

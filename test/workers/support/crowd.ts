import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sha256 } from '../../../src/platform/hash.ts';
import type { Person as Card } from '../../../src/protocol/index.ts';
import { askTicket, type Person } from './inbox-sockets.ts';

export interface Enlisted extends Person {
  readonly card: Card;
}

export const stub = (account: string) => env.USERS.getByName(account);

const ACCOUNT = `INSERT INTO accounts (id, user_name, name, avatar, password, created_at)
  VALUES (?1, ?2, ?2, NULL, 'none', 0)`;
const LOGIN = `INSERT INTO logins (id, account, token_hash, device, place, created_at, expires_at)
  VALUES (?1, ?2, ?3, '', '', ?4, ?5)`;

/** People with an account and a login each, without the work that a password costs. */
export async function enlist(...names: readonly string[]): Promise<Enlisted[]> {
  const now = Date.now();
  const people = names.map((userName): Enlisted => {
    const id = `a_${crypto.randomUUID().replaceAll('-', '').slice(0, 22)}`;
    const token = `acc_${(crypto.randomUUID() + crypto.randomUUID()).replaceAll('-', '').slice(0, 43)}`;
    return { id, token, card: { id, userName, name: userName, avatar: null } };
  });
  const rows = await Promise.all(
    people.map(async ({ id, token, card }) => [
      env.ACCOUNTS.prepare(ACCOUNT).bind(id, card.userName),
      env.ACCOUNTS.prepare(LOGIN).bind(`l_${id}`, id, await sha256(token), now, now + 86_400_000),
    ]),
  );
  await env.ACCOUNTS.batch(rows.flat());
  return people;
}

/** Makes these the contacts of one person, on their side, as if both had agreed long ago. */
export async function makeContacts(of: Enlisted, contacts: readonly Enlisted[]): Promise<void> {
  await askTicket(of.token);
  await runInDurableObject(stub(of.id), (_object, { storage }) => {
    const put = (table: string, key: string, row: object) =>
      storage.sql.exec(
        'INSERT OR REPLACE INTO state (tbl, key, json) VALUES (?, ?, ?)',
        table,
        key,
        JSON.stringify(row),
      );
    for (const { id, card } of contacts) {
      put('people', id, card);
      put('contacts', id, { account: id, state: 'contact', since: 0, note: '' });
    }
  });
  // It reads what stands there when it wakes.
  await evictDurableObject(stub(of.id), { webSockets: 'hibernate' });
}

/** The same for two, on both sides. */
export async function befriend(one: Enlisted, other: Enlisted): Promise<void> {
  await makeContacts(one, [other]);
  await makeContacts(other, [one]);
}

import { type Context, Hono } from 'hono';
import type * as v from 'valibot';
import {
  AccountChangeSchema,
  type AccountResponse,
  DeleteAccountSchema,
  fail,
  type LoginsResponse,
  type Outcome,
  PasswordChangeSchema,
  succeed,
} from '../../protocol/index.ts';
import type { Accounts, LoggedIn } from '../accounts/accounts.ts';
import { loggedIn } from '../accounts/bearer.ts';
import { discardAvatar } from '../avatar-store.ts';
import { readBody } from '../body.ts';
import { addressOf } from '../limits.ts';
import { storeOf } from '../pictures.ts';
import { deny, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** Whoever is logged in, and where their account is. */
interface Me extends LoggedIn {
  readonly accounts: Accounts;
}

async function meOf(c: Context<AppTypes>): Promise<Outcome<Me>> {
  const { accounts } = c.get('services');
  if (accounts === null) return fail('accounts_off');
  const found = await loggedIn(c);
  return found.ok ? succeed({ ...found.value, accounts }) : found;
}

/** Me, and the body of a request that shows the password: as dear as logging in, so it counts as that. */
async function withPassword<S extends v.GenericSchema>(
  c: Context<AppTypes>,
  schema: S,
): Promise<Outcome<{ readonly me: Me; readonly body: v.InferOutput<S> }>> {
  const me = await meOf(c);
  if (!me.ok) return me;
  const body = await readBody(c.req.raw, schema);
  if (!body.ok) return body;
  const { logins, clock } = c.get('services');
  const wait = await logins.count(addressOf(c.req.raw.headers), clock.now());
  if (wait > 0) return fail('rate_limited', { retry: wait });
  return succeed({ me: me.value, body: body.value });
}

async function changeName(c: Context<AppTypes>): Promise<Outcome<AccountResponse>> {
  const me = await meOf(c);
  if (!me.ok) return me;
  const body = await readBody(c.req.raw, AccountChangeSchema);
  if (!body.ok) return body;
  const changed = await me.value.accounts.change(me.value.account.id, body.value);
  return changed.ok ? succeed({ account: changed.value }) : changed;
}

async function changePassword(c: Context<AppTypes>): Promise<Outcome<null>> {
  const asked = await withPassword(c, PasswordChangeSchema);
  if (!asked.ok) return asked;
  const { me, body } = asked.value;
  return me.accounts.changePassword(me.account.id, me.login, body);
}

/** Deletes the account, then its picture: nobody is left who could ask for that again, so it is tried for a while. */
async function deleteAccount(c: Context<AppTypes>): Promise<Outcome<null>> {
  const asked = await withPassword(c, DeleteAccountSchema);
  if (!asked.ok) return asked;
  const { me, body } = asked.value;
  const account = me.account.id;
  const deleted = await me.accounts.delete(account, me.login, body.password);
  if (!deleted.ok) return deleted;
  const { log } = c.get('services');
  log('info', 'account.deleted', { account });
  const store = storeOf(c);
  if (store.ok) await discardAvatar({ account, store: store.value, log }, deleted.value.avatar);
  return succeed(null);
}

/** Ends one login; null: all but the one that asks. */
async function endLogin(c: Context<AppTypes>, id: string | null): Promise<Outcome<null>> {
  const me = await meOf(c);
  if (!me.ok) return me;
  const { accounts, account, login } = me.value;
  return accounts.endLogin(account.id, id === 'current' ? login : id, login);
}

/** One's own account: look at it, change it, end logins, delete it. Its picture is in avatars.ts. */
export const meRoutes = new Hono<AppTypes>()
  .get('/', async (c) => {
    const me = await meOf(c);
    return me.ok ? c.json<AccountResponse>({ account: me.value.account }, 200) : deny(c, me.error);
  })
  .patch('/', async (c) => {
    const changed = await changeName(c);
    return changed.ok ? c.json<AccountResponse>(changed.value, 200) : deny(c, changed.error);
  })
  .delete('/', async (c) => {
    const deleted = await deleteAccount(c);
    return deleted.ok ? c.body(null, 204) : deny(c, deleted.error);
  })
  .all('/', onlyMethods('GET', 'HEAD', 'PATCH', 'DELETE'))
  .post('/password', async (c) => {
    const changed = await changePassword(c);
    return changed.ok ? c.body(null, 204) : deny(c, changed.error);
  })
  .all('/password', onlyMethods('POST'))
  .get('/logins', async (c) => {
    const me = await meOf(c);
    if (!me.ok) return deny(c, me.error);
    const { accounts, account, login } = me.value;
    return c.json<LoginsResponse>({ logins: await accounts.logins(account.id, login) }, 200);
  })
  .delete('/logins', async (c) => {
    const ended = await endLogin(c, null);
    return ended.ok ? c.body(null, 204) : deny(c, ended.error);
  })
  .all('/logins', onlyMethods('GET', 'HEAD', 'DELETE'))
  .delete('/logins/:id', async (c) => {
    const ended = await endLogin(c, c.req.param('id'));
    return ended.ok ? c.body(null, 204) : deny(c, ended.error);
  })
  .all('/logins/:id', onlyMethods('DELETE'));

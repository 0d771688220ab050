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
import { announceFarewell, finish, tellOwnObject } from '../own-object.ts';
import { type Me as Provided, providedOf } from '../person.ts';
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

/** Me, for looking at what is mine: as often as any page needs to. */
async function looking(c: Context<AppTypes>): Promise<Outcome<Me>> {
  const me = await meOf(c);
  if (!me.ok) return me;
  const { looks, clock } = c.get('services');
  const wait = await looks.count(me.value.account.id, clock.now());
  return wait > 0 ? fail('rate_limited', { retry: wait }) : me;
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
  // Everybody who knows them is told.
  const { changes, clock } = c.get('services');
  const wait = await changes.count(me.value.account.id, clock.now());
  if (wait > 0) return fail('rate_limited', { retry: wait });
  const changed = await me.value.accounts.change(me.value.account.id, body.value);
  if (!changed.ok) return changed;
  const account = changed.value;
  await tellOwnObject(c, account.id, (user) => user.changed(account));
  return succeed({ account });
}

async function changePassword(c: Context<AppTypes>): Promise<Outcome<null>> {
  const asked = await withPassword(c, PasswordChangeSchema);
  if (!asked.ok) return asked;
  const { me, body } = asked.value;
  const changed = await me.accounts.changePassword(me.account.id, me.login, body);
  if (changed.ok) await tellOwnObject(c, me.account.id, (user) => user.signedOut({ but: me.login }));
  return changed;
}

/** Deletes the account, then its picture: nobody is left who could ask for that again, so it is tried for a while. */
async function deleteAccount(c: Context<AppTypes>): Promise<Outcome<null>> {
  const asked = await withPassword(c, DeleteAccountSchema);
  if (!asked.ok) return asked;
  const { me, body } = asked.value;
  const account = me.account.id;
  const announced = await announceFarewell(c, account);
  if (!announced.ok) return announced;
  const deleted = await me.accounts.delete(account, me.login, body.password);
  if (!deleted.ok) return deleted;
  const { log } = c.get('services');
  log('info', 'account.deleted', { account });
  await tellOwnObject(c, account, (user) => user.remove());
  const store = storeOf(c);
  if (store.ok) await discardAvatar({ account, store: store.value, log }, deleted.value.avatar);
  return succeed(null);
}

/** Deletes what is kept here of somebody whose account is the provider's. Their token is all that they have to show. */
async function forgetProvided(c: Context<AppTypes>, me: Provided): Promise<Outcome<null>> {
  const account = me.person.id;
  const { changes, clock, log } = c.get('services');
  const wait = await changes.count(account, clock.now());
  if (wait > 0) return fail('rate_limited', { retry: wait });
  const announced = await announceFarewell(c, account);
  if (!announced.ok) return announced;
  await me.directory.dropProviderPerson(account, clock.now());
  log('info', 'account.deleted', { account });
  await tellOwnObject(c, account, (user) => user.remove());
  return succeed(null);
}

async function deleteMe(c: Context<AppTypes>): Promise<Outcome<null>> {
  const provided = await providedOf(c);
  if (!provided.ok) return provided;
  return provided.value === null ? deleteAccount(c) : forgetProvided(c, provided.value);
}

/** Ends one login; null: all but the one that asks. */
async function endLogin(c: Context<AppTypes>, id: string | null): Promise<Outcome<null>> {
  const me = await meOf(c);
  if (!me.ok) return me;
  const { accounts, account, login } = me.value;
  const one = id === 'current' ? login : id;
  const ended = await accounts.endLogin(account.id, one, login);
  const which = one === null ? { but: login } : { logins: [one] };
  if (ended.ok) await tellOwnObject(c, account.id, (user) => user.signedOut(which));
  return ended;
}

/** One's own account: look at it, change it, end logins, delete it. Its picture is in avatars.ts. */
export const meRoutes = new Hono<AppTypes>()
  .get('/', async (c) => {
    const me = await looking(c);
    return me.ok ? c.json<AccountResponse>({ account: me.value.account }, 200) : deny(c, me.error);
  })
  .patch('/', async (c) => {
    const changed = await changeName(c);
    return changed.ok ? c.json<AccountResponse>(changed.value, 200) : deny(c, changed.error);
  })
  .delete('/', async (c) => {
    const deleted = await finish(c, deleteMe(c));
    return deleted.ok ? c.body(null, 204) : deny(c, deleted.error);
  })
  .all('/', onlyMethods('GET', 'HEAD', 'PATCH', 'DELETE'))
  .post('/password', async (c) => {
    const changed = await finish(c, changePassword(c));
    return changed.ok ? c.body(null, 204) : deny(c, changed.error);
  })
  .all('/password', onlyMethods('POST'))
  .get('/logins', async (c) => {
    const me = await looking(c);
    if (!me.ok) return deny(c, me.error);
    const { accounts, account, login } = me.value;
    return c.json<LoginsResponse>({ logins: await accounts.logins(account.id, login) }, 200);
  })
  .delete('/logins', async (c) => {
    const ended = await finish(c, endLogin(c, null));
    return ended.ok ? c.body(null, 204) : deny(c, ended.error);
  })
  .all('/logins', onlyMethods('GET', 'HEAD', 'DELETE'))
  .delete('/logins/:id', async (c) => {
    const ended = await finish(c, endLogin(c, c.req.param('id')));
    return ended.ok ? c.body(null, 204) : deny(c, ended.error);
  })
  .all('/logins/:id', onlyMethods('DELETE'));

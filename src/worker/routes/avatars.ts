import { type Context, Hono } from 'hono';
import { problem } from '../../platform/problem.ts';
import {
  type Account,
  type AccountResponse,
  fail,
  LIMITS,
  type Outcome,
  refuse,
  succeed,
} from '../../protocol/index.ts';
import { loggedIn } from '../accounts/bearer.ts';
import { type AvatarOf, readAvatar, removeAvatar, replaceAvatar } from '../avatar-store.ts';
import { discard } from '../discard.ts';
import { pictureResponse } from '../image-response.ts';
import { tellOwnObject } from '../own-object.ts';
import { announcedSize, isForOtherPages, storeBody, storeOf } from '../pictures.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** Seconds for which a browser may keep an account's picture, also one that is deleted meanwhile. */
const A_DAY = 86_400;

/** The picture of whoever is logged in, with what it takes to change it. */
async function mine(c: Context<AppTypes>): Promise<Outcome<AvatarOf>> {
  const me = await loggedIn(c);
  if (!me.ok) return me;
  const { accounts, log } = c.get('services');
  if (accounts === null) return fail('accounts_off');
  const store = storeOf(c);
  if (!store.ok) return store;
  return succeed({ account: me.value.account.id, accounts, store: store.value, log });
}

/** Takes the body for the account's picture. */
async function upload(c: Context<AppTypes>, of: AvatarOf): Promise<Outcome<Account>> {
  const limitBytes = LIMITS.avatarBytes;
  const size = announcedSize(c, limitBytes);
  if (!size.ok) return size;
  return replaceAvatar(of, (key) => storeBody(c, { store: of.store, key, size: size.value, limitBytes }));
}

async function answer(c: Context<AppTypes>, changed: Outcome<Account>) {
  if (!changed.ok) return deny(c, changed.error);
  const account = changed.value;
  await tellOwnObject(c, account.id, (user) => user.changed(account));
  return c.json<AccountResponse>({ account }, 200);
}

/** Pictures of accounts, for anybody who has their address. */
export const avatarRoutes = new Hono<AppTypes>()
  // Hono answers HEAD by this, too. Who reads is not asked: an <img> shows no token, and an address can't be guessed.
  .get('/:key', async (c) => {
    const store = storeOf(c);
    if (!store.ok) return problem(store.error);
    const picture = await readAvatar(store.value, c.req.param('key'), c.req.raw.headers);
    if (picture === null) return problem(refuse('avatar_unknown'));
    return pictureResponse(c.req.raw, picture, { crossOrigin: isForOtherPages(c), maxAge: A_DAY });
  })
  .all('/:key', onlyMethods('GET', 'HEAD'));

/** One's own picture: put another one in its place, take it away. */
export const myAvatarRoutes = new Hono<AppTypes>()
  .put('/', holdOffGuessers, async (c) => {
    const of = await mine(c);
    const { changes, clock } = c.get('services');
    const wait = of.ok ? await changes.count(of.value.account, clock.now()) : 0;
    const allowed = wait > 0 ? fail('rate_limited', { retry: wait }) : of;
    const changed = allowed.ok ? await upload(c, allowed.value) : allowed;
    await discard(c.req.raw);
    return answer(c, changed);
  })
  .delete('/', holdOffGuessers, async (c) => {
    const of = await mine(c);
    return answer(c, of.ok ? await removeAvatar(of.value) : of);
  })
  .all('/', onlyMethods('PUT', 'DELETE'));

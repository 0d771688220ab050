import type { Context } from 'hono';
import type { KnownAccount } from '../../platform/room-rpc.ts';
import { fail, type Outcome, succeed } from '../../protocol/index.ts';
import { bearerOf } from '../caller.ts';
import type { AppTypes } from '../services.ts';
import { looksLikeAccountToken } from './account-token.ts';
import type { LoggedIn } from './accounts.ts';

/** Whose login the request bears the token of; `login_required` where it bears none that is good. */
export async function loggedIn(c: Context<AppTypes>): Promise<Outcome<LoggedIn>> {
  const { accounts } = c.get('services');
  if (accounts === null) return fail('accounts_off');
  const bearer = bearerOf(c.req.raw.headers);
  const found = bearer !== null && looksLikeAccountToken(bearer) ? await accounts.verify(bearer) : null;
  return found === null ? fail('login_required') : succeed(found);
}

/**
 * Whose device the request comes from: somebody with an account here, or one whom the provider vouches for (whose name
 * may be '', where the provider says none). Null where it bears nothing, or a token of another kind. A token of an
 * account that is not good is refused with `login_required`, one of the provider's with `token_invalid`.
 */
export async function accountOf(c: Context<AppTypes>): Promise<Outcome<KnownAccount | null>> {
  const bearer = bearerOf(c.req.raw.headers);
  if (bearer === null) return succeed(null);
  const { accounts, identity, clock } = c.get('services');
  if (looksLikeAccountToken(bearer)) {
    const found = accounts === null ? null : await accounts.verify(bearer);
    if (found === null) return fail('login_required');
    const { id, name, avatar } = found.account;
    return succeed({ id, name, avatar });
  }
  if (identity === null || !identity.isOurs(bearer)) return succeed(null);
  const known = await identity.verify(bearer, clock.now());
  return known === null ? fail('token_invalid') : succeed(known);
}

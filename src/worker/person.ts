import type { Context } from 'hono';
import type { Directory } from '../platform/directory.ts';
import { callRoom } from '../platform/retry.ts';
import type { UserStub } from '../platform/user-rpc.ts';
import { fail, type Outcome, type Person, succeed } from '../protocol/index.ts';
import { looksLikeAccountToken } from './accounts/account-token.ts';
import { loggedIn } from './accounts/bearer.ts';
import { bearerOf } from './caller.ts';
import type { AppTypes } from './services.ts';

/** Somebody's own object, of which nothing has been asked yet. */
export interface UserAtHand {
  /** A new stub each time. */
  readonly stub: () => UserStub;
  /** For calls that may be done twice. */
  repeatable<T>(call: (user: UserStub) => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** For calls that may not. */
  once<T>(call: (user: UserStub) => Promise<Outcome<T>>): Promise<Outcome<T>>;
}

/** Whoever asks, where they and others can be found. */
export interface Me {
  readonly person: Person;
  /** The login whose token they show, by id; null: it is the provider's. */
  readonly login: string | null;
  readonly user: UserAtHand;
  readonly directory: Directory;
}

/** The object of an account; `accounts_off` where this server has no people. */
export function userOf(c: Context<AppTypes>, account: string): Outcome<UserAtHand> {
  const { USERS } = c.env;
  if (USERS === undefined || c.get('services').directory === null) return fail('accounts_off');
  const stub = () => USERS.getByName(account);
  return succeed({
    stub,
    repeatable: (call) => callRoom(stub, call, { repeatable: true }),
    once: (call) => callRoom(stub, call, { repeatable: false }),
  });
}

type Shown = Pick<Me, 'person' | 'login'>;

/** Somebody whom the deployer's own provider vouches for; null: the token is none of the provider's. */
async function vouchedFor(c: Context<AppTypes>): Promise<Outcome<Shown | null>> {
  const bearer = bearerOf(c.req.raw.headers);
  const { identity, clock } = c.get('services');
  if (bearer === null || looksLikeAccountToken(bearer)) return succeed(null);
  if (identity === null || !identity.isOurs(bearer)) return succeed(null);
  const known = await identity.verify(bearer, clock.now());
  if (known === null) return fail('token_invalid');
  return succeed({ person: { ...known, userName: null }, login: null });
}

/** Whose token the request bears: of a login here, or of the deployer's own provider. */
async function personOf(c: Context<AppTypes>): Promise<Outcome<Shown>> {
  const vouched = await vouchedFor(c);
  if (!vouched.ok) return vouched;
  if (vouched.value !== null) return succeed(vouched.value);
  const found = await loggedIn(c);
  return found.ok ? succeed({ person: found.value.account, login: found.value.login }) : found;
}

function meAs(c: Context<AppTypes>, shown: Shown): Outcome<Me> {
  const { directory } = c.get('services');
  if (directory === null) return fail('accounts_off');
  const user = userOf(c, shown.person.id);
  return user.ok ? succeed({ ...shown, user: user.value, directory }) : user;
}

/** Whoever has an account, here or at the provider: `login_required` for everybody else. */
export async function meOf(c: Context<AppTypes>): Promise<Outcome<Me>> {
  if (c.get('services').directory === null) return fail('accounts_off');
  const shown = await personOf(c);
  return shown.ok ? meAs(c, shown.value) : shown;
}

/** The same for those alone who have their account at the provider; null: the token is none of the provider's. */
export async function providedOf(c: Context<AppTypes>): Promise<Outcome<Me | null>> {
  const vouched = await vouchedFor(c);
  if (!vouched.ok) return vouched;
  return vouched.value === null ? succeed(null) : meAs(c, vouched.value);
}

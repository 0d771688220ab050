import { SignJWT } from 'jose';
import type { KnownAccount } from '../../../src/platform/room-rpc.ts';
import { succeed } from '../../../src/protocol/index.ts';
import type { Accounts, LoggedIn } from '../../../src/worker/accounts/accounts.ts';
import { NOW } from './fake-room.ts';

/** Somebody with an account here, who is logged in by `ADAS_TOKEN`. */
export const ADAS: KnownAccount = {
  id: `a_${'a'.repeat(22)}`,
  name: 'Ada Lovelace',
  avatar: `/v1/avatars/${'p'.repeat(22)}`,
};
export const ADAS_TOKEN = `acc_${'a'.repeat(43)}`;
export const BENS: KnownAccount = { id: `a_${'b'.repeat(22)}`, name: 'Ben', avatar: null };
export const BENS_TOKEN = `acc_${'b'.repeat(43)}`;
export const WRONG_TOKEN = `acc_${'x'.repeat(43)}`;

const PEOPLE: Readonly<Record<string, LoggedIn>> = {
  [ADAS_TOKEN]: { account: { ...ADAS, userName: 'ada' }, login: 'l_ada' },
  [BENS_TOKEN]: { account: { ...BENS, userName: 'ben' }, login: 'l_ben' },
};

const unasked = () => Promise.reject(new Error('no test asks this of them'));

/** Accounts that know whose token is whose, and no more; `asked` has every token that was looked up. */
export function knownPeople() {
  const asked: string[] = [];
  const accounts: Accounts = {
    verify: async (token) => {
      asked.push(token);
      return PEOPLE[token] ?? null;
    },
    setAvatar: async (account, avatar) => {
      const known = Object.values(PEOPLE).find(({ account: { id } }) => id === account);
      if (known === undefined) throw new Error('nobody has this account');
      return succeed({ before: known.account.avatar, account: { ...known.account, avatar } });
    },
    register: unasked,
    logIn: unasked,
    change: unasked,
    changePassword: unasked,
    logins: unasked,
    endLogin: unasked,
    delete: unasked,
  };
  return { accounts, asked };
}

const ISSUER = 'https://id.example';
const AUDIENCE = 'parley';
const SECRET = 'a secret that both of them know.';

/** The settings of a server that takes the provider's tokens. */
export const PROVIDER = { IDENTITY_ISSUER: ISSUER, IDENTITY_AUDIENCE: AUDIENCE, IDENTITY_SECRET: SECRET };

/** A token of the provider, good for an hour unless `secret` or `exp` (s) say otherwise. */
export function providerToken(
  claims: Readonly<Record<string, unknown>>,
  { secret = SECRET, exp = NOW / 1_000 + 3_600 }: { readonly secret?: string; readonly exp?: number } = {},
): Promise<string> {
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(exp)
    .sign(new TextEncoder().encode(secret));
}

import type { Context } from 'hono';
import type { Admission, KnownAccount } from '../platform/room-rpc.ts';
import { fail, type Outcome, succeed } from '../protocol/index.ts';
import { accountOf } from './accounts/bearer.ts';
import { bearerOf, memberOf } from './caller.ts';
import type { AppTypes } from './services.ts';

/** What a room is told of who comes: the member who returns, whose device it is, or, of a guest, nothing. */
type Entrant = Pick<Admission, 'member' | 'account'>;

/** Somebody new to the room: with an account, or a guest where guests may join. */
const newcomer = (c: Context<AppTypes>, account: KnownAccount | null): Outcome<Entrant> => {
  if (account !== null) return succeed({ account });
  const { joinAccess } = c.get('services').settings;
  return joinAccess === 'account' ? fail('account_required') : succeed({});
};

/**
 * Who wants to come in, by what the request bears: an account's token, the provider's, a member token of this room
 * (its member was let in before), or nothing. What can't be verified is refused, never taken for a guest.
 */
export async function entrantOf(c: Context<AppTypes>, code: string): Promise<Outcome<Entrant>> {
  const account = await accountOf(c);
  if (!account.ok) return account;
  if (account.value !== null || bearerOf(c.req.raw.headers) === null) return newcomer(c, account.value);
  const member = await memberOf(c, code);
  return member.ok ? succeed({ member: member.value }) : member;
}

/** Who wants to come in by one step. A member token is no return here, and like any other bearer not looked at. */
export async function newcomerOf(c: Context<AppTypes>): Promise<Outcome<Entrant>> {
  const account = await accountOf(c);
  return account.ok ? newcomer(c, account.value) : account;
}

/** Whether nobody says what whoever comes is called: a provider need not give a name. */
export const isNameless = ({ member, account }: Entrant, name: string | undefined): boolean =>
  name === undefined && member === undefined && (account?.name ?? '') === '';

export const NAMELESS = fail('invalid', { detail: 'name: is missing' });

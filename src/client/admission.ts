import type { JoinResponse } from '../protocol/http.ts';
import { accountToken, withAccount } from './account-option.ts';
import { type Http, ParleyError } from './http.ts';
import type { JoinOptions } from './room-view.ts';
import { isCount, isText, shape } from './shape.ts';

/** What a member token is refused with that brings nobody back: it has expired, or the room knows its member no more. */
const GONE: ReadonlySet<string> = new Set(['token_invalid', 'member_gone']);

const isJoined = shape<JoinResponse>({ token: isText, tokenExpiresAt: isCount, ticket: isText, url: isText });

const isGone = (error: unknown): boolean => error instanceof ParleyError && GONE.has(error.code);

/**
 * Asks for a seat and a ticket. With `token`, a member token, it is a return; otherwise `credentials` say who comes and
 * what they show, null: nothing is shown again. Rejects with a ParleyError.
 */
export async function admit({
  http,
  path,
  token,
  credentials,
}: {
  readonly http: Http;
  /** The room's path below `/v1`. */
  readonly path: string;
  readonly token: string | undefined;
  readonly credentials: Pick<JoinOptions, 'name' | 'hostKey' | 'passcode' | 'invite' | 'account'> | null;
}): Promise<JoinResponse> {
  const { account, name, hostKey, passcode, invite } = credentials ?? {};
  // What is undefined is not there in JSON.
  const json = { name, hostKey, passcode, invite };
  const ask = (bearer: string | undefined): Promise<JoinResponse> =>
    http.json({ path: `${path}/join`, bearer, json }, isJoined);
  if (token === undefined) return withAccount(account, ask);
  try {
    return await ask(token);
  } catch (error) {
    // Somebody else may be logged in by now; a guest who never came in is new, by the name that is given.
    const isNew = name !== undefined && error instanceof ParleyError && error.code === 'member_gone';
    if (!isGone(error) || (accountToken(account) === undefined && !isNew)) throw error;
    return withAccount(account, ask);
  }
}

import type { Account } from '../protocol/accounts.ts';
import { ParleyError } from './http.ts';

/** Somebody who is logged in. Never changed: each change makes a new object. */
export interface LoggedIn {
  readonly account: Account;
  /** Says who they are, as Authorization: Bearer. A secret. */
  readonly token: string;
}

/** Knows who is logged in at the time. `Accounts` does; it is named by what it can do, so that a page of guests need not load it. */
export interface LoginKeeper {
  readonly current: LoggedIn | null;
  readonly subscribe: (listener: () => void) => () => void;
  /** The server has refused this token. */
  refused(token: string): void;
}

/** A token of an account, or the `Accounts` of whoever is logged in at the time. */
export type AccountOption = string | LoginKeeper;

/** Who keeps the login; null: a token by itself, or a guest. */
export const keeperOf = (account: AccountOption | undefined): LoginKeeper | null =>
  typeof account === 'object' ? account : null;

/** The token that stands for an account now; undefined: a guest. */
export const accountToken = (account: AccountOption | undefined): string | undefined =>
  typeof account === 'string' ? account : account?.current?.token;

export const isLoginRequired = (error: unknown): boolean =>
  error instanceof ParleyError && error.code === 'login_required';

/** Runs a request with an account's token. A login that the server has ended ends here, too. */
export async function withAccount<T>(
  account: AccountOption | undefined,
  ask: (token: string | undefined) => Promise<T>,
): Promise<T> {
  const token = accountToken(account);
  try {
    return await ask(token);
  } catch (error) {
    if (token !== undefined && isLoginRequired(error)) keeperOf(account)?.refused(token);
    throw error;
  }
}

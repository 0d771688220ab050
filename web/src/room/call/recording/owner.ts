import { accounts, useAccount } from '../../../account/accounts.ts';

/** Guests of one browser can't be told apart. */
const GUEST = 'guest';

/** Whose the recordings are that begin now: the account that is logged in, or guests'. */
export const ownerNow = (): string => accounts.current?.account.id ?? GUEST;

/** Whose recordings are shown. */
export const useOwner = (): string => useAccount()?.id ?? GUEST;

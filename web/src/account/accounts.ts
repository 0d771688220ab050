import { useSyncExternalStore } from 'react';
import { Accounts } from '../../../src/client/index.ts';
import type { Account, AccountsOffer } from '../../../src/protocol/index.ts';
import { forgetPerson, kept } from '../room/storage.ts';

/** Who is logged in, in this browser: all its tabs are as one. */
export const accounts = new Accounts({ storage: kept });

let last = accounts.current?.account.id;
// Wherever it ends: here, in another tab, or because the server no longer knows the login.
accounts.subscribe(() => {
  const now = accounts.current?.account.id;
  if (last !== undefined && now !== last) forgetPerson();
  last = now;
});

/** The account of whoever is logged in; null: a guest. */
export const useAccount = (): Account | null =>
  useSyncExternalStore(accounts.subscribe, () => accounts.current?.account ?? null);

let offer: AccountsOffer | null = null;
let asking = false;
const listeners = new Set<() => void>();

async function ask(): Promise<void> {
  asking = true;
  try {
    offer = await accounts.offer();
  } catch {
    // Guests need nothing of it. The next view asks again.
  }
  asking = false;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (offer === null && !asking) void ask();
  return () => listeners.delete(listener);
}

/** What the server offers to those with accounts; null: it has not been heard yet. Asked for when it is first needed. */
export const useOffer = (): AccountsOffer | null => useSyncExternalStore(subscribe, () => offer);

/** Finds out whether the login that this browser keeps is still good, and what has changed on other devices. */
export function refreshAccount(): void {
  if (accounts.current === null) return;
  accounts.me().catch(() => {
    // Where the login has ended it is forgotten by now; without the server, what is kept has to do.
  });
}

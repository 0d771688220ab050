import { defineTable, type StateView } from '../engine/state.ts';
import type { Ban } from '../protocol/index.ts';

/** Who may not come back, by member id. */
export interface BanRow extends Ban {
  /** Where they came from, as a hash; null where only they themselves are banned. */
  readonly address: string | null;
}
export const banTable = defineTable<BanRow>('bans');

/** The ban of a member, or of their account with another device. */
export function banOf(
  state: StateView,
  member: string,
  account: string | null,
): Readonly<BanRow> | undefined {
  const bans = state.table(banTable);
  const own = bans.get(member);
  if (own !== undefined || account === null) return own;
  return Array.from(bans.values()).find((ban) => ban.account === account);
}

/**
 * Whether somebody may not come in: they themselves, their account, or (null: not asked) the address that they come
 * from as long as that lasts.
 */
export function isBanned(
  state: StateView,
  who: { readonly member: string; readonly account: string | null; readonly address: string | null },
  now: number,
): boolean {
  const bans = state.table(banTable);
  if (bans.size === 0) return false;
  if (bans.has(who.member)) return true;
  for (const { account, address, addressUntil } of bans.values()) {
    if (account !== null && account === who.account) return true;
    if (address !== null && address === who.address && (addressUntil ?? 0) > now) return true;
  }
  return false;
}

/** A ban as hosts see it. */
export const toBan = ({ member, name, account, addressUntil, at, by }: Readonly<BanRow>): Ban => ({
  member,
  name,
  account,
  addressUntil,
  at,
  by,
});

/** Bans of a room; each is looked at when somebody comes in. */
export const BANS = 10_000;

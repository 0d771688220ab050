import type { Contact, Presence } from '../../../../src/protocol/index.ts';

const RANK: Readonly<Record<Presence, number>> = { online: 0, meeting: 0, away: 1, offline: 2 };

/** Contacts, which come by name: who is here first, then who is away, then the others. */
export function sortContacts(
  contacts: readonly Contact[],
  presence: ReadonlyMap<string, { readonly status: Presence }>,
): Contact[] {
  const rank = ({ person }: Contact) => RANK[presence.get(person.id)?.status ?? 'offline'];
  return [...contacts].sort((a, b) => rank(a) - rank(b));
}

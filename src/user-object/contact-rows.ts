import { type EventDraft, happen } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import { type Contact, type ContactEnd, fail, LIMITS, type Outcome, type Person } from '../protocol/index.ts';
import { placedTable, ringing } from './call-rows.ts';
import { DIRECT_ITEMS } from './direct-items.ts';
import { conversationTable } from './direct-rows.ts';
import { blockedTable, type ContactRow, contactTable, isBlocked, knownPerson, theSelf } from './tables.ts';

/** ms for which a question is not put again, and a no stands. */
export const ASK_AGAIN_AFTER = 86_400_000;
/** People known at most of whom nothing here speaks: they were looked up, and nothing came of it. */
export const STRANGERS = 1_000;

/** What one person's object says to another's about being contacts. */
export const CONTACT_ITEMS = {
  asked: 'contact.asked',
  accepted: 'contact.accepted',
  removed: 'contact.removed',
  card: 'person.card',
} as const;

/**
 * Taken from those who are blocked, too: it keeps both sides of one mind, so that everything is as before once they are
 * not. A question of theirs is not heard all the same. What they delete of what they wrote before is gone here, too, and so
 * is what they edit: the old text must not stay, and a new one would be something that they write. And a message is refused where it would be refused anyway, and is else not heard: nothing tells them that they are blocked.
 */
export const FROM_BLOCKED_TOO: ReadonlySet<string> = new Set([
  ...Object.values(CONTACT_ITEMS),
  DIRECT_ITEMS.arrive,
  DIRECT_ITEMS.rewrite,
  DIRECT_ITEMS.withdraw,
  DIRECT_ITEMS.erase,
  // About a message of one's own, written before.
  DIRECT_ITEMS.refuse,
]);

/** ms; when this person last said no to somebody, or somebody took a question back, by account id. Dropped when it counts no more. */
export const declinedTable = defineTable<{ readonly at: number }>('declined');

/** Less than a day ago. What is said to lie ahead does not count: the clock was put back. */
export const isRecent = (at: number, now: number): boolean => at <= now && now - at < ASK_AGAIN_AFTER;

export const contactWith = (state: StateView, account: string): Readonly<ContactRow> | undefined =>
  state.table(contactTable).get(account);

/** Everybody who is a contact, blocked or not. */
export const contactsOf = (state: StateView): string[] =>
  Array.from(state.table(contactTable).among('contact'), ({ account }) => account);

/** Contacts, and those who have been asked: each of them may be one at any moment. */
export const isFull = (state: StateView): boolean =>
  state.table(contactTable).count('contact') + state.table(contactTable).count('asked') >= LIMITS.contacts;

/** Somebody else whom a command may speak of. */
export function otherPerson(state: StateView, account: string): Outcome<Readonly<Person>> {
  if (account === theSelf(state).id) return fail('person_self');
  const person = knownPerson(state, account);
  return person === undefined ? fail('person_unknown', { detail: account }) : { ok: true, value: person };
}

/** The same where being blocked stands in the way. */
export function openPerson(state: StateView, account: string): Outcome<Readonly<Person>> {
  const person = otherPerson(state, account);
  return person.ok && isBlocked(state, account) ? fail('person_blocked') : person;
}

export const toContact = (person: Readonly<Person>, { state, since, note }: ContactRow): Contact => ({
  person,
  state,
  since,
  note,
});

/** Somebody is a contact now, or a question stands. */
export const stands = (person: Readonly<Person>, row: Omit<ContactRow, 'account'>): EventDraft =>
  happen('contact.changed', toContact(person, { ...row, account: person.id }));
export const ends = (account: string, reason: ContactEnd): EventDraft =>
  happen('contact.removed', { account, reason });

/** Contacts and open questions, the oldest first. */
export const listContacts = (state: StateView): Contact[] =>
  Array.from(state.table(contactTable).values())
    .toSorted((a, b) => a.since - b.since || (a.account < b.account ? -1 : 1))
    .flatMap((row) => {
      const person = knownPerson(state, row.account);
      return person === undefined ? [] : [toContact(person, row)];
    });

/** Whether anything here speaks of somebody, so that their name is needed. */
export const isSpokenOf = (state: StateView, account: string): boolean =>
  state.table(contactTable).has(account) ||
  state.table(blockedTable).has(account) ||
  state.table(conversationTable).has(account) ||
  ringing(state).some(({ from }) => from.id === account) ||
  Array.from(state.table(placedTable).values()).some(({ to }) => to === account);

/** Who is to be told of a new name or picture: all who may have it before their eyes. */
export function acquaintances(state: StateView): Set<string> {
  const talking = Array.from(state.table(conversationTable).values()).filter(({ isErased }) => !isErased);
  return new Set([...state.table(contactTable).keys(), ...talking.map((row) => row.with)]);
}

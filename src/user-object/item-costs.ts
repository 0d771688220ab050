import { CALL_ITEMS } from './call-rows.ts';
import { CONTACT_ITEMS } from './contact-rows.ts';
import { DIRECT_ITEMS } from './direct-items.ts';

/** What only answers something of this person's own, or comes once. */
const FREE: ReadonlySet<string> = new Set([
  DIRECT_ITEMS.tick,
  DIRECT_ITEMS.refuse,
  DIRECT_ITEMS.erase,
  CONTACT_ITEMS.accepted,
  CALL_ITEMS.outcome,
]);
/** What people say to each other: counted by how long it is. */
const WORDS: ReadonlySet<string> = new Set([
  DIRECT_ITEMS.arrive,
  DIRECT_ITEMS.rewrite,
  DIRECT_ITEMS.withdraw,
]);
/** UTF-16 units of a message that cost as much as a message. */
const UNITS = 1_000;
/** What anything else costs: questions, calls, invitations. */
const OTHER_COST = 10;

/** The last word of an account that is deleted to somebody: it comes once. */
const isFarewell = (kind: string, data: object): boolean =>
  kind === CONTACT_ITEMS.removed && 'reason' in data && data.reason === 'deleted';

/** What an item costs whoever sends it, of what the receiver allows them. `size`: UTF-16 units of its data. */
export function costOf(kind: string, data: object, size = JSON.stringify(data).length): number {
  if (FREE.has(kind) || isFarewell(kind, data)) return 0;
  return WORDS.has(kind) ? 1 + Math.floor(size / UNITS) : OTHER_COST;
}

/** What an account that is deleted still has to say: by it others lose what they have of it. */
export const isLastWord = (kind: string): boolean =>
  kind === DIRECT_ITEMS.erase || kind === DIRECT_ITEMS.withdraw || kind === CONTACT_ITEMS.removed;

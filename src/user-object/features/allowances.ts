import {
  applyInternal,
  decide,
  type Feature,
  type InternalCommand,
  internalCommand,
} from '../../engine/feature.ts';
import { fail } from '../../protocol/index.ts';
import { allowanceSpent, allowanceTable, keepAllowance, spend } from '../allowance-rows.ts';
import { CALL_ITEMS } from '../call-rows.ts';
import { CONTACT_ITEMS } from '../contact-rows.ts';
import { DIRECT_ITEMS } from '../direct-items.ts';
import { personGone } from '../internal-events.ts';

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

/** What an item of another person's costs. */
function costOf(kind: string, data: object): number {
  if (FREE.has(kind)) return 0;
  return WORDS.has(kind) ? 1 + Math.floor(JSON.stringify(data).length / UNITS) : OTHER_COST;
}

/**
 * Another person brings something. `busy` where they have brought too much of late: it stays with them, and comes later.
 * Counted whether or not it does anything here: they must not see by it that they are blocked.
 */
export const payFor: InternalCommand<{
  readonly from: string;
  readonly kind: string;
  readonly data: object;
}> = internalCommand('allowance.pay', ({ state, fields: { from, kind, data }, now }) => {
  const cost = costOf(kind, data);
  if (cost === 0) return decide({});
  const paid = spend(state, from, cost, now);
  return paid === null ? fail('busy') : decide({ events: [paid] });
});

/** How much of this person's log others may fill, each by themself. */
export const allowances: Feature = {
  name: 'allowances',
  tables: [allowanceTable],
  commands: {},
  internalCommands: [payFor],
  internalEvents: [allowanceSpent],
  apply: [
    applyInternal(allowanceSpent, (state, { who, left, at }) => keepAllowance(state, who, left, at)),
    applyInternal(personGone, (state, { account }) => state.table(allowanceTable).delete(account)),
  ],
};

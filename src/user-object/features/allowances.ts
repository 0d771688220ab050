import {
  applyInternal,
  decide,
  type Feature,
  type InternalCommand,
  internalCommand,
} from '../../engine/feature.ts';
import { fail } from '../../protocol/index.ts';
import {
  allowanceSpent,
  allowanceTable,
  groupAllowance,
  inviterAllowance,
  keepAllowance,
  spend,
} from '../allowance-rows.ts';
import { groupStood } from '../group-rows.ts';
import { personGone } from '../internal-events.ts';
import { costOf } from '../item-costs.ts';

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
    applyInternal(personGone, (state, { account }) => {
      state.table(allowanceTable).delete(account);
      state.table(allowanceTable).delete(inviterAllowance(account));
    }),
    // It has nothing more to tell.
    applyInternal(groupStood, (state, { group }) => {
      if (group.state === 'deleted') state.table(allowanceTable).delete(groupAllowance(group.group));
    }),
  ],
};

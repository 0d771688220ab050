import { apply, decide, type Feature, happen, on } from '../../engine/feature.ts';
import { defineTable, type StateView } from '../../engine/state.ts';
import { fail } from '../../protocol/index.ts';
import { findPresent } from '../tables.ts';

/** Who is large for everybody: one row, or none. */
const spotlightTable = defineTable<{ readonly member: string }>('spotlight');
const KEY = 'spotlight';

const inSpotlight = (state: StateView): string | null => state.table(spotlightTable).get(KEY)?.member ?? null;

/** The spotlight: a host chooses who is large for all. */
export const spotlight: Feature = {
  name: 'spotlight',
  tables: [spotlightTable],
  commands: {
    'spotlight.set': ({ state, fields: { member } }) => {
      if (member !== null && findPresent(state, member) === undefined)
        return fail('member_unknown', { detail: member });
      if (member === inSpotlight(state)) return decide({});
      return decide({ events: [happen('spotlight.changed', { member })] });
    },
  },
  apply: [
    apply('spotlight.changed', (state, { member }) => {
      if (member === null) state.table(spotlightTable).delete(KEY);
      else state.table(spotlightTable).set(KEY, { member });
    }),
    apply('room.ended', (state) => state.table(spotlightTable).delete(KEY)),
  ],
  on: [
    on('member.left', ({ state }, { member }) =>
      member === inSpotlight(state)
        ? { events: [happen('spotlight.changed', { member: null }, { by: null })] }
        : {},
    ),
  ],
  snapshot: (state) => ({ spotlight: inSpotlight(state) }),
};

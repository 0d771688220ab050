import { apply, type Decision, decide, type Feature, happen, on } from '../../engine/feature.ts';
import { defineTable, type State, type StateView } from '../../engine/state.ts';
import { can, fail, type Hand } from '../../protocol/index.ts';
import { hasAuthority } from '../gate.ts';
import { findPresent, theRoom } from '../tables.ts';

interface HandRow extends Hand {
  readonly seq: number;
}

/** Raised hands by member. A hand belongs to the person: a drop and a return leave it up. */
const handTable = defineTable<HandRow>('hands');

/** The first to be called first: the order of the room is that of time, also when a clock is set back. */
const inOrder = (state: StateView): readonly Readonly<HandRow>[] =>
  Array.from(state.table(handTable).values()).sort((a, b) => a.seq - b.seq);

const lower = (state: State, { member }: { readonly member: string }): void =>
  state.table(handTable).delete(member);

function lowerEverything(state: State): void {
  for (const member of Array.from(state.table(handTable).keys())) state.table(handTable).delete(member);
}

/** Lowers the hands of those who may not have one up any more. */
function withdrawn(state: StateView): Decision {
  const { policy } = theRoom(state);
  const events = inOrder(state).flatMap(({ member }) => {
    const row = findPresent(state, member);
    const stays = row === undefined || can(row, policy, 'hand');
    return stays ? [] : [happen('hand.lowered', { member }, { by: null })];
  });
  return { events };
}

/** Hands: who wants the word, in the order in which they asked. */
export const hands: Feature = {
  name: 'hands',
  tables: [handTable],
  commands: {
    'hand.raise': ({ state, actor }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      if (state.table(handTable).has(actor.id)) return decide({});
      return decide({ events: [happen('hand.raised', { member: actor.id })] });
    },
    'hand.lower': ({ state, fields, actor }) => {
      const self = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      const member = fields.member ?? self?.id;
      if (member === undefined) return fail('invalid', { detail: 'member: say whose hand' });
      const isOwn = member === self?.id;
      if (!isOwn && self !== undefined && !hasAuthority(self.role))
        return fail('role_required', { detail: 'host or co-host' });
      if (findPresent(state, member) === undefined) return fail('member_unknown', { detail: member });
      return decide(
        state.table(handTable).has(member) ? { events: [happen('hand.lowered', { member })] } : {},
      );
    },
    'hand.lowerAll': ({ state }) =>
      decide(state.table(handTable).size === 0 ? {} : { events: [happen('hand.allLowered', {})] }),
    'hand.call': ({ state, fields }) => {
      const { member } = fields;
      if (member !== undefined && findPresent(state, member) === undefined)
        return fail('member_unknown', { detail: member });
      // A hand that went down a moment ago is not called, and nobody else in its place.
      const next = member === undefined ? inOrder(state)[0] : state.table(handTable).get(member);
      return decide(next === undefined ? {} : { events: [happen('hand.called', { member: next.member })] });
    },
  },
  apply: [
    apply('hand.raised', (state, { member, at, seq }) =>
      state.table(handTable).set(member, { member, at, seq }),
    ),
    apply('hand.lowered', lower),
    apply('hand.called', lower),
    apply('hand.allLowered', lowerEverything),
    apply('member.left', lower),
    apply('room.ended', lowerEverything),
  ],
  on: [
    on('policy.changed', ({ state }) => withdrawn(state)),
    on('rights.changed', ({ state }) => withdrawn(state)),
    on('role.changed', ({ state }) => withdrawn(state)),
  ],
  snapshot: (state) => ({ hands: inOrder(state).map(({ member, at }) => ({ member, at })) }),
};

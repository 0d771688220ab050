import {
  apply,
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type EffectDraft,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import type { RingNews, RingOverNews } from '../../platform/room-news.ts';
import { type EventFields, fail, LIMITS, type Person, type RingingCall } from '../../protocol/index.ts';
import { ANSWER_EFFECT, type AnswerToGroup } from '../call-answers.ts';
import {
  CALL_ITEMS,
  countRung,
  placedDeadline,
  placedTable,
  type RingItem,
  type RingingRow,
  ringDeadline,
  ringing,
  ringingTable,
  ringsTooOften,
  rung,
  rungTable,
  unanswered,
} from '../call-rows.ts';
import { mayWriteHere } from '../direct-items.ts';
import { personGone } from '../internal-events.ts';
import { type FromPeer, sendTo } from '../links.ts';
import { stayBegan, stayTable } from '../stay-rows.ts';
import { isBlocked, settingsOf } from '../tables.ts';

/** A call that is over is not needed any more: whoever rings with it comes too late. */
const callForgotten = internalEvent<{ readonly call: string }>('call.forgotten');

const over = (
  { call, from, group, code }: RingingCall,
  reason: EventFields<'call.over'>['reason'],
  by?: null,
): EventDraft =>
  happen(
    'call.over',
    { call, reason, from, ...(group === undefined ? {} : { group }), code },
    by === null ? { by } : {},
  );

/** The time of a call is up. */
const ringOut: InternalCommand<{ readonly call: string }> = internalCommand(
  'call.ring-out',
  ({ state, fields: { call } }) => {
    const row = state.table(ringingTable).get(call);
    if (row === undefined) return decide({});
    return decide({
      events: [...(row.isOver ? [] : [over(row, 'missed', null)]), note(callForgotten, { call })],
    });
  },
);

/**
 * A call begins to ring. One that is known, ringing or over, changes nothing, but for another way in. Null: there is no
 * time or place for it.
 */
function ring(state: StateView, call: RingingCall, now: number): Decision | null {
  const rows = state.table(ringingTable);
  const known = rows.get(call.call);
  if (known !== undefined && (known.isOver || known.invite === call.invite)) return {};
  const until = Math.min(call.until, now + settingsOf(state).ring);
  const isFull = known === undefined && rows.count('ringing') >= LIMITS.callsAtOnce;
  if (until <= now || isFull) return null;
  return {
    events: [
      ...(known === undefined ? [note(rung, { account: call.from.id })] : []),
      happen('call.ringing', { ...call, until }, { by: null }),
    ],
    deadlines: [deadline(ringDeadline(call.call), until, ringOut, { call: call.call })],
  };
}

/** Another person calls. */
const ringFromPerson: InternalCommand<FromPeer<RingItem>> = internalCommand(
  CALL_ITEMS.ring,
  ({ state, fields, now }) => {
    const { from: account, card, call, code, name, invite, until } = fields;
    // Whoever may not write may not call, and learns as little of it as whoever is blocked.
    if (!mayWriteHere(state, account, fields)) return decide({});
    if (state.table(stayTable).has(code))
      return decide(sendTo(state, account, CALL_ITEMS.outcome, { call, how: 'answered' }));
    // So that nobody rings without end. They are not told: to them it rings, and is missed.
    const rings = ringing(state).some(({ group, from }) => group === undefined && from.id === account);
    if (rings || ringsTooOften(state, account, now)) return decide({});
    const way = { code, name, ...(invite === undefined ? {} : { invite }) };
    const theirs = { call, from: toPerson(card), ...way, until };
    const late = () => [note(rung, { account }), over(theirs, 'missed', null)];
    return decide(ring(state, theirs, now) ?? { events: late() });
  },
);

/** Whether a call is known already, or whoever calls has not called too often. */
const mayRingOn = (state: StateView, { call, from }: RingingCall, now: number): boolean =>
  state.table(ringingTable).has(call) || !ringsTooOften(state, from.id, now);

/** A group's meeting calls. What comes late is no call any more: the group itself says what was missed. */
export const ringFromGroup: InternalCommand<RingNews> = internalCommand(
  'call.ring-group',
  ({ state, fields: { kind: _, ...call }, now }) => {
    const isThere = state.table(stayTable).has(call.code);
    const isHeard = !isThere && !isBlocked(state, call.from.id) && mayRingOn(state, call, now);
    return decide((isHeard ? ring(state, call, now) : null) ?? {});
  },
);

/** The meeting that a group called to is over. */
export const groupRingOver: InternalCommand<RingOverNews> = internalCommand(
  'call.ring-group-over',
  ({ state, fields }) => {
    const row = findRinging(state, fields.call);
    return decide(row?.group === undefined ? {} : { events: [over(row, 'ended', null)] });
  },
);

/** Whoever calls has given up. */
const ringCancelled: InternalCommand<FromPeer<{ readonly call: string }>> = internalCommand(
  CALL_ITEMS.cancelled,
  ({ state, fields: { from, call } }) => {
    const row = findRinging(state, call);
    const isTheirs = row !== undefined && row.group === undefined && row.from.id === from;
    return decide(isTheirs ? { events: [over(row, 'cancelled', null)] } : {});
  },
);

/** Whom this person calls has answered or declined. */
const placedSettled: InternalCommand<
  FromPeer<{ readonly call: string; readonly how: 'answered' | 'declined' }>
> = internalCommand(CALL_ITEMS.outcome, ({ state, fields: { from, call, how } }) =>
  decide(
    state.table(placedTable).get(call)?.to === from
      ? { events: [happen('call.settled', { call, to: from, how }, { by: null })] }
      : {},
  ),
);

const toPerson = ({ id, userName, name, avatar }: Person): Person => ({ id, userName, name, avatar });

const toCall = ({ isOver: _, ...call }: Readonly<RingingRow>): RingingCall => call;

/** A call that rings, or undefined. */
function findRinging(state: StateView, call: string): Readonly<RingingRow> | undefined {
  const row = state.table(ringingTable).get(call);
  return row === undefined || row.isOver ? undefined : row;
}

/** Ends the calls of one person that ring. */
const overFrom = (state: StateView, account: string, reason: 'declined' | 'cancelled'): EventDraft[] =>
  ringing(state)
    .filter(({ group, from }) => group === undefined && from.id === account)
    .map((row) => over(row, reason, null));

/** Stops the ringing and tells whoever calls: another person, or the group. */
function reply(
  state: StateView,
  row: Readonly<RingingRow>,
  how: 'answered' | 'declined',
  by?: null,
): { readonly events: EventDraft[]; readonly effects: readonly EffectDraft[] } {
  const { call, group, from } = row;
  const told = over(row, how, by);
  if (group === undefined) {
    const { events, effects } = sendTo(state, from.id, CALL_ITEMS.outcome, { call, how });
    return { events: [told, ...events], effects };
  }
  const data: AnswerToGroup = { group: group.code, meeting: call, how };
  return { events: [told], effects: [{ id: `${ANSWER_EFFECT} ${call}`, kind: ANSWER_EFFECT, data }] };
}

/** Calls: what rings at a person until one of their devices answers, and what rings at others because of them. */
export const calls: Feature = {
  name: 'calls',
  tables: [ringingTable, placedTable, rungTable],
  commands: {
    'call.answer': ({ state, fields }) => {
      const row = findRinging(state, fields.call);
      if (row === undefined) return fail('call_unknown');
      const { code, name, invite } = row;
      return decide({
        ...reply(state, row, 'answered'),
        result: { code, name, ...(invite === undefined ? {} : { invite }) },
      });
    },
    'call.decline': ({ state, fields }) => {
      const row = findRinging(state, fields.call);
      return row === undefined ? fail('call_unknown') : decide(reply(state, row, 'declined'));
    },
    'call.cancel': ({ state, fields: { call }, now }) => {
      const row = state.table(placedTable).get(call);
      if (row === undefined) return fail('call_unknown');
      // Whose time is up was missed over there, though an answer given in time may still be on its way here.
      const how = row.until <= now ? 'missed' : 'cancelled';
      const { events, effects } = sendTo(state, row.to, CALL_ITEMS.cancelled, { call });
      return decide({
        events: [happen('call.settled', { call, to: row.to, how }), ...events],
        effects,
      });
    },
  },
  internalCommands: [
    ringOut,
    ringFromPerson,
    ringFromGroup,
    groupRingOver,
    ringCancelled,
    placedSettled,
    unanswered,
  ],
  internalEvents: [callForgotten, rung],
  apply: [
    apply('call.ringing', (state, { call, from, group, code, name, invite, until }) => {
      state.table(ringingTable).set(call, {
        call,
        from,
        ...(group === undefined ? {} : { group }),
        code,
        name,
        ...(invite === undefined ? {} : { invite }),
        until,
        isOver: false,
      });
    }),
    apply('call.over', (state, { call }) => {
      const row = state.table(ringingTable).get(call);
      if (row === undefined) return;
      // The secret is needed no longer.
      const { invite: _, ...rest } = row;
      state.table(ringingTable).set(call, { ...rest, isOver: true });
    }),
    applyInternal(rung, (state, { account, at }) => countRung(state, account, at)),
    applyInternal(callForgotten, (state, { call }) => state.table(ringingTable).delete(call)),
    apply('call.placed', (state, { call, to, code, name, until }) =>
      state.table(placedTable).set(call, { call, to, code, name, until }),
    ),
    apply('call.settled', (state, { call }) => state.table(placedTable).delete(call)),
  ],
  on: [
    on('call.settled', (_context, { call }) => ({ deadlines: [callOff(placedDeadline(call))] })),
    // To whoever is blocked it rings on, and is missed.
    on('person.blocked', ({ state }, { person }) => ({ events: overFrom(state, person.id, 'declined') })),
    // Who comes into the room that rings at them has answered, whatever the way.
    onInternal(stayBegan, ({ state }, { code }) => {
      const there = ringing(state).filter((row) => row.code === code);
      const replies = there.map((row) => reply(state, row, 'answered', null));
      return {
        events: replies.flatMap(({ events }) => events),
        effects: replies.flatMap(({ effects }) => effects),
      };
    }),
    onInternal(personGone, ({ state }, { account }) => ({
      events: [
        ...overFrom(state, account, 'cancelled'),
        ...Array.from(state.table(placedTable).values())
          .filter(({ to }) => to === account)
          .map(({ call, to }) => happen('call.settled', { call, to, how: 'missed' }, { by: null })),
      ],
    })),
  ],
  snapshot: (state) => {
    const at = ringing(state).map(toCall);
    const placed = Array.from(state.table(placedTable).values());
    return at.length + placed.length === 0 ? {} : { calls: { ringing: at, placed } };
  },
};

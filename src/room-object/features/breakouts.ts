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
  type ReactionContext,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import type { BreakoutReport } from '../../platform/breakout-rpc.ts';
import { fail, LIMITS } from '../../protocol/index.ts';
import { everyDevice, quietDevices } from '../account-rows.ts';
import {
  admission,
  BREAKOUT_EFFECTS,
  type BreakoutCalled,
  type BreakoutCreate,
  end,
  release,
  say,
  tellClosing,
} from '../breakout-effects.ts';
import {
  breakoutPlaceTable,
  breakoutSetTable,
  breakoutStayKey,
  breakoutStayTable,
  breakoutsInOrder,
  breakoutTable,
  clear,
  emptiest,
  findUsable,
  isReachable,
  openSet,
  parentOf,
  placeIn,
  roleInBreakout,
  SET_KEY,
  toBreakouts,
} from '../breakout-rows.ts';
import { hasAuthority } from '../gate.ts';
import { memberBanned, sentOut } from '../internal-events.ts';
import { findPresent, type MemberRow, memberTable, present } from '../tables.ts';

const CLOSE = 'breakouts close';
/** ms that a breakout room without a set time may last at most. */
const LONGEST = LIMITS.breakoutMinutes * 60_000;
/** ms by which a breakout room outlives its time: it ends by itself where its meeting is gone and can't end it. */
const MARGIN = 600_000;

const breakoutMade = internalEvent<{ readonly breakout: string; readonly code: string }>('breakout.made');
const staysReported = internalEvent<BreakoutReport>('breakout.reported');

/** A breakout room is there. It ends at once where nobody wants it any more. */
export const breakoutCreated: InternalCommand<{ readonly breakout: string; readonly code: string }> =
  internalCommand('breakout.created', ({ state, fields, now }) => {
    const { breakout, code } = fields;
    const row = state.table(breakoutTable).get(breakout);
    if (row === undefined || row.state === 'closed' || openSet(state) === undefined)
      return decide({ effects: [end({ id: breakout, code }, now)] });
    if (row.state !== 'opening') return decide({});
    const waiting = present(state).filter(({ id }) => placeIn(state, id) === breakout);
    const closesAt = openSet(state)?.closesAt ?? null;
    return decide({
      events: [note(breakoutMade, fields), happen('breakout.changed', { breakout, state: 'open' })],
      effects: [
        ...admission({ id: breakout, code }, waiting, now),
        // The countdown may have begun while it was being made.
        ...(closesAt === null ? [] : [tellClosing({ id: breakout, code }, closesAt, now)]),
      ],
    });
  });

/** A breakout room is no more: whoever belonged there belongs in the main room. */
function gone(state: StateView, breakout: string, to: 'failed' | 'closed'): EventDraft[] {
  const members: Record<string, null> = {};
  for (const [member, place] of state.table(breakoutPlaceTable).entries())
    if (place.breakout === breakout) members[member] = null;
  return [
    happen('breakout.changed', { breakout, state: to }),
    ...(Object.keys(members).length === 0 ? [] : [happen('breakout.assigned', { members })]),
  ];
}

/** A breakout room could not be made, however often it was tried. */
export const breakoutFailed: InternalCommand<{ readonly breakout: string }> = internalCommand(
  'breakout.failed',
  ({ state, fields }) => {
    const row = state.table(breakoutTable).get(fields.breakout);
    if (row?.state !== 'opening' || openSet(state) === undefined) return decide({});
    return decide({ events: gone(state, row.id, 'failed') });
  },
);

/** A breakout room has let members in; each is told their way. */
export const breakoutAdmitted: InternalCommand<BreakoutCalled> = internalCommand(
  'breakout.admitted',
  ({ state, fields }) => {
    const { breakout, code } = fields;
    // Who was moved on or has left meanwhile has no use for it.
    const called = fields.members.filter(
      ({ member }) => placeIn(state, member) === breakout && findPresent(state, member) !== undefined,
    );
    return decide({
      events: called.map(({ member, ...way }) =>
        happen('breakout.called', { breakout, code, ...way }, { to: [member], by: null }),
      ),
    });
  },
);

/** A breakout room tells who was there; it may tell it again, and then later word counts. */
export const breakoutReported: InternalCommand<BreakoutReport> = internalCommand(
  'breakout.report',
  ({ state, fields }) => {
    const row = state.table(breakoutTable).get(fields.breakout);
    const isNewlyOver = fields.isOver && row?.state === 'open' && openSet(state) !== undefined;
    return decide({
      events: [note(staysReported, fields), ...(isNewlyOver ? gone(state, row.id, 'closed') : [])],
    });
  },
);

/** The time of the breakout rooms has come. */
export const closeBreakouts: InternalCommand<object> = internalCommand('breakout.time-over', ({ state }) =>
  decide(openSet(state) === undefined ? {} : { events: [happen('breakout.closed', {}, { by: null })] }),
);

/** Sends members from where they belong to where they shall: out of one room, into another. Who stays gets a new way in. */
function move(state: StateView, to: ReadonlyMap<string, string | null>, now: number): Decision {
  const out = new Map<string, string[]>();
  const into = new Map<string, Readonly<MemberRow>[]>();
  const changed: Record<string, string | null> = {};
  for (const [member, target] of to) {
    const place = placeIn(state, member);
    if (place !== target) {
      changed[member] = target;
      if (place !== null) out.set(place, [...(out.get(place) ?? []), member]);
    }
    const row = findPresent(state, member);
    if (target !== null && row !== undefined) into.set(target, [...(into.get(target) ?? []), row]);
  }
  const rooms = state.table(breakoutTable);
  const effects: EffectDraft[] = [];
  for (const [id, members] of out) {
    const row = rooms.get(id);
    if (isReachable(row)) effects.push(release(row, members, now));
  }
  for (const [id, members] of into) {
    const row = rooms.get(id);
    if (isReachable(row)) effects.push(...admission(row, members, now));
  }
  const events: EventDraft[] =
    Object.keys(changed).length === 0 ? [] : [happen('breakout.assigned', { members: changed })];
  return { events, effects };
}

/** Everybody but the hosts, spread over the rooms in the order of joining; the devices of one person stay together. */
function spread(state: StateView, rooms: readonly { readonly id: string }[]): Record<string, string> {
  const people = present(state)
    .filter(({ role }) => !hasAuthority(role))
    .sort((a, b) => a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1));
  const places: Record<string, string> = {};
  const known = new Map<string, string>();
  for (const { id, account } of people) {
    const room = known.get(account ?? id) ?? rooms[known.size % rooms.length]?.id;
    if (room === undefined) continue;
    known.set(account ?? id, room);
    places[id] = room;
  }
  return places;
}

/** Who comes in, or comes back, while there are breakout rooms goes where they belong. */
function welcome({ state, now }: ReactionContext, member: string): Decision {
  const set = openSet(state);
  const row = findPresent(state, member);
  if (set === undefined || row === undefined) return {};
  // Where they are, or are already with another device.
  const [place = null] = everyDevice(state, member).flatMap(({ id }) => placeIn(state, id) ?? []);
  const isSpread = set.assign === 'evenly' && !hasAuthority(row.role);
  const room = place ?? (isSpread ? emptiest(state) : null);
  if (room === null) return {};
  const { events = [], effects = [] } = move(state, new Map([[member, room]]), now);
  return { events: events.map((event) => ({ ...event, by: null })), effects };
}

/** Whoever is no longer of the meeting is no longer in its breakout rooms. */
function letGo({ state, now }: ReactionContext, ...members: readonly string[]): Decision {
  if (openSet(state) === undefined) return {};
  const effects = members.flatMap((member) => {
    const row = state.table(breakoutTable).get(placeIn(state, member) ?? '');
    return isReachable(row) ? [release(row, [member], now)] : [];
  });
  return { effects };
}
const letAllGo = (context: ReactionContext, member: string): Decision =>
  letGo(context, ...everyDevice(context.state, member).map(({ id }) => id));

/** Ends every breakout room that is there; those still being made end when they are. */
const endAll = (state: StateView, now: number): EffectDraft[] =>
  breakoutsInOrder(state).flatMap(({ id, code }) => (code === null ? [] : [end({ id, code }, now)]));

/** Breakout rooms, as the meeting sees them: rooms of their own, made, spoken to and ended through effects. */
export const breakouts: Feature = {
  name: 'breakouts',
  tables: [breakoutTable, breakoutSetTable, breakoutPlaceTable, breakoutStayTable],
  commands: {
    'breakout.open': ({ state, fields, now }) => {
      if (parentOf(state) !== undefined)
        return fail('not_allowed', { detail: 'a breakout room has none of its own' });
      if (openSet(state) !== undefined) return fail('breakouts_open');
      const round = (state.table(breakoutSetTable).get(SET_KEY)?.round ?? 0) + 1;
      const rooms = fields.names.map((name, index) => ({ id: `${round}-${index + 1}`, name }));
      const closesAt = fields.minutes === undefined ? null : now + fields.minutes * 60_000;
      const endsAt = (closesAt ?? now + LONGEST) + MARGIN;
      const places = fields.assign === 'evenly' ? spread(state, rooms) : {};
      return decide({
        events: [
          happen('breakout.opened', { assign: fields.assign, closesAt, rooms }),
          ...(Object.keys(places).length === 0 ? [] : [happen('breakout.assigned', { members: places })]),
        ],
        effects: rooms.map(({ id, name }) => ({
          id: `breakout.create ${id}`,
          kind: BREAKOUT_EFFECTS.create,
          data: { breakout: id, name, closesAt, endsAt } satisfies BreakoutCreate,
        })),
        deadlines: [deadline(CLOSE, closesAt ?? now + LONGEST, closeBreakouts, {})],
      });
    },
    'breakout.assign': ({ state, fields, now }) => {
      const members = new Map(Object.entries(fields.members));
      for (const [member, breakout] of members) {
        if (!state.table(memberTable).has(member)) return fail('member_unknown', { detail: member });
        if (breakout !== null && findUsable(state, breakout) === undefined)
          return fail('breakout_unknown', { detail: breakout });
      }
      if (openSet(state) === undefined) return fail('breakout_unknown');
      return decide(move(state, members, now));
    },
    'breakout.choose': ({ state, fields, actor, now }) => {
      const row = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (row === undefined) return fail('member_gone');
      const set = openSet(state);
      const { breakout } = fields;
      if (set === undefined || (breakout !== null && findUsable(state, breakout) === undefined))
        return fail('breakout_unknown', { detail: breakout ?? 'there are none' });
      const isFree = set.assign === 'choose' || hasAuthority(row.role);
      if (!isFree && placeIn(state, row.id) !== breakout)
        return fail('not_allowed', { detail: 'a host says who goes where' });
      return decide(move(state, new Map([[row.id, breakout]]), now));
    },
    'breakout.broadcast': ({ state, fields, actor }) => {
      if (openSet(state) === undefined) return fail('breakout_unknown', { detail: 'there are none' });
      const from = actor.kind === 'member' ? (findPresent(state, actor.id)?.name ?? null) : null;
      return decide({ events: [happen('room.announced', { text: fields.text, from })] });
    },
    'breakout.close': ({ state, fields, now }) => {
      const set = openSet(state);
      if (set === undefined) return decide({});
      if (fields.afterSeconds === 0) return decide({ events: [happen('breakout.closed', {})] });
      const closesAt = now + fields.afterSeconds * 1_000;
      if (closesAt === set.closesAt) return decide({});
      return decide({
        events: [happen('breakout.closing', { closesAt })],
        effects: breakoutsInOrder(state)
          .filter(isReachable)
          .map((row) => tellClosing(row, closesAt, now)),
        deadlines: [deadline(CLOSE, closesAt, closeBreakouts, {})],
      });
    },
  },
  internalCommands: [breakoutCreated, breakoutFailed, breakoutAdmitted, breakoutReported, closeBreakouts],
  internalEvents: [breakoutMade, staysReported],
  apply: [
    apply('breakout.opened', (state, { assign, closesAt, rooms, at }) => {
      const round = (state.table(breakoutSetTable).get(SET_KEY)?.round ?? 0) + 1;
      clear(state, breakoutTable);
      clear(state, breakoutPlaceTable);
      state.table(breakoutSetTable).set(SET_KEY, { round, assign, openedAt: at, closesAt, isOver: false });
      for (const { id, name } of rooms)
        state.table(breakoutTable).set(id, { id, name, code: null, state: 'opening' });
    }),
    applyInternal(breakoutMade, (state, { breakout, code }) => {
      const row = state.table(breakoutTable).get(breakout);
      if (row !== undefined) state.table(breakoutTable).set(breakout, { ...row, code });
    }),
    apply('breakout.changed', (state, event) => {
      const row = state.table(breakoutTable).get(event.breakout);
      if (row !== undefined) state.table(breakoutTable).set(row.id, { ...row, state: event.state });
    }),
    apply('breakout.assigned', (state, { members }) => {
      const places = state.table(breakoutPlaceTable);
      for (const [member, breakout] of Object.entries(members)) {
        if (breakout === null) places.delete(member);
        else places.set(member, { breakout });
      }
    }),
    apply('breakout.closing', (state, { closesAt }) => {
      const set = state.table(breakoutSetTable).get(SET_KEY);
      if (set !== undefined) state.table(breakoutSetTable).set(SET_KEY, { ...set, closesAt });
    }),
    apply('breakout.closed', (state) => {
      const set = state.table(breakoutSetTable).get(SET_KEY);
      if (set !== undefined) state.table(breakoutSetTable).set(SET_KEY, { ...set, isOver: true });
      for (const row of breakoutsInOrder(state))
        state.table(breakoutTable).set(row.id, { ...row, state: 'closed' });
      clear(state, breakoutPlaceTable);
    }),
    applyInternal(staysReported, (state, { breakout, name, members }) => {
      for (const { member, stays } of members)
        state
          .table(breakoutStayTable)
          .set(breakoutStayKey(breakout, member), { member, breakout: name, stays });
    }),
  ],
  on: [
    on('member.joined', (context, { member }) => welcome(context, member.id)),
    // Who leaves the meeting, or has to, leaves its breakout room; who merely dropped finds it as it was.
    on('member.left', (context, { member, reason }) => {
      if (reason === 'timeout') return {};
      return reason === 'lobby' ? letAllGo(context, member) : letGo(context, member);
    }),
    // They may have dropped out of the meeting, and be in a breakout room all the same.
    onInternal(memberBanned, (context, { ban }) => letAllGo(context, ban.member)),
    onInternal(sentOut, (context, { member }) => letAllGo(context, member)),
    on('role.changed', ({ state, now }, { member, role: to, seq }) => {
      if (openSet(state) === undefined) return {};
      const role = roleInBreakout(to);
      const effects = quietDevices(state, member).flatMap(({ id }) => {
        const row = state.table(breakoutTable).get(placeIn(state, id) ?? '');
        return isReachable(row) ? [say(row, { kind: 'role', member: id, role }, now, `${id} ${seq}`)] : [];
      });
      return { effects };
    }),
    // In a breakout room it goes nowhere: there is no set.
    on('room.announced', ({ state, now }, { seq, text, from }) =>
      openSet(state) === undefined
        ? {}
        : {
            effects: breakoutsInOrder(state)
              .filter(isReachable)
              .map((row) => say(row, { kind: 'announce', id: String(seq), text, from }, now, seq)),
          },
    ),
    on('breakout.closed', ({ state, now }) => ({
      effects: endAll(state, now),
      deadlines: [callOff(CLOSE)],
    })),
    on('room.ended', ({ state }) =>
      openSet(state) === undefined ? {} : { events: [happen('breakout.closed', {}, { by: null })] },
    ),
  ],
  snapshot: (state) => {
    const all = toBreakouts(state);
    return all === undefined ? {} : { breakouts: all };
  },
};

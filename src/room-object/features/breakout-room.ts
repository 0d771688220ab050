import {
  apply,
  applyInternal,
  callOff,
  type DeadlineChange,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
  on,
} from '../../engine/feature.ts';
import type { Guest, ParentOfRoom } from '../../platform/breakout-rpc.ts';
import { fail } from '../../protocol/index.ts';
import { BREAKOUT_EFFECTS } from '../breakout-effects.ts';
import { guestTable, heardTable, PARENT_KEY, parentOf, parentTable, toBreakoutOf } from '../breakout-rows.ts';
import { awayDeadline, seatDeadline } from '../deadline-names.ts';
import { endWanted, seatHeld, seatReleased } from '../internal-events.ts';
import { isPresent, memberTable, settingsOf, theRoom } from '../tables.ts';

const LIFE = 'breakout life';

const adopted = internalEvent<ParentOfRoom>('breakout.adopted');
const guestSent = internalEvent<{
  readonly member: string;
  readonly role: Guest['role'] | null;
  readonly sent: number;
}>('breakout.guest');
const heard = internalEvent<{ readonly id: string }>('breakout.heard');

/** Makes a new room a breakout room. It ends by itself at last, should its meeting be gone for good. */
export const adopt: InternalCommand<ParentOfRoom> = internalCommand('breakout.adopt', ({ fields }) =>
  decide({
    events: [note(adopted, fields)],
    deadlines: [deadline(LIFE, fields.endsAt, endByMeeting, {})],
  }),
);

/** The meeting has ended this room, or it has outlived it. */
export const endByMeeting: InternalCommand<object> = internalCommand('breakout.end', ({ state }) =>
  decide(theRoom(state).endedAt === null ? { events: [note(endWanted, { reason: 'parent' })] } : {}),
);

export interface GuestsFields {
  /** With the secret of a ticket, drawn by the caller. */
  readonly members: readonly (Guest & { readonly ticket: string })[];
  /** ms; when the meeting decided it. */
  readonly sent: number;
}

/** Whom the meeting sends comes in: it has looked at its own door before. */
export const admitGuests: InternalCommand<GuestsFields> = internalCommand(
  'breakout.guests',
  ({ state, fields, now }) => {
    if (theRoom(state).endedAt !== null) return fail('room_ended');
    const expiresAt = now + settingsOf(state).seat;
    const events: EventDraft[] = [];
    const deadlines: DeadlineChange[] = [];
    for (const { id, name, role, account, ticket } of fields.members) {
      // They were sent on since.
      if ((state.table(guestTable).get(id)?.sent ?? 0) > fields.sent) continue;
      const before = state.table(memberTable).get(id);
      events.push(
        note(seatHeld, {
          member: id,
          name,
          role,
          ...(account === undefined || before !== undefined ? {} : { account }),
          showedKey: false,
          ticket,
          expiresAt,
          address: null,
          toLobby: false,
        }),
        note(guestSent, { member: id, role, sent: fields.sent }),
      );
      if (isPresent(before) && before.role !== role)
        events.push(happen('role.changed', { member: id, role }, { by: null }));
      // Named, not imported: the wait for a ticket is the door's business.
      deadlines.push({ id: seatDeadline(id), at: expiresAt, command: 'seat.release', data: { member: id } });
    }
    return decide({ events, deadlines });
  },
);

/** Members go: the meeting wants them elsewhere. */
export const releaseGuests: InternalCommand<{
  readonly members: readonly string[];
  readonly sent: number;
}> = internalCommand('breakout.release', ({ state, fields }) => {
  if (theRoom(state).endedAt !== null) return decide({});
  const { sent } = fields;
  const gone = fields.members.filter((id) => (state.table(guestTable).get(id)?.sent ?? 0) <= sent);
  const rows = gone.map((id) => state.table(memberTable).get(id));
  const here = rows.filter(isPresent);
  return decide({
    events: [
      ...gone.map((member) => note(guestSent, { member, role: null, sent })),
      ...here.map(({ id }) => happen('member.left', { member: id, reason: 'left' }, { by: null })),
      ...rows.flatMap((row) => (row?.presence === 'joining' ? [note(seatReleased, { member: row.id })] : [])),
    ],
    deadlines: gone.flatMap((id) => [callOff(seatDeadline(id)), callOff(awayDeadline(id))]),
    close: here.map(({ id }) => ({ member: id, as: 'left' as const })),
  });
});

/** A member's role in the meeting has changed. */
export const changeGuest: InternalCommand<{
  readonly member: string;
  readonly role: Guest['role'];
  readonly sent: number;
}> = internalCommand('breakout.guest-role', ({ state, fields }) => {
  const { member, role, sent } = fields;
  const row = state.table(memberTable).get(member);
  const isOld = (state.table(guestTable).get(member)?.sent ?? 0) > sent;
  if (theRoom(state).endedAt !== null || isOld || row === undefined || row.role === role) return decide({});
  return decide({
    events: [
      note(guestSent, { member, role, sent }),
      ...(isPresent(row) ? [happen('role.changed', { member, role }, { by: null })] : []),
    ],
  });
});

/** A host speaks to all rooms. The same word is told once. */
export const announce: InternalCommand<{
  readonly id: string;
  readonly text: string;
  readonly from: string | null;
}> = internalCommand('breakout.announce', ({ state, fields: { id, text, from } }) =>
  decide(
    theRoom(state).endedAt !== null || state.table(heardTable).has(id)
      ? {}
      : { events: [note(heard, { id }), happen('room.announced', { text, from }, { by: null })] },
  ),
);

/** People are to be back by then. */
export const tellClosing: InternalCommand<{ readonly closesAt: number; readonly sent: number }> =
  internalCommand('breakout.tell-closing', ({ state, fields }) => {
    const parent = parentOf(state);
    if (parent === undefined || theRoom(state).endedAt !== null) return decide({});
    if (parent.closesAt === fields.closesAt || parent.toldAt > fields.sent) return decide({});
    return decide({
      events: [
        note(closingTold, { sent: fields.sent }),
        happen('breakout.closing', { closesAt: fields.closesAt }, { by: null }),
      ],
    });
  });
const closingTold = internalEvent<{ readonly sent: number }>('breakout.closing-told');

/** A breakout room as it sees itself: a room like any other, whose door and whose end are its meeting's. */
export const breakoutRoom: Feature = {
  name: 'breakout-room',
  tables: [parentTable, guestTable, heardTable],
  commands: {},
  internalCommands: [adopt, endByMeeting, admitGuests, releaseGuests, changeGuest, announce, tellClosing],
  internalEvents: [adopted, guestSent, heard, closingTold],
  apply: [
    applyInternal(adopted, (state, { code, room, breakout, closesAt }) =>
      state.table(parentTable).set(PARENT_KEY, { code, room, breakout, closesAt, toldAt: 0 }),
    ),
    applyInternal(guestSent, (state, { member, role, sent }) => {
      state.table(guestTable).set(member, { sent });
      const row = state.table(memberTable).get(member);
      if (row !== undefined && role !== null && !isPresent(row))
        state.table(memberTable).set(member, { ...row, role });
    }),
    applyInternal(heard, (state, { id, at }) => state.table(heardTable).set(id, { at })),
    applyInternal(closingTold, (state, { sent }) => {
      const parent = parentOf(state);
      if (parent !== undefined) state.table(parentTable).set(PARENT_KEY, { ...parent, toldAt: sent });
    }),
    apply('breakout.closing', (state, { closesAt }) => {
      const parent = parentOf(state);
      if (parent !== undefined) state.table(parentTable).set(PARENT_KEY, { ...parent, closesAt });
    }),
  ],
  on: [
    on('room.ended', ({ state }) =>
      parentOf(state) === undefined
        ? {}
        : {
            deadlines: [callOff(LIFE)],
            effects: [{ id: BREAKOUT_EFFECTS.report, kind: BREAKOUT_EFFECTS.report, data: {} }],
          },
    ),
  ],
  snapshot: (state) => {
    const parent = toBreakoutOf(state);
    return parent === undefined ? {} : { breakoutOf: parent };
  },
};

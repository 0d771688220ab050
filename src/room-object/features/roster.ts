import {
  apply,
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  note,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import type { KnownAccount } from '../../platform/room-rpc.ts';
import { can, fail, LIMITS, type Member } from '../../protocol/index.ts';
import { changeRows, devicesOf, everyDevice, isSamePerson, quietDevices } from '../account-rows.ts';
import { arrivingRole } from '../authority-rows.ts';
import { awayDeadline, seatDeadline } from '../deadline-names.ts';
import {
  lobbyAway,
  lobbyEntered,
  lobbyLeft,
  seatReleased,
  sessionLost,
  sessionOpened,
} from '../internal-events.ts';
import { toHosts } from '../lobby-rows.ts';
import {
  findPresent,
  isPresent,
  type MemberRow,
  memberTable,
  present,
  settingsOf,
  theRoom,
  toMember,
} from '../tables.ts';

export interface OpenFields {
  readonly member: string;
  readonly ticket: string;
  readonly session: number;
}

/** Redeems a ticket for a session: the member is in, or back, or has merely changed sockets. */
export const openSession: InternalCommand<OpenFields> = internalCommand(
  'session.open',
  ({ state, fields, now }) => {
    if (theRoom(state).endedAt !== null) return fail('room_ended');
    const row = state.table(memberTable).get(fields.member);
    const ticket = row?.ticket;
    if (
      row === undefined ||
      row.presence === 'left' ||
      !ticket ||
      ticket.secret !== fields.ticket ||
      ticket.expiresAt <= now
    ) {
      return fail('ticket_invalid');
    }
    const opened = note(sessionOpened, { member: row.id, session: fields.session });
    const entersLobby = row.presence === 'waiting' || (row.presence === 'joining' && row.toLobby === true);
    const deadlines = [callOff(seatDeadline(row.id)), callOff(awayDeadline(row.id))];
    if (entersLobby) return decide({ events: [opened, note(lobbyEntered, { member: row.id })], deadlines });
    if (row.presence === 'joining') {
      const role = arrivingRole(state, row);
      const member: Member = { ...toMember({ ...row, presence: 'online' as const, role }), joinedAt: now };
      return decide({ events: [opened, happen('member.joined', { member })], deadlines });
    }
    const returned = row.presence === 'away' ? [happen('member.returned', { member: row.id })] : [];
    return decide({ events: [opened, ...returned], deadlines });
  },
);

export interface DropFields {
  readonly member: string;
  readonly session: number;
  /** Nobody saw it go: what it had on went with the object's memory. */
  readonly isLost?: true;
}

/** A socket is gone. Only the member's newest session counts. */
export const dropSession: InternalCommand<DropFields> = internalCommand(
  'session.drop',
  ({ state, fields, now }) => {
    const row = state.table(memberTable).get(fields.member);
    if (row === undefined || row.session !== fields.session) return decide({});
    const member = row.id;
    const deadlines = [deadline(awayDeadline(member), now + settingsOf(state).awayGrace, giveUp, { member })];
    if (row.presence === 'waiting') return decide({ events: [note(lobbyAway, { member })], deadlines });
    if (row.presence !== 'online') return decide({});
    return decide({
      events: [
        happen('member.away', { member }, { by: null }),
        ...(fields.isLost ? [note(sessionLost, { member })] : []),
      ],
      deadlines,
    });
  },
);

/** The grace period of somebody who dropped has run out. */
export const giveUp: InternalCommand<{ readonly member: string }> = internalCommand(
  'member.give-up',
  ({ state, fields, now }) => {
    const row = state.table(memberTable).get(fields.member);
    if (row === undefined || row.awayAt === null) return decide({});
    if (row.presence !== 'away' && row.presence !== 'waiting') return decide({});
    // They are at the door: their ticket must not die under their hands.
    const until = row.ticket?.expiresAt ?? 0;
    if (until > now) return decide({ deadlines: [deadline(awayDeadline(row.id), until, giveUp, fields)] });
    if (row.presence === 'waiting') return decide({ events: leaveLobby(state, row.id) });
    return decide({ events: [happen('member.left', { member: row.id, reason: 'timeout' }, { by: null })] });
  },
);

/** Of an account name or picture are others now; `former`: what it was called before. */
export const changeCard: InternalCommand<{
  readonly account: KnownAccount;
  readonly former: readonly string[];
}> = internalCommand('member.change-card', ({ state, fields: { account, former } }) => {
  const { policy } = theRoom(state);
  const { name, avatar } = account;
  const devices = devicesOf(state, account.id, undefined).filter(isPresent);
  return decide({
    events: devices.flatMap((row) => {
      // Whoever goes by another name here chose it for this room.
      const isCalledSo = row.name !== name && former.includes(row.name) && can(row, policy, 'rename');
      return [
        ...(isCalledSo ? [happen('member.renamed', { member: row.id, name })] : []),
        ...((row.avatar ?? null) === avatar ? [] : [happen('member.pictured', { member: row.id, avatar })]),
      ];
    }),
  });
});

const leaveLobby = (state: StateView, member: string): EventDraft[] => [
  ...toHosts(state, happen('lobby.left', { member })),
  note(lobbyLeft, { member }),
];

/** A device goes from wherever it is: the room, the lobby, or the way in. */
function leave(state: StateView, { id, presence }: Readonly<MemberRow>): Decision {
  if (presence === 'left') return {};
  const deadlines = [callOff(awayDeadline(id)), callOff(seatDeadline(id))];
  if (presence === 'joining') return { events: [note(seatReleased, { member: id })], deadlines };
  const events =
    presence === 'waiting' ? leaveLobby(state, id) : [happen('member.left', { member: id, reason: 'left' })];
  return { events, deadlines, close: [{ member: id, as: 'left' }] };
}

type Present = ReturnType<typeof present>;
const orders = new WeakMap<object, { readonly version: number; readonly rows: Present }>();

/** Everybody present, in the order of joining: a position in this order is a page's beginning. Sorted once for many pages. */
function inOrder(state: StateView): Present {
  const table = state.table(memberTable);
  const known = orders.get(table);
  if (known?.version === table.version) return known.rows;
  const rows = present(state).sort((a, b) => a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1));
  orders.set(table, { version: table.version, rows });
  return rows;
}

/** A page of the roster. `after` null: the first. A member who has left since still marks their place. */
export function rosterPage(state: StateView, after: string | null, limit: number) {
  const everybody = inOrder(state);
  const mark = after === null ? undefined : state.table(memberTable).get(after);
  const start =
    mark === undefined
      ? 0
      : everybody.findIndex(
          (row) => row.joinedAt > mark.joinedAt || (row.joinedAt === mark.joinedAt && row.id > mark.id),
        );
  const page = start === -1 ? [] : everybody.slice(start, start + limit);
  const isLast = start === -1 || start + limit >= everybody.length;
  return {
    members: page.map(toMember),
    count: everybody.length,
    next: isLast ? null : (page.at(-1)?.id ?? null),
  };
}

function change(state: State, id: string, to: (row: Readonly<MemberRow>) => Partial<MemberRow>): void {
  const row = state.table(memberTable).get(id);
  if (row !== undefined) state.table(memberTable).set(id, { ...row, ...to(row) });
}

/** Who is there: sessions, presence, names, roles. */
export const roster: Feature = {
  name: 'roster',
  tables: [],
  commands: {
    'roster.page': ({ state, fields }) =>
      decide({ result: rosterPage(state, fields.after ?? null, fields.limit ?? LIMITS.rosterPage) }),
    'member.rename': ({ state, fields, actor }) => {
      const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (member === undefined) return fail('member_gone');
      const { name } = fields;
      // Somebody with an account is one person; who is on the way in says themselves what they are called.
      const others = everyDevice(state, member.id).filter(
        (row) => row.name !== name && (isPresent(row) || row.presence === 'left'),
      );
      return decide({ events: others.map(({ id }) => happen('member.renamed', { member: id, name })) });
    },
    'member.leave': ({ state, fields, actor }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      const id = fields.member ?? actor.id;
      const device = state.table(memberTable).get(id);
      if (device === undefined) return fail('member_unknown', { detail: id });
      if (!isSamePerson(state, actor.id, id))
        return fail('not_allowed', { detail: 'member: must be another device of your own account' });
      return decide(leave(state, device));
    },
  },
  internalCommands: [openSession, dropSession, giveUp, changeCard],
  internalEvents: [sessionOpened],
  apply: [
    applyInternal(sessionOpened, (state, event) =>
      change(state, event.member, () => ({ session: event.session, ticket: null, showedKey: false })),
    ),
    apply('member.joined', (state, { member: { id, role, joinedAt } }) => {
      change(state, id, () => ({ presence: 'online', joinedAt, awayAt: null }));
      changeRows(state, quietDevices(state, id), { role });
    }),
    apply('member.away', (state, event) =>
      change(state, event.member, () => ({ presence: 'away', awayAt: event.at })),
    ),
    apply('member.returned', (state, event) =>
      change(state, event.member, () => ({ presence: 'online', awayAt: null })),
    ),
    apply('member.left', (state, event) =>
      change(state, event.member, () => ({ presence: 'left', ticket: null })),
    ),
    apply('member.renamed', (state, event) => change(state, event.member, () => ({ name: event.name }))),
    apply('member.pictured', (state, { member, avatar }) => {
      for (const { avatar: _, ...row } of quietDevices(state, member))
        state.table(memberTable).set(row.id, avatar === null ? row : { ...row, avatar });
    }),
    apply('room.ended', (state) => {
      for (const row of Array.from(present(state)))
        change(state, row.id, () => ({ presence: 'left', ticket: null }));
    }),
  ],
  own: (state, member) => {
    const devices = everyDevice(state, member).flatMap(({ id }) => (id === member ? [] : [id]));
    return devices.length === 0 ? {} : { devices };
  },
};

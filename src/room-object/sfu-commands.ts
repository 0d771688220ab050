import { decide, internalCommand, internalEvent, note } from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import { can, fail, type Outcome, type Refusal, refuse, succeed } from '../protocol/index.ts';
import { callOf, modeOf } from './call-rows.ts';
import { type SentRow, type SfuRow, sessionOf, sfuTable } from './sfu-rows.ts';
import { findPresent, theRoom } from './tables.ts';

export const sfuBegan = internalEvent<{
  readonly session: string;
  readonly member: string;
  readonly call: string;
}>('sfu.began');
/** From now the SFU may hold tracks for a session. */
export const sfuUsed = internalEvent<{ readonly session: string }>('sfu.used');
export const sfuSent = internalEvent<{ readonly session: string; readonly tracks: readonly SentRow[] }>(
  'sfu.sent',
);
/** Sections of a session are over, or ('all') the session is. */
export const sfuOver = internalEvent<{
  readonly session: string;
  readonly member: string;
  readonly mids: readonly string[] | 'all';
  /** The SFU has yet to be told. */
  readonly tell: boolean;
}>('sfu.over');

/** Whether a member may connect to the SFU now, as the call with this id. */
export function mayBegin(state: StateView, member: string, call: string): Refusal | null {
  if (theRoom(state).endedAt !== null) return refuse('room_ended');
  if (findPresent(state, member) === undefined) return refuse('member_gone');
  if (callOf(state, member) !== call) return refuse('peer_gone', { detail: 'enter the call first' });
  return modeOf(state) === 'sfu' ? null : refuse('call_moded', { detail: 'direct' });
}

/** The session of a member who is still in the call that it was begun for. */
export function ownSession(state: StateView, member: string, session: string): Outcome<SfuRow> {
  if (findPresent(state, member) === undefined) return fail('member_gone');
  const row = state.table(sfuTable).get(session);
  if (row?.member !== member) return fail('sfu_session_unknown');
  // Nobody listens who is not seen to be in the call.
  return callOf(state, member) === row.call
    ? succeed(row)
    : fail('peer_gone', { detail: 'enter the call first' });
}

/** What of these a member may not send now. */
export const withheld = <T extends Pick<SentRow, 'media'>>(
  state: StateView,
  member: string,
  tracks: readonly T[],
): readonly T[] => {
  const present = findPresent(state, member);
  const { policy } = theRoom(state);
  return tracks.filter(({ media }) => present === undefined || !can(present, policy, media));
};

/** The SFU has begun a session for a member; an earlier one of theirs is over. */
export const beginSfu = internalCommand<{
  readonly session: string;
  readonly member: string;
  readonly call: string;
}>('sfu.begin', ({ state, fields }) => {
  const refusal = mayBegin(state, fields.member, fields.call);
  return refusal === null ? decide({ events: [note(sfuBegan, fields)] }) : { ok: false, error: refusal };
});

/** Written down before the SFU is asked for the first track: whatever happens then, the session is ended there. */
export const useSfu = internalCommand<{ readonly session: string }>('sfu.use', ({ fields: { session } }) =>
  decide({ events: [note(sfuUsed, { session })] }),
);

/** The SFU takes these tracks. What may not be sent by now is ended again at once, and refused. */
export const recordSent = internalCommand<{
  readonly session: string;
  readonly member: string;
  readonly tracks: readonly SentRow[];
}>('sfu.record', ({ state, fields: { session, member, tracks } }) => {
  const row = ownSession(state, member, session);
  if (!row.ok) return row;
  const refused = withheld(state, member, tracks);
  return decide({
    events: [
      ...(refused.length < tracks.length
        ? [note(sfuSent, { session, tracks: tracks.filter((track) => !refused.includes(track)) })]
        : []),
      ...(refused.length > 0
        ? [note(sfuOver, { session, member, mids: refused.map(({ mid }) => mid), tell: true })]
        : []),
    ],
    result: refused.length,
  });
});

export const awaitDeadline = (member: string): string => `sfu ${member}`;

/** Somebody has come back and not entered the call again: what they receive ends. */
export const endAbsent = internalCommand<{ readonly member: string }>(
  'sfu.end-absent',
  ({ state, fields: { member } }) => {
    const row = sessionOf(state, member);
    if (row === undefined || callOf(state, member) === row.call) return decide({});
    return decide({
      events: [note(sfuOver, { session: row.session, member, mids: 'all', tell: true })],
    });
  },
);

/** Sections were ended at the SFU by their member. */
export const recordOver = internalCommand<{ readonly session: string; readonly mids: readonly string[] }>(
  'sfu.ended',
  ({ state, fields: { session, mids } }) => {
    const row = state.table(sfuTable).get(session);
    return decide(
      row?.sent.some(({ mid }) => mids.includes(mid)) === true
        ? { events: [note(sfuOver, { session, member: row.member, mids, tell: false })] }
        : {},
    );
  },
);

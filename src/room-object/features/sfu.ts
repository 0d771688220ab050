import {
  applyInternal,
  type Decision,
  deadline,
  type EffectDraft,
  type EventDraft,
  type Feature,
  happen,
  note,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { LIMITS } from '../../protocol/index.ts';
import { AWAITED } from '../call-rows.ts';
import { sessionOpened } from '../internal-events.ts';
import {
  awaitDeadline,
  beginSfu,
  endAbsent,
  recordOver,
  recordSent,
  sfuBegan,
  sfuOver,
  sfuSent,
  sfuUsed,
  useSfu,
  withheld,
} from '../sfu-commands.ts';
import { CLOSE_TRACKS, type CloseTracks, type SentRow, sessionOf, sfuTable } from '../sfu-rows.ts';

/** Tells what a member sends from now. */
function published(state: StateView, member: string): EventDraft {
  const row = sessionOf(state, member);
  const tracks = (row?.sent ?? []).map(({ track, media, kind }) => ({ track, media, kind }));
  return happen(
    'sfu.published',
    { member, session: row?.session ?? null, tracks },
    { about: member, by: null, ...(tracks.length === 0 ? { forget: true } : {}) },
  );
}

/** Sections of a member's session are over, and the SFU is to know; none: nothing is. */
function over(state: StateView, member: string, which: (sent: SentRow) => boolean): Decision {
  const row = sessionOf(state, member);
  const mids = row?.sent.filter(which).map(({ mid }) => mid) ?? [];
  if (row === undefined || mids.length === 0) return {};
  return { events: [note(sfuOver, { session: row.session, member, mids, tell: true })] };
}

/** A member's session is over, with all that it sends and receives. `spared`: the one that took its place. */
function end(state: StateView, member: string, spared?: string): Decision {
  const sessions = Array.from(state.table(sfuTable).entries()).filter(
    ([session, row]) => row.member === member && session !== spared,
  );
  return {
    events: sessions.map(([session, { isUnused }]) =>
      note(sfuOver, { session, member, mids: 'all', tell: isUnused !== true }),
    ),
  };
}

const members = (state: StateView): readonly string[] =>
  Array.from(state.table(sfuTable).values(), ({ member }) => member);

const endAll = (state: StateView): Decision => ({
  events: members(state).flatMap((member) => end(state, member).events ?? []),
});

/** Ends at the SFU what a member may no longer send: whoever goes on sending is heard and seen by nobody. */
const enforce = (state: StateView, member: string): Decision => {
  const row = sessionOf(state, member);
  const refused = row === undefined ? [] : withheld(state, member, row.sent);
  return over(state, member, (sent) => refused.includes(sent));
};

/** One that waits to be tried again must not stand for a later one: another track may have gone out by the section between them. */
function closing(session: string, mids: CloseTracks['mids'], at: number): EffectDraft {
  const which = mids === 'all' ? mids : [...mids].sort().join(' ');
  return {
    id: `sfu ${session} ${which} ${at}`,
    kind: CLOSE_TRACKS,
    data: { session, mids } satisfies CloseTracks,
  };
}

/** Whose sessions at the SFU send what, and their end where the right to it ends. */
export const sfu: Feature = {
  name: 'sfu',
  tables: [sfuTable],
  commands: {},
  internalCommands: [beginSfu, useSfu, recordSent, recordOver, endAbsent],
  internalEvents: [sfuBegan, sfuUsed, sfuSent, sfuOver],
  apply: [
    applyInternal(sfuBegan, (state, { session, member, call }) => {
      state.table(sfuTable).set(session, { member, call, sent: [], isUnused: true });
    }),
    applyInternal(sfuUsed, (state, { session }) => {
      const row = state.table(sfuTable).get(session);
      if (row === undefined) return;
      const { isUnused: _, ...used } = row;
      state.table(sfuTable).set(session, used);
    }),
    applyInternal(sfuSent, (state, { session, tracks }) => {
      const row = state.table(sfuTable).get(session);
      if (row === undefined) return;
      const mids = new Set(tracks.map(({ mid }) => mid));
      const sent = [...row.sent.filter(({ mid }) => !mids.has(mid)), ...tracks];
      state.table(sfuTable).set(session, { ...row, sent });
    }),
    applyInternal(sfuOver, (state, { session, mids }) => {
      const row = state.table(sfuTable).get(session);
      if (row === undefined) return;
      if (mids === 'all') {
        state.table(sfuTable).delete(session);
        return;
      }
      const ended = row.sent.filter(({ mid }) => mids.includes(mid));
      const over = { ...row.over, ...Object.fromEntries(ended.map(({ mid, media }) => [mid, media])) };
      // No description has more sections.
      const kept = Object.fromEntries(Object.entries(over).slice(-LIMITS.sfuSections));
      state
        .table(sfuTable)
        .set(session, { ...row, sent: row.sent.filter((sent) => !ended.includes(sent)), over: kept });
    }),
  ],
  on: [
    on('policy.changed', ({ state }) => ({
      events: members(state).flatMap((member) => enforce(state, member).events ?? []),
    })),
    on('rights.changed', ({ state }, { member }) => enforce(state, member)),
    on('role.changed', ({ state }, { member }) => enforce(state, member)),
    // What a host has switched off has to be sent anew, whether the room knew it to be on or their line is lost just now.
    on('media.stopped', ({ state }, { members, media }) => ({
      events: members.flatMap(
        (member) => over(state, member, (sent) => media.includes(sent.media)).events ?? [],
      ),
    })),
    on('call.changed', ({ state }, { member, call, by }) => {
      const row = sessionOf(state, member);
      if (row === undefined) return {};
      // Whose line has dropped is in no call for the moment; their session is there when they are back.
      if (call === null) return by === member ? end(state, member) : {};
      if (call !== row.call) return end(state, member);
      return row.sent.length === 0 ? {} : { events: [published(state, member)] };
    }),
    on('call.moded', ({ state }, { mode }) => (mode === 'sfu' ? {} : endAll(state))),
    on('member.left', ({ state }, { member }) => end(state, member)),
    on('room.ended', ({ state }) => endAll(state)),
    onInternal(sessionOpened, ({ state, now }, { member }) =>
      sessionOf(state, member) === undefined
        ? {}
        : { deadlines: [deadline(awaitDeadline(member), now + AWAITED, endAbsent, { member })] },
    ),
    onInternal(sfuBegan, ({ state }, { member, session }) => end(state, member, session)),
    onInternal(sfuSent, ({ state }, { session }) => {
      const member = state.table(sfuTable).get(session)?.member;
      return member === undefined ? {} : { events: [published(state, member)] };
    }),
    onInternal(sfuOver, ({ state }, { session, member, mids, tell, at }) => ({
      events: state.latest('sfu.published', member) === undefined ? [] : [published(state, member)],
      effects: tell ? [closing(session, mids, at)] : [],
    })),
  ],
};

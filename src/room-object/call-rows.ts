import { type EventDraft, happen } from '../engine/feature.ts';
import { defineTable, type State, type StateView } from '../engine/state.ts';
import {
  type CallMode,
  type CallState,
  fail,
  type Outcome,
  type Recording,
  succeed,
} from '../protocol/index.ts';
import { isOff, type MediaState, mediaOf } from './media-state.ts';
import { type MemberRow, memberTable, present, settingsOf } from './tables.ts';

/** How the call goes, where it is not direct, and who records it: one row each, or none. */
const modeTable = defineTable<{ readonly mode: CallMode }>('call-mode');
const recordingTable = defineTable<NonNullable<Recording>>('call-recording');
const KEY = 'call';

export const callTables = [modeTable];
export const recordingTables = [recordingTable];

/** ms for which whoever has come back may take to enter the call again. */
export const AWAITED = 30_000;

/** What they send is not known to the room: their line was lost while they took part, and they have not said anew what is on. */
export function isUnheard({ unheard }: Readonly<MemberRow>, now: number): boolean {
  return unheard !== undefined && (unheard === null || unheard > now);
}

/** From here the room hears nothing of what they send; it has yet to be told that it is off. `until` as in their row. */
export function unhear(state: State, member: string, now: number, until: number | null): void {
  const row = state.table(memberTable).get(member);
  if (row === undefined) return;
  const tookPart = callOf(state, member) !== null || !isOff(mediaOf(state, member));
  if (tookPart || isUnheard(row, now)) markUnheard(state, member, until);
  else hear(state, member);
}

/** The same where it is not known whether they took part. */
export function markUnheard(state: State, member: string, until: number | null): void {
  const row = state.table(memberTable).get(member);
  if (row !== undefined) state.table(memberTable).set(member, { ...row, unheard: until });
}

/** What they have on is known again. */
export function hear(state: State, member: string): void {
  const row = state.table(memberTable).get(member);
  if (row?.unheard === undefined) return;
  const { unheard: _, ...heard } = row;
  state.table(memberTable).set(member, heard);
}

/** The id under which a member is in the call now; null: they are not. Kept with the session, not on disk: it ends with it. */
export function callOf(state: StateView, member: string): string | null {
  const call = state.latest('call.changed', member)?.fields.call;
  return typeof call === 'string' ? call : null;
}

/** How picture and sound travel now. */
export const modeOf = (state: StateView): CallMode => state.table(modeTable).get(KEY)?.mode ?? 'direct';

export function putMode(state: State, mode: CallMode): void {
  if (mode === 'direct') state.table(modeTable).delete(KEY);
  else state.table(modeTable).set(KEY, { mode });
}

export const recordingOf = (state: StateView): Recording => state.table(recordingTable).get(KEY) ?? null;

export function putRecording(state: State, recording: Recording): void {
  if (recording === null) state.table(recordingTable).delete(KEY);
  else state.table(recordingTable).set(KEY, recording);
}

export const callSnapshotOf = (state: StateView): CallState => ({
  mode: modeOf(state),
  sfu: settingsOf(state).sfu,
  recording: recordingOf(state),
});

/** Nobody in person decides how a call goes: it follows from who is in it. */
export const moded = (mode: CallMode): EventDraft => happen('call.moded', { mode }, { by: null });

/** Pictures that a member sends to everybody: a shared screen is one like a camera. */
const pictures = ({ camera, screen }: MediaState): number => Number(camera) + Number(screen);

/**
 * What follows for the call where this member is in it, with this on, from now: nothing, or that it goes through the SFU from
 * here. `call_full`: a direct call does not take so much, and there is no SFU. Less than before is always taken.
 */
export function fitIn(state: StateView, member: string, media: MediaState): Outcome<readonly EventDraft[]> {
  if (modeOf(state) === 'sfu') return succeed([]);
  const isNew = callOf(state, member) === null;
  const adds = pictures(media) - (isNew ? 0 : pictures(mediaOf(state, member)));
  // Said often: who speaks and who falls silent changes nothing here, and a large room is not walked through for it.
  if (!isNew && adds <= 0) return succeed([]);
  const { sfu, direct } = settingsOf(state);
  const others = present(state).filter(({ id }) => id !== member && callOf(state, id) !== null);
  const on = others.reduce((sum, { id }) => sum + pictures(mediaOf(state, id)), 0);
  const isCrowd = isNew && others.length >= direct.members;
  if (!isCrowd && (adds <= 0 || on + pictures(media) <= direct.cameras)) return succeed([]);
  if (sfu) return succeed([moded('sfu')]);
  return fail('call_full', {
    detail: isCrowd ? `${others.length} members are in the call` : `${on} cameras and screens are on`,
  });
}

/** The same for what a member switches on: it counts only for whoever is in the call. */
export const switchOn = (
  state: StateView,
  member: string,
  media: MediaState,
): Outcome<readonly EventDraft[]> =>
  callOf(state, member) === null ? succeed([]) : fitIn(state, member, media);

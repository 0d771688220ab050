import { defineTable, type StateView } from '../engine/state.ts';
import type { Media, SfuTrack } from '../protocol/index.ts';

/** A track that a session sends, and the section of the session that it is in. */
export interface SentRow extends SfuTrack {
  readonly mid: string;
}

/** A member's connection to the SFU. */
export interface SfuRow {
  readonly member: string;
  /** The call that it was begun for: with another one it is over. */
  readonly call: string;
  readonly sent: readonly SentRow[];
  /** What was sent by sections that are over, by mid: the browser may not know yet, and goes on describing them. */
  readonly over?: Readonly<Record<string, Media>>;
  /** Nothing was asked of it yet: there is nothing that would have to be ended at the SFU. */
  readonly isUnused?: true;
}

/** By the SFU's id. A member has one at most. */
export const sfuTable = defineTable<SfuRow>('sfu');

/** The connection of a member, with its id. */
export function sessionOf(
  state: StateView,
  member: string,
): (SfuRow & { readonly session: string }) | undefined {
  for (const [session, row] of state.table(sfuTable).entries())
    if (row.member === member) return { ...row, session };
  return undefined;
}

/** A track as a member sends it now, where they do. */
export const sentBy = (state: StateView, member: string, track: string): SentRow | undefined =>
  sessionOf(state, member)?.sent.find((one) => one.track === track);

/** The effect that ends sections of a session at the SFU; its data is `CloseTracks`. */
export const CLOSE_TRACKS = 'sfu.close';
export interface CloseTracks {
  readonly session: string;
  /** 'all': whatever it sends and receives. */
  readonly mids: readonly string[] | 'all';
}

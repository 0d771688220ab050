import type { Outcome, Role } from '../protocol/index.ts';

/** The meeting that a new room is a breakout room of. */
export interface ParentOfRoom {
  readonly code: string;
  /** The meeting's id: only who knows it speaks for the meeting. */
  readonly room: string;
  /** What the room is called there. */
  readonly breakout: string;
  /** ms; when people are to be back. null: no time is set. */
  readonly closesAt: number | null;
  /** ms; when it ends by itself, whatever became of the meeting. */
  readonly endsAt: number;
}

/** Somebody whom the meeting sends. They are the same member, by the same id, in both rooms. */
export interface Guest {
  readonly id: string;
  readonly name: string;
  readonly role: Exclude<Role, 'host'>;
  /** Whose device it is; absent: a guest's. */
  readonly account?: { readonly id: string; readonly avatar: string | null };
}

/** What a meeting has to say to a breakout room. Each may come more than once, and late. */
export type ParentCall =
  | { readonly kind: 'admit'; readonly members: readonly Guest[] }
  | { readonly kind: 'release'; readonly members: readonly string[] }
  | { readonly kind: 'role'; readonly member: string; readonly role: Guest['role'] }
  | { readonly kind: 'announce'; readonly id: string; readonly text: string; readonly from: string | null }
  | { readonly kind: 'closing'; readonly closesAt: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'report' };

/** Who was in a breakout room and when, as known there. */
export interface BreakoutReport {
  readonly breakout: string;
  /** The room's name. */
  readonly name: string;
  readonly isOver: boolean;
  readonly members: readonly {
    readonly member: string;
    readonly stays: readonly { readonly joined: number; readonly left: number | null }[];
  }[];
}

/** tickets: of those who were let in. report: what was asked for. */
export interface ParentAnswer {
  readonly tickets?: readonly {
    readonly member: string;
    readonly ticket: string;
    readonly ticketExpiresAt: number;
  }[];
  readonly report?: BreakoutReport;
}

/** The calls between a meeting's object and those of its breakout rooms. The Worker has none of them. */
export interface BreakoutRpc {
  /** `room` is the meeting's id, `at` (ms) when the meeting decided this: what came later counts. */
  fromParent(room: string, at: number, call: ParentCall): Promise<Outcome<ParentAnswer>>;
  fromBreakout(room: string, report: BreakoutReport): Promise<Outcome<null>>;
}

import type { ParentCall } from '../platform/breakout-rpc.ts';

/** The effects of breakout rooms. create: makes one. call: speaks to one. report: tells the meeting who was there. */
export const BREAKOUT_EFFECTS = {
  create: 'breakout.create',
  call: 'breakout.call',
  report: 'breakout.report',
} as const;

export interface BreakoutCreate {
  readonly breakout: string;
  readonly name: string;
  /** ms; null: no time is set. */
  readonly closesAt: number | null;
  /** ms; when it ends by itself. */
  readonly endsAt: number;
}

export interface BreakoutCall {
  readonly breakout: string;
  readonly code: string;
  /** ms; when it was decided. */
  readonly at: number;
  readonly call: ParentCall;
}

/** Ways into a breakout room, each for one member alone. */
export interface BreakoutCalled {
  readonly breakout: string;
  readonly code: string;
  readonly members: readonly {
    readonly member: string;
    readonly ticket: string;
    readonly ticketExpiresAt: number;
    readonly token: string;
    readonly tokenExpiresAt: number;
  }[];
}

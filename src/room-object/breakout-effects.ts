import type { EffectDraft } from '../engine/feature.ts';
import type { ParentCall } from '../platform/breakout-rpc.ts';
import { type BreakoutRow, toGuest } from './breakout-rows.ts';
import type { MemberRow } from './tables.ts';

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

/** A breakout room that can be spoken to. */
type Reachable = Pick<BreakoutRow, 'id'> & { readonly code: string };

/** Members that one call lets in. */
const AT_ONCE = 500;

/** Says something to a breakout room. `mark` tells it from others of its kind. */
export const say = (
  { id, code }: Reachable,
  call: ParentCall,
  at: number,
  mark: string | number = '',
): EffectDraft => ({
  id: `breakout.${call.kind} ${id} ${mark}`,
  kind: BREAKOUT_EFFECTS.call,
  data: { breakout: id, code, at, call } satisfies BreakoutCall,
});

export const end = (room: Reachable, now: number): EffectDraft => say(room, { kind: 'end' }, now);

export const tellClosing = (room: Reachable, closesAt: number, now: number): EffectDraft =>
  say(room, { kind: 'closing', closesAt }, now, closesAt);

/** Members are let in by the breakout room, many in one call. */
export function admission(room: Reachable, rows: readonly Readonly<MemberRow>[], now: number): EffectDraft[] {
  const calls: EffectDraft[] = [];
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const members = rows.slice(start, start + AT_ONCE).map(toGuest);
    calls.push(say(room, { kind: 'admit', members }, now, `${members[0]?.id} ${now}`));
  }
  return calls;
}

export const release = (room: Reachable, members: readonly string[], now: number): EffectDraft =>
  say(room, { kind: 'release', members }, now, `${members[0] ?? ''} ${now}`);

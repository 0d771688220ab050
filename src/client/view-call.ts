import type { CallState } from '../protocol/call.ts';
import { NO_CALL } from '../protocol/constants.ts';
import type { ReadyFrame } from '../protocol/frames.ts';
import type { RoomEvent } from '../protocol/registry.ts';

/** Somebody's stay in the call. */
export interface CallStay {
  /** Its id, the same for as long as their page lives: connections to it go on over drops. */
  readonly call: string;
  /** The server's time in ms when it was told. */
  readonly at: number;
}

/** What somebody sends to the SFU, by which of its sessions. */
export type Published = Pick<RoomEvent<'sfu.published'>, 'session' | 'tracks'>;

/** The call, as the room knows it. Never changed: each change makes a new one. */
export interface CallView {
  /** How it goes, and who records. */
  readonly call: CallState;
  /** By member: who is in it, you among them. Who is away is not; see `presence`. */
  readonly calls: ReadonlyMap<string, CallStay>;
  /** By member: what they send where the call goes over the SFU, you among them. */
  readonly published: ReadonlyMap<string, Published>;
}

/** What an event changes; null: nothing. */
type Change<T extends RoomEvent['t']> = (now: CallView, event: RoomEvent<T>) => Partial<CallView> | null;

function without<T>(map: ReadonlyMap<string, T>, member: string): ReadonlyMap<string, T> {
  return map.has(member) ? new Map(Array.from(map).filter(([id]) => id !== member)) : map;
}

/** Somebody is in the call no longer. What they send is told anew when they are. */
const outside = ({ calls, published }: CallView, member: string): Partial<CallView> | null =>
  calls.has(member) || published.has(member)
    ? { calls: without(calls, member), published: without(published, member) }
    : null;

/** Whoever is gone was in the call until then. What they said since (known from `ready.latest`) stays. */
function gone(
  view: CallView,
  { member, at }: { readonly member: string; readonly at: number },
): Partial<CallView> | null {
  return (view.calls.get(member)?.at ?? at) > at ? null : outside(view, member);
}

/** What each event does to the call. */
export const CALL_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'call.changed': (view, { member, call, at }) =>
    call === null ? outside(view, member) : { calls: new Map([...view.calls, [member, { call, at }]]) },
  'call.moded': ({ call }, { mode }) => ({ call: { ...call, mode } }),
  'sfu.published': ({ published }, { member, session, tracks }) =>
    tracks.length > 0
      ? { published: new Map([...published, [member, { session, tracks }]]) }
      : { published: without(published, member) },
  'recording.changed': ({ call }, { recording }) => ({ call: { ...call, recording } }),
  'member.away': gone,
  'member.left': gone,
  'room.ended': ({ call }) => ({ call: { ...call, mode: 'direct', recording: null } }),
  'room.reopened': ({ calls }, { at }) => ({
    calls: new Map(Array.from(calls).filter(([, stay]) => stay.at > at)),
  }),
};

/** Who is in the call and what they send to the SFU, of the newest of each latest-only event. */
export function readCalls(latest: readonly RoomEvent[]): Pick<CallView, 'calls' | 'published'> {
  const calls = new Map<string, CallStay>();
  const published = new Map<string, Published>();
  for (const event of latest) {
    if (event.t === 'call.changed' && event.call !== null)
      calls.set(event.member, { call: event.call, at: event.at });
    if (event.t === 'sfu.published')
      published.set(event.member, { session: event.session, tracks: event.tracks });
  }
  return { calls, published };
}

/** The call as a snapshot tells it. */
export const readCall = ({ snapshot }: ReadyFrame, latest: readonly RoomEvent[]): CallView => ({
  call: snapshot?.call ?? NO_CALL,
  ...readCalls(latest),
});

import type { Call, CallOptions } from '../call/call.ts';
import type { CallView } from '../call/call-view.ts';
import { openCall } from '../call/open.ts';
import type { ParleyError } from '../http.ts';
import type { RoomConnection } from '../room.ts';
import { useSelected, whole } from './select.ts';
import { useOpened } from './stay.ts';

/**
 * Comes into the call of a room for as long as the component is there; null: not yet. Tracks are given to `call` when there are some:
 * others are heard and seen before that. `options` are those of the render in which it is opened. `error`: `no_webrtc`; whether you
 * were let in is in the state.
 */
export function useCall(
  room: RoomConnection | null,
  options?: CallOptions,
): { readonly call: Call | null; readonly error: ParleyError | null } {
  const { opened, error } = useOpened(room, (there) => openCall(there, options));
  return { call: opened, error };
}

/** The call as it is, or a part of it; see `useRoomState`. */
export function useCallState(call: Call): CallView;
export function useCallState<T>(
  call: Call,
  select: (state: CallView) => T,
  isEqual?: (one: T, other: T) => boolean,
): T;
export function useCallState(
  call: Call,
  select: (state: CallView) => unknown = whole,
  isEqual: (one: unknown, other: unknown) => boolean = Object.is,
): unknown {
  return useSelected(call, select, isEqual);
}

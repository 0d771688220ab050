/** The SDK for React: what a component shows of a room, its call, an inbox or a login, and is shown again when that changes. */
import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { can, type Permission } from '../../protocol/permissions.ts';
import type { EventType, RoomEvent } from '../../protocol/registry.ts';
import type { Member } from '../../protocol/roster.ts';
import type { LoggedIn, LoginKeeper } from '../account-option.ts';
import type { ParleyError } from '../http.ts';
import { type Inbox, openInbox } from '../inbox.ts';
import type { InboxOptions, InboxView } from '../inbox-view.ts';
import { joinRoom, type RoomConnection } from '../room.ts';
import type { JoinOptions, RoomView } from '../room-view.ts';
import type { Message } from '../view-chat.ts';
import type { WatchView } from '../view-watch.ts';
import { useSelected, whole } from './select.ts';
import { useOpened } from './stay.ts';

export { useCall, useCallState } from './call.ts';

/**
 * Joins a room for as long as the component is there, and comes back to another one when `code`, `server`, `name`, `token`,
 * `hostKey`, `passcode` or `invite` is another; null: no room yet. The room is dropped, not left: to the others you are away
 * for a while. `error` says why you could not come in; later `room.state.connection` says what became of it.
 */
export function useRoom(options: JoinOptions | null): {
  readonly room: RoomConnection | null;
  readonly error: ParleyError | null;
} {
  const { code, server, name, token, hostKey, passcode, invite } = options ?? {};
  const key =
    options === null ? null : JSON.stringify([code, server, name, token, hostKey, passcode, invite]);
  const { opened, error } = useOpened(key, () => joinRoom(options ?? { code: '' }));
  return { room: opened, error };
}

/** The room as it is, or a part of it: the component renders again when that part is another by `isEqual`, else by identity. */
export function useRoomState(room: RoomConnection): RoomView;
export function useRoomState<T>(
  room: RoomConnection,
  select: (state: RoomView) => T,
  isEqual?: (one: T, other: T) => boolean,
): T;
export function useRoomState(
  room: RoomConnection,
  select: (state: RoomView) => unknown = whole,
  isEqual: (one: unknown, other: unknown) => boolean = Object.is,
): unknown {
  return useSelected(room, select, isEqual);
}

const membersOf = ({ members }: RoomView): ReadonlyMap<string, Member> => members;
const messagesOf = ({ messages }: RoomView): readonly Message[] => messages;
const watchOf = ({ watch }: RoomView): WatchView => watch;

/** Who is in the room, by member id. */
export const useMembers = (room: RoomConnection): ReadonlyMap<string, Member> =>
  useSelected(room, membersOf, Object.is);

/** The messages that are known, oldest first; `room.history()` loads more. */
export const useMessages = (room: RoomConnection): readonly Message[] =>
  useSelected(room, messagesOf, Object.is);

/** What is watched together. */
export const useWatch = (room: RoomConnection): WatchView => useSelected(room, watchOf, Object.is);

/** Whether you may do this now, by the rule that the server enforces: to grey a button out. */
export const useCan = (room: RoomConnection, permission: Permission): boolean =>
  useSelected(room, ({ self, policy }) => can(self, policy, permission), Object.is);

/**
 * Calls `listener`, the one of the newest render, with each event of a type from the moment the component is shown. Several events
 * may come before the next render: what builds on a state wants React's updater form, `setTexts((texts) => [...texts, text])`.
 */
export function useRoomEvent<T extends EventType>(
  room: RoomConnection,
  t: T,
  listener: (event: RoomEvent<T>) => void,
): void {
  const newest = useRef(listener);
  // Layout effects run before anything else can: an event that comes between a render and later effects would be missed, or
  // be heard by the listener of the render before.
  useLayoutEffect(() => {
    newest.current = listener;
  });
  useLayoutEffect(() => room.on(t, (event: RoomEvent<T>) => newest.current(event)), [room, t]);
}

/** Who is logged in; null: nobody. */
export const useLogin = (accounts: LoginKeeper): LoggedIn | null =>
  useSyncExternalStore(
    accounts.subscribe,
    () => accounts.current,
    () => accounts.current,
  );

/**
 * Opens the inbox of whoever is logged in, for as long as they are and the component is there; null: none yet. Show the
 * component again when the login changes (`useLogin`).
 */
export function useInbox(options: InboxOptions | null): {
  readonly inbox: Inbox | null;
  readonly error: ParleyError | null;
} {
  const { account, server } = options ?? {};
  const who = typeof account === 'object' ? account.current?.account.id : account;
  const key = who === undefined ? null : JSON.stringify([server, who]);
  const { opened, error } = useOpened(key, () => openInbox(options ?? { account: '' }));
  return { inbox: opened, error };
}

/** The inbox as it is, or a part of it; see `useRoomState`. */
export function useInboxState(inbox: Inbox): InboxView;
export function useInboxState<T>(
  inbox: Inbox,
  select: (state: InboxView) => T,
  isEqual?: (one: T, other: T) => boolean,
): T;
export function useInboxState(
  inbox: Inbox,
  select: (state: InboxView) => unknown = whole,
  isEqual: (one: unknown, other: unknown) => boolean = Object.is,
): unknown {
  return useSelected(inbox, select, isEqual);
}

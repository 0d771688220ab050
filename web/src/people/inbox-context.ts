import { type ComponentType, createContext, useContext, useSyncExternalStore } from 'react';
import type { Inbox, InboxView } from '../../../src/client/index.ts';

/** What is loaded for those who are logged in only: guests never fetch it. See parts.ts. */
export interface Parts {
  readonly Background: ComponentType;
  readonly PresenceSwitch: ComponentType;
  readonly MyRooms: ComponentType;
  readonly RoomStar: ComponentType<{ code: string; name: string }>;
  readonly InviteContacts: ComponentType<{ code: string; name: string }>;
  readonly ContactItem: ComponentType<{ account: string; name: string }>;
  readonly GroupLink: ComponentType<{ code: string }>;
  countNew(view: InboxView): number;
}

/** Where this tab stands with the inbox of whoever is logged in. */
export type InboxPhase =
  | { readonly at: 'none' | 'opening' }
  | { readonly at: 'failed'; readonly error: unknown }
  | { readonly at: 'open'; readonly inbox: Inbox; readonly parts: Parts };

export interface InboxPlace {
  readonly phase: InboxPhase;
  /** Tries again after it has failed, or was closed for good. */
  retry(): void;
}

export const InboxContext = createContext<InboxPlace>({ phase: { at: 'none' }, retry: () => undefined });

export const useInboxPlace = (): InboxPlace => useContext(InboxContext);

/** The parts of the page for those who are logged in; null: guests, or it is not there yet. */
export function useParts(): Parts | null {
  const { phase } = useInboxPlace();
  return phase.at === 'open' ? phase.parts : null;
}

/** The inbox, for doing things. Only below what is shown while it is open. */
export function useInbox(): Inbox {
  const { phase } = useInboxPlace();
  if (phase.at !== 'open') throw new Error('unable to use the inbox; it is not open');
  return phase.inbox;
}

/** A part of the inbox. `select` must pick, not build: what it returns is compared by identity. */
export function useInboxView<T>(select: (view: InboxView) => T): T {
  const inbox = useInbox();
  return useSyncExternalStore(inbox.subscribe, () => select(inbox.state));
}

const never = () => () => undefined;

/** How much is new: messages, and people and groups that wait for an answer; 0 where no inbox is open. */
export function useNewCount(): number {
  const { phase } = useInboxPlace();
  const inbox = phase.at === 'open' ? phase.inbox : null;
  return useSyncExternalStore(inbox?.subscribe ?? never, () =>
    phase.at === 'open' ? phase.parts.countNew(phase.inbox.state) : 0,
  );
}

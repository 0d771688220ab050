import { useEffect, useState } from 'react';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { conversationWith, useConversation } from '../person/use-person.ts';

interface Reading {
  /** Up to this `number` of theirs everything was read when the conversation was opened; null: all of it was. */
  readonly unreadFrom: number | null;
  /** The messages are on their way. */
  readonly isLoading: boolean;
}

/** Messages that fill a screen. */
const ENOUGH = 20;

const subscribeToSight = (listener: () => void): (() => void) => {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
};

/** Loads a conversation as it is opened, and says that it has been read, as long as it can be seen. */
export function useReading(account: string): Reading {
  const inbox = useInbox();
  // Of a conversation that was not open yet only the newest message is known.
  const isKnown = useInboxView((view) => {
    const thread = view.messages.get(account);
    return thread !== undefined && (thread.earlier === null || thread.messages.length >= ENOUGH);
  });
  const conversation = useConversation(account);
  const isOnline = useInboxView((view) => view.connection.status === 'online');
  const newest = useInboxView((view) => newestOf(view.messages.get(account)?.messages ?? [], account));
  const read = conversation?.read ?? 0;
  const [unreadFrom] = useState(() => {
    const before = conversationWith(inbox.state, account);
    return before === undefined || before.unread === 0 ? null : before.read;
  });
  const [isVisible, setVisible] = useState(!document.hidden);
  useEffect(() => subscribeToSight(() => setVisible(!document.hidden)), []);

  useEffect(() => {
    // Tried again with the next connection.
    if (!isKnown && isOnline) inbox.history(account).catch(() => undefined);
  }, [inbox, account, isKnown, isOnline]);

  useEffect(() => {
    if (isVisible && newest > read) inbox.read(account, newest);
  }, [inbox, account, newest, read, isVisible]);

  return { unreadFrom, isLoading: !isKnown && conversation !== undefined };
}

/** The highest `number` of theirs among these messages; 0: there is none. */
function newestOf(
  messages: readonly { readonly from: string; readonly number: number }[],
  account: string,
): number {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (message?.from === account) return message.number;
  }
  return 0;
}

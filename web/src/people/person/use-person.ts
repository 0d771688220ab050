import type { Conversation, InboxView } from '../../../../src/client/index.ts';
import type { Contact } from '../../../../src/protocol/index.ts';
import { useInboxView } from '../inbox-context.ts';

const isOf =
  (account: string) =>
  ({ person }: Contact): boolean =>
    person.id === account;

/** How you stand with somebody; undefined: no question was ever asked, or it is gone. */
export const contactWith = (
  { contacts, asking, asked }: Pick<InboxView, 'contacts' | 'asking' | 'asked'>,
  account: string,
): Contact | undefined => [contacts, asking, asked].map((list) => list.find(isOf(account))).find(Boolean);

export const useContact = (account: string): Contact | undefined =>
  useInboxView((view) => contactWith(view, account));

export const useIsBlocked = (account: string): boolean =>
  useInboxView(({ blocked }) => blocked.some(({ id }) => id === account));

export const conversationWith = (
  { conversations }: Pick<InboxView, 'conversations'>,
  account: string,
): Conversation | undefined => conversations.find((conversation) => conversation.with.id === account);

export const useConversation = (account: string): Conversation | undefined =>
  useInboxView((view) => conversationWith(view, account));

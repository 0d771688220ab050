import { type Inbox, openInbox as open } from '../../../src/client/index.ts';
import { accounts } from '../account/accounts.ts';
import { keptForTab } from '../room/storage.ts';
import { drafts } from './chat/drafts.ts';

interface OpenedInbox {
  readonly inbox: Inbox;
  close(): void;
}

/** Opens the inbox of whoever is logged in, in this tab; a tab that is loaded anew is the same device. */
export async function openInbox(): Promise<OpenedInbox> {
  const inbox = await open({ account: accounts, storage: keptForTab });
  return {
    inbox,
    close: () => {
      inbox.close();
      drafts.clear();
    },
  };
}

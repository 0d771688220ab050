import type { InboxView } from '../../../src/client/index.ts';

/** Groups that invite. */
export const invitations = (groups: InboxView['groups']): number =>
  groups.filter(({ state }) => state === 'invited').length;

/** All that is new: unread messages, and people and groups that wait for an answer. */
export const countNew = (view: Pick<InboxView, 'unreadTotal' | 'asking' | 'groups'>): number =>
  view.unreadTotal + view.asking.length + invitations(view.groups);

import { Background } from './background.tsx';
import { countNew } from './count.ts';
import type { Parts } from './inbox-context.ts';
import { PresenceSwitch } from './presence-switch.tsx';
import { ContactItem } from './rooms/contact-item.tsx';
import { GroupLink } from './rooms/group-link.tsx';
import { InviteContacts } from './rooms/invite-contacts.tsx';
import { MyRooms } from './rooms/my-rooms.tsx';
import { RoomStar } from './rooms/room-star.tsx';
import './texts.ts';

export { openInbox } from './open-inbox.ts';

/** What the rest of the page shows of the inbox. With the inbox itself it is loaded when somebody is logged in. */
export const parts: Parts = {
  Background,
  PresenceSwitch,
  MyRooms,
  RoomStar,
  InviteContacts,
  ContactItem,
  GroupLink,
  countNew,
};

import { LIMITS } from '../limits.ts';

export const groupsCommandTexts = {
  'group.invite': {
    summary:
      'Invites somebody to the group; the owner and admins may, and members where `membersInvite` or `joining` is "open". Lapses after 30 days.',
  },
  'group.decide': {
    summary: 'Answers somebody who asks to belong to the group: they are enrolled, or turned away.',
  },
  'group.role': {
    summary: `Makes somebody an admin (at most ${LIMITS.groupAdmins}) or a member, or the owner: then the owner becomes an admin.`,
  },
  'group.remove': {
    summary:
      'Takes somebody out of the group, closing their sockets with 4106, or an invitation back. Admins remove no admins, nobody the owner.',
  },
  'group.settings': {
    summary: 'Changes name and rules of the group. With `announcements` only owner and admins write.',
  },
  'group.delete': {
    summary: 'Deletes the group for everybody, with all that was ever said in it.',
  },
  'group.read': {
    summary:
      'Says up to where you have read. Never goes back, and never past the newest message. Send it now and then, not for each message.',
  },
  'group.members': {
    summary: 'Who belongs to the group: the owner, then admins, then members, each by name.',
  },
  'group.pending': {
    summary: 'Who asks to belong and who is invited, the oldest first.',
  },
};

export const groupsEventTexts = {
  'group.enrolled': 'Somebody belongs to the group from now on. `enrolled`: how many do.',
  'group.left':
    'Somebody belongs to the group no longer: they left, were removed, or their account is deleted.',
  'group.erased':
    'An account is deleted, and what it wrote in the group with it: the messages and pictures of these members are gone, from the log as well, and the members are called "Deleted account".',
  'group.appointed':
    'Somebody has another role in the group. A new owner is told first, then the one who was.',
  'group.changed':
    'The rules of the group changed; all of them are told. A new name comes as `room.updated`.',
  'group.asked': 'Somebody asks to belong. Told to owner and admins who are there.',
  'group.invited': 'Somebody was invited. Told to owner and admins who are there.',
  'group.settled': 'A request or an invitation is open no longer. Told to owner and admins who are there.',
  'group.deleted': 'The owner has deleted the group. Sockets are closed with 4102.',
};

export const standingEventTexts = {
  'group.standing':
    'How you stand in a group has changed. `from`: who invited, enrolled or removed you, where somebody did.',
  'group.unread': 'What is new in one of your groups. Told when your first device connects.',
};

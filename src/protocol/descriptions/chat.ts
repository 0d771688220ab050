import { LIMITS } from '../limits.ts';

export const chatCommandTexts = {
  'chat.send': {
    summary: 'Sends a message to all, to one member, or as a question to the hosts.',
    needs: 'chat; direct where `to` is a member; ask where `to` is "hosts"',
  },
  'chat.edit': {
    summary: 'Puts another text in the place of your own message. The old one is gone, from the log as well.',
    needs: 'what sending it needed',
  },
  'chat.delete': {
    summary:
      "Deletes a message, in the log as well; the trace that there was one stays. The author their own, host and co-host anyone's to all.",
  },
  'chat.react': {
    summary: `Puts an emoji to a message or picture, or takes it back. One has room for ${LIMITS.messageEmoji} different emoji and ${LIMITS.messageReactions} reactions.`,
    needs: 'react, to put one',
  },
  'chat.pin': {
    summary: `Pins a message or picture that all can see; at most ${LIMITS.pins}.`,
  },
  'chat.unpin': {
    summary: 'Takes a pin away.',
  },
  'chat.settings': {
    summary:
      'Slow mode: seconds that a member waits between two messages to all; 0: none. Hosts and co-hosts wait for nothing.',
  },
  'chat.history': {
    summary:
      'Messages and pictures before a position, newest page first, each page in order; your private messages included.',
  },
};

export const chatEventTexts = {
  'chat.sent':
    'A message. Its id is its `seq`. With `to` it is private to sender and recipient. Told again later, it reads as it was last edited, with `editedAt`; or its body is deleted, with `deletedBy` (absent: whoever holds the host key).',
  'chat.edited':
    'A message reads otherwise now. `mentions` are all it has. Told again later it has no `body` where the message was edited or deleted once more. To those who were told the message.',
  'chat.deleted': 'A message is gone, with its reactions. To those who were told the message.',
  'chat.reacted':
    'A member put an emoji to a message or picture, or took it back. To those who were told the message.',
  'chat.pinned': 'A message or picture is pinned.',
  'chat.unpinned': 'A message or picture is pinned no longer, or gone.',
  'chat.slowed': 'Slow mode: seconds that a member waits between two messages to all; 0: none.',
};

import { LIMITS } from '../limits.ts';

export const directCommandTexts = {
  'direct.send': {
    summary:
      'Sends a direct message. To whom is said by the account; they must have been looked up before. It gets there as soon as possible, also when they are offline now.',
  },
  'direct.edit': {
    summary:
      'Puts another text in the place of your own message, on both sides. The old one is gone, from the logs as well.',
  },
  'direct.delete': {
    summary:
      'Deletes your own message on both sides, in the logs as well; the trace that there was one stays. Of a picture the bytes are deleted.',
  },
  'direct.read': {
    summary:
      'You have read what they wrote, up to the message with this number. They are told; your other devices, too.',
  },
  'direct.history': {
    summary: 'Messages of one conversation before a position, newest page first, each page in order.',
  },
  'direct.conversations': {
    summary: `Conversations, those with the newest messages first; at most ${LIMITS.conversationsPage} on a page.`,
  },
};

export const directEventTexts = {
  'direct.sent':
    'A direct message, of yours or to you; one of theirs is unread until `direct.unread` says otherwise. Told again later, it reads as it was last edited, with `editedAt`, or its body is deleted. Where an edited text is empty, the `direct.edited` after it has the text.',
  'direct.edited':
    'A direct message reads otherwise now. Told again later it has no `body` where the message was edited or deleted once more.',
  'direct.deleted':
    'A direct message is gone. If it was unread, there is one less to read; it comes also behind a `direct.sent` that is told as deleted already.',
  'direct.failed':
    'A direct message of yours did not get there, and will not. It stays in your log, with `failed`.',
  'direct.unread':
    'What is left to read of what they wrote: here, or on another of your devices, it was read up to the message with this number.',
  'direct.receipt':
    'How far your messages have got: delivered to one of their devices, and read, up to the messages with these numbers (0: none). They only go up.',
  'direct.erased':
    'The other account is deleted. Everything they wrote is gone: show their messages of this conversation as deleted, and as read.',
};

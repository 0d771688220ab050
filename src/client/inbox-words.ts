import type { RoomEvent } from '../protocol/registry.ts';
import type { INBOX_COMMANDS, INBOX_EVENTS } from '../protocol/registry-inbox.ts';
import { type Envelope, type EventClasses, type Kinds, vocabulary } from './vocabulary.ts';

const KINDS: Kinds<typeof INBOX_COMMANDS> = {
  'presence.set': 'ephemeral',
  'direct.history': 'query',
  'direct.conversations': 'query',
};

const EVENTS: EventClasses<typeof INBOX_EVENTS> = {
  'contact.changed': 'durable',
  'contact.removed': 'durable',
  'person.blocked': 'durable',
  'person.unblocked': 'durable',
  'person.changed': 'durable',
  'presence.changed': 'latest',
  'presence.shown': 'durable',
  'direct.sent': 'durable',
  'direct.edited': 'durable',
  'direct.deleted': 'durable',
  'direct.failed': 'durable',
  'direct.unread': 'durable',
  'direct.receipt': 'durable',
  'direct.erased': 'durable',
  'call.ringing': 'durable',
  'call.over': 'durable',
  'call.placed': 'durable',
  'call.settled': 'durable',
  'group.standing': 'durable',
  'group.unread': 'latest',
  'meeting.noted': 'durable',
  'meeting.forgotten': 'durable',
  'meeting.invited': 'durable',
  'favourite.added': 'durable',
  'favourite.removed': 'durable',
};

/** What is spoken with inboxes. */
export const INBOX_WORDS = vocabulary(KINDS, EVENTS);

/** Whether this version knows an event of an inbox; see `Vocabulary`. */
export const isKnown = (event: Envelope): event is RoomEvent => INBOX_WORDS.knows(event);

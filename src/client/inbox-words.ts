import type { RoomEvent } from '../protocol/registry.ts';
import { INBOX_COMMANDS, INBOX_EVENTS } from '../protocol/registry-inbox.ts';
import { type Envelope, vocabulary } from './vocabulary.ts';

/** What is spoken with inboxes. */
export const INBOX_WORDS = vocabulary(INBOX_COMMANDS, INBOX_EVENTS);

/** Whether this version knows an event of an inbox; see `Vocabulary`. */
export const isKnown = (event: Envelope): event is RoomEvent => INBOX_WORDS.knows(event);

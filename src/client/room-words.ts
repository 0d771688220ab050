import type { RoomEvent } from '../protocol/registry.ts';
import { ROOM_COMMANDS, ROOM_EVENTS } from '../protocol/registry-room.ts';
import { type Envelope, vocabulary } from './vocabulary.ts';

/** What is spoken with rooms. */
export const ROOM_WORDS = vocabulary(ROOM_COMMANDS, ROOM_EVENTS);

/** Whether this version knows an event of a room; see `Vocabulary`. */
export const isKnown = (event: Envelope): event is RoomEvent => ROOM_WORDS.knows(event);

import { describe, expect, test } from 'vitest';
import { INBOX_WORDS } from '../../../src/client/inbox-words.ts';
import { ROOM_WORDS } from '../../../src/client/room-words.ts';
import type { Vocabulary } from '../../../src/client/vocabulary.ts';
import {
  type CommandSpec,
  type CommandType,
  type EventSpec,
  INBOX_COMMANDS,
  INBOX_EVENTS,
  ROOM_COMMANDS,
  ROOM_EVENTS,
} from '../../../src/protocol/index.ts';

// The client carries no schemas, so it has the few words that it needs of each command and event in tables of its own.
const kinds = (commands: object, words: Vocabulary) => {
  const specs = Object.entries(commands) as [CommandType, CommandSpec][];
  return {
    said: specs.map(([t]) => [t, words.kind(t), words.whileWaiting(t)]),
    meant: specs.map(([t, spec]) => [t, spec.kind, spec.whileWaiting]),
  };
};
const knownEvents = (events: object, words: Vocabulary) => {
  const specs = Object.entries(events) as [string, EventSpec][];
  return {
    said: specs.map(([t]) => [t, words.knows({ t, at: 1, seq: 1 }), words.knows({ t, at: 1 })]),
    meant: specs.map(([t, spec]) => [t, true, spec.class !== 'durable']),
  };
};

describe('what the client knows of commands and events', () => {
  test('is what the protocol says of those of a room', () => {
    const commands = kinds(ROOM_COMMANDS, ROOM_WORDS);
    expect(commands.said).toEqual(commands.meant);
    const events = knownEvents(ROOM_EVENTS, ROOM_WORDS);
    expect(events.said).toEqual(events.meant);
  });

  test('is what the protocol says of those of an inbox', () => {
    const commands = kinds(INBOX_COMMANDS, INBOX_WORDS);
    expect(commands.said).toEqual(commands.meant);
    const events = knownEvents(INBOX_EVENTS, INBOX_WORDS);
    expect(events.said).toEqual(events.meant);
  });

  test('is nothing of an event of the other, or of a newer server', () => {
    expect(ROOM_WORDS.knows({ t: 'direct.sent', at: 1, seq: 1 })).toBe(false);
    expect(INBOX_WORDS.knows({ t: 'chat.sent', at: 1, seq: 1 })).toBe(false);
    expect(ROOM_WORDS.knows({ t: 'toString', at: 1, seq: 1 })).toBe(false);
  });
});

import { expect, test } from 'vitest';
import { COMMAND_TEXTS, EVENT_TEXTS } from '../../../src/protocol/descriptions/index.ts';
import { COMMANDS, type CommandType, commandSpec, EVENTS } from '../../../src/protocol/index.ts';

const types = Object.keys(COMMANDS) as CommandType[];

test('every command and event is described, and nothing that is no more', () => {
  expect(Object.keys(COMMAND_TEXTS).sort()).toEqual(Object.keys(COMMANDS).sort());
  expect(Object.keys(EVENT_TEXTS).sort()).toEqual(Object.keys(EVENTS).sort());
});

test('each description is a sentence', () => {
  const texts = [
    ...Object.values(COMMAND_TEXTS).map(({ summary }) => summary),
    ...Object.values(EVENT_TEXTS),
  ];
  expect(texts.filter((text) => !/^[A-Z].*\.$/s.test(text))).toEqual([]);
});

test('a command whose permission depends on its fields says in words how', () => {
  const dependent = types.filter((t) => commandSpec(t).needs.length > 0);
  expect(dependent).toContain('chat.send');
  expect(dependent.filter((t) => COMMAND_TEXTS[t].needs === undefined)).toEqual([]);
});

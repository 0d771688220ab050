import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { readWhole } from '../../../web/src/room/breakouts/read-whole.ts';
import { checkPoll, percent, readOptions } from '../../../web/src/room/polls/read-options.ts';
import { type Float, withReaction } from '../../../web/src/room/reactions/floats.ts';

test('the same reaction is counted up while it is shown, and only a few different ones are', () => {
  let floats: readonly Float[] = [];
  const send = (emoji: string, count: number, ...members: string[]) => {
    floats = withReaction(floats, { emoji, count, members });
  };
  send('👍', 1, 'a');
  send('🎉', 1, 'a');
  send('👍', 12, 'a', 'b');
  expect(floats).toEqual([
    { emoji: '👍', count: 13, members: ['a', 'b'] },
    { emoji: '🎉', count: 1, members: ['a'] },
  ]);
  for (const emoji of ['1', '2', '3', '4', '5']) send(emoji, 1, 'a');
  expect(floats.map(({ emoji }) => emoji)).toEqual(['🎉', '1', '2', '3', '4', '5']);
});

test('options are read one per line, without blanks and what stands there twice', () => {
  expect(readOptions(' Tea \n\nCoffee\r\nTea\n')).toEqual(['Tea', 'Coffee']);
});

test('a question that the room would refuse is found before it is sent', () => {
  const many = Array.from({ length: LIMITS.pollOptions + 1 }, (_, index) => String(index));
  expect(checkPoll(' ', ['a', 'b'])).toBe('polls.questionMissing');
  expect(checkPoll('x'.repeat(LIMITS.pollQuestionLength + 1), ['a', 'b'])).toBe('polls.questionLong');
  expect(checkPoll('Tea?', ['a'])).toBe('polls.optionsFew');
  expect(checkPoll('Tea?', many)).toBe('polls.optionsMany');
  expect(checkPoll('Tea?', ['a', 'b'.repeat(LIMITS.pollOptionLength + 1)])).toBe('polls.optionLong');
  expect(checkPoll('Tea?', ['a', '🍵'.repeat(LIMITS.pollOptionLength)])).toBeNull();
});

test('a share is of the people who voted, and nobody is no share', () => {
  expect(percent(1, 3)).toBe(33);
  expect(percent(2, 2)).toBe(100);
  expect(percent(0, 0)).toBe(0);
});

test('a number is whole and within its bounds', () => {
  expect(readWhole(' 12 ', 50)).toBe(12);
  for (const text of ['', '0', '51', '1.5', '-1', '1e1', 'two']) expect(readWhole(text, 50)).toBeNull();
});

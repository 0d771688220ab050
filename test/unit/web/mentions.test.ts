import { describe, expect, test } from 'vitest';
import {
  cutMentions,
  insertMention,
  matchPeople,
  mentionQuery,
  mentionsIn,
} from '../../../web/src/room/chat/mentions.ts';

const ada = { id: 'm_ada', name: 'Ada Lovelace' };
const adam = { id: 'm_adam', name: 'Ada' };
const li = { id: 'm_li', name: '李小龙' };

describe('mentionQuery', () => {
  test('finds what stands between an @ and the caret', () => {
    expect(mentionQuery('Hello @Ad', 9)).toEqual({ start: 6, text: 'Ad' });
    expect(mentionQuery('Hello @Ad there', 9)).toEqual({ start: 6, text: 'Ad' });
    expect(mentionQuery('(@李', 3)).toEqual({ start: 1, text: '李' });
    expect(mentionQuery('@', 1)).toEqual({ start: 0, text: '' });
  });

  test('takes no address, no blank after the @ and no other line for a mention', () => {
    expect(mentionQuery('ada@example', 11)).toBeNull();
    expect(mentionQuery('@ Ada', 5)).toBeNull();
    expect(mentionQuery('@Ada\nmore', 9)).toBeNull();
    expect(mentionQuery('nothing', 7)).toBeNull();
  });
});

describe('matchPeople', () => {
  test('offers those whose name begins so before those who have such a word in it', () => {
    const people = [{ id: '1', name: 'Grace Adams' }, ada, li];
    expect(matchPeople(people, 'ad').map(({ id }) => id)).toEqual(['m_ada', '1']);
    expect(matchPeople(people, '小')).toEqual([]);
  });

  test('offers a handful at most', () => {
    const people = Array.from({ length: 50 }, (_, index) => ({ id: String(index), name: `Person ${index}` }));
    expect(matchPeople(people, '')).toHaveLength(6);
  });
});

describe('insertMention', () => {
  test('puts the name in place of what was typed, with one blank behind it', () => {
    expect(insertMention('Hello @Ad there', { start: 6, text: 'Ad' }, ada.name)).toEqual({
      text: 'Hello @Ada Lovelace there',
      caret: 20,
    });
    expect(insertMention('@', { start: 0, text: '' }, '李小龙')).toEqual({ text: '@李小龙 ', caret: 5 });
  });
});

describe('mentionsIn', () => {
  test('names those who were inserted and still stand in the text, once each', () => {
    expect(mentionsIn('@Ada Lovelace and @Ada Lovelace', [ada, ada, li])).toEqual(['m_ada']);
    expect(mentionsIn('nobody', [ada])).toEqual([]);
  });
});

describe('cutMentions', () => {
  test('cuts out the mentions, the longer name first', () => {
    expect(cutMentions('Hi @Ada Lovelace, @Ada!', [adam, ada])).toEqual([
      { text: 'Hi ', member: null },
      { text: '@Ada Lovelace', member: 'm_ada' },
      { text: ', ', member: null },
      { text: '@Ada', member: 'm_adam' },
      { text: '!', member: null },
    ]);
  });

  test('leaves a text without mentions whole', () => {
    expect(cutMentions('a@b @nobody', [ada])).toEqual([{ text: 'a@b @nobody', member: null }]);
    expect(cutMentions('', [ada])).toEqual([]);
  });
});

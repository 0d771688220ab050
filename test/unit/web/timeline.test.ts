import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/client/index.ts';
import type { Notice } from '../../../web/src/room/activity.ts';
import { buildTimeline, keyOf } from '../../../web/src/room/chat/timeline.ts';

const NOON = new Date(2026, 0, 15, 12).getTime();
const MINUTE = 60_000;

const said = (seq: number, by: string, minute: number, to?: string): Message => ({
  t: 'chat.sent',
  seq,
  at: NOON + minute * MINUTE,
  by,
  body: { kind: 'text', text: `${seq}` },
  ...(to === undefined ? {} : { to }),
});
const came = (id: number, minute: number, name: string): Notice => ({
  id,
  at: NOON + minute * MINUTE,
  kind: 'joined',
  names: [name],
});
const shape = (messages: Message[], notices: Notice[] = []) =>
  buildTimeline(messages, notices)
    .filter(({ kind }) => kind !== 'day')
    .map((line) =>
      line.kind === 'message'
        ? `${line.message.seq}${line.first ? ' head' : ''}`
        : line.kind === 'notice'
          ? line.notice
          : '',
    );

describe('buildTimeline', () => {
  test('puts messages of one person within five minutes under one head', () => {
    expect(
      shape([said(1, 'a', 0), said(2, 'a', 4), said(3, 'b', 4), said(4, 'a', 5), said(5, 'a', 11)]),
    ).toEqual(['1 head', '2', '3 head', '4 head', '5 head']);
  });

  test('never puts a private message under the head of a public one', () => {
    expect(
      shape([said(1, 'a', 0), said(2, 'a', 1, 'b'), said(3, 'a', 1, 'b'), said(4, 'a', 1, 'c')]),
    ).toEqual(['1 head', '2 head', '3', '4 head']);
  });

  test('puts notices between the messages by time, and merges those who came one after the other', () => {
    expect(
      shape([said(1, 'a', 0), said(2, 'a', 3)], [came(1, 1, 'X'), came(2, 2, 'Y'), came(3, 4, 'Z')]),
    ).toEqual(
      ['1 head', { kind: 'joined', names: ['X', 'Y'] }, '2 head', { kind: 'joined', names: ['Z'] }].map(
        (line) => (typeof line === 'string' ? line : expect.objectContaining(line)),
      ),
    );
  });

  test('begins each day with a line of its own', () => {
    const lines = buildTimeline([said(1, 'a', 0), said(2, 'a', 1), said(3, 'a', 24 * 60)], []);
    expect(lines.map(({ kind }) => kind)).toEqual(['day', 'message', 'message', 'day', 'message']);
  });

  test('gives a public and a private message of the same number different keys', () => {
    expect(keyOf(said(7, 'a', 0))).not.toBe(keyOf(said(7, 'a', 0, 'b')));
  });
});

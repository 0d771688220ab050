import { describe, expect, test } from 'vitest';
import type { Polls } from '../../../src/client/index.ts';
import * as views from '../../../src/client/view.ts';
import type { Member, ReadyFrame } from '../../../src/protocol/index.ts';
import { ADA, BEN, ready } from './fake-server.ts';

const start = (change: Partial<ReadyFrame> = {}): views.View => {
  const view = views.fromSnapshot(ready(change));
  if (view === null) throw new Error('no snapshot');
  return view;
};

interface Told {
  readonly t: string;
  readonly seq: number;
  readonly own?: true;
  readonly [field: string]: unknown;
}

/** Applies events one frame each: `own` ones by the private count. */
function follow(view: views.View, list: readonly Told[]): views.View {
  let now = view;
  for (const { own, ...event } of list) {
    const counter = own ? 'private' : 'seq';
    const prev = now[counter];
    const last = own ? prev + 1 : event.seq;
    const next = views.applyNumbered(now, counter, {
      prev,
      last,
      events: [{ at: event.seq * 10, ...event }],
    });
    if (next === null) throw new Error('gap');
    now = next;
  }
  return now;
}

const opened = (seq: number, results: 'open' | 'hidden' = 'open'): Told => ({
  t: 'poll.opened',
  seq,
  by: BEN.id,
  question: 'Lunch?',
  options: ['Soup', 'Salad'],
  multiple: false,
  named: false,
  results,
});
const voted = (seq: number, poll: number, ...options: number[]): Told => ({
  t: 'poll.voted',
  seq,
  own: true,
  by: ADA.id,
  poll,
  options,
});
const counted = (seq: number, poll: number, counts: number[], own?: true): Told => ({
  t: 'poll.counted',
  seq,
  poll,
  counts,
  voters: counts.reduce((sum, count) => sum + count, 0),
  ...(own ? { own } : {}),
});
const role = (seq: number, to: Member['role'], member = ADA): Told => ({
  t: 'role.changed',
  seq,
  member: member.id,
  role: to,
});
const closed = (seq: number, poll: number, counts: number[]): Told => ({
  ...counted(seq, poll, counts),
  t: 'poll.closed',
});

const plain = ({ all, own, tallies }: Polls) => ({
  all: Array.from(all.values()),
  own: Array.from(own),
  counts: Array.from(tallies, ([poll, { counts, voters }]) => ({ poll, counts, voters })).sort(
    (a, b) => a.poll - b.poll,
  ),
});

const LUNCH = {
  id: 11,
  at: 110,
  by: BEN.id,
  question: 'Lunch?',
  options: ['Soup', 'Salad'],
  multiple: false,
  named: false,
  results: 'open',
  closedAt: null,
};

describe('polls in a view', () => {
  test('are opened, voted in, counted, closed and removed', () => {
    let view = follow(start(), [opened(11)]);
    expect(plain(view.polls)).toEqual({ all: [LUNCH], own: [], counts: [] });
    view = follow(view, [voted(12, 11, 0), voted(13, 11, 1), counted(14, 11, [0, 1])]);
    expect(plain(view.polls)).toEqual({
      all: [LUNCH],
      own: [[11, [1]]],
      counts: [{ poll: 11, counts: [0, 1], voters: 1 }],
    });
    view = follow(view, [voted(15, 11), closed(16, 11, [2, 1])]);
    expect(plain(view.polls)).toEqual({
      all: [{ ...LUNCH, closedAt: 160 }],
      own: [],
      counts: [{ poll: 11, counts: [2, 1], voters: 3 }],
    });
    view = follow(view, [{ t: 'poll.removed', seq: 17, poll: 11 }]);
    expect(plain(view.polls)).toEqual({ all: [], own: [], counts: [] });
  });

  test('are the same after a replay, which brings what is private first', () => {
    const list = [
      opened(11, 'hidden'),
      voted(12, 11, 1),
      role(13, 'cohost'),
      counted(14, 11, [0, 1], true),
      role(15, 'member'),
      opened(16),
      counted(17, 16, [1, 0]),
      role(18, 'cohost'),
      counted(19, 11, [0, 2], true),
      counted(20, 11, [1, 2], true),
      opened(21, 'hidden'),
      counted(22, 21, [5, 5], true),
      closed(23, 21, [6, 6]),
    ];
    const there = follow(start(), list);
    const replayed = follow(start(), [...list.filter(({ own }) => own), ...list.filter(({ own }) => !own)]);
    expect(plain(replayed.polls)).toEqual(plain(there.polls));
    expect(plain(there.polls).counts).toEqual([
      { poll: 11, counts: [1, 2], voters: 3 },
      { poll: 16, counts: [1, 0], voters: 1 },
      { poll: 21, counts: [6, 6], voters: 12 },
    ]);
  });

  test('keep the newer count when an older one comes late', () => {
    const view = follow(start(), [
      opened(11, 'hidden'),
      closed(14, 11, [2, 2]),
      counted(12, 11, [1, 0], true),
    ]);
    expect(plain(view.polls).counts).toEqual([{ poll: 11, counts: [2, 2], voters: 4 }]);
  });

  test('hide again what only hosts may see from whoever is no host any more', () => {
    const before = follow(start({ self: { ...ADA, role: 'cohost' } }), [
      opened(11, 'hidden'),
      counted(12, 11, [0, 1], true),
      opened(13),
      counted(14, 13, [1, 0]),
      opened(15, 'hidden'),
      closed(16, 15, [1, 1]),
    ]);
    expect(plain(follow(before, [role(17, 'member', BEN)]).polls)).toEqual(plain(before.polls));
    expect(plain(follow(before, [role(17, 'host')]).polls)).toEqual(plain(before.polls));
    const after = follow(before, [role(17, 'member')]);
    expect(plain(after.polls).counts.map(({ poll }) => poll)).toEqual([13, 15]);
  });

  test('are told whole by a snapshot', () => {
    const { counts: _, ...hidden } = { ...LUNCH, id: 5, results: 'hidden' as const, counts: [] };
    const told = ready({
      votes: [{ poll: 5, options: [1] }],
      hiddenCounts: [{ poll: 5, counts: [0, 1], voters: 1 }],
    });
    if (told.snapshot === undefined) throw new Error('no snapshot');
    const polls = [hidden, { ...LUNCH, results: 'open' as const, counts: [1, 0], voters: 1 }];
    const view = start({ ...told, snapshot: { ...told.snapshot, polls } });
    expect(plain(view.polls)).toEqual({
      all: [hidden, LUNCH],
      own: [[5, [1]]],
      counts: [
        { poll: 5, counts: [0, 1], voters: 1 },
        { poll: 11, counts: [1, 0], voters: 1 },
      ],
    });
  });

  test('are none where the server knows of none', () => {
    expect(plain(start().polls)).toEqual({ all: [], own: [], counts: [] });
  });
});

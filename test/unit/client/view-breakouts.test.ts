import { expect, test } from 'vitest';
import * as views from '../../../src/client/view.ts';
import { State } from '../../../src/engine/state.ts';
import { toBreakouts } from '../../../src/room-object/breakout-rows.ts';
import { breakouts as feature } from '../../../src/room-object/features/breakouts.ts';
import { ADA, BEN, ROOM, ready } from './fake-server.ts';

const start = (more: object = {}): views.View => {
  const snapshot = {
    room: ROOM,
    roster: { members: [ADA, BEN], count: 2, next: null },
    history: [],
    names: {},
  };
  const view = views.fromSnapshot(ready({ snapshot: { ...snapshot, ...more } }));
  if (view === null) throw new Error('no snapshot');
  return view;
};

function follow(view: views.View, ...list: readonly { readonly t: string }[]): views.View {
  let now = view;
  for (const event of list) {
    const seq = now.seq + 1;
    const next = views.applyNumbered(now, 'seq', {
      prev: now.seq,
      last: seq,
      events: [{ at: 1_000, seq, ...event }],
    });
    if (next === null) throw new Error('gap');
    now = next;
  }
  return now;
}

const EVENTS = [
  {
    t: 'breakout.opened',
    assign: 'manual',
    closesAt: null,
    rooms: [
      { id: '1-1', name: 'Red' },
      { id: '1-2', name: 'Blue' },
    ],
  },
  { t: 'breakout.changed', breakout: '1-2', state: 'open' },
  { t: 'breakout.assigned', members: { [ADA.id]: '1-2', [BEN.id]: '1-1' } },
  { t: 'breakout.changed', breakout: '1-1', state: 'failed' },
  { t: 'breakout.assigned', members: { [BEN.id]: null } },
  { t: 'breakout.closing', closesAt: 60_000 },
];

test('breakout rooms are known the same by their events and by a snapshot, after each of them', () => {
  const state = new State();
  let view = start();
  expect(view.breakouts).toBeNull();
  for (const event of [...EVENTS, { t: 'breakout.closed' }]) {
    view = follow(view, event);
    for (const { t, apply } of feature.apply)
      if (t === event.t) apply(state, { at: 1_000, seq: view.seq, ...event } as never);
    const told = toBreakouts(state);
    const fresh = start(told === undefined ? {} : { breakouts: told });
    expect(view.breakouts).toEqual(fresh.breakouts);
    expect(view.breakouts === null).toBe(event.t === 'breakout.closed');
  }
});

test('a breakout room says of which meeting it is, and when it ends', () => {
  const breakoutOf = { code: 'abc-defg-hij', closesAt: null };
  const view = start({ breakoutOf });
  expect(view).toMatchObject({ breakouts: null, breakoutOf });
  expect(start().breakoutOf).toBeNull();
  expect(follow(view, { t: 'breakout.closing', closesAt: 5 } as never).breakoutOf).toEqual({
    code: 'abc-defg-hij',
    closesAt: 5,
  });
  // In a meeting it says when its breakout rooms end.
  expect(follow(start(), ...EVENTS)).toMatchObject({ breakoutOf: null, breakouts: { closesAt: 60_000 } });
});

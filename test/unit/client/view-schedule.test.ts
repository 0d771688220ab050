import { describe, expect, test } from 'vitest';
import { inviteLink } from '../../../src/client/rooms.ts';
import * as views from '../../../src/client/view.ts';
import { ADA, makeMember, ready } from './fake-server.ts';

const start = (): views.View => {
  const view = views.fromSnapshot(ready());
  if (view === null) throw new Error('no snapshot');
  return view;
};

function follow(view: views.View, ...events: readonly object[]): views.View {
  const first = view.seq;
  const next = views.applyNumbered(view, 'seq', {
    prev: first,
    last: first + events.length,
    events: events.map((event, index) => ({ t: '', at: index, seq: first + index + 1, ...event })),
  });
  if (next === null) throw new Error('gap');
  return next;
}

const plan = { opensAt: null, expiresAt: 9_000_000, maxMinutes: null, title: 'Waves' };

describe('what a view knows of door and times', () => {
  test('is nothing where a server says nothing', () => {
    expect(start()).toMatchObject({ passcode: false, schedule: null, ending: null });
  });

  test('comes with a snapshot as it comes with events', () => {
    const before = ready();
    const { snapshot } = before;
    if (snapshot === undefined) throw new Error('no snapshot');
    const whole = views.fromSnapshot({
      ...before,
      snapshot: { ...snapshot, passcode: true, schedule: plan, ending: 9_000_000 },
    });
    const told = follow(
      start(),
      { t: 'passcode.changed', passcode: true },
      { t: 'schedule.changed', ...plan },
      { t: 'room.ending', time: 9_000_000 },
    );
    expect({ ...told, seq: 0 }).toEqual({ ...whole, seq: 0 });
  });

  test('a new schedule takes a warning back', () => {
    const warned = follow(start(), { t: 'schedule.changed', ...plan }, { t: 'room.ending', time: 9_000_000 });
    expect(warned.ending).toBe(9_000_000);
    expect(follow(warned, { t: 'schedule.changed', ...plan, expiresAt: null })).toMatchObject({
      ending: null,
      schedule: { expiresAt: null },
    });
  });

  test('nobody is in a room that was opened again until they come', () => {
    const over = follow(start(), { t: 'room.ending', time: 5 }, { t: 'room.ended', reason: 'time' });
    expect(over.count).toBe(2);
    const again = follow(over, { t: 'room.reopened' });
    expect(again).toMatchObject({ count: 0, ending: null });
    expect(again.members.size).toBe(0);
    const back = follow(again, { t: 'member.joined', member: makeMember('Cleo') });
    expect(back.count).toBe(1);
    expect(back.self.id).toBe(ADA.id);
    expect(back.names.get(ADA.id)).toBe('Ada');
  });
});

test('the link of an invitation has its secret where no server sees it', () => {
  const link = new URL(inviteLink('https://meet.example/r/abc-defg-hij', 's_1'));
  expect(link.hash).toBe('#invite=s_1');
  expect(link.search).toBe('');
});

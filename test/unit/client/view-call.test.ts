import { describe, expect, test } from 'vitest';
import * as views from '../../../src/client/view.ts';
import type { ReadyFrame } from '../../../src/protocol/index.ts';
import { ADA, BEN, ready, resumed } from './fake-server.ts';

const start = (change: Partial<ReadyFrame> = {}): views.View => {
  const view = views.fromSnapshot(ready(change));
  if (view === null) throw new Error('no snapshot');
  return view;
};
const stay = (name: string): string => `c_${name.padEnd(22, '-')}`;
const entered = (member: string, call: string | null, at: number) => ({
  t: 'call.changed',
  at,
  member,
  call,
});
const inside = (view: views.View) =>
  Object.fromEntries(Array.from(view.calls, ([id, { call }]) => [id, call]));

/** Applies durable events, one frame each. */
const follow = (view: views.View, ...events: { readonly t: string; readonly at: number }[]): views.View =>
  events.reduce((now, event) => {
    const seq = now.seq + 1;
    const next = views.applyNumbered(now, 'seq', { prev: now.seq, last: seq, events: [{ seq, ...event }] });
    if (next === null) throw new Error('gap');
    return next;
  }, view);

describe('the call', () => {
  test('is as the snapshot says, and without a word direct, without an SFU and unrecorded', () => {
    expect(start().call).toEqual({ mode: 'direct', sfu: false, recording: null });
    expect(start().calls.size).toBe(0);
    const { snapshot } = ready();
    if (snapshot === undefined) throw new Error('no snapshot');
    const call = { mode: 'sfu', sfu: true, recording: { by: BEN.id, since: 7 } } as const;
    const view = start({
      snapshot: { ...snapshot, call },
      latest: [entered(BEN.id, stay('ben'), 5), { t: 'call.later', at: 5 }],
    });
    expect(view.call).toEqual(call);
    expect(view.calls).toEqual(new Map([[BEN.id, { call: stay('ben'), at: 5 }]]));
  });

  test('is entered and left, by each under an id of their own', () => {
    const both = views.applyLive(start(), [entered(ADA.id, stay('ada'), 1), entered(BEN.id, stay('ben'), 2)]);
    expect(inside(both)).toEqual({ [ADA.id]: stay('ada'), [BEN.id]: stay('ben') });
    const anew = views.applyLive(both, [entered(BEN.id, stay('other'), 3)]);
    expect(anew.calls.get(BEN.id)).toEqual({ call: stay('other'), at: 3 });
    const left = views.applyLive(anew, [entered(ADA.id, null, 4)]);
    expect(inside(left)).toEqual({ [BEN.id]: stay('other') });
    expect(views.applyLive(left, [entered(ADA.id, null, 5)]).calls).toBe(left.calls);
  });

  test.each(['member.away', 'member.left'])(
    'is over for whom %s tells of, but not for who has entered since',
    (t) => {
      const both = views.applyLive(start(), [
        entered(ADA.id, stay('ada'), 10),
        entered(BEN.id, stay('ben'), 20),
      ]);
      const gone = (member: string) => ({ t, at: 15, member, reason: 'left' });
      expect(inside(follow(both, gone(ADA.id)))).toEqual({ [BEN.id]: stay('ben') });
      expect(follow(both, gone(BEN.id)).calls).toBe(both.calls);
    },
  );

  test('goes another way, and is recorded, when it is told so', () => {
    const recording = { by: BEN.id, since: 30 };
    const view = follow(
      start(),
      { t: 'call.moded', at: 1, ...{ mode: 'sfu' } },
      { t: 'recording.changed', at: 2, ...{ recording } },
    );
    expect(view.call).toEqual({ mode: 'sfu', sfu: false, recording });
    const stopped = follow(view, { t: 'recording.changed', at: 3, ...{ recording: null } });
    expect(stopped.call).toEqual({ mode: 'sfu', sfu: false, recording: null });
    const over = follow(view, { t: 'room.ended', at: 4, ...{ reason: 'host' } });
    expect(over.call).toEqual({ mode: 'direct', sfu: false, recording: null });
  });

  test('has what somebody sends to the SFU for as long as they are in it; it is told anew when they are again', () => {
    const tracks = [{ track: 'camera-1', media: 'camera', kind: 'video' }];
    const sends = (at: number) => ({ t: 'sfu.published', at, member: BEN.id, session: 's1', tracks });
    const on = (view: views.View) => [...view.published.keys()];
    const begun = views.applyLive(start(), [entered(BEN.id, stay('ben'), 5), sends(6)]);
    expect(begun.published.get(BEN.id)).toEqual({ session: 's1', tracks });
    expect(on(views.applyLive(begun, [entered(BEN.id, null, 7)]))).toEqual([]);
    expect(on(views.applyLive(begun, [{ ...sends(7), tracks: [] } as never]))).toEqual([]);
    const away = follow(begun, { t: 'member.away', at: 7, member: BEN.id } as never);
    expect(on(away)).toEqual([]);
    const back = views.applyLive(away, [entered(BEN.id, stay('ben'), 9), sends(9)]);
    expect(on(back)).toEqual([BEN.id]);
    // A word from before, as a resume brings it.
    expect(on(follow(back, { t: 'member.away', at: 8, member: BEN.id } as never))).toEqual([BEN.id]);
  });

  test('of the next meeting begins without those of the last', () => {
    const both = views.applyLive(start(), [
      entered(ADA.id, stay('ada'), 10),
      entered(BEN.id, stay('ben'), 20),
    ]);
    const next = follow(both, { t: 'room.reopened', at: 15 });
    expect(inside(next)).toEqual({ [BEN.id]: stay('ben') });
  });

  test('after a resume has in it who is in it now, and goes as it went', () => {
    const { snapshot } = ready();
    if (snapshot === undefined) throw new Error('no snapshot');
    const call = { mode: 'sfu', sfu: true, recording: null } as const;
    const before = start({ snapshot: { ...snapshot, call }, latest: [entered(BEN.id, stay('ben'), 5)] });
    const after = views.resumed(
      before,
      resumed(before.seq, 0, { latest: [entered(ADA.id, stay('ada'), 9)] }),
    );
    expect(inside(after)).toEqual({ [ADA.id]: stay('ada') });
    expect(after.call).toEqual(call);
  });
});

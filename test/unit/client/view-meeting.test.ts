import { describe, expect, test } from 'vitest';
import * as views from '../../../src/client/view.ts';
import { endTyping } from '../../../src/client/view-meeting.ts';
import type { ReadyFrame } from '../../../src/protocol/index.ts';
import { ADA, BEN, makeMember, ready, resumed } from './fake-server.ts';

const start = (change: Partial<ReadyFrame> = {}): views.View => {
  const view = views.fromSnapshot(ready(change));
  if (view === null) throw new Error('no snapshot');
  return view;
};
const CLEO = makeMember('Cleo');

/** Applies events one frame each; those with `own` by the private count. */
function follow(view: views.View, ...list: { readonly t: string; readonly own?: true }[]): views.View {
  let now = view;
  for (const { own, ...event } of list) {
    const counter = own ? 'private' : 'seq';
    const prev = now[counter];
    const seq = now.seq + now.private + 1;
    const next = views.applyNumbered(now, counter, {
      prev,
      last: own ? prev + 1 : seq,
      events: [{ at: seq * 10, seq, ...event }],
    });
    if (next === null) throw new Error('gap');
    now = next;
  }
  return now;
}

describe('hands', () => {
  const raised = (member: { readonly id: string }) => ({ t: 'hand.raised', member: member.id });
  const up = (view: views.View) => view.hands.map(({ member }) => member);

  test('stand in the order in which they went up, behind those of the snapshot', () => {
    const { snapshot } = ready();
    if (snapshot === undefined) throw new Error('no snapshot');
    const before = start({ snapshot: { ...snapshot, hands: [{ member: BEN.id, at: 7 }] } });
    const view = follow(before, raised(CLEO), raised(ADA));
    expect(view.hands).toEqual([
      { member: BEN.id, at: 7 },
      { member: CLEO.id, at: 110 },
      { member: ADA.id, at: 120 },
    ]);
    expect(start().hands).toEqual([]);
  });

  test('go down one by one, when called, when their member leaves, and all at once', () => {
    const view = follow(start(), raised(BEN), raised(CLEO), raised(ADA));
    expect(up(follow(view, { t: 'hand.lowered', ...{ member: CLEO.id } }))).toEqual([BEN.id, ADA.id]);
    expect(up(follow(view, { t: 'hand.called', ...{ member: BEN.id } }))).toEqual([CLEO.id, ADA.id]);
    expect(up(follow(view, { t: 'member.left', ...{ member: ADA.id, reason: 'left' } }))).toEqual([
      BEN.id,
      CLEO.id,
    ]);
    expect(up(follow(view, { t: 'member.away', ...{ member: ADA.id } }))).toHaveLength(3);
    expect(up(follow(view, { t: 'hand.allLowered' }))).toEqual([]);
    expect(up(follow(view, { t: 'room.ended', ...{ reason: 'host' } }))).toEqual([]);
  });
});

test('the spotlight is on whom a host chose, and on nobody once they are gone', () => {
  const { snapshot } = ready();
  if (snapshot === undefined) throw new Error('no snapshot');
  expect(start().spotlight).toBeNull();
  expect(start({ snapshot: { ...snapshot, spotlight: BEN.id } }).spotlight).toBe(BEN.id);
  const view = follow(start(), { t: 'spotlight.changed', ...{ member: ADA.id } });
  expect(view.spotlight).toBe(ADA.id);
  expect(follow(view, { t: 'spotlight.changed', ...{ member: null } }).spotlight).toBeNull();
  expect(follow(view, { t: 'room.ended', ...{ reason: 'host' } }).spotlight).toBeNull();
});

describe('requests', () => {
  const requested = (member: { readonly id: string }, media: string) => ({
    t: 'media.requested',
    own: true as const,
    by: BEN.id,
    ...{ member: member.id, media },
  });

  test('come with ready, in order, and one by one', () => {
    const one = { request: 3, member: ADA.id, media: 'camera', by: BEN.id, at: 30 } as const;
    const two = { ...one, request: 5, media: 'screen', by: null } as const;
    expect(start({ requests: [two, one] }).requests).toEqual([one, two]);
    const view = follow(start({ requests: [one] }), requested(ADA, 'microphone'));
    expect(view.requests).toEqual([
      one,
      { request: 11, member: ADA.id, media: 'microphone', by: BEN.id, at: 110 },
    ]);
    expect(start().requests).toEqual([]);
  });

  test.each(['media.answered', 'media.lapsed'])('end with %s', (t) => {
    const view = follow(start(), requested(ADA, 'camera'), requested(ADA, 'screen'));
    const ended = follow(view, { t, own: true, ...{ request: 11 } });
    expect(ended.requests.map(({ media }) => media)).toEqual(['screen']);
  });

  test('end with the stay of whoever was asked; those of the next stay, replayed before it, do not', () => {
    const view = follow(start(), requested(ADA, 'camera'), requested(CLEO, 'camera'));
    const left = { t: 'member.left', ...{ member: CLEO.id, reason: 'left' } };
    expect(follow(view, left).requests.map(({ member }) => member)).toEqual([ADA.id]);
    const late = follow(view, { ...left, ...{ seq: 11 } });
    expect(late.requests.map(({ member }) => member)).toEqual([ADA.id, CLEO.id]);
  });
});

describe('typing', () => {
  const typing = (member: { readonly id: string }, at: number, isTyping = true, to?: string) => ({
    ...{ t: 'typing.changed', at, member: member.id, typing: isTyping },
    ...(to === undefined ? {} : { to }),
  });
  const writing = (view: views.View) => Array.from(view.typing.keys());
  const said = (by: string, at: number, to?: string) => ({
    ...{ t: 'chat.sent', by, at, body: { kind: 'text', text: 'x' } },
    ...(to === undefined ? {} : { to }),
  });

  test('is of others, to all or to us', () => {
    const view = views.applyLive(start(), [typing(BEN, 20), typing(ADA, 20), typing(CLEO, 21, true, ADA.id)]);
    expect(Object.fromEntries(view.typing)).toEqual({
      [BEN.id]: { at: 20, direct: false },
      [CLEO.id]: { at: 21, direct: true },
    });
    expect(writing(views.applyLive(view, [typing(BEN, 22, false)]))).toEqual([CLEO.id]);
    expect(writing(views.applyLive(view, [typing(CLEO, 22, false, ADA.id)]))).toEqual([BEN.id]);
    // The end of the one says nothing of the other.
    expect(writing(views.applyLive(view, [typing(CLEO, 22, false)]))).toHaveLength(2);
  });

  test('ends with the message, to whom it was', () => {
    const view = views.applyLive(start(), [typing(BEN, 20), typing(CLEO, 20, true, ADA.id)]);
    expect(writing(follow(view, said(BEN.id, 30)))).toEqual([CLEO.id]);
    expect(writing(follow(view, said(CLEO.id, 30, ADA.id)))).toEqual([BEN.id]);
    expect(writing(follow(view, said(CLEO.id, 30), said(BEN.id, 30, ADA.id)))).toHaveLength(2);
    expect(follow(view, said(ADA.id, 30)).typing).toBe(view.typing);
  });

  test('ends when they drop or leave', () => {
    const view = views.applyLive(start(), [typing(BEN, 20), typing(CLEO, 20, true, ADA.id)]);
    expect(writing(follow(view, { t: 'member.away', ...{ member: BEN.id } }))).toEqual([CLEO.id]);
    expect(writing(follow(view, { t: 'member.left', ...{ member: CLEO.id, reason: 'left' } }))).toEqual([
      BEN.id,
    ]);
  });

  test('comes with ready, and what is replayed after it does not end it', () => {
    const latest = [typing(BEN, 500), typing(ADA, 500)];
    expect(writing(start({ latest }))).toEqual([BEN.id]);
    const before = views.applyLive(start(), [typing(CLEO, 20)]);
    const view = views.resumed(before, resumed(10, 0, { latest }));
    expect(writing(view)).toEqual([BEN.id]);
    const replayed = follow(view, said(BEN.id, 300), { t: 'member.away', ...{ member: BEN.id, at: 310 } });
    expect(writing(replayed)).toEqual([BEN.id]);
  });

  test('lapses, unless they said it again meanwhile', () => {
    const first = views.applyLive(start(), [typing(BEN, 20)]);
    const since = first.typing.get(BEN.id);
    if (since === undefined) throw new Error('not typing');
    const again = views.applyLive(first, [typing(BEN, 20)]);
    expect(writing(endTyping(first, BEN.id, since))).toEqual([]);
    expect(endTyping(again, BEN.id, since)).toBe(again);
  });
});

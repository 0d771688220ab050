import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../../src/engine/feature.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { Session } from '../../../src/engine/session.ts';

const begin = (at: Partial<ConstructorParameters<typeof Journal>[0]> = {}) =>
  new Journal({ last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0, ...at });
const draft = (fields: object = {}, to?: string[]): EventDraft => ({
  t: 'chat.sent',
  fields,
  ...(to === undefined ? {} : { to }),
});
const at = { at: 1_000 };

describe('numbers', () => {
  test('go on from what was stored, over public and private events alike', () => {
    const journal = begin({ last: 10, head: 8 });
    expect(journal.append(draft(), at, false).seq).toBe(11);
    expect(journal.append(draft({}, ['ada']), at, false).seq).toBe(12);
    expect(journal.append(draft(), at, false).seq).toBe(13);
    const { segments, last, head } = journal.take();
    expect(segments).toMatchObject([{ first: 11, last: 13, prev: 8, head: 13, count: 3 }]);
    expect([last, head]).toEqual([13, 13]);
  });

  test('of private events leave the public position where it was', () => {
    const journal = begin({ last: 5, head: 5 });
    journal.append(draft({}, ['ada']), at, false);
    const { segments, head } = journal.take();
    expect(segments).toMatchObject([{ first: 6, last: 6, prev: 5, head: 5, public: '' }]);
    expect(head).toBe(5);
  });

  test('of private events are counted for each member, once each', () => {
    const journal = begin({ marks: new Map([['ada', { acked: 4, private: 7 }]]) });
    journal.append(draft({}, ['ada', 'ben', 'ada']), at, false);
    journal.append(draft({}, ['ben']), at, false);
    const { segments, marks } = journal.take();
    expect(segments[0]?.privateEvents.map(({ to }) => Object.fromEntries(to))).toEqual([
      { ada: 8, ben: 1 },
      { ben: 2 },
    ]);
    expect(Object.fromEntries(marks)).toEqual({
      ada: { acked: 4, private: 8 },
      ben: { acked: 0, private: 2 },
    });
    expect(JSON.parse(segments[0]?.private ?? '')).toEqual([
      [{ ada: 8, ben: 1 }, expect.any(String)],
      [{ ben: 2 }, expect.any(String)],
    ]);
  });
});

describe('texts', () => {
  test('are envelope and fields, and read as one list', () => {
    const journal = begin();
    journal.append(draft({ a: 'é"\n' }), { at: 1, by: 'ada', n: 3 }, true);
    journal.append(draft(), { at: 2 }, false);
    const [segment] = journal.take().segments;
    expect(JSON.parse(`[${segment?.public}]`)).toEqual([
      { seq: 1, t: 'chat.sent', at: 1, by: 'ada', n: 3, a: 'é"\n' },
      { seq: 2, t: 'chat.sent', at: 2 },
    ]);
    expect(segment).toMatchObject({ history: 1, count: 2, at: 1 });
    expect(segment?.size).toBe((segment?.public.length ?? 0) - 1);
  });

  test('fill segments of at most 128 Ki characters, or of one event that is longer, which follow on one another', () => {
    const journal = begin();
    for (let index = 0; index < 12; index += 1) journal.append(draft({ x: 'x'.repeat(100_000) }), at, true);
    const { segments } = journal.take();
    expect(segments.map(({ count }) => count)).toEqual(Array.from({ length: 12 }, () => 1));
    let position = 0;
    for (const { prev, first, last, head, size } of segments) {
      expect(size).toBeLessThanOrEqual(524_288);
      expect([prev, first]).toEqual([position, position + 1]);
      expect(head).toBe(last);
      position = last;
    }
    expect(position).toBe(12);
  });

  test('that are far too large never get in', () => {
    const journal = begin();
    expect(() => journal.append(draft({ x: 'x'.repeat(300_000) }), at, false)).toThrow();
    expect(journal.last).toBe(0);
    expect(journal.append(draft(), at, false).seq).toBe(1);
  });

  test('that replace one another are told once, the newest', () => {
    const journal = begin();
    const tell = (fields: object, key: string | null) =>
      journal.tell({ t: 'media.changed', fields }, at, key);
    tell({ v: 1 }, 'ada');
    tell({ v: 2 }, 'ben');
    tell({ v: 3 }, 'ada');
    tell({ v: 4 }, null);
    tell({ v: 5 }, null);
    const live = journal.take().live.map(({ text }) => JSON.parse(text) as { v: number });
    expect(live.map(({ v }) => v)).toEqual([2, 3, 4, 5]);
  });
});

describe('what is told once', () => {
  const fold = (before: { v: number }, after: { v: number }) => ({ v: before.v + after.v });
  const merged = (v: number, key: string, to?: string[]): EventDraft => ({
    ...draft({ v }, to),
    t: 'reaction.sent',
    merge: { key, fold },
  });

  test('becomes one where it is merged: with the same key, to the same people, in the same commit', () => {
    const journal = begin();
    journal.tell(merged(1, 'a'), { at: 1 }, null);
    journal.tell(merged(2, 'b'), { at: 1 }, null);
    journal.tell(merged(3, 'a', ['ada']), { at: 1 }, null);
    const text = journal.tell(merged(4, 'a'), { at: 2 }, null);
    journal.tell({ ...merged(0, 'a'), t: 'cake.baked' }, { at: 2 }, null);
    expect(JSON.parse(text)).toEqual({ t: 'reaction.sent', at: 2, v: 5 });
    const { live } = journal.take();
    expect(live.map(({ text, to, key }) => [JSON.parse(text).v, to, key])).toEqual([
      [2, null, null],
      [3, ['ada'], null],
      [5, null, null],
      [0, null, null],
    ]);
    journal.tell(merged(6, 'a'), { at: 3 }, null);
    expect(journal.take().live.map(({ text }) => JSON.parse(text).v)).toEqual([6]);
  });

  test('counts by what is left of it, and is work for a commit all the same', () => {
    const journal = begin();
    journal.tell(merged(1, 'a'), at, null);
    const { size, weight } = journal;
    for (let times = 0; times < 5; times += 1) journal.tell(merged(1, 'a'), at, null);
    expect(journal.size).toBe(size);
    expect(journal.weight).toBe(weight + 5);
    journal.tell({ t: 'media.changed', fields: { v: 1 } }, at, 'ada');
    const both = journal.size;
    journal.tell({ t: 'media.changed', fields: { v: 2 } }, at, 'ada');
    expect(journal.size).toBe(both);
  });
});

describe('accepted numbers', () => {
  test('stand with the commit, the highest of each member', () => {
    const journal = begin({ marks: new Map([['ada', { acked: 5, private: 2 }]]) });
    journal.append(draft(), at, false);
    journal.accept('ada', 7, true, 1_000);
    journal.accept('ada', 6, true, 1_000);
    journal.accept('ben', 1, true, 1_000);
    expect(Object.fromEntries(journal.take().marks)).toEqual({
      ada: { acked: 7, private: 2 },
      ben: { acked: 1, private: 0 },
    });
    expect(journal.mark('ada').acked).toBe(7);
  });

  test('without an event get a place in the log, so that they are not lost', () => {
    const journal = begin({ last: 4, head: 4 });
    journal.accept('ada', 1, false, 1_000);
    const { segments, last, head } = journal.take();
    expect(segments).toMatchObject([{ last: 5, prev: 4, head: 4, count: 0, public: '' }]);
    expect([last, head]).toEqual([5, 4]);
    expect(journal.append(draft(), at, false).seq).toBe(6);
    expect(journal.take().segments).toMatchObject([{ first: 6, prev: 4, head: 6 }]);
  });

  test('are written whole now and then, and before the log loses its beginning', () => {
    const journal = begin({ sinceCheckpoint: 254 });
    const commit = (willTrim: boolean) => {
      journal.append(draft(), at, false);
      journal.accept('ada', journal.last, true, 1_000);
      return journal.checkpoint(journal.take(), willTrim, { count: 7, size: 70 });
    };
    expect(commit(false)).toBeNull();
    const whole = commit(false);
    expect(whole).toMatchObject({ last: 2, count: 7, size: 70 });
    expect(whole?.marks.get('ada')).toEqual({ acked: 2, private: 0 });
    expect(commit(false)).toBeNull();
    expect(commit(true)?.last).toBe(4);
  });
});

test('a batch is everything since the last one, and the next begins empty', () => {
  const journal = begin();
  expect(journal.isEmpty).toBe(true);
  journal.append(draft(), at, false);
  const session = new Session('ada', 1, { send() {}, unsent: () => 0, close() {} }, { kind: 'live' });
  journal.close(session, 'left');
  expect(journal.isEmpty).toBe(false);
  expect(journal.size).toBeGreaterThan(0);
  const weight = journal.weight;
  journal.touch();
  expect(journal.weight).toBeGreaterThan(weight);
  expect(journal.take()).toMatchObject({ segments: [{}], closes: [{ session, as: 'left' }] });
  expect(journal.isEmpty).toBe(true);
  expect(journal.size).toBe(0);
  expect(journal.take()).toMatchObject({ segments: [], closes: [], last: 1, head: 1 });
});

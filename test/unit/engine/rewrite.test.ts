import { beforeEach, describe, expect, test } from 'vitest';
import type { LoggedEvent } from '../../../src/engine/feature.ts';
import { GROWN_SIZE, Journal } from '../../../src/engine/journal.ts';
import { Replay } from '../../../src/engine/replay.ts';
import { rewriteSegment } from '../../../src/engine/rewrite.ts';
import { State } from '../../../src/engine/state.ts';
import { historyOf } from '../../../src/room-object/history.ts';
import { MemoryLog } from '../../support/memory-log.ts';

let log: MemoryLog;
let journal: Journal;
let replay: Replay;
let state: State;
beforeEach(() => {
  log = new MemoryLog();
  log.initialize('e1');
  journal = new Journal({ last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 });
  replay = new Replay(log);
  state = new State();
});

/** Texts that a careless rewrite would change: quotes, escapes, other alphabets, keys that look like numbers. */
const TRICKY = ['a "b" \\ \n\t', '{"seq":2,', ',{"seq":2,"t":"x"}', 'é中😀\u2028', '1e21'];

const say = (text: string, to?: string[]) => {
  const draft = {
    t: 'chat.sent',
    fields: { body: { kind: 'text', text }, 2: 'two', '-0': 0 },
    ...(to === undefined ? {} : { to }),
  };
  return journal.append(draft, { at: 5, by: 'ada', n: 3 }, true);
};
function commit(trim: number | null = null): void {
  const { segments, marks, rewrites } = journal.take();
  log.commit({ segments, marks, rows: [], rewrites, checkpoint: null, trim, alarm: null });
  if (rewrites.size > 0) replay.forget();
}
const changed = (text: string, to: string): string => {
  const event = JSON.parse(text) as LoggedEvent;
  return JSON.stringify({ ...event, body: { kind: 'text', text: to } });
};
const privateOf = (segment: { readonly private: string | null } | undefined) =>
  JSON.parse(segment?.private ?? '[]') as [Record<string, number>, string][];

describe('an event that waits for its commit', () => {
  test('is told and stored with its new text alone, and its neighbours to the letter', () => {
    const before = TRICKY.map((text) => say(text).text);
    const now = changed(before[1] ?? '', 'new');
    journal.rewrite(2, now);
    const [segment] = journal.take().segments;
    const texts = before.toSpliced(1, 1, now);
    expect(segment?.public).toBe(texts.join(','));
    expect(segment?.size).toBe(texts.join('').length);
    expect(segment).toMatchObject({ first: 1, last: 5, head: 5, count: 5, history: 5 });
  });

  test('keeps those that a private one is for, and their counts', () => {
    const secret = say('secret', ['ada', 'ben']);
    const other = say('other', ['ben']);
    journal.rewrite(1, changed(secret.text, 'new'));
    const [segment] = journal.take().segments;
    expect(privateOf(segment)).toEqual([
      [{ ada: 1, ben: 1 }, changed(secret.text, 'new')],
      [{ ben: 2 }, other.text],
    ]);
    expect(segment?.privateEvents.map(({ text }) => text)).toEqual([changed(secret.text, 'new'), other.text]);
  });

  test('is found, and no longer once it was taken', () => {
    say('a');
    const own = say('b', ['ben']);
    expect(journal.waiting(2)).toMatchObject({ text: own.text, to: ['ben'] });
    expect(journal.waiting(1)).toMatchObject({ to: null });
    expect(journal.waiting(3)).toBeNull();
    journal.take();
    expect(journal.waiting(1)).toBeNull();
  });
});

describe('an event in the log', () => {
  test('is rewritten in its segment, and everything else stays to the letter', () => {
    const publics = TRICKY.map((text) => say(text).text);
    const privates = TRICKY.map((text) => say(text, ['ada', 'ben']).text);
    commit();
    say('later');
    commit();
    const [, later] = log.segments;
    const shown = changed(publics[3] ?? '', 'shown');
    const hidden = changed(privates[1] ?? '', 'hidden');
    journal.rewrite(4, shown);
    journal.rewrite(7, hidden);
    commit();
    const [segment] = log.segments;
    expect(segment?.public).toBe(publics.toSpliced(3, 1, shown).join(','));
    expect(privateOf(segment).map(([, text]) => text)).toEqual(privates.toSpliced(1, 1, hidden));
    expect(privateOf(segment).map(([to]) => to)).toEqual(
      privates.map((_, index) => ({ ada: index + 1, ben: index + 1 })),
    );
    expect(segment).toMatchObject({ first: 1, last: 10, head: 5, count: 10 });
    expect(log.segments[1]).toEqual(later);
    expect(segment?.public).not.toContain('😀');
  });

  test('that has its old text again is the same segment to the letter', () => {
    const { text } = say('same');
    say(TRICKY.join(' '), ['ada']);
    commit();
    const [segment] = log.segments;
    if (segment === undefined) throw new Error('nothing was stored');
    expect(rewriteSegment(segment, 1, text)).toEqual({ public: segment.public, private: segment.private });
    expect(rewriteSegment({ public: '', private: null }, 1, text)).toEqual({ public: '', private: null });
  });

  test('that was cut off since is no error', () => {
    say('a');
    commit();
    say('b');
    commit(1);
    journal.rewrite(1, '{"seq":1,"t":"chat.sent"}');
    commit();
    expect(log.segments).toHaveLength(1);
    expect(log.segments[0]?.public).toContain('"b"');
  });

  test('is replayed as it reads now, although the frame had been made before', () => {
    const { text } = say('old');
    commit();
    say('next');
    commit();
    expect(replay.next(0, 2)?.text).toContain('"old"');
    const own = say('own', ['ada']);
    commit();
    expect(replay.private('ada', 0, 0, 3)?.text).toContain('own');
    journal.rewrite(1, changed(text, 'new'));
    journal.rewrite(3, changed(own.text, 'mine'));
    commit();
    const told = replay.next(0, 2);
    expect(told?.text).not.toContain('"old"');
    expect(told?.text).toContain('"new"');
    expect(told?.last).toBe(2);
    expect(replay.private('ada', 0, 0, 3)?.text).toContain('mine');
  });
});

describe('reading', () => {
  const view = () => historyOf(log, state, journal);

  test('one event sees what waits to be written, and what waits to be rewritten', () => {
    const history = view();
    const { text } = say('a');
    expect(history.find(null, 1)).toEqual(JSON.parse(text));
    commit();
    expect(history.find(null, 1)).toEqual(JSON.parse(text));
    journal.rewrite(1, changed(text, 'b'));
    expect(history.find(null, 1)?.body).toEqual({ kind: 'text', text: 'b' });
    commit();
    expect(history.find(null, 1)?.body).toEqual({ kind: 'text', text: 'b' });
    expect(history.find(null, 2)).toBeNull();
  });

  test('one private event is for those who were told', () => {
    const history = view();
    say('a', ['ada', 'ben']);
    for (const settle of [() => {}, commit]) {
      settle();
      expect(history.find('ben', 1)).not.toBeNull();
      expect(history.find('eve', 1)).toBeNull();
      expect(history.find(null, 1)).toBeNull();
      expect(history.read(1)?.to).toEqual(['ada', 'ben']);
    }
  });

  test('says how much a text may grow, over all that wait', () => {
    const history = view();
    const { text } = say('a');
    expect(history.read(1)?.spare).toBe(GROWN_SIZE - text.length);
    commit();
    say('b');
    commit();
    expect(history.read(1)?.spare).toBe(GROWN_SIZE - text.length);
    const longer = changed(text, 'x'.repeat(1_000));
    journal.rewrite(1, longer);
    expect(history.read(2)?.spare).toBe(GROWN_SIZE - text.length - 2 * longer.length);
    commit();
    expect(history.read(2)?.spare).toBe(GROWN_SIZE - text.length);
  });

  test('says where the log begins', () => {
    const history = view();
    say('a');
    commit();
    say('b');
    commit();
    expect(history.begins()).toBe(1);
    say('c');
    commit(1);
    expect(history.begins()).toBe(2);
  });

  test('the page that all newcomers get is rewritten where it stands', () => {
    const history = view();
    const { text } = say('a');
    commit();
    expect(history.history(null, null, 50).events).toHaveLength(1);
    history.rewritten(JSON.parse(changed(text, 'b')) as LoggedEvent);
    expect(history.history(null, null, 50).events).toMatchObject([{ seq: 1, body: { text: 'b' } }]);
  });
});

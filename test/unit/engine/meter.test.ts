import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../../src/engine/feature.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { Histogram, Meter, rowsOf } from '../../../src/engine/meter.ts';
import { CLOSE, type CloseName, fail, succeed } from '../../../src/protocol/index.ts';

describe('a histogram', () => {
  test('puts a value into the first class that holds it, and what is larger than all into the last', () => {
    const histogram = new Histogram([1, 10, 100]);
    for (const value of [0, 1, 1.5, 10, 11, 100, 101, 5_000]) histogram.add(value);
    expect(histogram.counts).toEqual([2, 2, 2, 2]);
  });

  test('keeps count, sum and maximum', () => {
    const histogram = new Histogram([10]);
    expect(histogram).toMatchObject({ count: 0, sum: 0, most: 0, counts: [0, 0] });
    for (const value of [3, 40, 7]) histogram.add(value);
    expect(histogram).toMatchObject({ count: 3, sum: 50, most: 40 });
  });
});

const beginJournal = () => new Journal({ last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 });
const draft = (fields: object, more: Partial<EventDraft> = {}): EventDraft => ({
  t: 'chat.sent',
  fields,
  ...more,
});
const nothing = { rows: [], checkpoint: null, trim: null, alarm: null };

describe('the meter', () => {
  test('counts events by class: public, private, ephemeral and latest-only', () => {
    const meter = new Meter(0);
    const journal = beginJournal();
    for (let index = 0; index < 3; index += 1) journal.append(draft({ index }), { at: 1 }, true);
    journal.append(draft({}, { to: ['ada', 'ben'] }), { at: 1 }, true);
    journal.tell(draft({}), { at: 1 }, null);
    journal.tell(draft({ first: true }), { at: 1 }, 'typing ada');
    journal.tell(draft({ first: false }), { at: 1 }, 'typing ada');
    const batch = journal.take();
    meter.committed(batch, 7);
    meter.told(batch, 3);
    expect(meter.events).toEqual({ durable: 3, private: 1, ephemeral: 1, latest: 1 });
    expect(meter.commitEvents).toMatchObject({ count: 1, sum: 4 });
    expect(meter.commitTime).toMatchObject({ count: 1, sum: 7 });
    expect(meter.tellTime).toMatchObject({ count: 1, sum: 3 });
  });

  test('counts what became of a command by its kind, and hands it on', () => {
    const meter = new Meter(0);
    const taken = succeed('done');
    const refused = fail('not_allowed');
    expect(meter.decided('durable', taken)).toBe(taken);
    expect(meter.decided('durable', refused)).toBe(refused);
    meter.decided('query', taken);
    expect(meter.commands).toEqual({
      durable: { taken: 1, refused: 1 },
      ephemeral: { taken: 0, refused: 0 },
      query: { taken: 1, refused: 0 },
    });
  });

  test('counts closes by the name of each code of the table, and no others', () => {
    const meter = new Meter(0);
    const names = Object.keys(CLOSE) as CloseName[];
    for (const name of names) meter.close(CLOSE[name].code);
    meter.close(1000);
    expect(meter.closed).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
  });

  test('tells who came back with proof from who could not be shown what they missed, and from who is new', () => {
    const meter = new Meter(0);
    meter.welcomed(true, true);
    meter.welcomed(false, true);
    meter.welcomed(false, true);
    for (let count = 0; count < 3; count += 1) meter.welcomed(false, false);
    expect(meter).toMatchObject({ resumed: 1, unproven: 2, snapshots: 3 });
  });

  test('remembers the most that ever waited', () => {
    const meter = new Meter(0);
    for (const size of [10, 500, 20]) meter.waited(size);
    expect(meter.mostWaiting).toBe(500);
  });
});

describe('the rows of a commit', () => {
  const rows = [
    { table: 'members', key: 'ada', json: '{}' },
    { table: 'members', key: 'ben', json: null },
  ];

  test('are those of the state, one for the log, and one for an alarm that moves', () => {
    const journal = beginJournal();
    journal.append(draft({}), { at: 1 }, true);
    const batch = journal.take();
    expect(rowsOf({ ...nothing, ...batch })).toBe(1);
    expect(rowsOf({ ...nothing, ...batch, rows, alarm: 5 })).toBe(4);
  });

  test('are two where direct messages are in the log, because these are found by an index', () => {
    const journal = beginJournal();
    journal.append(draft({}, { to: ['ada'] }), { at: 1 }, true);
    expect(rowsOf({ ...nothing, ...journal.take() })).toBe(2);
  });

  test('are none where nothing is written', () => {
    expect(rowsOf({ ...nothing, ...beginJournal().take() })).toBe(0);
  });
});

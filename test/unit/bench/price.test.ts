import { describe, expect, it } from 'vitest';
import { type Costs, HOUR, usageOfHour, usageOfSilentDay } from '../../../bench/economy/model.ts';
import { billedRequests, NOTHING, priceOf, sumOf } from '../../../bench/economy/price.ts';

// All numbers on the right-hand side are worked out by hand from the published prices.

describe('the price of a usage', () => {
  it('is nothing for nothing', () => {
    expect(priceOf(NOTHING)).toEqual({ requests: 0, duration: 0, rows: 0, storage: 0, bucket: 0, total: 0 });
  });

  it('counts twenty incoming messages as one request', () => {
    expect(billedRequests({ objectRequests: 7, messages: 1_000 })).toBe(57);
    // 50,000 requests at $0.15 a million.
    expect(priceOf({ ...NOTHING, messages: 1_000_000 }).requests).toBeCloseTo(0.0075, 12);
  });

  it('agrees with the published example of a hundred objects that work one second a minute for a month', () => {
    // 4,320,000 s × 128 MB = 552,960 GB-s; at $12.50 a million $6.912.
    expect(priceOf({ ...NOTHING, seconds: 4_320_000 }).duration).toBeCloseTo(6.912, 9);
  });

  it('bills an object that never sleeps for an hour at 460.8 GB-s', () => {
    expect(priceOf({ ...NOTHING, seconds: 3_600 }).duration).toBeCloseTo(0.00576, 12);
  });

  it('bills each kind by its own price', () => {
    const bill = priceOf({
      ...NOTHING,
      workerRequests: 2_000_000,
      workerCpuMs: 5_000_000,
      objectRequests: 3_000_000,
      rows: 4_000_000,
      storedByteMonths: 5e9,
      bucketWrites: 1_000_000,
      bucketReads: 2_000_000,
      bucketByteMonths: 10e9,
    });
    // 2 × 0.30 + 5 × 0.02 + 3 × 0.15
    expect(bill.requests).toBeCloseTo(1.15, 9);
    expect(bill.rows).toBeCloseTo(4, 9);
    // 5 × 0.20
    expect(bill.storage).toBeCloseTo(1, 9);
    // 4.50 + 2 × 0.36 + 10 × 0.015
    expect(bill.bucket).toBeCloseTo(5.37, 9);
    expect(bill.total).toBeCloseTo(11.52, 9);
  });
});

describe('a usage', () => {
  it('is the sum of its parts, each so many times', () => {
    expect(
      sumOf([
        [3, { rows: 2, messages: 1 }],
        [10, { rows: 0.5 }],
        [0, { rows: 1_000 }],
      ]),
    ).toEqual({ ...NOTHING, rows: 11, messages: 3 });
  });
});

const costs: Costs = {
  join: { workerRequests: 2, objectRequests: 2, rows: 4 },
  message: { messages: 1, rows: 1 },
  media: { messages: 1 },
  reconnect: { workerRequests: 2, objectRequests: 2, rows: 6 },
  leave: { messages: 1, rows: 3 },
  picture: { workerRequests: 1, objectRequests: 2, rows: 5, bucketWrites: 1 },
  view: { workerRequests: 1, objectRequests: 1, bucketReads: 1 },
  sweep: { objectRequests: 1, rows: 1 },
};

describe('an hour of fifty people', () => {
  it('is what they do, times what it costs', () => {
    const usage = usageOfHour(costs, { active: 3_600, keeps: true, sweepSeconds: 300 });
    // joins 50 × 2 + reconnects 100 × 2 + pictures 5 + views 250
    expect(usage.workerRequests).toBe(555);
    // joins 100 + reconnects 200 + pictures 10 + views 250 + sweeps 12
    expect(usage.objectRequests).toBe(572);
    // 1,000 messages + 300 switches + 50 who leave
    expect(usage.messages).toBe(1_350);
    // joins 200 + messages 1,000 + reconnects 600 + leaving 150 + pictures 25 + sweeps 12
    expect(usage.rows).toBe(1_987);
    expect([usage.bucketWrites, usage.bucketReads]).toEqual([5, 250]);
    // 1,000 messages of 250 bytes, 5 pictures of 1 MiB, for 7 of 30 days
    expect(usage.storedByteMonths).toBeCloseTo(58_333.33, 1);
    expect(usage.bucketByteMonths).toBeCloseTo(1_223_338.67, 1);
    expect(usage.seconds).toBe(3_600);
  });

  it('costs its duration and its rows above all', () => {
    const bill = priceOf(usageOfHour(costs, { active: 3_600, keeps: true, sweepSeconds: 300 }));
    // 555 × 0.30 + (572 + 67.5) × 0.15 millionths
    expect(bill.requests).toBeCloseTo(0.000_262_425, 12);
    expect(bill.duration).toBeCloseTo(0.005_76, 12);
    expect(bill.rows).toBeCloseTo(0.001_987, 12);
  });

  it('keeps no message where the server keeps none, and sweeps none where it sweeps none', () => {
    const usage = usageOfHour(costs, { active: 0, keeps: false, sweepSeconds: null });
    expect(usage.storedByteMonths).toBe(0);
    expect(usage.objectRequests).toBe(560);
  });

  it('grows with the people in it', () => {
    const twice = usageOfHour(costs, { active: 0, keeps: true, sweepSeconds: 300 }, { ...HOUR, people: 100 });
    expect(twice.messages).toBe(2_700);
  });
});

describe('a silent day', () => {
  it('is one look for the dead every five minutes', () => {
    const usage = usageOfSilentDay({ objectRequests: 1, rows: 1, seconds: 0.01 }, 300);
    expect([usage.objectRequests, usage.rows]).toEqual([288, 288]);
    expect(usage.seconds).toBeCloseTo(2.88, 9);
    // 288 × 0.15 + 288 × 1 millionths, and 2.88 s × 0.128 GB × 12.50 millionths
    expect(priceOf(usage).total).toBeCloseTo(0.000_335_808, 12);
  });
});

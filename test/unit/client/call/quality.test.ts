import { describe, expect, test } from 'vitest';
import { qualityOf, type Sample, sampleOf, settle } from '../../../../src/client/call/quality.ts';
import { QualityWatch, SAMPLE_EVERY } from '../../../../src/client/call/quality-watch.ts';
import { SimClock, settled } from './sim-clock.ts';

const sample = (change: Partial<Sample> = {}): Sample => ({
  at: 0,
  line: 'connected',
  packetsReceived: 0,
  packetsLost: 0,
  jitter: 0,
  roundTrip: 20,
  frozen: 0,
  limited: 'none',
  ...change,
});
const later = (change: Partial<Sample> = {}): Sample =>
  sample({ at: 2_000, packetsReceived: 1_000, ...change });

describe('how the line to somebody is', () => {
  test.each([
    ['good', 'nothing is lost', {}],
    ['good', 'few packets are lost', { packetsLost: 20 }],
    ['fair', 'some are lost', { packetsLost: 60 }],
    ['poor', 'many are lost', { packetsLost: 200 }],
    ['fair', 'it takes long there and back', { roundTrip: 400 }],
    ['poor', 'it takes too long', { roundTrip: 900 }],
    ['fair', 'packets come unevenly', { jitter: 60 }],
    ['poor', 'they come very unevenly', { jitter: 150 }],
    ['fair', 'pictures stood for a moment', { frozen: 100 }],
    ['poor', 'they stood for long', { frozen: 400 }],
    ['fair', 'our own picture is made worse by the line', { limited: 'bandwidth' }],
    ['good', 'our own picture is made worse by this machine', { limited: 'cpu' }],
    ['lost', 'the connection is', { line: 'lost' }],
    ['connecting', 'it does not stand yet', { line: 'connecting' }],
  ] as const)('is %s where %s', (word, _, change) => {
    expect(qualityOf(sample(), later(change))).toBe(word);
  });

  test('counts what was between two samples, not what was before', () => {
    const before = sample({ packetsReceived: 1_000, packetsLost: 900, frozen: 60_000 });
    expect(qualityOf(before, later({ packetsReceived: 2_000, packetsLost: 900, frozen: 60_000 }))).toBe(
      'good',
    );
  });

  test('is told at once where it gets worse, and where it gets better after two samples that say so', () => {
    expect(settle('good', 'good', 'poor')).toBe('poor');
    expect(settle('poor', 'poor', 'good')).toBe('poor');
    expect(settle('poor', 'good', 'good')).toBe('good');
    expect(settle('poor', 'fair', 'good')).toBe('fair');
    expect(settle('good', 'good', 'lost')).toBe('lost');
    expect(settle('lost', 'lost', 'good')).toBe('good');
  });

  test('is read from what a browser reports', () => {
    const report = new Map<string, object>([
      ['a', { type: 'inbound-rtp', kind: 'audio', packetsReceived: 100, packetsLost: 3, jitter: 0.012 }],
      [
        'v',
        {
          type: 'inbound-rtp',
          kind: 'video',
          packetsReceived: 50,
          packetsLost: 1,
          jitter: 0.04,
          totalFreezesDuration: 0.5,
        },
      ],
      ['o', { type: 'outbound-rtp', qualityLimitationReason: 'bandwidth' }],
      ['p', { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.08 }],
      ['q', { type: 'candidate-pair', nominated: false, state: 'failed', currentRoundTripTime: 9 }],
    ]);
    expect(sampleOf(report as unknown as RTCStatsReport, 'connected', 7)).toEqual({
      at: 7,
      line: 'connected',
      packetsReceived: 150,
      packetsLost: 4,
      jitter: 40,
      roundTrip: 80,
      frozen: 500,
      limited: 'bandwidth',
    });
  });
});

describe('the watch over the lines', () => {
  class Page extends EventTarget {
    hidden = false;
    turn(hidden: boolean): void {
      this.hidden = hidden;
      this.dispatchEvent(new Event('visibilitychange'));
    }
  }

  test('asks every two seconds, and not while the page is hidden', async () => {
    const clock = new SimClock();
    const page = new Page();
    let asked = 0;
    const watch = new QualityWatch({
      timers: clock,
      page: page as never,
      changed: () => undefined,
      sample: async () => {
        asked += 1;
        return new Map([['m_ben', later({ roundTrip: 900 })]]);
      },
    });
    await clock.pass(SAMPLE_EVERY * 3);
    expect(asked).toBe(3);
    expect(watch.of('m_ben')).toBe('poor');
    page.turn(true);
    await clock.pass(SAMPLE_EVERY * 10);
    expect(asked).toBe(3);
    page.turn(false);
    await settled();
    expect(asked).toBe(4);
    watch.close();
    await clock.pass(SAMPLE_EVERY * 3);
    expect(asked).toBe(4);
  });

  test('goes on after a sample that could not be taken, as of a connection that was just closed', async () => {
    const clock = new SimClock();
    let asked = 0;
    const watch = new QualityWatch({
      timers: clock,
      page: null,
      changed: () => undefined,
      sample: async () => {
        asked += 1;
        if (asked === 1) throw new DOMException('it is closed', 'InvalidStateError');
        return new Map([['m_ben', later({ roundTrip: 900 })]]);
      },
    });
    await clock.pass(SAMPLE_EVERY * 3);
    expect([asked, watch.of('m_ben')]).toEqual([3, 'poor']);
    watch.close();
  });
});

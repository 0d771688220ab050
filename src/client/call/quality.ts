import type { Line, Quality } from './call-view.ts';

/** What a connection has counted so far, of all that comes from one member. Missing figures are 0. */
export interface Sample {
  /** ms of the timers when it was read. */
  readonly at: number;
  readonly line: Line;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  /** ms, the worst of the tracks. */
  readonly jitter: number;
  /** ms there and back. */
  readonly roundTrip: number;
  /** ms for which pictures stood still although more were to come. */
  readonly frozen: number;
  /** Our own pictures for them are made worse: cpu (this machine), bandwidth (the line). */
  readonly limited: 'none' | 'cpu' | 'bandwidth' | 'other';
}

/**
 * Up to here it is good, up to there it is fair, beyond it is poor.
 * loss: share of packets. Google's congestion control leaves the rate as it is below 2 % and lowers it above 10 %
 * (draft-ietf-rmcat-gcc-02, section 6).
 * roundTrip: ms. ITU-T G.114 (05/2003): up to 150 ms one way most talk is not affected, beyond 400 ms it is not acceptable.
 * jitter: ms. 30 is what voice is planned with (Cisco, "Quality of Service Design Overview", 2004); 100 is our own: a browser's
 * buffer still takes it up then, and everything comes later for it.
 * frozen: share of the time. Our own: one short stop in two samples is seen, a tenth of the time is a nuisance.
 */
const LIMITS = {
  loss: { good: 0.02, fair: 0.1 },
  roundTrip: { good: 300, fair: 800 },
  jitter: { good: 30, fair: 100 },
  frozen: { good: 0.02, fair: 0.1 },
} as const;
type Figure = keyof typeof LIMITS;
const FIGURES = Object.keys(LIMITS) as Figure[];

/** Share of the packets that were lost between two samples. Late ones that come after all are counted back by the browser. */
function lossBetween(before: Sample, after: Sample): number {
  const lost = Math.max(0, after.packetsLost - before.packetsLost);
  const received = Math.max(0, after.packetsReceived - before.packetsReceived);
  return lost === 0 ? 0 : lost / (lost + received);
}

function frozenBetween(before: Sample, after: Sample): number {
  const time = after.at - before.at;
  return time <= 0 ? 0 : Math.max(0, after.frozen - before.frozen) / time;
}

/** How the line to somebody was between two samples. `before` null: it is the first one. */
export function qualityOf(before: Sample | null, after: Sample): Quality {
  if (after.line !== 'connected') return after.line;
  const from = before ?? after;
  const figures: Readonly<Record<Figure, number>> = {
    loss: lossBetween(from, after),
    roundTrip: after.roundTrip,
    jitter: after.jitter,
    frozen: frozenBetween(from, after),
  };
  if (FIGURES.some((figure) => figures[figure] > LIMITS[figure].fair)) return 'poor';
  const isGood = FIGURES.every((figure) => figures[figure] <= LIMITS[figure].good);
  return isGood && after.limited !== 'bandwidth' ? 'good' : 'fair';
}

const ORDER: readonly Quality[] = ['good', 'fair', 'poor'];
const worse = (a: Quality, b: Quality): Quality => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);

/**
 * The word that is shown. What gets worse is told at once; what gets better, when it was so for two samples: a word that goes to
 * and fro says nothing. `previous`: what the sample before came to.
 */
export function settle(shown: Quality, previous: Quality, now: Quality): Quality {
  if (now === 'lost' || now === 'connecting' || !ORDER.includes(shown)) return now;
  if (worse(now, shown) === now) return now;
  return ORDER.includes(previous) ? worse(now, worse(previous, now)) : shown;
}

const numberOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0;

const LIMITED = ['cpu', 'bandwidth', 'other'] as const;

/** Reads a browser's report (W3C, "Identifiers for WebRTC's Statistics API"); `now` in ms. */
export function sampleOf(report: RTCStatsReport, line: Line, now: number): Sample {
  const sample = { packetsReceived: 0, packetsLost: 0, jitter: 0, roundTrip: 0, frozen: 0 };
  let limited: Sample['limited'] = 'none';
  // A map of dictionaries that have no common type.
  for (const entry of (report as ReadonlyMap<string, Readonly<Record<string, unknown>>>).values()) {
    if (entry.type === 'inbound-rtp') {
      sample.packetsReceived += numberOf(entry.packetsReceived);
      sample.packetsLost += numberOf(entry.packetsLost);
      sample.jitter = Math.max(sample.jitter, numberOf(entry.jitter) * 1_000);
      sample.frozen += numberOf(entry.totalFreezesDuration) * 1_000;
    } else if (entry.type === 'outbound-rtp') {
      const reason = LIMITED.find((one) => one === entry.qualityLimitationReason);
      // The line says more about the two than this machine does.
      if (reason !== undefined && limited !== 'bandwidth') limited = reason;
    } else if (entry.type === 'candidate-pair' && entry.nominated === true && entry.state === 'succeeded') {
      sample.roundTrip = Math.max(sample.roundTrip, numberOf(entry.currentRoundTripTime) * 1_000);
    }
  }
  return { at: now, line, ...sample, limited };
}

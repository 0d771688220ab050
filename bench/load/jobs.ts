import type { Dialect } from './dialect.ts';

/** Where the load goes. */
export type Target = {
  port: number;
  dialect: Dialect;
  /** Offer compression as browsers do. */
  deflate: boolean;
};

/** Closed loop: `window` messages that not everybody has yet are under way at any moment. */
export type FanOutJob = {
  kind: 'fan-out';
  target: Target;
  members: number;
  window: number;
  /** Least length of the measured part. */
  seconds: number;
};

/** Counts what a blaster sends: how much this very client can take. */
export type DigestJob = { kind: 'digest'; target: Target; members: number; seconds: number };

/**
 * Everybody comes at once.
 * - two-step: `POST .../join`, then the socket with the ticket.
 * - one-step: the socket alone.
 */
export type JoinJob = {
  kind: 'join';
  target: Target;
  members: number;
  form: 'two-step' | 'one-step';
  /** People on their way in at any moment. */
  concurrency: number;
};

export type Job = FanOutJob | DigestJob | JoinJob;

/** Milliseconds. */
export type Latency = { p50: number; p99: number };

export type FanOutResult = {
  kind: 'fan-out';
  /** Messages that arrived at members, a second. */
  deliveries: number;
  /** Frames that carried them, a second. */
  frames: number;
  /** Bytes on the wire to all members, a second. */
  bytes: number;
  /** From sending to one's own echo. */
  echo: Latency;
  /** From sending until everybody has it. */
  everybody: Latency;
  /** Messages of the whole run, the warm-up included. */
  messages: number;
  /** Seconds of the measured part. */
  seconds: number;
  /** The generator's processor time in the measured part, as a share of one core. */
  cpu: number;
  /** Whether the server compressed. */
  compressed: boolean;
};

export type DigestResult = {
  kind: 'digest';
  /** Messages a second of the generator's own processor time. */
  ceiling: number;
  cpu: number;
};

export type JoinResult = {
  kind: 'join';
  /** From the first request until the last member was in. */
  joinsPerSecond: number;
  /** From a member's first request to being in. */
  latency: Latency;
  /** Milliseconds from the first request until nothing more came: everybody knows of everybody. */
  settled: number;
  /** Bytes told to one member, from being in until nothing more came. */
  bytes: { mean: number; most: number };
  frames: { mean: number; most: number };
};

export type Result = FanOutResult | DigestResult | JoinResult;

/** From the generator to who started it. */
export type Report =
  | { tell: 'entered' }
  | { tell: 'measuring' }
  | { tell: 'measured' }
  | { tell: 'done'; result: Result }
  | { tell: 'failed'; message: string };

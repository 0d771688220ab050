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
  /** Length of the text of a message. */
  bytes: number;
  /** Least length of the measured part. */
  seconds: number;
  /** Most; 3 unless told. */
  longest?: number;
};

/** Closed loop of each member for itself: it speaks again as soon as it hears its own message. */
export type EchoJob = { kind: 'echo'; target: Target; members: number; bytes: number; seconds: number };

/** Open loop: so many messages a second, whether or not the server keeps up. */
export type OpenJob = {
  kind: 'open';
  target: Target;
  members: number;
  /** Messages a second, said by the members in turn. */
  rate: number;
  bytes: number;
  seconds: number;
  /** How many members' deliveries are timed, spread over the room. */
  samples: number;
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
  /** Whether a server that has no members of its own tells everybody of each newcomer. */
  announce: boolean;
  /** People on their way in at any moment. */
  concurrency: number;
};

export type Job = FanOutJob | EchoJob | OpenJob | DigestJob | JoinJob;

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
  /** How often a whole window got through in the measured part. 0 where the latencies follow from the rate alone. */
  windows: number;
  /** Messages of the whole run, the warm-up included. */
  messages: number;
  /** Seconds of the measured part. */
  seconds: number;
  /** The generator's processor time in the measured part, as a share of one core. */
  cpu: number;
  /** Whether the server compressed. */
  compressed: boolean;
};

export type EchoResult = {
  kind: 'echo';
  /** Messages a second, of all members. */
  messages: number;
  /** From sending to one's own echo. */
  echo: Latency;
  seconds: number;
  cpu: number;
};

export type OpenResult = {
  kind: 'open';
  /** Messages a second that reached everybody: the rate, where it was held. */
  messages: number;
  /** Milliseconds, from when a message was to be sent; null where the server did not keep up with the rate. */
  times: {
    /** Until it was at a member: over all messages and the sampled members. */
    delivery: Latency;
    /** Until one's own echo. */
    echo: Latency;
    everybody: Latency;
  } | null;
  seconds: number;
  cpu: number;
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
  /** The generator's processor time until the last member was in, as a share of one core. */
  cpu: number;
};

export type Result = FanOutResult | EchoResult | OpenResult | DigestResult | JoinResult;

/** From the generator to who started it. */
export type Report =
  | { tell: 'entered' }
  | { tell: 'measuring' }
  | { tell: 'measured' }
  | { tell: 'done'; result: Result }
  | { tell: 'failed'; message: string };

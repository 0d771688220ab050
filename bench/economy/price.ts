/** What the platform bills, of one object or of many. */
export type Usage = {
  /** HTTP requests and upgrades that came to the Worker. */
  workerRequests: number;
  /** Milliseconds of processor time of the Worker. */
  workerCpuMs: number;
  /** Requests to objects: HTTP, upgrades, RPC calls, alarms. */
  objectRequests: number;
  /** WebSocket messages that came to objects. Those that go out cost nothing, nor do answered pings. */
  messages: number;
  /** Seconds for which an object was active, or could not sleep. */
  seconds: number;
  /** Rows written to the objects' databases: index entries, deletes and set alarms count. */
  rows: number;
  /** Bytes in the objects' databases, times the months for which they lie there. */
  storedByteMonths: number;
  /** R2: puts (class A) and gets (class B). */
  bucketWrites: number;
  bucketReads: number;
  bucketByteMonths: number;
};

/**
 * US dollars, beyond what is included in the plan. As published on developers.cloudflare.com (Workers, Durable Objects
 * with SQLite, R2 standard storage), read on 2026-11-20.
 */
export const PRICES = {
  workerRequest: 0.3 / 1e6,
  workerCpuMs: 0.02 / 1e6,
  objectRequest: 0.15 / 1e6,
  gigabyteSecond: 12.5 / 1e6,
  row: 1 / 1e6,
  storedGigabyteMonth: 0.2,
  bucketWrite: 4.5 / 1e6,
  bucketRead: 0.36 / 1e6,
  bucketGigabyteMonth: 0.015,
} as const;

/** Incoming WebSocket messages are billed as one request for so many. */
const MESSAGES_PER_REQUEST = 20;
/** An object is billed as if it held 128 MB, whatever it holds; the published examples count that as 0.128 GB. */
const OBJECT_GIGABYTES = 0.128;

/** US dollars. */
export type Bill = {
  requests: number;
  duration: number;
  rows: number;
  storage: number;
  bucket: number;
  total: number;
};

/** Requests to objects as they are billed. */
export const billedRequests = ({ objectRequests, messages }: Pick<Usage, 'objectRequests' | 'messages'>) =>
  objectRequests + messages / MESSAGES_PER_REQUEST;

/** What a usage costs, as if all that a plan includes were used up. */
export function priceOf(usage: Usage): Bill {
  const requests =
    usage.workerRequests * PRICES.workerRequest +
    usage.workerCpuMs * PRICES.workerCpuMs +
    billedRequests(usage) * PRICES.objectRequest;
  const duration = usage.seconds * OBJECT_GIGABYTES * PRICES.gigabyteSecond;
  const rows = usage.rows * PRICES.row;
  const storage = (usage.storedByteMonths / 1e9) * PRICES.storedGigabyteMonth;
  const bucket =
    usage.bucketWrites * PRICES.bucketWrite +
    usage.bucketReads * PRICES.bucketRead +
    (usage.bucketByteMonths / 1e9) * PRICES.bucketGigabyteMonth;
  return { requests, duration, rows, storage, bucket, total: requests + duration + rows + storage + bucket };
}

export const NOTHING: Usage = {
  workerRequests: 0,
  workerCpuMs: 0,
  objectRequests: 0,
  messages: 0,
  seconds: 0,
  rows: 0,
  storedByteMonths: 0,
  bucketWrites: 0,
  bucketReads: 0,
  bucketByteMonths: 0,
};

/** Usages of several kinds of action, each so many times. */
export function sumOf(parts: readonly (readonly [times: number, usage: Partial<Usage>])[]): Usage {
  const sum = { ...NOTHING };
  for (const [times, usage] of parts) {
    for (const name of Object.keys(sum) as (keyof Usage)[]) sum[name] += times * (usage[name] ?? 0);
  }
  return sum;
}

import { sha256 } from '../platform/hash.ts';

/** Addresses remembered at most; the one unseen for longest goes first. About 100 bytes each. */
const ADDRESSES = 10_000;
const MINUTE_MS = 60_000;
/**
 * For how long an address is held off after the platform's counter said no. Short: others behind it may be innocent,
 * and who goes on is held off again.
 */
const HOLD_OFF_MS = 10_000;

const LOCAL = 'local';

/**
 * The address that counts: IPv6 is cut to its /64, because that is what one customer gets. Without the platform's
 * header (local runs) all are one.
 */
export function addressOf(headers: Headers): string {
  const address = headers.get('cf-connecting-ip');
  if (address === null || address === '') return LOCAL;
  return address.includes(':') ? network(address.toLowerCase()) : address;
}

/**
 * What a room is told of where somebody comes from: enough to count by, too little to find the address by without
 * trying them all. Nothing where the platform doesn't say.
 */
export async function addressHash(headers: Headers, code: string): Promise<{ readonly address?: string }> {
  const address = addressOf(headers);
  return address === LOCAL ? {} : { address: (await sha256(`${code} ${address}`)).slice(0, 16) };
}

function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** A limit per address. All answers are ms to wait; 0: go on. */
export interface AddressLimit {
  /** Whether the address is held off already. Counts nothing. */
  waiting(address: string, now: number): number;
  /** Counts one. */
  count(address: string, now: number): Promise<number>;
}

const NO_LIMIT: AddressLimit = { waiting: () => 0, count: () => Promise.resolve(0) };

/** A map that forgets what was not touched for longest. */
function remember<V>() {
  const entries = new Map<string, V>();
  return {
    get: (key: string) => entries.get(key),
    set(key: string, value: V) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= ADDRESSES) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    size: () => entries.size,
  };
}

/** A token bucket per address, in this isolate only: holds a minute's worth, refills evenly. */
export function bucketLimit(perMinute: number): AddressLimit & { readonly size: () => number } {
  const buckets = remember<{ readonly tokens: number; readonly at: number }>();
  const refillMs = MINUTE_MS / perMinute;
  const tokensOf = (address: string, now: number): number => {
    const bucket = buckets.get(address);
    if (bucket === undefined) return perMinute;
    return Math.min(perMinute, bucket.tokens + Math.max(0, now - bucket.at) / refillMs);
  };
  // After a clock was put back one more is let through, and counted by what it shows now.
  const isFromLater = (address: string, now: number) => (buckets.get(address)?.at ?? now) > now;
  const waitFor = (tokens: number): number => (tokens >= 1 ? 0 : Math.ceil((1 - tokens) * refillMs));
  return {
    waiting: (address, now) => (isFromLater(address, now) ? 0 : waitFor(tokensOf(address, now))),
    count(address, now) {
      const tokens = tokensOf(address, now);
      buckets.set(address, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
      return Promise.resolve(waitFor(tokens));
    },
    size: buckets.size,
  };
}

/** The platform's counter: per location, and it can't be read without counting; so its "no" is remembered for a while. */
function boundLimit(binding: RateLimit): AddressLimit {
  const held = remember<number>();
  return {
    waiting(address, now) {
      const wait = (held.get(address) ?? 0) - now;
      // Longer than anybody is held off: the clock was put back.
      return wait > HOLD_OFF_MS ? 0 : Math.max(0, wait);
    },
    async count(address, now) {
      const { success } = await binding.limit({ key: address });
      if (success) return 0;
      held.set(address, now + HOLD_OFF_MS);
      return HOLD_OFF_MS;
    },
  };
}

/** The limit to use: none when the setting is 0, the platform's counter where it is bound, buckets otherwise. */
export function addressLimit(perMinute: number, binding: RateLimit | undefined): AddressLimit {
  if (perMinute === 0) return NO_LIMIT;
  return binding === undefined ? bucketLimit(perMinute) : boundLimit(binding);
}

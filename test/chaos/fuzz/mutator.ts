/** Whole numbers from 0 below a limit, the same again for the same seed: xorshift (G. Marsaglia, 2003). */
export class Random {
  #state: number;
  constructor(seed: number) {
    // Seeds that are neighbours must not begin alike, and 0 would stay 0.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1;
    for (let times = 0; times < 8; times += 1) this.below(2);
  }
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return Math.floor(((this.#state >>> 0) / 2 ** 32) * limit);
  }
  of<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes at which readers stumble: ends of ranges, what begins and ends JSON, pieces of UTF-8 that are none by themselves. */
const BYTES: readonly Uint8Array[] = [
  ...[
    0, 1, 0x1f, 0x20, 0x22, 0x2c, 0x30, 0x39, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xbf, 0xfe,
    0xff,
  ].map((byte) => Uint8Array.of(byte)),
  Uint8Array.of(0xc0, 0x80),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xef, 0xbb, 0xbf),
  Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0, 0, 0x20, 0),
  Uint8Array.of(0, 0, 0, 0),
];
const WORDS: readonly Uint8Array[] = [
  'null',
  'true',
  '1e999',
  '-1',
  '9007199254740993',
  '"t":"room.end",',
  '"n":1,',
  '"__proto__":{},',
  '"constructor":{"prototype":1},',
  '"\\ud800"',
  '\\u0000',
  '[',
  '{"a":',
  '[[[[[[[[[[[[[[[[',
].map(bytesOf);

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** A range of it, mostly short. */
function range(random: Random, { byteLength }: Uint8Array): [from: number, to: number] {
  const from = random.below(byteLength + 1);
  const most = random.below(4) === 0 ? byteLength : 8;
  return [from, Math.min(byteLength, from + random.below(most + 1))];
}

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  // Flips one bit.
  (bytes, random) => {
    if (bytes.byteLength === 0) return bytes;
    const at = random.below(bytes.byteLength);
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
  },
  // Overwrites one byte.
  (bytes, random) =>
    bytes.byteLength === 0 ? bytes : bytes.with(random.below(bytes.byteLength), random.below(256)),
  // Overwrites a range with bytes at which readers stumble.
  (bytes, random) => {
    const [from, to] = range(random, bytes);
    return join(bytes.subarray(0, from), random.of(BYTES), bytes.subarray(to));
  },
  // Inserts.
  (bytes, random) => {
    const at = random.below(bytes.byteLength + 1);
    return join(bytes.subarray(0, at), random.of(random.below(2) === 0 ? BYTES : WORDS), bytes.subarray(at));
  },
  // Deletes.
  (bytes, random) => {
    const [from, to] = range(random, bytes);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  // Repeats a range.
  (bytes, random) => {
    const [from, to] = range(random, bytes);
    const times = random.below(8) === 0 ? 100 : 1;
    return join(
      bytes.subarray(0, to),
      ...Array.from({ length: times }, () => bytes.subarray(from, to)),
      bytes.subarray(to),
    );
  },
  // Puts a range of another frame in.
  (bytes, random, other) => {
    const [from, to] = range(random, other);
    const at = random.below(bytes.byteLength + 1);
    return join(bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(at));
  },
  // Begins as one and goes on as another.
  (bytes, random, other) =>
    join(
      bytes.subarray(0, random.below(bytes.byteLength + 1)),
      other.subarray(random.below(other.byteLength + 1)),
    ),
  // Breaks off.
  (bytes, random) => bytes.slice(0, random.below(bytes.byteLength + 1)),
];

/** Bytes that repeating may make of a frame at most. */
const LONGEST = 300_000;

/** The frame with one to five things done to it. `other` gives it parts of itself. */
export function mutate(random: Random, frame: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array = frame;
  for (let times = 1 + random.below(random.of([1, 1, 2, 5])); times > 0; times -= 1)
    if (bytes.byteLength < LONGEST) bytes = random.of(MUTATIONS)(bytes, random, other);
  return join(bytes);
}

/** The fewest bytes, found by leaving out ever smaller parts, that still do what the whole does. */
export function smallest(frame: Uint8Array, does: (frame: Uint8Array<ArrayBuffer>) => boolean): Uint8Array {
  let kept = frame;
  for (let size = Math.ceil(frame.byteLength / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.byteLength; ) {
      const less = join(kept.subarray(0, at), kept.subarray(at + size));
      if (does(less)) kept = less;
      else at += size;
    }
  }
  return kept;
}

import { expect, test, vi } from 'vitest';
import { seekable } from '../../../../web/src/room/call/recording/webm.ts';

/* Elements of RFC 9559, as a browser writes them that doesn't know yet how long they become. */
const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const bytesOf = (id: number): number[] =>
  [24, 16, 8, 0]
    .map((shift) => (id >>> shift) & 0xff)
    .filter((byte, at, all) => all.slice(0, at + 1).some((one) => one > 0) || byte > 0);
const live = (id: number, ...content: number[][]) => [...bytesOf(id), ...UNKNOWN, ...content.flat()];
const element = (id: number, ...content: number[][]) => {
  const all = content.flat();
  return [...bytesOf(id), 0x40 | (all.length >> 8), all.length & 0xff, ...all];
};
const block = (track: number, time: number, isKey: boolean) =>
  element(0xa3, [
    0x80 | track,
    (time >> 8) & 0xff,
    time & 0xff,
    isKey ? 0x80 : 0,
    ...Array.from({ length: 300 }, () => 7),
  ]);
const at = (time: number) => element(0xe7, [time >> 8, time & 0xff]);

const VIDEO = 2;
const SOUND = 1;
const HEADER = element(0x1a45dfa3, element(0x4282, [0x77, 0x65, 0x62, 0x6d]));
const SCALE = element(0x2ad7b1, [0x0f, 0x42, 0x40]);
const TRACKS = element(
  0x1654ae6b,
  element(0xae, element(0xd7, [SOUND]), element(0x83, [2])),
  element(0xae, element(0xd7, [VIDEO]), element(0x83, [1])),
);
const CLUSTERS = [
  [at(0), block(SOUND, 0, true), block(VIDEO, 10, true), block(VIDEO, 60, false)],
  // No picture of it can be shown without those before.
  [at(4_000), block(VIDEO, 5, false), block(SOUND, 20, true)],
  [at(8_000), block(SOUND, -10 & 0xffff, true), block(VIDEO, 0, true), block(VIDEO, 70, false)],
];
const recorded = (cluster: typeof live, info: number[][] = [SCALE]) =>
  new Blob([
    new Uint8Array([
      ...HEADER,
      ...live(
        0x18538067,
        element(0x1549a966, ...info),
        TRACKS,
        ...CLUSTERS.map((inside) => cluster(0x1f43b675, ...inside)),
      ),
    ]),
  ]);

interface Read {
  readonly id: number;
  readonly at: number;
  readonly content: number;
  readonly end: number;
}
/** The elements in bytes, each with its size known. */
function read(bytes: Uint8Array, from: number, to: number): Read[] {
  const found: Read[] = [];
  for (let at = from; at < to; ) {
    const ids = Math.clz32(bytes[at] ?? 0) - 23;
    const sizes = Math.clz32(bytes[at + ids] ?? 0) - 23;
    const number = (start: number, length: number) =>
      BigInt(`0x${Buffer.from(bytes.subarray(start, start + length)).toString('hex')}`);
    // An unknown one is larger than all there is.
    const size = Number(number(at + ids, sizes) - 2n ** BigInt(7 * sizes));
    const content = at + ids + sizes;
    const end = Math.min(to, content + size);
    found.push({ id: Number(number(at, ids)), at, content, end });
    at = end;
  }
  return found;
}

/** What a player reads of it before it plays. */
async function open(parts: readonly BlobPart[]) {
  const bytes = new Uint8Array(await new Blob([...parts]).arrayBuffer());
  const [header, segment] = read(bytes, 0, bytes.length);
  if (header === undefined || segment === undefined) throw new Error('there is no segment');
  const inside = read(bytes, segment.content, segment.end);
  const view = new DataView(bytes.buffer);
  const within = ({ content, end }: Read) => read(bytes, content, end);
  const uint = ({ content, end }: Read) =>
    Number(`0x${Buffer.from(bytes.subarray(content, end)).toString('hex')}`);
  const find = (id: number) => {
    const found = inside.find((one) => one.id === id);
    if (found === undefined) throw new Error(`${id.toString(16)} is not there`);
    return found;
  };
  const duration = within(find(0x1549a966))
    .filter(({ id }) => id === 0x4489)
    .map(({ content }) => view.getFloat64(content));
  const idAt = (place: number) =>
    Number(
      `0x${Buffer.from(bytes.subarray(segment.content + place, segment.content + place + 4)).toString('hex')}`,
    );
  const seeks = within(find(0x114d9b74)).map((one) => {
    const [id, place] = within(one).map(uint);
    return idAt(place ?? -1) === id;
  });
  const cues = within(find(0x1c53bb6b)).map((one) => {
    const [time, positions] = within(one);
    const [track, cluster] = positions === undefined ? [] : within(positions).map(uint);
    const place = segment.content + (cluster ?? 0);
    const [stamp] = read(bytes, place + 12, bytes.length);
    return {
      time: time && uint(time),
      track,
      isCluster: idAt(cluster ?? 0) === 0x1f43b675,
      stamp: stamp && uint(stamp),
    };
  });
  return {
    bytes,
    size: segment.end - segment.content,
    whole: bytes.length - segment.content,
    duration,
    seeks,
    cues,
  };
}

test.each([
  ['live', live],
  ['whole', element],
] as const)(
  'a recording of %s clusters says how long it is, and where each key picture lies',
  async (_, cluster) => {
    const found = await open(await seekable(recorded(cluster)));
    expect(found.duration).toEqual([8_070]);
    expect(found.seeks).toEqual([true, true, true]);
    expect(found.cues.map(({ time, track, isCluster }) => [time, track, isCluster])).toEqual([
      [10, VIDEO, true],
      [8_000, VIDEO, true],
    ]);
    expect(found.size).toBe(found.whole);
  },
);

test('clusters of both kinds are told apart', async () => {
  let count = 0;
  const mixed: typeof live = (id, ...content) => {
    count += 1;
    return count % 2 === 1 ? live(id, ...content) : element(id, ...content);
  };
  const { cues } = await open(await seekable(recorded(mixed)));
  expect(cues.map(({ stamp }) => stamp)).toEqual([0, 8_000]);
});

test('the index names the clusters in which the pictures are', async () => {
  const { cues } = await open(await seekable(recorded(live)));
  expect(cues.map(({ stamp }) => stamp)).toEqual([0, 8_000]);
});

test('a length that was guessed before is not in it twice', async () => {
  const guessed = element(0x4489, [...new Uint8Array(8)]);
  const { duration } = await open(await seekable(recorded(live, [SCALE, guessed])));
  expect(duration).toEqual([8_070]);
});

test.each([
  [1, 8_000],
  [150, 8_000],
  [310, 7_990],
])('one that was cut off %i bytes before its end ends with its last whole block', async (bytes, last) => {
  const all = recorded(live);
  const { duration, size, whole } = await open(await seekable(all.slice(0, all.size - bytes)));
  expect(duration).toEqual([last]);
  expect(size).toBe(whole);
});

test('the recording itself is neither copied nor changed', async () => {
  const whole = recorded(live);
  const parts = await seekable(whole);
  const last = parts.at(-1);
  if (!(last instanceof Blob)) throw new Error('it was copied');
  const bytes = Buffer.from(await whole.arrayBuffer());
  expect(Buffer.from(await last.arrayBuffer()).equals(bytes.subarray(bytes.length - last.size))).toBe(true);
});

test.each([
  ['an mp4', Buffer.from('\0\0\0\x18ftypisom')],
  ['nothing', Buffer.alloc(0)],
  ['noise', Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 31) % 251))],
  ['a head alone', Buffer.from([...HEADER, ...live(0x18538067, element(0x1549a966, SCALE), TRACKS)])],
])('%s stays as it is', async (_, bytes) => {
  const file = new Blob([bytes]);
  expect(await seekable(file)).toEqual([file]);
});

test('a long one is read once, piece by piece', async () => {
  const blocks = Array.from({ length: 20 }, (_, n) => block(VIDEO, n, n === 0));
  const clusters = Array.from(
    { length: 400 },
    (_, n) => new Uint8Array(live(0x1f43b675, at(n * 100), ...blocks)),
  );
  const head = new Uint8Array([...HEADER, ...live(0x18538067, element(0x1549a966, SCALE), TRACKS)]);
  const file = new Blob([head, ...clusters]);
  const sizes: number[] = [];
  const read = Blob.prototype.arrayBuffer;
  vi.spyOn(Blob.prototype, 'arrayBuffer').mockImplementation(function (this: Blob) {
    sizes.push(this.size);
    return read.call(this);
  });
  const parts = await seekable(file);
  vi.restoreAllMocks();
  expect(file.size).toBeGreaterThan(2_000_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(file.size + 2_000_000);
  expect((await open(parts)).cues).toHaveLength(400);
});

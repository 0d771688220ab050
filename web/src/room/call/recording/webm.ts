/*
 * What browsers record as WebM says neither how long it is nor where its parts begin, since it is written before that is known:
 * players can't jump in it. Both is put in front of it here, without copying the recording itself, however large it is.
 * The elements are those of RFC 8794 (EBML) and RFC 9559 (Matroska).
 */

const ID = {
  header: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  referenceBlock: 0xfb,
} as const;

const VIDEO = 1;
/** Of the flags of a SimpleBlock: it can be decoded without those before it. */
const IS_KEY = 0x80;
/** The longest head of an element: 4 bytes of id, 8 of size. */
const LONGEST_HEAD = 12;
/** Bytes that are read from the disk at once. */
const WINDOW = 1_000_000;

interface Element {
  readonly id: number;
  /** Where it begins, where its content does, and where it ends; null: it says not where, as a live one. */
  readonly at: number;
  readonly content: number;
  readonly end: number | null;
}

/** Reads a file from the disk bit by bit. */
class Reader {
  readonly size: number;
  readonly #file: Blob;
  #at = 0;
  #bytes = new Uint8Array();

  constructor(file: Blob) {
    this.#file = file;
    this.size = file.size;
  }

  /** Fewer at the end of the file. */
  async bytes(at: number, length: number): Promise<Uint8Array> {
    const isThere = at >= this.#at && at + length <= this.#at + this.#bytes.length;
    if (!isThere) {
      this.#at = at;
      this.#bytes = new Uint8Array(await this.#file.slice(at, at + Math.max(length, WINDOW)).arrayBuffer());
    }
    return this.#bytes.subarray(at - this.#at, at - this.#at + length);
  }

  /** The element that begins here; null: none that is whole. */
  async element(at: number): Promise<Element | null> {
    const head = await this.bytes(at, LONGEST_HEAD);
    const ids = vintLength(head[0]);
    const sizes = vintLength(head[ids]);
    if (ids > 4 || sizes > 8 || head.length < ids + sizes) return null;
    const content = at + ids + sizes;
    const size = vintOf(head.subarray(ids, ids + sizes));
    if (size !== null && content + size > this.size) return null;
    return { id: uintOf(head.subarray(0, ids)), at, content, end: size === null ? null : content + size };
  }

  /** Those within an element of known size. */
  async children({ content, end }: Element): Promise<readonly Element[]> {
    const found: Element[] = [];
    let at = content;
    while (end !== null && at < end) {
      const child = await this.element(at);
      if (child === null || child.end === null) break;
      found.push(child);
      at = child.end;
    }
    return found;
  }

  /** The whole of an element, with its head. */
  whole({ at, end }: Element): Promise<Uint8Array> {
    return this.bytes(at, (end ?? at) - at);
  }

  async uint({ content, end }: Element): Promise<number> {
    return uintOf(await this.bytes(content, (end ?? content) - content));
  }
}

/** A number of variable length says by the zeros before its first one how many bytes it has; 9: this is none. */
const vintLength = (first: number | undefined): number =>
  first === undefined || first === 0 ? 9 : Math.clz32(first) - 23;

const uintOf = (bytes: Iterable<number>): number =>
  Array.from(bytes).reduce((sum, byte) => sum * 256 + byte, 0);

/** What a number of variable length says; null: unknown, which is written as all ones. */
function vintOf([first = 0, ...others]: Uint8Array): number | null {
  const length = others.length + 1;
  const value = uintOf([first & (0xff >> length), ...others]);
  return value === 2 ** (7 * length) - 1 ? null : value;
}

interface Found {
  /** The first cluster's place, and that of the end of the last one, whole blocks alone. */
  readonly from: number;
  readonly to: number;
  /** The latest time of all blocks. Times are in the ticks of the file, as a rule ms. */
  readonly last: number;
  /** Where the picture can be shown without what was before it. */
  readonly points: readonly { readonly time: number; readonly at: number }[];
}

/** Looks through all clusters. A recording that was cut off may end within one, and within a block. */
async function findClusters(reader: Reader, from: number, video: number): Promise<Found> {
  const points: { time: number; at: number }[] = [];
  let last = 0;
  let at = from;
  for (;;) {
    const cluster = await reader.element(at);
    if (cluster?.id !== ID.cluster) return { from, to: at, last, points };
    const end = cluster.end ?? reader.size;
    let began = 0;
    let isPoint = false;
    let next = cluster.content;
    while (next < end) {
      const child = await reader.element(next);
      // A live cluster says not where it ends: what follows it is known by its longer id.
      if (child === null || child.end === null || child.id > 0xffff) break;
      if (child.id === ID.timestamp) began = await reader.uint(child);
      const block = await readBlock(reader, child);
      if (block !== null) last = Math.max(last, began + block.time);
      if (block?.isKey === true && block.track === video && !isPoint) {
        points.push({ time: began + block.time, at });
        isPoint = true;
      }
      next = child.end;
    }
    at = cluster.end ?? next;
  }
}

interface Block {
  readonly track: number;
  /** From the beginning of its cluster. */
  readonly time: number;
  readonly isKey: boolean;
}

/** null: another element. */
async function readBlock(reader: Reader, element: Element): Promise<Block | null> {
  const parts = element.id === ID.blockGroup ? await reader.children(element) : [element];
  const block = parts.find(({ id }) => id === ID.simpleBlock || id === ID.block);
  if (block === undefined) return null;
  const head = await reader.bytes(block.content, LONGEST_HEAD);
  const length = vintLength(head[0]);
  const [high, low, flags] = [head[length] ?? 0, head[length + 1] ?? 0, head[length + 2] ?? 0];
  const isKey =
    block.id === ID.simpleBlock ? (flags & IS_KEY) !== 0 : !parts.some(({ id }) => id === ID.referenceBlock);
  // Two bytes with a sign: sound may be a little older than the picture with which its cluster begins.
  return { track: vintOf(head.subarray(0, length)) ?? 0, time: ((high << 24) >> 16) + low, isKey };
}

interface Heads {
  readonly header: Element;
  readonly info: Element;
  readonly tracks: Element;
  /** The number of the track with the picture; 0: there is none. */
  readonly video: number;
  /** Where the first cluster begins. */
  readonly clusters: number;
}

/** What stands before the clusters; null: this is no recording of that kind. */
async function readHeads(reader: Reader): Promise<Heads | null> {
  const header = await reader.element(0);
  if (header?.id !== ID.header || header.end === null) return null;
  const segment = await reader.element(header.end);
  if (segment?.id !== ID.segment) return null;
  const found = new Map<number, Element>();
  let at = segment.content;
  for (;;) {
    const element = await reader.element(at);
    if (element === null) return null;
    if (element.id === ID.cluster) break;
    if (element.end === null) return null;
    found.set(element.id, element);
    at = element.end;
  }
  const [info, tracks] = [found.get(ID.info), found.get(ID.tracks)];
  if (info === undefined || tracks === undefined) return null;
  return { header, info, tracks, video: await videoTrack(reader, tracks), clusters: at };
}

async function videoTrack(reader: Reader, tracks: Element): Promise<number> {
  for (const entry of await reader.children(tracks)) {
    if (entry.id !== ID.trackEntry) continue;
    const parts = await reader.children(entry);
    const uint = (wanted: number): Promise<number> => {
      const part = parts.find(({ id }) => id === wanted);
      return part === undefined ? Promise.resolve(0) : reader.uint(part);
    };
    if ((await uint(ID.trackType)) === VIDEO) return uint(ID.trackNumber);
  }
  return 0;
}

type Bytes = Uint8Array<ArrayBuffer>;

function joined(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** In 8 bytes, whatever it is: what is written has its length before its numbers are known. */
function number(value: number, isFloat = false): Bytes {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  if (isFloat) view.setFloat64(0, value);
  else view.setBigUint64(0, BigInt(value));
  return bytes;
}

/** An id has its length in itself. */
const idBytes = (id: number): Uint8Array => number(id).subarray(4 + Math.floor(Math.clz32(id) / 8));

/** The id of an element and its size, which has 8 bytes: the first one says so. */
function headBytes(id: number, size: number): Bytes {
  const bytes = number(size);
  bytes[0] = 1;
  return joined([idBytes(id), bytes]);
}

const element = (id: number, ...content: readonly Uint8Array[]): Bytes => {
  const all = joined(content);
  return joined([headBytes(id, all.length), all]);
};

/** How long it is stands in the element that describes the recording. */
async function describe(reader: Reader, info: Element, last: number): Promise<Bytes> {
  const others = (await reader.children(info)).filter(({ id }) => id !== ID.duration);
  const kept: Uint8Array[] = [];
  for (const one of others) kept.push(await reader.whole(one));
  return element(ID.info, ...kept, element(ID.duration, number(last, true)));
}

/** Where to find what; places count from the beginning of the segment's content. */
const directory = (infoAt: number, tracksAt: number, cuesAt: number): Bytes => {
  const places = [
    [ID.info, infoAt],
    [ID.tracks, tracksAt],
    [ID.cues, cuesAt],
  ] as const;
  const seek = ([id, at]: (typeof places)[number]) =>
    element(ID.seek, element(ID.seekId, idBytes(id)), element(ID.seekPosition, number(at)));
  return element(ID.seekHead, ...places.map(seek));
};

/** `shift`: how much further on the clusters lie than before, and from where they are counted. */
const index = ({ points }: Found, video: number, shift: number): Bytes =>
  element(
    ID.cues,
    ...points.map(({ time, at }) => {
      const place = [element(ID.cueTrack, number(video)), element(ID.cueClusterPosition, number(at + shift))];
      return element(ID.cuePoint, element(ID.cueTime, number(time)), element(ID.cueTrackPositions, ...place));
    }),
  );

/**
 * The parts of a recording in which players can jump, and that says how long it is. It is read once from the beginning to the end,
 * never as a whole. Answers the file as it is where it is no WebM, or nothing is in it. Rejects where it can't be read.
 */
export async function seekable(file: Blob): Promise<readonly BlobPart[]> {
  const reader = new Reader(file);
  const heads = await readHeads(reader);
  if (heads === null) return [file];
  const found = await findClusters(reader, heads.clusters, heads.video);
  if (found.points.length === 0) return [file];
  const info = await describe(reader, heads.info, found.last);
  const tracks = await reader.whole(heads.tracks);
  // All numbers have one length: what they say does not move what they tell of.
  const infoAt = directory(0, 0, 0).length;
  const tracksAt = infoAt + info.length;
  const cuesAt = tracksAt + tracks.length;
  const clustersAt = cuesAt + index(found, heads.video, 0).length;
  const cues = index(found, heads.video, clustersAt - found.from);
  const header = await reader.whole(heads.header);
  const segment = headBytes(ID.segment, clustersAt + found.to - found.from);
  return [
    joined([header, segment, directory(infoAt, tracksAt, cuesAt), info, tracks, cues]),
    file.slice(found.from, found.to),
  ];
}

import type { Page } from 'playwright-core';

/** One picture of a film, as an encoder gives it. */
interface Picture {
  /** ms from the beginning. */
  readonly at: number;
  /** It can be shown without those before it. */
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

export interface FilmOptions {
  readonly seconds: number;
  /** Bytes that mean nothing and are put into the middle, for a film that is to come in several parts. */
  readonly padding?: number;
}

const WIDTH = 160;
const HEIGHT = 90;
const RATE = 10;

/** Draws a film of 160×90 with ten pictures a second and has the browser encode it. The page must be of a secure origin. */
export async function makeFilm(
  page: Page,
  { seconds, padding = 0 }: FilmOptions,
): Promise<Buffer<ArrayBuffer>> {
  const made = await page.evaluate(encode, { seconds, width: WIDTH, height: HEIGHT, rate: RATE });
  const pictures = made.map(({ at, isKey, text }) => ({ at, isKey, data: Buffer.from(text, 'base64') }));
  return webm(pictures, seconds * 1_000, padding);
}

/** Runs in the page, so it stands for itself. */
async function encode({
  seconds,
  width,
  height,
  rate,
}: {
  seconds: number;
  width: number;
  height: number;
  rate: number;
}): Promise<{ at: number; isKey: boolean; text: string }[]> {
  const made: { at: number; isKey: boolean; text: string }[] = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const text = btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''));
      made.push({ at: Math.round(chunk.timestamp / 1_000), isKey: chunk.type === 'key', text });
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({ codec: 'vp8', width, height, bitrate: 100_000, framerate: rate });
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('unable to draw; the browser gives no canvas');
  for (let index = 0; index < seconds * rate; index += 1) {
    pen.fillStyle = `hsl(${(index * 3) % 360} 60% 45%)`;
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = 'white';
    pen.font = '40px monospace';
    pen.fillText((index / rate).toFixed(1), 20, 58);
    const frame = new VideoFrame(canvas, {
      timestamp: (index * 1_000_000) / rate,
      duration: 1_000_000 / rate,
    });
    encoder.encode(frame, { keyFrame: index % rate === 0 });
    frame.close();
    if (encoder.encodeQueueSize > 50) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await encoder.flush();
  encoder.close();
  return made;
}

// A WebM file: elements of an id, a size and a content, one in another (RFC 8794, RFC 9559).

const element = (id: number, ...content: Uint8Array[]): Buffer<ArrayBuffer> => {
  const size = content.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(size));
  // A size of eight bytes, whatever it is: then places can be told before they are known.
  length[0] = 1;
  const hex = id.toString(16);
  return Buffer.concat([Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'), length, ...content]);
};
const whole = (id: number, value: number): Buffer<ArrayBuffer> => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return element(id, bytes);
};
const text = (id: number, value: string): Buffer<ArrayBuffer> => element(id, Buffer.from(value));
const float = (id: number, value: number): Buffer<ArrayBuffer> => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
};

function block({ at, isKey, data }: Picture, from: number): Buffer<ArrayBuffer> {
  const head = Buffer.from([0x81, 0, 0, isKey ? 0x80 : 0]);
  head.writeInt16BE(at - from, 1);
  return element(0xa3, head, data);
}

/** A cluster begins with each picture that can be shown without others. */
function clustersOf(pictures: readonly Picture[]): { from: number; bytes: Buffer<ArrayBuffer> }[] {
  const groups: Picture[][] = [];
  for (const picture of pictures) {
    if (picture.isKey) groups.push([]);
    groups.at(-1)?.push(picture);
  }
  return groups.map((group) => {
    const from = group[0]?.at ?? 0;
    return { from, bytes: element(0x1f43b675, whole(0xe7, from), ...group.map((one) => block(one, from))) };
  });
}

function webm(pictures: readonly Picture[], duration: number, padding: number): Buffer<ArrayBuffer> {
  const head = element(
    0x1a45dfa3,
    whole(0x4286, 1),
    whole(0x42f7, 1),
    whole(0x42f2, 4),
    whole(0x42f3, 8),
    text(0x4282, 'webm'),
    whole(0x4287, 4),
    whole(0x4285, 2),
  );
  const info = element(
    0x1549a966,
    whole(0x2ad7b1, 1_000_000),
    float(0x4489, duration),
    text(0x4d80, 'parley'),
    text(0x5741, 'parley'),
  );
  const video = element(0xe0, whole(0xb0, WIDTH), whole(0xba, HEIGHT));
  const track = element(0xae, whole(0xd7, 1), whole(0x73c5, 1), whole(0x83, 1), text(0x86, 'V_VP8'), video);
  const tracks = element(0x1654ae6b, track);
  const clusters = clustersOf(pictures);
  const half = clusters.length >> 1;
  const nothing = padding === 0 ? Buffer.alloc(0) : element(0xec, Buffer.alloc(padding));
  const cuesAt = (first: number): Buffer<ArrayBuffer> => {
    let place = first;
    return element(
      0x1c53bb6b,
      ...clusters.map(({ from, bytes }, index) => {
        if (index === half) place += nothing.byteLength;
        const position = element(0xb7, whole(0xf7, 1), whole(0xf1, place));
        place += bytes.byteLength;
        return element(0xbb, whole(0xb3, from), position);
      }),
    );
  };
  const before = info.byteLength + tracks.byteLength;
  const cues = cuesAt(before + cuesAt(0).byteLength);
  const bodies = clusters.map(({ bytes }) => bytes).toSpliced(half, 0, nothing);
  return Buffer.concat([head, element(0x18538067, info, tracks, cues, ...bodies)]);
}

const decode = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** Real pictures of eight colours, 4 × 2 pixels. */
export const pictures = {
  'image/jpeg': decode(
    '/9j/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAACAAQDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAbEAADAAIDAAAAAAAAAAAAAAAAAQIDERIxQf/EABUBAQEAAAAAAAAAAAAAAAAAAAEE/8QAFxEBAAMAAAAAAAAAAAAAAAAAAAEDMv/aAAwDAQACEQMRAD8AmruMuVTdSufSevEACazRh//Z',
  ),
  'image/png': decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAQAAAACCAIAAADwyuo0AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAGElEQVQI12P4z8DAAMb/YeR/Tk7O5ORkAIVwCjxPoObMAAAAAElFTkSuQmCC',
  ),
  'image/webp': decode('UklGRjAAAABXRUJQVlA4ICQAAACQAQCdASoEAAIABUB8JaQAAudZtgAA/aPAz9RTEF46iQAAAAA='),
  'image/gif': decode(
    'R0lGODlhBAACAIMAAExpcQkJCQD/AP//AP8AAGNjYwD//wAA//8A/wAAAAAAAAAAAAAAAAAAAAAAAAAAACH5BAUAAAAALAAAAAAEAAIAAAQHkIgzDAolAgA7',
  ),
  'image/avif': decode(
    'AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gABAAAAAAAAADgAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABhdjAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgSACAAAAABRpc3BlAAAAAAAAAAQAAAACAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAABAbWRhdBIACgg4BDtICGg0gDIqHYJixOAAFjjo/1rauG3/l++x1jAHBMdgZN3UeF6WfQnjYWA78A17I5J0',
  ),
} as const;

export const png = pictures['image/png'];
export const jpeg = pictures['image/jpeg'];

export const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.byteLength;
  }
  return all;
};

/** A PNG whose header says these dimensions. */
export function pngOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = png.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** A picture of so many bytes; different seeds give different ones. */
export function pngOfBytes(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let value = seed;
  for (let index = 0; index < size; index += 1) {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = value >>> 24;
  }
  bytes.set(png);
  return bytes;
}

/** The JPEG with application data (at most 65,533 bytes a piece) in front of its dimensions. */
export function jpegWith(marker: number, ...data: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const segments = data.map((bytes) => {
    const length = bytes.byteLength + 2;
    return joined(new Uint8Array([0xff, marker, length >> 8, length & 0xff]), bytes);
  });
  // The reader begins behind the first marker, which has to be an application's.
  return joined(jpeg.subarray(0, 2), ...segments, jpeg.subarray(2));
}

/** EXIF data that say: turned by a quarter (tag 274, value 6). */
export const TURNED = new Uint8Array([
  ...[0x45, 0x78, 0x69, 0x66, 0, 0],
  ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
  ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
]);

export const svg = joined(
  new TextEncoder().encode(
    '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><script>alert(1)</script></svg>',
  ),
);

/** The bytes in pieces, as a network brings them; with `fails` it breaks instead of ending. */
export function streamOf(bytes: Uint8Array, pieceSize = 16_384, fails = false): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset < bytes.byteLength) {
        controller.enqueue(bytes.slice(offset, offset + pieceSize));
        offset += pieceSize;
      } else if (fails) controller.error(new Error('connection lost'));
      else controller.close();
    },
  });
}

/** A stream's bytes. */
export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

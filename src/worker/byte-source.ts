/** Bytes asked for at a time: enough that the calls cost little, few enough that many uploads at once cost little memory. */
const PIECE_BYTES = 131_072;
/** Of them a body that can wait for more gathers at least so many. */
const LEAST_BYTES = 65_536;

/** Reads a body in pieces of a wanted size. It never holds more than one piece. */
export interface ByteSource {
  /**
   * The next bytes, at least one and at most `most`. 'end': there are no more. 'failed': the sender is gone. A piece is good
   * until the next call: its memory may be used again.
   */
  next(most: number): Promise<Uint8Array | 'end' | 'failed'>;
  /** Reads no more, and leaves the body to others. */
  release(): void;
}

/** A body that can be asked for as many bytes as are wanted, as those of requests can. */
function exactSource(reader: ReadableStreamBYOBReader): ByteSource {
  // A failure is seen where it is read.
  reader.closed.catch(() => {});
  let buffer = new ArrayBuffer(PIECE_BYTES);
  return {
    async next(most) {
      try {
        const view = new Uint8Array(buffer, 0, Math.min(most, PIECE_BYTES));
        const least = Math.min(most, LEAST_BYTES);
        const { value } = await ('readAtLeast' in reader
          ? reader.readAtLeast(least, view)
          : read(reader, view));
        if (value === undefined) return 'end';
        // The memory went along and has come back.
        buffer = value.buffer as ArrayBuffer;
        return value.byteLength === 0 ? 'end' : value;
      } catch {
        return 'failed';
      }
    },
    release: () => reader.releaseLock(),
  };
}

const read = (reader: ReadableStreamBYOBReader, view: Uint8Array<ArrayBuffer>) => reader.read(view);

/** Any other body: what comes in one piece is handed on in several. */
function cuttingSource(reader: ReadableStreamDefaultReader<Uint8Array>): ByteSource {
  reader.closed.catch(() => {});
  let held: Uint8Array = new Uint8Array();
  return {
    async next(most) {
      while (held.byteLength === 0) {
        try {
          const { done, value } = await reader.read();
          if (done) return 'end';
          held = value;
        } catch {
          return 'failed';
        }
      }
      const piece = held.subarray(0, most);
      held = held.subarray(piece.byteLength);
      return piece;
    },
    release: () => reader.releaseLock(),
  };
}

/** Reads a request's body. */
export function sourceOf(body: ReadableStream<Uint8Array>): ByteSource {
  let exact: ReadableStreamBYOBReader;
  try {
    exact = body.getReader({ mode: 'byob' });
  } catch {
    return cuttingSource(body.getReader());
  }
  return exactSource(exact);
}

import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { MARKER, NUMBER_DIGITS } from './dialect.ts';

/** Ends each compressed message; the protocol leaves it out on the wire. */
const DEFLATE_TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const NEEDED = MARKER.length + NUMBER_DIGITS;
const EMPTY = Buffer.alloc(0);

/** Reads the numbers of the messages out of all that one member is sent, compressed or not. */
export class Scanner {
  /** Number of the message at each place. */
  readonly order: Int32Array;
  /** Messages found. */
  count = 0;

  readonly #known: Uint8Array;
  #inflate: InflateRaw | null = null;
  #compressed = false;
  /** The end of what was scanned, in which a marker may have begun. */
  #carry: Buffer = EMPTY;
  #failure: Error | null = null;

  constructor(capacity: number) {
    this.order = new Int32Array(capacity);
    this.#known = new Uint8Array(capacity);
  }

  /** A frame begins. */
  begin(compressed: boolean): void {
    this.#compressed = compressed;
  }

  /** Takes a part of a frame; the buffer is used during the call only. */
  take(part: Buffer, isLast: boolean): void {
    if (!this.#compressed) {
      this.#scan(part, isLast);
      return;
    }
    this.#inflate ??= createInflateRaw()
      .on('data', (text: Buffer) => this.#scan(text, false))
      .on('error', (error) => {
        this.#failure ??= error;
      });
    // One state for all frames: the server compresses each with what it sent before.
    this.#inflate.write(Buffer.from(part));
    if (isLast) this.#inflate.write(DEFLATE_TAIL);
  }

  /** Waits until everything taken is scanned. Throws where a message came twice or can't be read. */
  async end(): Promise<void> {
    const inflate = this.#inflate;
    if (inflate !== null) await new Promise<void>((resolve) => inflate.flush(() => resolve()));
    if (this.#failure !== null) throw this.#failure;
  }

  #scan(part: Buffer, isLast: boolean): void {
    const data = this.#carry.length > 0 ? Buffer.concat([this.#carry, part]) : part;
    let from = 0;
    for (;;) {
      const found = data.indexOf(MARKER, from, 'latin1');
      if (found < 0 || found + NEEDED > data.length) break;
      this.#note(numberAt(data, found + MARKER.length));
      from = found + NEEDED;
    }
    // No message goes from one frame into the next.
    this.#carry = isLast ? EMPTY : Buffer.from(data.subarray(Math.max(from, data.length - NEEDED + 1)));
  }

  #note(number: number): void {
    if (this.count >= this.order.length) return;
    if (!(number < this.order.length) || this.#known[number] === 1) {
      this.#failure ??= new Error(`message ${number} was told twice, or never sent`);
      return;
    }
    this.#known[number] = 1;
    this.order[this.count] = number;
    this.count += 1;
  }
}

/** Read digit by digit: this is done for every message that comes. */
function numberAt(data: Buffer, start: number): number {
  let number = 0;
  for (let at = start; at < start + NUMBER_DIGITS; at += 1) number = number * 10 + ((data[at] ?? 0) - 48);
  return number;
}

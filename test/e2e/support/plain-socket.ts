import { WebSocket } from 'ws';

/** A frame of the server, as parsed JSON. */
export type Frame = { readonly t: string; readonly [field: string]: unknown };

type Closing = { readonly code: number; readonly reason: string };

const PATIENCE = 10_000;

const isFrame = (value: unknown): value is Frame =>
  typeof value === 'object' && value !== null && 't' in value && typeof value.t === 'string';

/** A WebSocket with a queue of what came in. It knows JSON, and nothing of the protocol. */
export class PlainSocket {
  readonly socket: WebSocket;
  /** Resolves when the socket has closed. */
  readonly closed: Promise<Closing>;
  /** Every text that came, in order. */
  readonly texts: string[] = [];
  #read = 0;
  #wake: (() => void)[] = [];
  #isClosed = false;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#isClosed = true;
        this.#stir();
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('message', (data) => {
      this.texts.push(String(data));
      this.#stir();
    });
  }

  /** Resolves when the socket is open; rejects when it is refused. */
  static async open(url: string, protocols: readonly string[] = []): Promise<PlainSocket> {
    const plain = new PlainSocket(new WebSocket(url, [...protocols]));
    await new Promise<void>((resolve, reject) => {
      plain.socket.on('open', resolve);
      plain.socket.on('error', reject);
    });
    return plain;
  }

  send(value: object): void {
    this.socket.send(JSON.stringify(value));
  }

  /** The next text that has not been read yet. */
  async nextText(): Promise<string> {
    await this.until(this.#read + 1);
    const text = this.texts[this.#read];
    if (text === undefined) throw new Error('the socket closed before another frame came');
    this.#read += 1;
    return text;
  }

  /** The next frame that has not been read yet. */
  async next(): Promise<Frame> {
    const value: unknown = JSON.parse(await this.nextText());
    if (!isFrame(value)) throw new Error(`not a frame: ${JSON.stringify(value)}`);
    return value;
  }

  /** Resolves when `count` texts have come since the beginning, or the socket has closed. */
  async until(count: number): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (this.texts.length < count && !this.#isClosed) {
      if (Date.now() >= end) throw new Error(`waited in vain for frame ${count}; came: ${this.texts.at(-1)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

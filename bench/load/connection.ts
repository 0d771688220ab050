import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { HEAD_BYTES } from './dialect.ts';

/** One buffer for all reads of the process: a read is dealt with before the next one starts. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024);
const HEADERS_END = '\r\n\r\n';
const MAX_HEADERS = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/** What a browser offers. */
export const BROWSER_DEFLATE = 'permessage-deflate; client_max_window_bits';

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export type ConnectOptions = {
  port: number;
  path: string;
  protocols?: readonly string[];
  /** Offer compression as browsers do. */
  deflate: boolean;
  /** A text by which the server asks for a sign of life, and the text that gives it; nobody is told of either. */
  heartbeat?: { ask: string; answer: string };
  /** Takes what comes, at most its length at a time; one that all connections share unless given. */
  buffer?: Buffer;
};

/** Takes what the server sends. The buffers are valid during the call only. */
export type Listener = {
  /** A text frame has begun; `frame` holds its first bytes (80, or all if fewer) from `start` to `end`. */
  onFrame?(frame: Buffer, start: number, end: number, compressed: boolean): void;
  /** A part of the text of a frame, as it comes. */
  onPayload?(part: Buffer, isLast: boolean): void;
  onClose?(reason: string): void;
};

/**
 * A WebSocket client that does as little as it can: it finds where frames begin and skips the rest, so that one
 * process can stand for a thousand members. Text to the server is sent as single, masked, uncompressed frames.
 */
export class Connection {
  /** Bytes received since the upgrade. */
  bytes = 0;
  /** Text frames received. */
  frames = 0;
  listener: Listener = {};
  /** Whether the server took up the offer to compress. */
  compressed = false;

  readonly #socket: Socket;
  readonly #heartbeat: ConnectOptions['heartbeat'];
  readonly #opened: PromiseWithResolvers<void> = Promise.withResolvers();
  #upgraded = false;
  /** Bytes that are not enough yet to go on: of the response's head or of a frame's beginning. */
  #waiting: Buffer = EMPTY;
  /** Payload bytes of the current frame that are still to come. */
  #rest = 0;
  /** Whether those belong to a text frame. */
  #restIsText = false;
  #closing = false;

  private constructor(options: ConnectOptions) {
    this.#heartbeat = options.heartbeat;
    this.#socket = createConnection({
      host: '127.0.0.1',
      port: options.port,
      noDelay: true,
      onread: {
        buffer: options.buffer ?? READ_BUFFER,
        callback: (length, buffer) => {
          this.#read(buffer.subarray(0, length) as Buffer);
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#ended(error.message));
    this.#socket.on('close', () => this.#ended('the server closed the connection'));
    this.#socket.write(upgradeRequest(options));
  }

  /** Resolves when the server has answered 101; rejects with its answer otherwise. */
  static async open(options: ConnectOptions, listener: Listener = {}): Promise<Connection> {
    const connection = new Connection(options);
    connection.listener = listener;
    await connection.#opened.promise;
    return connection;
  }

  send(text: string): void {
    this.#socket.write(clientFrame(OPCODE.text, Buffer.from(text)));
  }

  /** Stops reading: what the server sends stays with the system, and then with the server. */
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }

  /** Drops the connection without a word. */
  destroy(): void {
    this.#closing = true;
    this.#socket.destroy();
  }

  #ended(reason: string): void {
    this.#opened.reject(new Error(`unable to connect; ${reason}`));
    if (this.#closing) return;
    this.#closing = true;
    this.listener.onClose?.(reason);
  }

  #read(chunk: Buffer): void {
    if (this.#upgraded) this.bytes += chunk.length;
    let data = chunk;
    if (this.#waiting.length > 0) {
      data = Buffer.concat([this.#waiting, chunk]);
      this.#waiting = EMPTY;
    }
    const used = this.#upgraded ? this.#readFrames(data, 0) : this.#readHead(data);
    if (used < data.length) this.#waiting = Buffer.from(data.subarray(used));
  }

  #readHead(data: Buffer): number {
    const end = data.indexOf(HEADERS_END);
    if (end < 0) {
      if (data.length > MAX_HEADERS)
        this.#opened.reject(new Error('unable to connect; the head is too long'));
      return 0;
    }
    const head = data.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 101')) {
      this.#opened.reject(
        new Error(`unable to connect; the server says: ${data.toString('utf8').slice(0, 600)}`),
      );
      this.destroy();
      return data.length;
    }
    const start = end + HEADERS_END.length;
    this.compressed = /^sec-websocket-extensions:.*permessage-deflate/im.test(head);
    this.#upgraded = true;
    this.bytes += data.length - start;
    this.#opened.resolve();
    return this.#readFrames(data, start);
  }

  /** Reads on from `start`; answers up to where the data is dealt with. */
  #readFrames(data: Buffer, start: number): number {
    let at = start;
    while (at < data.length) {
      if (this.#rest > 0) {
        at = this.#readRest(data, at);
        continue;
      }
      const next = this.#readBeginning(data, at);
      if (next === at) break;
      at = next;
    }
    return at;
  }

  #readRest(data: Buffer, at: number): number {
    const end = Math.min(data.length, at + this.#rest);
    this.#rest -= end - at;
    if (this.#restIsText) this.listener.onPayload?.(data.subarray(at, end), this.#rest === 0);
    return end;
  }

  /** Reads the header of a frame and tells of it; answers `at` where that takes more bytes than have come. */
  #readBeginning(data: Buffer, at: number): number {
    const available = data.length - at;
    if (available < 2) return at;
    const first = data[at] ?? 0;
    const short = (data[at + 1] ?? 0) & 0x7f;
    const headerBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (available < headerBytes) return at;
    const length =
      short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
    const payload = at + headerBytes;
    const opcode = first & 0x0f;
    const isText = opcode === OPCODE.text || opcode === OPCODE.continuation;
    const needed = isText ? Math.min(length, HEAD_BYTES) : length;
    if (data.length < payload + needed) return at;

    if (!isText) {
      this.#control(opcode, data.subarray(payload, payload + length));
      return payload + length;
    }
    if (this.#isHeartbeat(data, payload, length)) return payload + length;
    if (opcode === OPCODE.text) {
      this.frames += 1;
      this.listener.onFrame?.(data, payload, payload + needed, (first & 0x40) !== 0);
    }
    this.#rest = length;
    this.#restIsText = true;
    return payload;
  }

  #isHeartbeat(data: Buffer, start: number, length: number): boolean {
    const heartbeat = this.#heartbeat;
    if (heartbeat === undefined || length !== heartbeat.ask.length) return false;
    if (data.toString('latin1', start, start + length) !== heartbeat.ask) return false;
    this.send(heartbeat.answer);
    return true;
  }

  #control(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.ping) this.#socket.write(clientFrame(OPCODE.pong, payload));
    if (opcode !== OPCODE.close) return;
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.#ended(`closed with ${code} ${payload.toString('utf8', 2)}`);
  }
}

function upgradeRequest({ port, path, protocols = [], deflate }: ConnectOptions): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...(protocols.length > 0 ? [`Sec-WebSocket-Protocol: ${protocols.join(', ')}`] : []),
    ...(deflate ? [`Sec-WebSocket-Extensions: ${BROWSER_DEFLATE}`] : []),
  ];
  return lines.join('\r\n') + HEADERS_END;
}

/** Clients must mask; which mask does not matter here. */
const MASK = Buffer.from([0x5a, 0x13, 0xc7, 0x2e]);

function clientFrame(opcode: number, payload: Buffer): Buffer {
  if (payload.length > 0xffff) throw new Error('unable to send; the frame is too long');
  const headerBytes = payload.length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(headerBytes + 4 + payload.length);
  frame[0] = 0x80 | opcode;
  if (headerBytes === 2) frame[1] = 0x80 | payload.length;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  }
  MASK.copy(frame, headerBytes);
  const start = headerBytes + 4;
  for (let i = 0; i < payload.length; i += 1) frame[start + i] = (payload[i] ?? 0) ^ (MASK[i & 3] ?? 0);
  return frame;
}

/** A frame as a server sends it: not masked. */
export function serverFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.allocUnsafe(payload.length < 126 ? 2 : payload.length < 0x10000 ? 4 : 10);
  header[0] = 0x80 | OPCODE.text;
  if (header.length === 2) header[1] = payload.length;
  else if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(payload.length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([header, payload]);
}

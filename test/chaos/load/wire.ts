import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';

const OPCODE = { text: 1, binary: 2, close: 8 } as const;
const HEAD_ENDS = '\r\n\r\n';

/** A header as a client writes it. The mask is zero, which is allowed and leaves the payload as it is. */
function header(opcode: number, length: number): Buffer {
  const size = length < 126 ? 2 : length < 0x10000 ? 4 : 10;
  const bytes = Buffer.alloc(size + 4);
  bytes[0] = 0x80 | opcode;
  bytes[1] = 0x80 | (size === 2 ? length : size === 4 ? 126 : 127);
  if (size === 4) bytes.writeUInt16BE(length, 2);
  if (size === 10) bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

/** A frame with text or bytes in it. */
export function frameOf(content: string | Buffer): Buffer {
  const isText = typeof content === 'string';
  const payload = isText ? Buffer.from(content) : content;
  return Buffer.concat([header(isText ? OPCODE.text : OPCODE.binary, payload.length), payload]);
}

/** The first half of a frame that long, whose other half never comes. */
export const halfFrame = (length: number): Buffer =>
  Buffer.concat([header(OPCODE.text, length), Buffer.alloc(length / 2, 0x61)]);

export interface Target {
  readonly port: number;
  readonly code: string;
  /** Where the load seems to come from. */
  readonly address: string;
}

/** The head of an upgrade request, whole. */
export const upgradeHead = ({ port, code, address }: Target, ticket: string): string =>
  [
    `GET /v1/rooms/${code}/connect HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `CF-Connecting-IP: ${address}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: parley.v1, parley.ticket.${ticket}`,
  ].join('\r\n') + HEAD_ENDS;

/** Opens a TCP connection; resolves when it stands. */
export function connect(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** What came back over one socket. */
export interface Heard {
  /** Frames by their type, errors by their code: `error rate_limited`. */
  readonly frames: Map<string, number>;
  /** The code of the server's close frame; null as long as there was none. */
  closed: number | null;
}

export const count = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/**
 * A WebSocket that does not obey: it hears that it was closed, and nothing follows from that but what its owner makes
 * of it. Reads frames that are whole; writes whatever bytes it is given.
 */
export class RudeSocket {
  readonly socket: Socket;
  readonly heard: Heard = { frames: new Map(), closed: null };
  onClosed: (code: number) => void = () => {};
  #waiting = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Rejects with the answer where it is no 101. */
  static async open(target: Target, ticket: string): Promise<RudeSocket> {
    const socket = await connect(target.port);
    socket.on('error', () => socket.destroy());
    const opened = Promise.withResolvers<void>();
    const rude = new RudeSocket(socket);
    let isOpen = false;
    socket.on('data', (bytes) => {
      rude.#waiting = Buffer.concat([rude.#waiting, bytes]);
      if (!isOpen) {
        const end = rude.#waiting.indexOf(HEAD_ENDS);
        if (end < 0) return;
        const status = rude.#waiting.toString('latin1', 0, 12);
        if (!status.endsWith('101')) opened.reject(new Error(`unable to open a socket; ${status}`));
        isOpen = true;
        rude.#waiting = rude.#waiting.subarray(end + HEAD_ENDS.length);
        opened.resolve();
      }
      rude.#read();
    });
    socket.once('close', () => opened.reject(new Error('unable to open a socket; it was closed')));
    socket.write(upgradeHead(target, ticket));
    await opened.promise;
    return rude;
  }

  #read(): void {
    for (;;) {
      const bytes = this.#waiting;
      if (bytes.length < 2) return;
      const short = (bytes[1] ?? 0) & 0x7f;
      const start = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < start) return;
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      if (bytes.length < start + length) return;
      this.#take((bytes[0] ?? 0) & 0x0f, bytes.subarray(start, start + length));
      this.#waiting = bytes.subarray(start + length);
    }
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.close) {
      this.heard.closed = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.onClosed(this.heard.closed);
      return;
    }
    if (opcode !== OPCODE.text) return;
    const head = payload.toString('latin1', 0, 200);
    const t = /^\{"t":"(\w+)"/.exec(head)?.[1] ?? 'other';
    const code = t === 'error' ? / *"code":"(\w+)"/.exec(head)?.[1] : undefined;
    count(this.heard.frames, code === undefined ? t : `error ${code}`);
  }
}

/** A WebSocket frame as it should not be; what is left out is as it should be. */
interface Odd {
  readonly fin?: false;
  /** The three reserved bits. */
  readonly reserved?: number;
  readonly opcode?: number;
  readonly masked?: false;
  /** As the header says it; the payload stays as it is. */
  readonly length?: number | bigint;
  /** Writes the length in this many bytes, needed or not. */
  readonly lengthBytes?: 2 | 8;
  readonly payload?: string | Uint8Array;
}

/** The bytes of a frame. The mask is zero, which is allowed and leaves the payload as it is. */
export function rawFrame({
  fin,
  reserved = 0,
  opcode = 1,
  masked,
  length,
  lengthBytes,
  payload = '',
}: Odd): Buffer {
  const content = Buffer.from(payload);
  const said = BigInt(length ?? content.length);
  const size = lengthBytes ?? (said < 126n ? 0 : said < 65_536n ? 2 : 8);
  const head = Buffer.alloc(2 + size);
  head[0] = (fin === false ? 0 : 0x80) | (reserved << 4) | opcode;
  head[1] = (masked === false ? 0 : 0x80) | (size === 0 ? Number(said) : size === 2 ? 126 : 127);
  if (size === 2) head.writeUInt16BE(Number(said), 2);
  if (size === 8) head.writeBigUInt64BE(said, 2);
  return Buffer.concat([head, ...(masked === false ? [] : [Buffer.alloc(4)]), content]);
}

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const codeBytes = (code: number, reason = ''): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return Buffer.concat([bytes, Buffer.from(reason)]);
};
const close = (payload: Uint8Array): Buffer => rawFrame({ opcode: OPCODE.close, payload });

/** What no client may send by RFC 6455, and some of what it may but none does. */
export const GARBAGE: Readonly<Record<string, Buffer>> = {
  ...Object.fromEntries(
    [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [
      `opcode ${opcode}`,
      rawFrame({ opcode, payload: 'x' }),
    ]),
  ),
  ...Object.fromEntries(
    [1, 2, 4, 7].map((bits) => [`reserved bits ${bits}`, rawFrame({ reserved: bits, payload: '{}' })]),
  ),
  'a frame without a mask': rawFrame({ masked: false, payload: '{"t":"fuzz"}' }),
  'a continuation of nothing': rawFrame({ opcode: OPCODE.continuation, payload: 'x' }),
  'a text inside a text': Buffer.concat([rawFrame({ fin: false, payload: '{' }), rawFrame({ payload: '}' })]),
  'a ping in pieces': rawFrame({ fin: false, opcode: OPCODE.ping, payload: 'x' }),
  'a ping of 126 bytes': rawFrame({ opcode: OPCODE.ping, payload: 'x'.repeat(126) }),
  'a pong nobody asked for': rawFrame({ opcode: OPCODE.pong, payload: 'x' }),
  'a ping between the pieces of a text': Buffer.concat([
    rawFrame({ fin: false, payload: '{' }),
    rawFrame({ opcode: OPCODE.ping }),
    rawFrame({ opcode: OPCODE.continuation, payload: '}' }),
  ]),
  'a thousand empty pieces': Buffer.concat([
    rawFrame({ fin: false }),
    ...Array.from({ length: 1_000 }, () => rawFrame({ fin: false, opcode: OPCODE.continuation })),
    rawFrame({ opcode: OPCODE.continuation, payload: '{}' }),
  ]),
  'text that is no UTF-8': rawFrame({ payload: Uint8Array.of(0x7b, 0xff, 0xc0, 0x80) }),
  'half a character': rawFrame({ payload: Uint8Array.of(0xe2, 0x82) }),
  'a surrogate as UTF-8': rawFrame({ payload: Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22) }),
  'an empty text': rawFrame({}),
  'an empty binary frame': rawFrame({ opcode: OPCODE.binary }),
  'a length in more bytes than it needs': rawFrame({ lengthBytes: 8, payload: '{}' }),
  'a length with its highest bit': rawFrame({ length: 2n ** 63n + 2n, payload: '{}' }),
  'a length of four gigabytes': rawFrame({ length: 2n ** 32n, payload: 'x' }),
  'a length just over 32 MiB': rawFrame({ length: 2n ** 25n + 1n, payload: 'x' }),
  'a close without a code': close(Buffer.alloc(0)),
  'a close with half a code': close(Buffer.of(3)),
  ...Object.fromEntries(
    [0, 999, 1000, 1004, 1005, 1006, 1012, 1015, 2999, 3000, 4000, 4102, 4999, 5000, 65_535].map((code) => [
      `a close with ${code}`,
      close(codeBytes(code)),
    ]),
  ),
  'a close whose reason is no UTF-8': close(Buffer.concat([codeBytes(1000), Buffer.of(0xff)])),
  'a close with a reason of 124 bytes': close(codeBytes(1000, 'x'.repeat(124))),
  'a close in pieces': rawFrame({ fin: false, opcode: OPCODE.close, payload: codeBytes(1000) }),
  'a frame after a close': Buffer.concat([
    close(codeBytes(1000)),
    rawFrame({ payload: '{"t":"hand.raise","n":1}' }),
  ]),
  'an HTTP request': Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  zeros: Buffer.alloc(64),
  'all bits set': Buffer.alloc(64, 0xff),
};

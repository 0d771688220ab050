import { connect } from '../load/wire.ts';

const END = '\r\n\r\n';

/** Where a client may say that it stands, and what it may offer; some of it true, most of it not. */
const QUERIES: readonly string[] = [
  '',
  '?epoch=x&seq=0',
  '?epoch=x&seq=-1',
  '?epoch=x&seq=1e999',
  '?epoch=x&seq=9007199254740993&private=9007199254740993',
  '?epoch=x&seq=NaN&private=null',
  '?epoch=&seq=&private=',
  '?epoch=%00&seq=%00',
  '?epoch=%ff%fe&seq=1',
  '?epoch=x&epoch=y&seq=1&seq=2',
  '?seq=0x10&epoch=__proto__',
  `?epoch=${'e'.repeat(4_000)}&seq=1`,
  `?epoch=x&seq=${'9'.repeat(4_000)}`,
  '?name=',
  '?name=%00',
  '?name=%F0%9F%98%80',
  '?name=%ED%A0%80',
  `?name=${'x'.repeat(2_000)}`,
  '?passcode=x&name=y',
  '?%',
  '?#',
  '?name=a&epoch[]=1',
];

const OFFERS: readonly string[] = [
  'parley.v1',
  'parley.v1, parley.ticket.',
  'parley.v1, parley.ticket.x',
  `parley.v1, parley.ticket.m_${'a'.repeat(22)}.${'t'.repeat(22)}`,
  `parley.v1, parley.ticket.${'t'.repeat(4_000)}`,
  'parley.ticket.a, parley.ticket.b, parley.v1',
  'parley.v2',
  'parley.v1e3, parley.v-1',
  'parley.v1,,,,',
  '__proto__',
  '',
];

const head = (code: string, query: string, offer: string, more: readonly string[]): string =>
  [
    `GET /v1/rooms/${code}/connect${query} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: ${offer}`,
    ...more,
  ].join('\r\n') + END;

const KEY = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';

/** Requests for an upgrade as no client makes them. */
export const handshakes = (code: string): readonly string[] => [
  ...QUERIES.map((query) => head(code, query, 'parley.v1', [KEY])),
  ...OFFERS.map((offer) => head(code, '', offer, [KEY])),
  head(code, '', 'parley.v1', []),
  head(code, '', 'parley.v1', ['Sec-WebSocket-Key: x']),
  head(code, '', 'parley.v1', [KEY, KEY]),
  head(code, '', 'parley.v1', [KEY, 'Origin: null']),
  head(code, '', 'parley.v1', [KEY, 'Origin: http://[::1']),
  head(code, '', 'parley.v1', [KEY, 'X-Parley-Ticket: m_a.b', 'X-Parley-Member: m_a']),
  head(code, '', 'parley.v1', [KEY, 'Content-Length: 5']),
  head(code, '', 'parley.v1', [KEY, 'Transfer-Encoding: chunked']),
  head('../../x', '?name=a', 'parley.v1', [KEY]),
  head(code, '?name=a', 'parley.v1', [KEY]).replace('127.0.0.1', '1x.0.0.1'),
  head('%00', '?name=a', 'parley.v1', [KEY]),
  head('ABC defg HIJ', '?name=a', 'parley.v1', [KEY]),
  head(`eu-${code}`, '?name=a', 'parley.v1', [KEY]),
];

/** The status with which a server answers these bytes; null: it says nothing within `patience` ms, or hangs up. */
export async function statusOf(
  port: number,
  bytes: string | Uint8Array,
  patience: number,
): Promise<number | null> {
  const socket = await connect(port);
  try {
    return await new Promise((resolve) => {
      let text = '';
      const timer = setTimeout(() => resolve(null), patience);
      const end = (status: number | null) => {
        clearTimeout(timer);
        resolve(status);
      };
      socket.on('error', () => end(null));
      socket.on('close', () => end(null));
      socket.on('data', (data) => {
        text += data.toString('latin1');
        const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
        if (status !== undefined) end(Number(status));
      });
      socket.write(bytes);
    });
  } finally {
    socket.destroy();
  }
}

// Joins with nothing but what docs/protocol.md says: the platform's WebSocket, fetch, and a picture in base64.
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Frame, PlainSocket } from './support/plain-socket.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

type Fields = { readonly [field: string]: unknown };

/** One pixel, as PNG. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function post(path: string, body: object, token?: string): Promise<Fields> {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as Fields;
}

const createRoom = async (more: object = {}): Promise<Fields> =>
  post('/v1/rooms', { name: 'Standup', ...more });
const socketUrl = (code: unknown, query: string): string =>
  `${server.url.replace('http', 'ws')}/v1/rooms/${String(code)}/connect?${query}`;

/** Asks for an upgrade that is going to be refused; answers status and problem. */
function refusalOf(code: string, query: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; problem: Fields }>((resolve, reject) => {
    const asked = request(`${server.url}/v1/rooms/${code}/connect?${query}`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
        ...headers,
      },
    });
    asked.on('upgrade', () => reject(new Error('the upgrade was not refused')));
    asked.on('error', reject);
    asked.on('response', (answer: IncomingMessage) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, problem: JSON.parse(text) as Fields }));
    });
    asked.end();
  });
}

/** A client that does what the page says: keeps its position and refuses a gap. */
class Client {
  readonly link: PlainSocket;
  readonly ready: Frame;
  readonly self: Fields;
  epoch: string;
  seq: number;
  private: number;
  readonly heard: Fields[] = [];

  private constructor(link: PlainSocket, ready: Frame) {
    this.link = link;
    this.ready = ready;
    this.self = ready.self as Fields;
    this.epoch = String(ready.epoch);
    this.seq = Number(ready.seq);
    this.private = Number(ready.private);
  }

  static async open(url: string, protocols: readonly string[] = []): Promise<Client> {
    const link = await PlainSocket.open(url, protocols);
    const ready = await link.next();
    expect(ready).toMatchObject({ t: 'ready', v: 1 });
    return new Client(link, ready);
  }

  get position(): string {
    return `epoch=${this.epoch}&seq=${this.seq}&private=${this.private}`;
  }

  /** Takes the next frame in. */
  async take(): Promise<Frame> {
    const frame = await this.link.next();
    if (frame.t === 'events') {
      expect(frame.prev).toBe(this.seq);
      this.seq = Number(frame.last);
    } else if (frame.t === 'private') {
      expect(frame.prev).toBe(this.private);
      this.private = Number(frame.last);
    }
    if (Array.isArray(frame.events)) this.heard.push(...(frame.events as Fields[]));
    return frame;
  }

  /** Takes frames until an event fits; answers it. */
  async event(t: string, fields: Fields = {}): Promise<Fields> {
    for (;;) {
      const found = this.heard.find(
        (event) => event.t === t && Object.entries(fields).every(([name, value]) => event[name] === value),
      );
      if (found !== undefined) return found;
      await this.take();
    }
  }

  /** Takes frames until `ok` or `error` answers `n`. */
  async answer(n?: number): Promise<Frame> {
    for (;;) {
      const frame = await this.take();
      if ((frame.t === 'ok' || frame.t === 'error') && frame.n === n) return frame;
    }
  }

  say(n: number, text: string, more: Fields = {}): void {
    this.link.send({ t: 'chat.send', n, body: { kind: 'text', text }, ...more });
  }

  get texts(): unknown[] {
    return this.heard.filter(({ t }) => t === 'chat.sent').map(({ body }) => (body as Fields).text);
  }
}

const joinInOneStep = (code: unknown, name: string): Promise<Client> =>
  Client.open(socketUrl(code, `name=${encodeURIComponent(name)}`));

async function joinByTicket(code: unknown, body: object, token?: string, position = '') {
  const joined = await post(`/v1/rooms/${String(code)}/join`, body, token);
  const url = `${String(joined.url)}?${position}`;
  const client = await Client.open(url, ['parley.v1', `parley.ticket.${String(joined.ticket)}`]);
  return { client, joined };
}

test('two people come in by one address each, and the echo of a message is its receipt', async () => {
  const { code } = await createRoom();
  const ada = await joinInOneStep(code, 'Ada');
  const bob = await joinInOneStep(code, 'Bob');
  expect(bob.ready).toMatchObject({ recovered: false, acked: 0, self: { name: 'Bob', role: 'member' } });
  expect(bob.ready.snapshot).toMatchObject({ room: { name: 'Standup' }, roster: { count: 2 } });

  bob.say(1, 'hello, Ada');
  const echo = await bob.event('chat.sent', { by: bob.self.id, n: 1 });
  const heard = await ada.event('chat.sent', { by: bob.self.id });
  expect(echo).toEqual(heard);
  expect(heard.body).toEqual({ kind: 'text', text: 'hello, Ada' });
  expect(ada.heard.map(({ t }) => t)).toEqual(['member.joined', 'chat.sent']);
});

test('a ticket opens one socket, names the version, and the host key makes a host', async () => {
  const { code, hostKey } = await createRoom();
  const { client, joined } = await joinByTicket(code, { name: 'Ada', hostKey });
  expect(client.link.socket.protocol).toBe('parley.v1');
  expect(client.self).toMatchObject({ role: 'host' });
  const used = await refusalOf(String(code), '', {
    'sec-websocket-protocol': `parley.v1, parley.ticket.${String(joined.ticket)}`,
  });
  expect(used).toMatchObject({ status: 401, problem: { code: 'ticket_invalid' } });

  client.link.send({ t: 'policy.set', n: 1, policy: { chat: false } });
  const bob = await joinInOneStep(code, 'Bob');
  await client.event('policy.changed', { n: 1 });
  bob.say(1, 'may I?');
  expect(await bob.answer(1)).toMatchObject({ t: 'error', code: 'not_allowed', detail: 'chat' });
});

test('who comes back with their position has missed nothing, in public and in private', async () => {
  const { code } = await createRoom();
  const ada = await joinInOneStep(code, 'Ada');
  const first = await joinInOneStep(code, 'Bob');
  first.say(1, 'one');
  await first.event('chat.sent', { n: 1 });
  first.link.socket.close();
  await ada.event('member.away', { member: first.self.id });

  for (let n = 1; n <= 30; n += 1) ada.say(n, `public ${n}`);
  ada.say(31, 'for Bob alone', { to: first.self.id });
  await ada.event('chat.sent', { n: 31 });

  const { client: again } = await joinByTicket(code, {}, String(first.ready.token), first.position);
  expect(again.ready).toMatchObject({ recovered: true, seq: first.seq, private: first.private, acked: 1 });
  expect(again.ready.snapshot).toBeUndefined();
  expect(again.self.id).toBe(first.self.id);
  await again.event('member.returned', { member: first.self.id });
  expect(again.texts.filter((text) => text !== 'for Bob alone')).toEqual(
    Array.from({ length: 30 }, (_, index) => `public ${index + 1}`),
  );
  expect(again.texts).toContain('for Bob alone');
  expect(again.private).toBe(1);

  again.say(1, 'one');
  expect(await again.answer(1)).toMatchObject({ t: 'ok', repeated: true });
  again.say(2, 'two');
  await again.event('chat.sent', { n: 2 });
  await ada.event('chat.sent', { by: first.self.id, n: 2 });
  expect(ada.texts.filter((text) => text === 'one' || text === 'two')).toEqual(['one', 'two']);
});

test('a position that can not be right is answered with a snapshot that says so', async () => {
  const { code } = await createRoom();
  const ada = await joinInOneStep(code, 'Ada');
  ada.say(1, 'hello');
  await ada.event('chat.sent', { n: 1 });
  const token = String(ada.ready.token);
  for (const position of [`epoch=another&seq=${ada.seq}&private=0`, `epoch=${ada.epoch}&seq=999&private=0`]) {
    const { client } = await joinByTicket(code, {}, token, position);
    expect(client.ready).toMatchObject({ recovered: false, seq: ada.seq, acked: 1 });
    expect(client.ready.snapshot).toMatchObject({ history: [{ t: 'chat.sent', body: { text: 'hello' } }] });
  }
});

test('a newer socket takes the place of the older one, which is closed with 4101', async () => {
  const { code } = await createRoom();
  const ada = await joinInOneStep(code, 'Ada');
  ada.say(1, 'from here');
  await ada.event('chat.sent', { n: 1 });
  const { client } = await joinByTicket(code, {}, String(ada.ready.token), ada.position);
  expect((await ada.link.closed).code).toBe(4101);
  client.say(2, 'from there');
  await client.event('chat.sent', { n: 2 });
});

/** The layout of a binary frame: length of the header, the header, the bytes. */
function pictureFrame(header: object, bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.byteLength);
  return Buffer.concat([length, text, bytes]);
}

test('a picture goes through the socket as one binary frame and comes back over HTTP', async () => {
  const { code } = await createRoom();
  const ada = await joinInOneStep(code, 'Ada');
  const bob = await joinInOneStep(code, 'Bob');
  ada.link.socket.send(pictureFrame({ t: 'image.upload', n: 1, caption: 'a pixel' }, PIXEL));
  const echo = await ada.event('image.shared', { n: 1 });
  expect(echo).toMatchObject({ type: 'image/png', size: PIXEL.byteLength, width: 1, height: 1 });
  const heard = await bob.event('image.shared', { caption: 'a pixel' });

  const path = `${server.url}/v1/rooms/${String(code)}/images/${String(heard.image)}`;
  expect((await fetch(path)).status).toBe(401);
  const authorization = `Bearer ${String(bob.ready.token)}`;
  const whole = await fetch(path, { headers: { authorization } });
  expect(whole.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(PIXEL);
  const link = await post(
    `/v1/rooms/${String(code)}/images/${String(heard.image)}/link`,
    {},
    String(bob.ready.token),
  );
  expect(Buffer.from(await (await fetch(String(link.url))).arrayBuffer())).toEqual(PIXEL);

  ada.link.socket.send(pictureFrame({ t: 'image.upload', n: 2 }, Buffer.from('<svg onload="alert(1)"/>')));
  expect(await ada.answer(2)).toMatchObject({ t: 'error', code: 'image_type' });
});

test('each way to err has its own error, and the connection goes on', async () => {
  const { code } = await createRoom();
  const ada = await joinInOneStep(code, 'Ada');
  const tries: readonly (readonly [string | Uint8Array, string, number?])[] = [
    ['{', 'bad_json'],
    ['[]', 'bad_frame'],
    ['{"t":"no.such","n":1}', 'unknown_command', 1],
    ['{"t":"chat.send","n":1,"body":{"kind":"text","text":7}}', 'invalid', 1],
    [
      JSON.stringify({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'x'.repeat(4_001) } }),
      'text_too_long',
      1,
    ],
    [`"${'x'.repeat(65_536)}"`, 'frame_too_large'],
    [Buffer.from('chat'), 'binary_unexpected'],
  ];
  for (const [frame, expected, n] of tries) {
    ada.link.socket.send(frame);
    expect(await ada.answer(n)).toMatchObject({ t: 'error', code: expected });
  }
  ada.say(1, 'still here');
  await ada.event('chat.sent', { n: 1 });
});

test('who does nothing but err is closed with 4103', async () => {
  const { code } = await createRoom();
  const ada = await joinInOneStep(code, 'Ada');
  for (let sent = 0; sent < 100; sent += 1) ada.link.socket.send('nonsense');
  expect((await ada.link.closed).code).toBe(4103);
});

test('a ping is answered with a pong', async () => {
  const { code } = await createRoom();
  const ada = await joinInOneStep(code, 'Ada');
  ada.link.socket.send('ping');
  expect(await ada.link.nextText()).toBe('pong');
});

test('who may not come in hears why before there is a socket', async () => {
  const { code } = await createRoom({ capacity: 1 });
  const version = await refusalOf(String(code), 'name=Ada', { 'sec-websocket-protocol': 'parley.v9' });
  expect(version).toMatchObject({ status: 400, problem: { code: 'version_unsupported' } });
  expect(await refusalOf('zzz-zzzz-zzz', 'name=Ada')).toMatchObject({
    status: 404,
    problem: { code: 'room_not_found' },
  });
  await joinInOneStep(code, 'Ada');
  expect(await refusalOf(String(code), 'name=Bob')).toMatchObject({
    status: 409,
    problem: { code: 'room_full' },
  });
  const plain = await fetch(socketUrl(code, 'name=Ada').replace('ws', 'http'));
  expect(plain.status).toBe(426);
});

test('when the host ends the meeting all are told, closed with 4102, and nobody comes back', async () => {
  const { code, hostKey } = await createRoom();
  const { client: ada } = await joinByTicket(code, { name: 'Ada', hostKey });
  const bob = await joinInOneStep(code, 'Bob');
  bob.say(1, 'is that all?');
  await ada.event('chat.sent', { by: bob.self.id });
  ada.link.send({ t: 'room.end', n: 1 });
  await bob.event('room.ended', { reason: 'host' });
  expect((await bob.link.closed).code).toBe(4102);
  expect((await ada.link.closed).code).toBe(4102);
  expect(await refusalOf(String(code), 'name=Eve')).toMatchObject({
    status: 410,
    problem: { code: 'room_ended' },
  });
});

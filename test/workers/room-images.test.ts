import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { R2Store } from '../../src/platform/r2-store.ts';
import {
  type CreateResponse,
  encodeBinary,
  type ImageResponse,
  type JoinResponse,
  SUBPROTOCOL,
  ticketSubprotocol,
} from '../../src/protocol/index.ts';
import { jpeg, png, pngOfBytes, svg } from '../support/pictures.ts';

// Pictures through everything: the Worker, a real room, a real socket and a real bucket.

const ORIGIN = 'https://meet.example';
const store = new R2Store(env.PICTURES);
const keys = () => store.list('');

interface Frame {
  readonly t: string;
  readonly code?: string;
  readonly n?: number;
  readonly events?: readonly Event[];
  readonly snapshot?: { readonly history: readonly Event[] };
}
interface Event {
  readonly t: string;
  readonly image?: string;
  readonly n?: number;
  readonly [field: string]: unknown;
}

const fetch = (path: string, init: RequestInit = {}) =>
  exports.default.fetch(new Request(path.startsWith('http') ? path : `${ORIGIN}${path}`, init));

const postJson = async <T>(path: string, body: unknown): Promise<T> => {
  const response = await fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json<T>();
};

class Person {
  readonly frames: Frame[] = [];
  readonly id: string;
  readonly #code: string;
  readonly #token: string;
  readonly #socket: WebSocket;

  static async join(code: string, fields: { name: string; hostKey?: string }): Promise<Person> {
    const joined = await postJson<JoinResponse>(`/v1/rooms/${code}/join`, fields);
    const response = await fetch(`/v1/rooms/${code}/connect`, {
      headers: {
        upgrade: 'websocket',
        'sec-websocket-protocol': `${SUBPROTOCOL}, ${ticketSubprotocol(joined.ticket)}`,
      },
    });
    if (response.webSocket === null) throw new Error(await response.text());
    const person = new Person(code, joined, response.webSocket);
    await person.hear((frame) => frame.t === 'ready');
    return person;
  }

  private constructor(code: string, { member, token }: JoinResponse, socket: WebSocket) {
    this.id = member.id;
    this.#code = code;
    this.#token = token;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.frames.push(JSON.parse(String(data)));
    });
    socket.accept();
  }

  async hear(wanted: (frame: Frame) => boolean): Promise<Frame> {
    return vi.waitFor(
      () => {
        const found = this.frames.find(wanted);
        if (found === undefined) throw new Error('not heard');
        return found;
      },
      { interval: 5 },
    );
  }

  async hearEvent(t: string, where: Readonly<Record<string, unknown>> = {}): Promise<Event> {
    const fits = (event: Event) =>
      event.t === t && Object.entries(where).every(([field, value]) => event[field] === value);
    const frame = await this.hear(({ events = [] }) => events.some(fits));
    const event = frame.events?.find(fits);
    if (event === undefined) throw new Error('not heard');
    return event;
  }

  get pictures(): Event[] {
    return this.frames.flatMap(({ events = [] }) => events).filter(({ t }) => t.startsWith('image.'));
  }

  say(command: object): void {
    this.#socket.send(JSON.stringify(command));
  }
  sendBytes(command: { n?: number; caption?: string }, bytes: Uint8Array): void {
    this.#socket.send(encodeBinary(command, bytes));
  }
  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      ...Object.fromEntries(new Headers(init.headers)),
      authorization: `Bearer ${this.#token}`,
    };
    return fetch(`/v1/rooms/${this.#code}${path}`, { ...init, headers });
  }
  upload(
    bytes: Uint8Array<ArrayBuffer>,
    query = '',
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.request(`/images${query}`, {
      method: 'POST',
      body: bytes,
      headers: { 'content-length': String(bytes.byteLength), ...headers },
    });
  }
  async read(image: string): Promise<Uint8Array> {
    const response = await this.request(`/images/${image}`);
    expect(response.status).toBe(200);
    return new Uint8Array(await response.arrayBuffer());
  }
}

let code: string;
let host: Person;
let ada: Person;

beforeEach(async () => {
  for (let left = await keys(); left.length > 0; left = await keys()) await store.delete(left);
  const room = await postJson<CreateResponse>('/v1/rooms', { name: 'Physics' });
  code = room.code;
  host = await Person.join(code, { name: 'Grace', hostKey: room.hostKey });
  ada = await Person.join(code, { name: 'Ada' });
});

const nothingLeft = () => expect.poll(keys).toEqual([]);

describe('a picture', () => {
  test('over HTTP is told to everybody by reference and seen by everybody', async () => {
    const response = await ada.upload(png, '?caption=the%20board&n=1', { 'content-type': 'image/png' });
    expect(response.status).toBe(201);
    const { event } = await response.json<ImageResponse>();
    expect(event).toMatchObject({
      t: 'image.shared',
      by: ada.id,
      n: 1,
      caption: 'the board',
      width: 4,
      height: 2,
    });
    for (const person of [host, ada]) {
      expect(await person.hearEvent('image.shared', { image: event.image })).toEqual(event);
      expect(await person.read(event.image)).toEqual(png);
    }
  });

  test('as one binary frame of a megabyte is the same', async () => {
    const bytes = pngOfBytes(1_048_576);
    ada.sendBytes({ n: 1, caption: 'from the socket' }, bytes);
    const event = await host.hearEvent('image.shared', { caption: 'from the socket' });
    expect(await ada.hearEvent('image.shared', { n: 1 })).toMatchObject({
      image: event.image,
      size: 1_048_576,
    });
    const read = await host.read(event.image ?? '');
    expect(await crypto.subtle.digest('SHA-256', read.slice())).toEqual(
      await crypto.subtle.digest('SHA-256', bytes),
    );
  });

  test('shared over HTTP and over the socket is stored once, and gone when both are removed', async () => {
    const { event } = await (await ada.upload(png)).json<ImageResponse>();
    host.sendBytes({ n: 1 }, png);
    const second = await ada.hearEvent('image.shared', { by: host.id });
    await expect.poll(async () => (await keys()).length).toBe(1);

    expect((await ada.request(`/images/${event.image}`, { method: 'DELETE' })).status).toBe(204);
    await host.hearEvent('image.removed', { image: event.image });
    expect(await host.read(second.image ?? '')).toEqual(png);
    expect((await host.request(`/images/${event.image}`)).status).toBe(404);

    host.say({ t: 'image.remove', n: 2, image: second.image });
    await ada.hearEvent('image.removed', { image: second.image });
    await nothingLeft();
  });

  test('that was removed is in nobody’s history any more', async () => {
    const kept = await (await ada.upload(png)).json<ImageResponse>();
    const removed = await (await ada.upload(jpeg)).json<ImageResponse>();
    await host.request(`/images/${removed.event.image}`, { method: 'DELETE' });
    const late = await Person.join(code, { name: 'Late' });
    const ready = await late.hear(({ t }) => t === 'ready');
    const images = ready.snapshot?.history.filter(({ t }) => t === 'image.shared').map(({ image }) => image);
    expect(images).toEqual([kept.event.image]);
  });

  test('opens by its link without a token', async () => {
    const { event } = await (await ada.upload(png)).json<ImageResponse>();
    const link = await ada.request(`/images/${event.image}/link`, { method: 'POST' });
    const { url } = await link.json<{ url: string }>();
    expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(png);
  });

  test('sent twice with one Idempotency-Key is told once', async () => {
    const headers = { 'idempotency-key': 'a-request-0123456789' };
    const first = await (await ada.upload(png, '', headers)).json<ImageResponse>();
    const second = await (await ada.upload(png, '', headers)).json<ImageResponse>();
    expect(second).toEqual(first);
    host.say({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'after' } });
    await ada.hearEvent('chat.sent');
    expect(ada.pictures).toHaveLength(1);
  });
});

describe('what is refused leaves nothing and is told to nobody', () => {
  const silence = async () => {
    host.say({ t: 'chat.send', n: 99, body: { kind: 'text', text: 'after' } });
    await ada.hearEvent('chat.sent');
    expect(ada.pictures).toEqual([]);
    await nothingLeft();
  };

  test('an SVG, on either way', async () => {
    expect((await ada.upload(svg)).status).toBe(415);
    ada.sendBytes({ n: 1 }, svg);
    expect(await ada.hear(({ t }) => t === 'error')).toMatchObject({ code: 'image_type', n: 1 });
    await silence();
  });

  test('a picture from somebody whose right the host took, on either way', async () => {
    host.say({ t: 'policy.set', n: 1, policy: { image: false } });
    await ada.hearEvent('policy.changed');
    expect((await ada.upload(png)).status).toBe(403);
    ada.sendBytes({ n: 1 }, png);
    expect(await ada.hear(({ t }) => t === 'error')).toMatchObject({ code: 'not_allowed', n: 1 });
    await silence();
  });

  test('a picture whose sender loses the right while it comes', async () => {
    const bytes = pngOfBytes(200_000);
    let piece = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (piece === 3) {
          host.say({ t: 'policy.set', n: 1, policy: { image: false } });
          await ada.hearEvent('policy.changed');
        }
        controller.enqueue(bytes.slice(piece * 50_000, (piece + 1) * 50_000));
        piece += 1;
        if (piece === 4) controller.close();
      },
    });
    const { readable, writable } = new FixedLengthStream(bytes.byteLength);
    const piped = body.pipeTo(writable);
    const response = await ada.request('/images', { method: 'POST', body: readable });
    await piped;
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'not_allowed' }]);
    await silence();
  });
});

test('with the room go all its pictures', async () => {
  await ada.upload(png);
  expect(await keys()).toHaveLength(1);
  await host.request('', {
    method: 'PATCH',
    body: JSON.stringify({ retentionSeconds: 0 }),
    headers: { 'content-type': 'application/json' },
  });
  expect((await host.request('', { method: 'DELETE' })).status).toBe(204);
  await nothingLeft();
});

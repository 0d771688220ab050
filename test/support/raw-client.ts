import * as v from 'valibot';
import WebSocket from 'ws';
import {
  type CreateResponse,
  EVENTS,
  isEventType,
  type JoinResponse,
  ProblemSchema,
  SERVER_FRAMES,
  type ServerFrame,
} from '../../src/protocol/index.ts';

type FrameType = ServerFrame['t'];
type FrameOf<T extends FrameType> = Extract<ServerFrame, { t: T }>;

export interface TestEvent {
  readonly t: string;
  readonly at: number;
  readonly seq?: number | undefined;
  readonly by?: string | undefined;
  readonly n?: number | undefined;
  readonly [field: string]: unknown;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** ms after which waiting for a frame has failed. */
const PATIENCE = 10_000;
/** ms to wait for the connection to end after the close frame: the platform may take ten seconds over it. */
const CLOSE_TIMEOUT = 300;
/** Numbers of barriers: far above those of commands, which a test counts for itself. */
const BARRIERS = 1_000_000_000;

const frameSchema = v.variant('t', [
  SERVER_FRAMES.ready,
  SERVER_FRAMES.events,
  SERVER_FRAMES.private,
  SERVER_FRAMES.live,
  SERVER_FRAMES.ok,
  SERVER_FRAMES.error,
  SERVER_FRAMES.position,
]);

/** Reads a frame as strictly as the protocol describes it, each event included. */
function readFrame(text: string): ServerFrame {
  const frame = v.parse(frameSchema, JSON.parse(text));
  if (frame.t === 'events' || frame.t === 'private' || frame.t === 'live') {
    for (const event of frame.events) {
      if (!isEventType(event.t)) throw new Error(`an event that no table has: ${event.t}`);
      v.parse(EVENTS[event.t].schema, event);
    }
  }
  return frame;
}

/**
 * A WebSocket and nothing else, with a record of all it was told. It takes no frame that the protocol does not
 * describe, and no range that leaves a gap; what it finds wrong makes every later expectation fail.
 */
export class RawClient {
  readonly frames: ServerFrame[] = [];
  readonly socket: WebSocket;
  /** Resolves when the connection is closed, by whomever. */
  readonly closed: Promise<Closed>;
  #seq: number | null = null;
  #private: number | null = null;
  #fault: unknown;
  #over: Closed | null = null;
  #barriers = 0;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data, isBinary) => {
      try {
        if (isBinary) throw new Error('a binary frame from the server');
        const text = String(data);
        if (text !== 'pong') this.#take(readFrame(text));
      } catch (error) {
        this.#fault ??= error;
      }
      this.#wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#over = { code, reason: String(reason) };
        resolve(this.#over);
        this.#wake();
      });
    });
  }

  /** Opens a socket and waits for its first frame. */
  static async open(
    url: string,
    options: { protocols?: string[]; headers?: Record<string, string> } = {},
  ): Promise<RawClient> {
    const { protocols = ['parley.v1'], headers = {} } = options;
    // Compressed, what waits for a slow reader would be next to nothing.
    const settings = { headers, perMessageDeflate: false, closeTimeout: CLOSE_TIMEOUT };
    const socket = new WebSocket(url, protocols, settings);
    const client = new RawClient(socket);
    await client.expectFrame('ready');
    return client;
  }

  get ready(): FrameOf<'ready'> {
    const first = this.frames.find((frame) => frame.t === 'ready');
    if (first === undefined) throw new Error('not welcomed yet');
    return first;
  }

  get id(): string {
    return this.ready.self.id;
  }

  /** Where the client stands. */
  get position(): { readonly epoch: string; readonly seq: number; readonly private: number } {
    return { epoch: this.ready.epoch, seq: this.#seq ?? 0, private: this.#private ?? 0 };
  }

  /** Sends a command as JSON; a string or bytes as they are. */
  send(frame: object | string): void {
    this.socket.send(
      typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame),
    );
  }

  /** All events so far, of every frame from the given one on. */
  events(from = 0): TestEvent[] {
    return this.frames
      .slice(from)
      .flatMap((frame): readonly TestEvent[] =>
        frame.t === 'events' || frame.t === 'private' || frame.t === 'live' ? frame.events : [],
      );
  }

  /** A frame of a type, had already or to come. */
  expectFrame<T extends FrameType>(
    t: T,
    is: (frame: FrameOf<T>) => boolean = () => true,
    from = 0,
  ): Promise<FrameOf<T>> {
    return this.#expect(`a frame ${t}`, () =>
      this.frames.slice(from).find((frame): frame is FrameOf<T> => frame.t === t && is(frame as FrameOf<T>)),
    );
  }

  /** An event of a type, had already or to come. */
  expectEvent(t: string, is: (event: TestEvent) => boolean = () => true, from = 0): Promise<TestEvent> {
    return this.#expect(`an event ${t}`, () => this.events(from).find((event) => event.t === t && is(event)));
  }

  /** The answer to a command: its echo, `ok` or an error. */
  answer(n: number, from = 0): Promise<TestEvent | FrameOf<'ok'> | FrameOf<'error'>> {
    return this.#expect(
      `an answer to ${n}`,
      () =>
        this.frames
          .slice(from)
          .find((frame): frame is FrameOf<'ok'> | FrameOf<'error'> =>
            frame.t === 'ok' || frame.t === 'error' ? frame.n === n : false,
          ) ?? this.events(from).find((event) => event.n === n && event.by === this.id),
    );
  }

  /** Sends a command and waits for its answer. */
  ask(command: { readonly t: string; readonly n: number; readonly [field: string]: unknown }) {
    const from = this.frames.length;
    this.send(command);
    return this.answer(command.n, from);
  }

  /** Resolves when the room has answered everything that was sent before, and told everything that came of it. */
  async barrier(): Promise<void> {
    this.#barriers += 1;
    const n = BARRIERS + this.#barriers;
    this.send({ t: 'roster.page', limit: 1, n });
    const answer = await this.answer(n);
    if (answer.t !== 'ok') throw new Error(`the barrier was refused: ${JSON.stringify(answer)}`);
  }

  close(): void {
    this.socket.close(1000);
  }

  #take(frame: ServerFrame): void {
    this.frames.push(frame);
    if (frame.t === 'ready') {
      this.#seq = frame.seq;
      this.#private = frame.private;
    } else if (frame.t === 'events') {
      if (frame.prev !== this.#seq) throw new Error(`a gap: at ${this.#seq}, told from ${frame.prev}`);
      this.#seq = frame.last;
    } else if (frame.t === 'private') {
      if (frame.prev !== this.#private)
        throw new Error(`a private gap: at ${this.#private}, told from ${frame.prev}`);
      this.#private = frame.last;
    }
  }

  #wake(): void {
    for (const look of Array.from(this.#waiting)) look();
  }

  #expect<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.#fault === undefined ? find() : undefined;
        if (found !== undefined) settle(() => resolve(found));
        else if (this.#fault !== undefined) settle(() => reject(this.#fault));
        else if (this.#over !== null)
          settle(() => reject(new Error(`closed with ${this.#over?.code} before ${what}`)));
      };
      const timer = setTimeout(() => {
        const last = JSON.stringify(this.frames.slice(-3)).slice(0, 1_000);
        settle(() => reject(new Error(`waited in vain for ${what}; the last frames: ${last}`)));
      }, PATIENCE);
      const settle = (end: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        end();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the body, or its text. */
  readonly body: unknown;
}

/** The stable code of a refusal, after looking that it is a complete problem. */
export function problemOf({ status, headers, body }: Answer): v.InferOutput<typeof ProblemSchema> {
  const problem = v.parse(ProblemSchema, body);
  if (headers.get('content-type') !== 'application/problem+json')
    throw new Error('not a problem by its type');
  if (problem.status !== status) throw new Error(`a status ${status} that says it is ${problem.status}`);
  return problem;
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** What a refused upgrade answers. */
export function refusedUpgrade(
  url: string,
  options: { protocols?: string[]; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { protocols = ['parley.v1'], headers = {} } = options;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, { headers });
    socket.on('error', reject);
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('the upgrade was not refused'));
    });
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, rawHeaders } = response;
        const fields = new Headers();
        for (let index = 0; index + 1 < rawHeaders.length; index += 2)
          fields.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
        resolve(toAnswer(new Response(Buffer.concat(chunks), { status, headers: fields })));
      });
    });
  });
}

/** Somebody with a socket in a room. */
export interface Person {
  readonly id: string;
  readonly token: string;
  readonly client: RawClient;
}

/** A server's HTTP interface, bare. */
export class Api {
  readonly base: string;
  constructor(base: string) {
    this.base = base;
  }

  /** One request; an object as body goes as JSON. */
  async request(
    method: string,
    path: string,
    { body, token, headers = {} }: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
      ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    });
    return toAnswer(response);
  }

  async create(settings: object = {}): Promise<CreateResponse> {
    const answer = await this.request('POST', '/v1/rooms', { body: { name: 'Room', ...settings } });
    if (answer.status !== 201) throw new Error(`not created: ${JSON.stringify(answer.body)}`);
    return answer.body as CreateResponse;
  }

  async join(code: string, body: object, token?: string): Promise<JoinResponse> {
    const answer = await this.request('POST', `/v1/rooms/${code}/join`, {
      body,
      ...(token === undefined ? {} : { token }),
    });
    if (answer.status !== 200) throw new Error(`not let in: ${JSON.stringify(answer.body)}`);
    return answer.body as JoinResponse;
  }

  /** Runs a command over HTTP. */
  command(code: string, token: string, command: object): Promise<Answer> {
    return this.request('POST', `/v1/rooms/${code}/commands`, { token, body: command });
  }

  connect({ url, ticket }: Pick<JoinResponse, 'url' | 'ticket'>, query = ''): Promise<RawClient> {
    return RawClient.open(`${url}${query}`, { protocols: ['parley.v1', `parley.ticket.${ticket}`] });
  }

  /** Joins and connects. */
  async enter(code: string, name: string, hostKey?: string): Promise<Person> {
    const joined = await this.join(code, { name, ...(hostKey === undefined ? {} : { hostKey }) });
    return { id: joined.member.id, token: joined.token, client: await this.connect(joined) };
  }
}

/** The socket of somebody who has to wait, once it was told so. Answers it and the close that may come. */
export async function waitingClient(joined: {
  readonly url: string;
  readonly ticket: string;
}): Promise<{ readonly closed: Promise<Closed>; close(): void }> {
  const socket = new WebSocket(joined.url, ['parley.v1', `parley.ticket.${joined.ticket}`]);
  const closed = new Promise<Closed>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.once('message', (data) => {
      const frame = JSON.parse(String(data)) as { readonly t: string };
      if (frame.t === 'waiting') resolve();
      else reject(new Error(`unable to wait; the first frame is ${frame.t}`));
    });
  });
  // A socket over which nothing was sent takes the platform seconds to close.
  socket.send('ping');
  return { closed, close: () => socket.close() };
}

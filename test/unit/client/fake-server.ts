import {
  type JoinOptions,
  joinRoom,
  type RoomConnection,
  type SocketLike,
} from '../../../src/client/index.ts';
import {
  DEFAULT_POLICY,
  type Member,
  type ReadyFrame,
  type Room,
  type ServerFrame,
} from '../../../src/protocol/index.ts';

/** A member id that reads like what it is for. */
export const memberId = (name: string): string => `m_${name.padEnd(22, '_')}`;
export const imageId = (name: string): string => `i_${name.padEnd(22, '_')}`;

export const makeMember = (name: string, change: Partial<Member> = {}): Member => ({
  id: memberId(name),
  name,
  role: 'member',
  account: null,
  presence: 'online',
  joinedAt: 1,
  rights: {},
  ...change,
});

export const ADA = makeMember('Ada');
export const BEN = makeMember('Ben');

export const ROOM: Room = {
  id: 'r_1',
  code: 'abc-defg-hij',
  name: 'Standup',
  createdAt: 1,
  capacity: 100,
  retentionSeconds: 0,
  whenEmpty: 'end',
  policy: DEFAULT_POLICY,
};

/** A `ready` with a snapshot. */
export const ready = (change: Partial<ReadyFrame> = {}): ReadyFrame => ({
  t: 'ready',
  v: 1,
  epoch: 'e1',
  seq: 10,
  private: 0,
  recovered: false,
  acked: 0,
  self: ADA,
  policy: DEFAULT_POLICY,
  latest: [],
  direct: [],
  snapshot: { room: ROOM, roster: { members: [ADA, BEN], count: 2, next: null }, history: [], names: {} },
  ...change,
});

/** A `ready` that answers a resume from `seq`. */
export function resumed(seq: number, acked: number, change: Partial<ReadyFrame> = {}): ReadyFrame {
  const { snapshot: _, direct: __, ...rest } = ready({ seq, acked, recovered: true, ...change });
  return rest;
}

export const said = (seq: number, text: string, by: Member = BEN, n?: number) => ({
  t: 'chat.sent',
  at: seq * 10,
  seq,
  by: by.id,
  ...(n === undefined ? {} : { n }),
  body: { kind: 'text', text },
});

export const events = (prev: number, last: number, ...list: ReturnType<typeof said>[]): ServerFrame => ({
  t: 'events',
  prev,
  last,
  events: list,
});

type Listener = (event: { readonly data: unknown; readonly code: number; readonly reason: string }) => void;

/** The server's end of a socket, and the client's. */
export class FakeSocket implements SocketLike {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly texts: string[] = [];
  /** How the client closed it; null: it did not. */
  closedWith: number | null = null;
  answersPings = false;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string, protocols: readonly string[]) {
    this.url = new URL(url);
    this.protocols = protocols;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  send(data: string): void {
    this.texts.push(data);
    if (data === 'ping' && this.answersPings) queueMicrotask(() => this.tellText('pong'));
  }
  close(code = 1005): void {
    this.closedWith = code;
  }

  #dispatch(type: string, event: { data?: unknown; code?: number; reason?: string }): void {
    for (const listener of this.#listeners.get(type) ?? [])
      listener({ data: null, code: 0, reason: '', ...event });
  }
  /** Sends frames to the client. */
  tell(...frames: readonly (ServerFrame | object)[]): void {
    for (const frame of frames) this.#dispatch('message', { data: JSON.stringify(frame) });
  }
  tellText(data: string): void {
    this.#dispatch('message', { data });
  }
  /** The connection ends on the server's side or on the way. */
  breaks(code = 1006, reason = ''): void {
    this.#dispatch('close', { code, reason });
  }

  /** The commands the client sent here, pings left out. */
  get commands(): { t: string; n: number; [field: string]: unknown }[] {
    return this.texts.filter((text) => text !== 'ping').map((text) => JSON.parse(text));
  }
  /** What a chat client has said here, as `n:text`. */
  get chats(): string[] {
    return this.commands
      .filter(({ t }) => t === 'chat.send')
      .map(
        ({ n, body }) =>
          `${n}:${typeof body === 'object' && body !== null && 'text' in body ? body.text : ''}`,
      );
  }
}

export interface Request {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
}
type Reply = Response | Error;

/** A server in memory that does nothing by itself but let people in. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly requests: Request[] = [];
  /** Replies to the next requests; without any, a join is granted. */
  readonly replies: Reply[] = [];
  tokenLife = 3_600_000;

  readonly fetch: typeof fetch = async (input, init) => {
    this.requests.push({
      url: String(input),
      method: init?.method ?? 'GET',
      headers: new Headers(init?.headers),
      body: init?.body,
    });
    const reply = this.replies.shift() ?? this.admit();
    if (reply instanceof Error) throw reply;
    return reply;
  };

  /** What a request is answered for which no reply lies ready. */
  protected admit(): Response {
    const number = this.requests.length;
    return Response.json({
      member: ADA,
      token: `token-${number}`,
      tokenExpiresAt: Date.now() + this.tokenLife,
      ticket: `ticket-${number}`,
      ticketExpiresAt: Date.now() + 30_000,
      url: 'ws://meet.test/v1/rooms/abc-defg-hij/connect',
    });
  }

  get WebSocket() {
    const { sockets } = this;
    return class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    };
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  get options(): JoinOptions {
    return {
      server: 'http://meet.test',
      code: 'abc-defg-hij',
      name: 'Ada',
      fetch: this.fetch,
      WebSocket: this.WebSocket,
    };
  }

  /** A member who is in. Random waits are half of what they can be. */
  async join(first: ReadyFrame = ready(), options: Partial<JoinOptions> = {}): Promise<RoomConnection> {
    const joining = joinRoom({ ...this.options, random: () => 0.5, ...options });
    await settle();
    this.socket.tell(first);
    return joining;
  }
}

/** A problem as the server tells it. */
export const problem = (
  code: string,
  status: number,
  more: { retry?: number; detail?: string } = {},
): Response =>
  Response.json({ type: 'about:blank', title: `unable; ${code}`, status, code, ...more }, { status });

/** Lets all promises that can settle do so, without moving the clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

/** Where a promise stands: its value, its error's code, or 'open'. */
export async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'open';
  promise.then(
    (value) => {
      outcome = value;
    },
    (error: unknown) => {
      outcome = error instanceof Error && 'code' in error ? error.code : error;
    },
  );
  await settle();
  return outcome;
}

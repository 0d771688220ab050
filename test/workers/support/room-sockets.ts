import { exports } from 'cloudflare:workers';

export interface Frame {
  readonly t: string;
  readonly [field: string]: unknown;
}

/** A socket inside workerd, with all it was told. */
export interface Listening {
  /** Its first frame. */
  readonly first: Frame;
  readonly socket: WebSocket;
  readonly frames: Frame[];
  send(command: object): void;
  next(is: (frame: Frame) => boolean): Promise<Frame>;
}

/** A member's socket. */
export interface Member extends Listening {
  readonly id: string;
}

const ORIGIN = 'http://parley.test';

export async function create(settings: object = {}): Promise<{ code: string; hostKey: string }> {
  const response = await exports.default.fetch(`${ORIGIN}/v1/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Room', ...settings }),
  });
  if (response.status !== 201) throw new Error(`create: ${response.status} ${await response.text()}`);
  return (await response.json()) as { code: string; hostKey: string };
}

/** Joins in one step and waits for `ready`. */
export const enter = (code: string, name: string): Promise<Member> => connect(code, name, 'ready');
/** Joins in one step a room whose door is closed, and waits for the lobby's first frame. */
export const wait = (code: string, name: string): Promise<Member> => connect(code, name, 'waiting');

/** Opens a socket with a ticket and waits for `ready`. `at`: a query that says where a returning client stands. */
export const join = async (code: string, ticket: string, at = ''): Promise<Member> =>
  enterBy(
    await exports.default.fetch(`${ORIGIN}/v1/rooms/${code}/connect${at}`, {
      headers: { upgrade: 'websocket', 'sec-websocket-protocol': `parley.v1, parley.ticket.${ticket}` },
    }),
    'ready',
  );

const connect = async (code: string, name: string, first: 'ready' | 'waiting'): Promise<Member> =>
  enterBy(
    await exports.default.fetch(`${ORIGIN}/v1/rooms/${code}/connect?name=${encodeURIComponent(name)}`, {
      headers: { upgrade: 'websocket' },
    }),
    first,
  );

async function enterBy(response: Response, first: 'ready' | 'waiting'): Promise<Member> {
  const listening = await listen(response, first);
  const { id } = listening.first.self as { id: string };
  return { ...listening, id };
}

/** Takes up the socket of an upgrade's answer, and waits for its first frame. */
export async function listen(response: Response, t: 'ready' | 'waiting'): Promise<Listening> {
  const socket = response.webSocket;
  if (socket === null) throw new Error(`connect: ${response.status} ${await response.text()}`);
  socket.accept();
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  socket.addEventListener('message', ({ data }: MessageEvent) => {
    if (typeof data !== 'string' || data === 'pong') return;
    frames.push(JSON.parse(data) as Frame);
    for (const look of waiting) look();
  });
  const next = (is: (frame: Frame) => boolean): Promise<Frame> =>
    new Promise((resolve) => {
      const look = () => {
        const found = frames.find(is);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const first = await next((frame) => frame.t === t);
  return { first, socket, frames, next, send: (command) => socket.send(JSON.stringify(command)) };
}

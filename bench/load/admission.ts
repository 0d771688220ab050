import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { SUBPROTOCOL, ticketSubprotocol } from '../../src/protocol/index.ts';
import { Connection, type ConnectOptions, type Listener } from './connection.ts';
import { PATHS, SOCKET_IO } from './dialect.ts';
import type { Target } from './jobs.ts';

/** The one room of a run. */
export type Room = {
  target: Target;
  /** Of the one-step form. */
  path: string;
  /** Of the two-step form; null where the server has none. */
  joinPath: string | null;
};

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Makes the room where the server wants that. */
export async function openRoom(target: Target, members: number): Promise<Room> {
  if (target.dialect !== 'parley') return { target, path: PATHS[target.dialect], joinPath: null };
  const { code } = await post(target.port, '/v1/rooms', { name: 'Bench', capacity: members + 1 });
  return { target, path: `/v1/rooms/${code}/connect?name=Ada`, joinPath: `/v1/rooms/${code}/join` };
}

type Entry = { form: 'two-step' | 'one-step'; listener: Listener; query?: string };

/** Lets one member in; resolves when the server has greeted, or, where it does not, has answered 101. */
export async function enter(room: Room, { form, listener, query = '' }: Entry): Promise<Connection> {
  const { port, dialect, deflate } = room.target;
  let path = room.path + query;
  let protocols: string[] = [];
  if (form === 'two-step' && room.joinPath !== null) {
    const joined = await post(port, room.joinPath, { name: 'Ada' });
    const url = new URL(String(joined.url));
    path = url.pathname + url.search;
    protocols = [SUBPROTOCOL, ticketSubprotocol(String(joined.ticket))];
  }
  if (dialect === 'socket.io') return enterSocketIo({ port, path, deflate }, listener);
  if (dialect !== 'parley') return Connection.open({ port, path, deflate }, listener);
  return greeted({ port, path, protocols, deflate }, listener, () => true);
}

/** Opens, and asks to come in. */
async function enterSocketIo(options: ConnectOptions, listener: Listener): Promise<Connection> {
  const heartbeat = { ask: SOCKET_IO.ping, answer: SOCKET_IO.pong };
  const connection = await greeted({ ...options, heartbeat }, {}, (text) =>
    text.startsWith(SOCKET_IO.opened),
  );
  const isIn = Promise.withResolvers<void>();
  connection.listener = {
    onFrame: (frame, start, end) => {
      const text = frame.toString('latin1', start, end);
      if (text.startsWith(SOCKET_IO.isIn)) isIn.resolve();
      else isIn.reject(new Error(`unable to join; the server says ${text}`));
    },
    onClose: (reason) => isIn.reject(new Error(`unable to join; ${reason}`)),
  };
  connection.send(SOCKET_IO.comeIn);
  await isIn.promise;
  connection.listener = listener;
  return connection;
}

/** Opens; resolves with the first frame, or rejects where that is not the one that is waited for. */
async function greeted(
  options: ConnectOptions,
  listener: Listener,
  isGreeting: (head: string) => boolean,
): Promise<Connection> {
  const heard = Promise.withResolvers<void>();
  // Nobody waits for it where there is no connection.
  heard.promise.catch(() => {});
  const connection = await Connection.open(options, {
    ...listener,
    onFrame: (frame, start, end, compressed) => {
      const head = frame.toString('latin1', start, end);
      if (isGreeting(head)) heard.resolve();
      else heard.reject(new Error(`unable to join; the server says ${head}`));
      listener.onFrame?.(frame, start, end, compressed);
    },
    onClose: (reason) => heard.reject(new Error(`unable to join; ${reason}`)),
  });
  await heard.promise;
  connection.listener = listener;
  return connection;
}

/** Runs `work` for 0 to count - 1, at most `concurrency` of them at a time. */
export async function inTurn<T>(
  count: number,
  concurrency: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, worker));
  return results;
}

const QUIET_MS = 400;
const SETTLE_MS = 60_000;

/** Waits until nothing has come on any connection for so long, in ms; answers when the last byte was seen. */
export async function quiet(
  connections: readonly Pick<Connection, 'bytes'>[],
  silence = QUIET_MS,
): Promise<number> {
  const total = () => connections.reduce((sum, connection) => sum + connection.bytes, 0);
  const deadline = performance.now() + SETTLE_MS;
  let seen = -1;
  let changed = performance.now();
  while (performance.now() - changed < silence) {
    if (performance.now() > deadline) throw new Error('unable to begin; the server does not come to rest');
    await wait(10);
    const now = total();
    if (now === seen) continue;
    seen = now;
    changed = performance.now();
  }
  return changed;
}

/** Posts JSON; answers what the server says, or throws with it where it refuses. */
export function post(
  port: number,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          ...headers,
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(parts).toString();
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(JSON.parse(answer));
          else reject(new Error(`unable to POST ${path}; the server says ${status} ${answer}`));
        });
      },
    );
    asked.on('error', reject);
    asked.end(text);
  });
}

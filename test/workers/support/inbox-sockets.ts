import { exports } from 'cloudflare:workers';
import type { ConnectResponse } from '../../../src/protocol/index.ts';
import { PASSWORD } from './account-server.ts';
import { type Frame, type Listening, listen } from './room-sockets.ts';

const ORIGIN = 'http://parley.test';

export interface Person {
  readonly id: string;
  readonly token: string;
}

const headersOf = (token: string, body: boolean): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(body ? { 'content-type': 'application/json' } : {}),
});

/** A request of somebody with an account. */
export const ask = (token: string, method: string, path: string, body?: unknown): Promise<Response> =>
  exports.default.fetch(`${ORIGIN}${path}`, {
    method,
    headers: headersOf(token, body !== undefined),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** So many may register from one address before they have to wait: each comes from another one. */
let addresses = 0;

const post = async (path: string, body: object): Promise<{ account: { id: string }; token: string }> => {
  addresses += 1;
  const response = await exports.default.fetch(`${ORIGIN}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'cf-connecting-ip': `198.51.100.${addresses % 256}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
};

/** Registers somebody. */
export async function register(userName: string): Promise<Person> {
  const { account, token } = await post('/v1/accounts', { userName, password: PASSWORD });
  return { id: account.id, token };
}

/** Logs somebody in once more; answers the token. */
export const logIn = async (userName: string): Promise<string> =>
  (await post('/v1/logins', { userName, password: PASSWORD })).token;

/** Asks for a ticket for one of the person's devices; null: a new one. */
export async function askTicket(token: string, device: string | null = null): Promise<ConnectResponse> {
  const response = await ask(token, 'POST', '/v1/me/connect', device === null ? {} : { device });
  if (response.status !== 200) throw new Error(`connect: ${response.status} ${await response.text()}`);
  return (await response.json()) as ConnectResponse;
}

/** The answer to an upgrade with a ticket. `at`: a query that says where a returning device stands. */
export const upgrade = (ticket: string, at = ''): Promise<Response> =>
  exports.default.fetch(`${ORIGIN}/v1/me/connect${at}`, {
    headers: { upgrade: 'websocket', 'sec-websocket-protocol': `parley.v1, parley.ticket.${ticket}` },
  });

/** A connected device. */
export interface Device extends Listening {
  readonly id: string;
  readonly ready: Frame;
}

/** Connects a device, and waits for its first frame. */
export async function connect(token: string, device: string | null = null, at = ''): Promise<Device> {
  const { ticket, device: id } = await askTicket(token, device);
  const listening = await listen(await upgrade(ticket, at), 'ready');
  return { ...listening, id, ready: listening.first };
}

/** Where a device stands, as a query for its return. */
export function positionOf({ ready, frames }: Device): string {
  let seq = Number(ready.seq);
  let own = Number(ready.private);
  for (const frame of frames) {
    if (frame.t === 'events') seq = Number(frame.last);
    if (frame.t === 'private') own = Number(frame.last);
  }
  return `?epoch=${String(ready.epoch)}&seq=${seq}&private=${own}`;
}

import type { ConnectResponse } from '../../../src/protocol/index.ts';
import { type Answer, Api } from '../../support/raw-client.ts';
import { register, UNLIMITED, whoIs } from './people.ts';
import { type Frame, PlainSocket } from './plain-socket.ts';

const FAST = { RATE_CHAT: '100000/100000', RATE_CONTROL: '100000/100000', RATE_QUERY: '100000/100000' };
export const VARS = { ...UNLIMITED, ...FAST, RATE_ERROR: '100000/100000' };

/** Somebody with an account and one device that is connected. */
export interface Somebody {
  readonly id: string;
  readonly token: string;
  readonly device: string;
  readonly socket: PlainSocket;
}

export let api: Api;
/** From now on it is this server that is asked. */
export function askServer(url: string): void {
  api = new Api(url);
}

export async function ask<T>(method: string, path: string, token: string, content?: object): Promise<T> {
  const answer = await api.request(
    method,
    path,
    content === undefined ? { token } : { token, body: content },
  );
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

/** The next frame that has not been read yet. */
export async function frameOf(socket: PlainSocket): Promise<Frame> {
  for (;;) {
    const text = await socket.nextText();
    if (text !== 'pong') return JSON.parse(text) as Frame;
  }
}

/** Connects one of somebody's devices (null: a new one), and answers its first frame. */
export async function connect(
  token: string,
  device: string | null = null,
): Promise<{ readonly device: string; readonly socket: PlainSocket; readonly ready: Frame }> {
  const opened = await ask<ConnectResponse>(
    'POST',
    '/v1/me/connect',
    token,
    device === null ? {} : { device },
  );
  const socket = await PlainSocket.open(opened.url, ['parley.v1', `parley.ticket.${opened.ticket}`]);
  // A socket over which nothing was sent takes the platform seconds to close.
  socket.socket.send('ping');
  return { device: opened.device, socket, ready: await frameOf(socket) };
}

export async function come(userName: string): Promise<Somebody> {
  const { id, token } = whoIs(await register(api.base, userName));
  const { device, socket } = await connect(token);
  return { id, token, device, socket };
}

export const command = ({ token, device }: Somebody, given: object): Promise<Answer> =>
  api.request('POST', '/v1/me/commands', { token, body: { device, command: given } });

export async function done(somebody: Somebody, given: object): Promise<void> {
  const answer = await command(somebody, given);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

export const introduce = ({ token }: Somebody, account: string): Promise<Answer> =>
  api.request('POST', '/v1/me/people', { token, body: { account } });

/** Makes two people contacts of each other. */
export async function befriend(one: Somebody, other: Somebody): Promise<void> {
  await ask('POST', '/v1/me/people', one.token, { account: other.id });
  await done(one, { t: 'contact.ask', account: other.id });
  for (let attempt = 0; ; attempt += 1) {
    const accepted = await command(other, { t: 'contact.accept', account: one.id });
    if (accepted.status === 200) break;
    if (attempt === 100) throw new Error(JSON.stringify(accepted.body));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (let attempt = 0; ; attempt += 1) {
    const { ready, socket } = await connect(one.token, one.device);
    socket.socket.terminate();
    const { contacts } = ready.snapshot as { readonly contacts: readonly { readonly state: string }[] };
    if (contacts.some(({ state }) => state === 'contact')) return;
    if (attempt === 100) throw new Error('they are not contacts');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

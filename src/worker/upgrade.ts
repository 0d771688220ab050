import type { Context } from 'hono';
import { problem } from '../platform/problem.ts';
import { callRoom } from '../platform/retry.ts';
import { UPGRADE_HEADERS } from '../platform/room-rpc.ts';
import { type Offer, readOffer, refuse, SUPPORTED_VERSIONS, succeed } from '../protocol/index.ts';
import { addressOf } from './limits.ts';
import { isAllowedOrigin } from './origins.ts';
import { deny } from './refusals.ts';
import type { AppTypes } from './services.ts';

/** Where a client stands when it resumes. */
const RESUME = ['epoch', 'seq', 'private'];

/** The right to open one socket; with `token` where somebody came in by this very request. */
export interface SocketEntry {
  readonly ticket: string;
  readonly token?: string;
}

/** What a client offers that may open a socket. */
type Offered = Extract<Offer, { readonly ok: true }>;

/** The WebSocket's address, on the host that was asked. */
export function socketUrl(requestUrl: string, path: string): string {
  const url = new URL(path, requestUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** What the client offers, or the answer to a request that can be no socket of ours: upgrade, origin, version. */
export async function readSocketOffer(c: Context<AppTypes>): Promise<Offered | Response> {
  const request = c.req.raw;
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    return problem(refuse('upgrade_required'), { upgrade: 'websocket', connection: 'Upgrade' });
  }
  const { allowedOrigins } = c.get('services').settings;
  if (!isAllowedOrigin(request.headers.get('origin'), request.url, allowedOrigins)) {
    return deny(c, refuse('origin_refused'));
  }
  const offer = readOffer(request.headers.get('sec-websocket-protocol'));
  if (offer.ok) return offer;
  const detail = SUPPORTED_VERSIONS.map((known) => `parley.v${known}`).join(', ');
  return deny(c, refuse('version_unsupported', { detail }));
}

/** The object has one way in; its name is in the stub. */
const AT_THE_OBJECT = 'http://room/connect';

/** The upgrade as the object gets it: our word alone. What it does not get it can neither believe nor leak, nor hold. */
export function upgradeRequest(
  c: Context<AppTypes>,
  { ticket, token }: SocketEntry,
  subprotocol: string | null,
): Request {
  const headers: Record<string, string> = { upgrade: 'websocket', [UPGRADE_HEADERS.ticket]: ticket };
  if (token !== undefined) headers[UPGRADE_HEADERS.token] = token;
  if (subprotocol !== null) headers[UPGRADE_HEADERS.subprotocol] = subprotocol;
  if (c.req.query('epoch') !== undefined) {
    const position = RESUME.map((name): [string, string] => [name, c.req.query(name) ?? '']);
    headers[UPGRADE_HEADERS.position] = new URLSearchParams(position).toString();
  }
  return new Request(AT_THE_OBJECT, { headers });
}

/** Passes the upgrade on; the object's answer comes back as it is, be it 101 or a problem. */
export async function forwardUpgrade(
  c: Context<AppTypes>,
  stub: () => { fetch(request: Request): Promise<Response> },
  request: Request,
): Promise<Response> {
  // A ticket opens one socket: the request can't be repeated.
  const answer = await callRoom(stub, async (object) => succeed(await object.fetch(request)), {
    repeatable: false,
  });
  if (!answer.ok) return deny(c, answer.error);
  const { status } = answer.value;
  if (status !== 401 && status !== 404) return answer.value;
  const { refusals, clock } = c.get('services');
  const wait = await refusals.count(addressOf(c.req.raw.headers), clock.now());
  return wait === 0 ? answer.value : problem(refuse('rate_limited', { retry: wait }));
}

import { Agent, request } from 'node:http';
import type { Target } from './wire.ts';

/** Far more than a browser opens. */
const agent = new Agent({ keepAlive: true, maxSockets: 20 });

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An HTTP request from where the load seems to come from. */
export function ask(
  { port, address }: Target,
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      { agent, host: '127.0.0.1', port, method, path, headers: { 'cf-connecting-ip': address, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.once('error', reject);
      },
    );
    call.once('error', reject);
    call.end(body);
  });
}

export interface Seat {
  readonly token: string;
  readonly ticket: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Asks for a seat: as somebody new, or with a token as somebody who is back. Null with the status when refused. */
export async function takeSeat(
  target: Target,
  who: { readonly name: string } | { readonly token: string },
): Promise<Seat | number> {
  const [headers, body] =
    'token' in who
      ? [{ ...JSON_TYPE, authorization: `Bearer ${who.token}` }, '{}']
      : [JSON_TYPE, JSON.stringify(who)];
  const { status, text } = await ask(target, 'POST', `/v1/rooms/${target.code}/join`, headers, body);
  return status === 200 ? (JSON.parse(text) as Seat) : status;
}

/** A seat for somebody new; throws when refused. */
export async function mustTakeSeat(target: Target, name: string): Promise<Seat> {
  const seat = await takeSeat(target, { name });
  if (typeof seat === 'number') throw new Error(`unable to join; the server answers ${seat}`);
  return seat;
}

/** Does a job for each number below `total`, `width` at a time. */
export async function times(total: number, width: number, job: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < total) {
      next += 1;
      await job(next - 1);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
}

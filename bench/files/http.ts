import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** What is asked of a server on the loopback address. */
export type Question = {
  port: number;
  method?: 'GET' | 'POST' | 'PUT';
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
  /** Bytes a second at which the body goes out, or the answer is read; as fast as it can be unless given. */
  pace?: number;
  /** Gives it up. What had come until then is answered. */
  signal?: AbortSignal;
};

/** Connections stay open, as a browser keeps them. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Bytes that go out at a time where it is slow. */
const SLOW_PIECE = 65_536;

/** Asks, and hands the answer on as it comes, once its head is there. Throws where the server refuses. */
function open(question: Question): Promise<IncomingMessage> {
  const { port, method = 'GET', path, headers = {}, body, pace, signal } = question;
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent,
        signal,
        headers: body === undefined ? headers : { ...headers, 'content-length': body.length },
      },
      (response) => {
        const { statusCode = 0 } = response;
        if (statusCode < 300) return resolve(response);
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          reject(
            new Error(
              `unable to ${method} ${path}; the server says ${statusCode} ${Buffer.concat(parts).toString().slice(0, 600)}`,
            ),
          ),
        );
      },
    );
    asked.on('error', reject);
    if (body === undefined || pace === undefined) asked.end(body);
    else void trickle(asked, body, pace, signal).catch(reject);
  });
}

async function trickle(
  out: NodeJS.WritableStream,
  body: Buffer,
  pace: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let from = 0; from < body.length && signal?.aborted !== true; from += SLOW_PIECE) {
    out.write(body.subarray(from, from + SLOW_PIECE));
    await wait((SLOW_PIECE / pace) * 1_000);
  }
  if (signal?.aborted !== true) out.end();
}

/** Asks, and reads an answer of JSON; one without a body is as good as an empty one. */
export async function ask(question: Question): Promise<Record<string, unknown>> {
  const response = await open(question);
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : JSON.parse(text);
}

/** Asks, and throws the answer away; its bytes. Throws where fewer come than were announced, unless it was given up. */
export async function drain(question: Question): Promise<number> {
  const response = await open(question);
  const { pace, signal } = question;
  const announced = Number(response.headers['content-length'] ?? Number.NaN);
  const start = performance.now();
  let bytes = 0;
  try {
    for await (const part of response) {
      bytes += (part as Buffer).length;
      const early = pace === undefined ? 0 : (bytes / pace) * 1_000 - (performance.now() - start);
      if (early > 1) await wait(early, undefined, { signal });
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    response.destroy();
    return bytes;
  }
  if (Number.isFinite(announced) && announced !== bytes)
    throw new Error(`unable to read ${question.path}; ${bytes} of ${announced} bytes came`);
  return bytes;
}

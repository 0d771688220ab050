import { randomFillSync } from 'node:crypto';
import { Agent, request } from 'node:http';
import { crc32 } from 'node:zlib';

const agent = new Agent({ keepAlive: true });

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Length, type and checksum of a chunk. */
const CHUNK_BYTES = 12;

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A PNG of so many bytes, as far as anybody looks who does not draw it; each one is another. */
export function picture(bytes: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(1600, 0);
  header.writeUInt32BE(1200, 4);
  // Eight bits for each of red, green and blue.
  header.set([8, 2], 8);
  const before = [SIGNATURE, chunk('IHDR', header)];
  const end = chunk('IEND', Buffer.alloc(0));
  const used = [...before, end].reduce((sum, { length }) => sum + length, CHUNK_BYTES);
  return Buffer.concat([...before, chunk('IDAT', randomFillSync(Buffer.allocUnsafe(bytes - used))), end]);
}

/** Sends a request and reads the whole answer. Throws where it is refused. */
export function send(
  port: number,
  method: 'POST' | 'GET',
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: Buffer },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent,
        headers: body === undefined ? headers : { ...headers, 'content-length': body.length },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(parts);
          const { statusCode = 0 } = response;
          if (statusCode < 300) resolve(answer);
          else reject(new Error(`unable to ${method} ${path}; the server says ${statusCode} ${answer}`));
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

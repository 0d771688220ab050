import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { makeRoom } from '../support/talker.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';

const MOST = 5;

let server: RoomServer | undefined;
const lines: Socket[] = [];
afterAll(async () => {
  for (const line of lines) line.destroy();
  await server?.close();
});

interface Joined {
  readonly token: string;
  readonly ticket: string;
}

async function join(url: string, code: string, token?: string): Promise<Joined> {
  const response = await fetch(`${url}/v1/rooms/${code}/join`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: token === undefined ? '{"name":"Ada"}' : '{}',
  });
  return (await response.json()) as Joined;
}

/** Opens a socket, says one ping, and never says anything again, not even goodbye. Answers the status line. */
function open(port: number, code: string, ticket: string): Promise<string> {
  const line = connect(port, '127.0.0.1');
  lines.push(line);
  line.write(
    [
      `GET /v1/rooms/${code}/connect HTTP/1.1`,
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Sec-WebSocket-Protocol: parley.v1, parley.ticket.${ticket}`,
      '\r\n',
    ].join('\r\n'),
  );
  return new Promise((resolve, reject) => {
    line.on('error', reject);
    line.once('data', (chunk) => {
      // "ping", masked with zeros.
      line.write(Buffer.from([0x81, 0x84, 0, 0, 0, 0, ...Buffer.from('ping')]));
      resolve(chunk.toString('latin1').split('\r\n')[0] ?? '');
    });
  });
}

test('whose lines die without a word, again and again, still comes back; but not without end', async () => {
  server = await startRoomServer({ vars: { SOCKETS_PER_MEMBER: String(MOST) } });
  const { code } = await makeRoom(server.url);
  const { token, ticket } = await join(server.url, code);
  const answers = [await open(server.port, code, ticket)];
  while (answers.length < 4 * MOST + 1) {
    answers.push(await open(server.port, code, (await join(server.url, code, token)).ticket));
  }
  expect(answers.slice(0, 4 * MOST).filter((line) => !line.includes('101'))).toEqual([]);
  expect(answers.at(-1)).toContain('429');
});

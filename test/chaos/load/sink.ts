// A server that lets everybody in and listens to nobody: what a flood costs the machine is measured against it.
import { createServer } from 'node:net';
import type { FloodReport } from './jobs.ts';

const SEAT = '{"token":"t","ticket":"t"}';
const ADMITTED = `HTTP/1.1 200 OK\r\nContent-Length: ${SEAT.length}\r\n\r\n${SEAT}`;
const UPGRADED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const REFUSED = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n';
/** What somebody offers who only guesses. */
const GUESS = /Bearer eyJ|ticket\.m_/i;

const server = createServer({ noDelay: true }, (socket) => {
  let isUpgraded = false;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    if (isUpgraded) return;
    const head = bytes.toString('latin1', 0, 1_000);
    const isGuess = GUESS.test(head);
    isUpgraded = head.startsWith('GET') && !isGuess && head.includes('\r\n\r\n');
    if (isUpgraded) socket.write(UPGRADED);
    else if (isGuess) socket.write(REFUSED);
    else if (head.startsWith('POST') && (head.includes('"name"') || head.endsWith('{}')))
      socket.write(ADMITTED);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('unable to listen');
  process.send?.({ tell: 'listening', port: address.port } satisfies FloodReport);
});
process.once('disconnect', () => process.exit(0));

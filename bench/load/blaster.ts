// A server that does nothing but send: how much the generator can take is measured against it. Started by
// bench/run.ts as a process of its own; sends as long as its parent lets it.
import { createServer, type Socket } from 'node:net';
import { serverFrame } from './connection.ts';
import { chatEvent, type Dialect } from './dialect.ts';

/** Frames like those of a server, `perFrame` events in each, the same to all members. */
export type BlasterJob = { dialect: Dialect; members: number; perFrame: number; bytes: number };

/** The port, as soon as it listens. */
export type BlasterReport = { port: number };

const CODE_ANSWER = '{"code":"aaa-bbbb-ccc"}';
const UPGRADED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const BODIES = 64;

function blast({ dialect, members, perFrame, bytes }: BlasterJob): void {
  const sockets: Socket[] = [];
  const next = frames(dialect, perFrame, bytes);
  let draining = 0;

  const round = () => {
    const frame = next();
    for (const socket of sockets) {
      if (socket.write(frame)) continue;
      draining += 1;
      socket.once('drain', () => {
        draining -= 1;
        if (draining === 0) round();
      });
    }
    if (draining === 0) setImmediate(round);
  };

  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (head) => {
      if (head.toString('latin1', 0, 4) === 'POST') {
        // The room that the generator asks for.
        socket.end(`HTTP/1.1 201 Created\r\nContent-Length: ${CODE_ANSWER.length}\r\n\r\n${CODE_ANSWER}`);
        return;
      }
      socket.write(UPGRADED);
      if (dialect === 'parley') socket.write(serverFrame('{"t":"ready"}'));
      sockets.push(socket);
      if (sockets.length === members) setTimeout(round, 200);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('unable to listen');
    process.send?.({ port: address.port } satisfies BlasterReport);
  });
}

/** Frames whose positions follow on one another; the events inside come round again. */
function frames(dialect: Dialect, perFrame: number, bytes: number): () => Buffer {
  const bodies = Array.from({ length: BODIES }, (_, body) =>
    Array.from({ length: perFrame }, (__, index) => {
      const number = body * perFrame + index;
      return chatEvent(number, 1_000_000 + number, 1 + number, bytes);
    }).join(),
  );
  const ready = dialect === 'parley' ? null : bodies.map(serverFrame);
  let round = 0;
  return () => {
    const body = round % BODIES;
    const prev = round * perFrame;
    round += 1;
    if (ready !== null) return ready[body] ?? Buffer.alloc(0);
    const last = prev + perFrame;
    return serverFrame(`{"t":"events","prev":${prev},"last":${last},"events":[${bodies[body]}]}`);
  };
}

process.once('message', blast);
process.once('disconnect', () => process.exit(0));

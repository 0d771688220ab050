import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What comes to a gate: method and path, with what stands behind a `?`. */
export interface Caller {
  readonly method: string;
  readonly path: string;
}

/** Stands before a server. All goes through, but what is held back: of that not even the bytes are taken. */
export interface Gate {
  readonly url: string;
  /** Tells of each request that has been let through, in order. */
  readonly passed: Caller[];
  /** Tells of each whose answer has been let through too: whatever a bar shows of a request, its work is done only then. */
  readonly answered: Caller[];
  /** From now on such requests wait, until they are let go. */
  hold(isHeld: (caller: Caller) => boolean): void;
  /** Holds nothing back any more. */
  letGo(): void;
  close(): Promise<void>;
}

/**
 * A gate before the server at `target`. (Held back in the browser, requests of some MB make it stand still.) `policy`: the
 * Content-Security-Policy of the pages that come through it, in place of theirs.
 */
export async function openGate(target: string, policy?: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const passed: Caller[] = [];
  const answered: Caller[] = [];
  let waiting: (() => void)[] = [];
  let isHeld: (caller: Caller) => boolean = () => false;

  const pass = (from: IncomingMessage, to: ServerResponse): void => {
    const { method = 'GET', url: path = '/', headers } = from;
    if (from.destroyed) return;
    const caller = { method, path };
    passed.push(caller);
    const onward = request({ agent, hostname, port, method, path, headers }, (answer) => {
      const { 'content-security-policy': own, ...others } = answer.headers;
      const said = own === undefined ? others : { ...others, 'content-security-policy': policy ?? own };
      to.writeHead(answer.statusCode ?? 502, said);
      answer.pipe(to);
      to.on('finish', () => answered.push(caller));
      answer.on('error', () => to.destroy());
    });
    // Whoever goes takes the other end along.
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  };
  const server = createServer((from, to) => {
    const caller = { method: from.method ?? 'GET', path: from.url ?? '/' };
    if (isHeld(caller)) waiting.push(() => pass(from, to));
    else pass(from, to);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (from: IncomingMessage, socket: Socket, head: Buffer) => {
    const onward = connect(Number(port), hostname, () => {
      const lines = from.rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [`${name}: ${from.rawHeaders[at + 1] ?? ''}`] : [],
      );
      onward.write(`${[`${from.method} ${from.url} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    answered,
    hold: (which) => {
      isHeld = which;
    },
    letGo: () => {
      isHeld = () => false;
      const all = waiting;
      waiting = [];
      for (const go of all) go();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

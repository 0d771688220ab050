import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One address for servers that come one after another, each on a port of its own: to a browser they are the same. */
export interface SteadyAddress {
  readonly url: string;
  /** From now on it leads to the server at this address; what went to the one before is cut. */
  leadTo(url: string): void;
  close(): Promise<void>;
}

export async function steadyAddress(): Promise<SteadyAddress> {
  let port = 0;
  const sockets = new Set<Socket>();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    // Whoever goes takes the other end along.
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    keep(from, to);
    keep(to, from);
    from.pipe(to).pipe(from);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (url) => {
      port = Number(new URL(url).port);
      cut();
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

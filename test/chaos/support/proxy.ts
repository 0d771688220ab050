import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

/** How one direction of a connection carries its bytes. */
const CARRIAGES = ['smooth', 'late', 'one byte at a time', 'torn', 'narrow'] as const;
type Carriage = (typeof CARRIAGES)[number];

/** What becomes of a connection in the middle of a frame. deaf: from there on every byte to it is lost, and nobody closes anything. */
const FATES = ['reset', 'closed', 'server goes deaf', 'client goes deaf'] as const;
type Fate = (typeof FATES)[number];

/** ms; the longest that a late piece is held back. */
const LATE = 100;
/** Bytes that are sent one at a time in one direction; after them it is torn. */
const ONE_BY_ONE = 1_500;
/** Bytes of the largest torn piece. */
const TORN = 600;
/** Bytes and ms: 32 KB a second. */
const NARROW = { bytes: 1_024, every: 32 };
/** Bytes after which a fate falls, at most. */
const REACH = { up: 2_500, down: 40_000 };
/** One fate in so many falls this early: in the handshake, in a request, in the first frame. */
const EARLY = { oneIn: 5, bytes: 1_200 };
/** ms, at most, from the client's goodbye until something on the way gives a dead line up, and the server is told. */
const LINGER = 1_500;

/** The first byte of a WebSocket's close frame: final, opcode 8. */
const CLOSE_FRAME = 0x88;

interface Piece {
  readonly bytes: Buffer;
  /** ms before it; null: the next turn of the event loop. */
  readonly after: number | null;
}

/** A TCP proxy between clients and a server that makes bad lines of good ones. */
export interface BadNetwork {
  readonly url: string;
  /** How often what happened. */
  readonly counts: ReadonlyMap<Carriage | Fate, number>;
  /** ms from the first byte lost until the client of a WebSocket gave up or said goodbye. */
  readonly noticedAfter: Readonly<Record<'server' | 'client', readonly number[]>>;
  /** Lines made from now on are bad; those that stand are cut. */
  storm(): void;
  /** Lines made from now on are good. Bad ones stay as they are: their clients must find out. */
  calm(): void;
  close(): Promise<void>;
}

/** `random` decides over everything: numbers from 0 to below 1. */
export async function startProxy(port: number, random: () => number): Promise<BadNetwork> {
  const lines = new Set<Line>();
  const counts = new Map<Carriage | Fate, number>();
  const noticedAfter = { server: [] as number[], client: [] as number[] };
  let isBad = false;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const line = new Line(client, connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }), {
      random,
      isBad,
      count: (what) => counts.set(what, (counts.get(what) ?? 0) + 1),
      noticed: (deaf, after) => noticedAfter[deaf].push(after),
      ended: () => lines.delete(line),
    });
    lines.add(line);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('unable to open the proxy');
  const cut = () => {
    for (const line of lines) line.reset();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    counts,
    noticedAfter,
    storm: () => {
      isBad = true;
      cut();
    },
    calm: () => {
      isBad = false;
    },
    close: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

interface Surroundings {
  readonly random: () => number;
  readonly isBad: boolean;
  count(what: Carriage | Fate): void;
  noticed(deaf: 'server' | 'client', after: number): void;
  ended(): void;
}

/** One connection through the proxy. */
class Line {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #around: Surroundings;
  /** Who no longer hears anything, and since when. */
  #deaf: { readonly who: 'server' | 'client'; readonly since: number } | null = null;
  #isSocket = false;
  #isGivenUp = false;

  constructor(client: Socket, server: Socket, around: Surroundings) {
    this.#client = client;
    this.#server = server;
    this.#around = around;
    for (const socket of [client, server]) socket.on('error', () => {});
    const fate = this.#draw(FATES);
    const goesUp = fate === 'client goes deaf' ? false : fate === 'server goes deaf' || this.#chance(2);
    const reach = this.#chance(EARLY.oneIn) ? EARLY.bytes : goesUp ? REACH.up : REACH.down;
    const left = 1 + Math.floor(around.random() * reach);
    void this.#carry(client, server, goesUp ? { fate, left } : null);
    void this.#carry(server, client, goesUp ? null : { fate, left });
    client.once('close', () => {
      this.#noticed();
      if (this.#deaf === null) server.destroy();
      around.ended();
    });
    server.once('close', () => {
      if (this.#deaf?.who !== 'client') client.destroy();
    });
  }

  reset(): void {
    this.#deaf = null;
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  #draw<T>(from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.#around.random() * from.length)] ?? from[0];
  }
  #chance(oneIn: number): boolean {
    return this.#around.random() * oneIn < 1;
  }

  async #carry(from: Socket, to: Socket, end: { fate: Fate; left: number } | null): Promise<void> {
    const isUp = from === this.#client;
    const carriage = this.#around.isBad ? this.#draw(CARRIAGES) : 'smooth';
    let sent = 0;
    const isLost = () => this.#deaf?.who === (isUp ? 'server' : 'client');
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        if (isUp) this.#look(chunk);
        if (isLost()) continue;
        if (sent === 0 && this.#around.isBad) this.#around.count(carriage);
        const ends = this.#around.isBad && end !== null && sent + chunk.length > end.left;
        const carried = ends ? chunk.subarray(0, end.left - sent) : chunk;
        for (const { bytes, after } of this.#pieces(carried, carriage, sent)) {
          if (after === null) await turn();
          else if (after > 0) await wait(after);
          if (!to.writable) return;
          if (!to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
        }
        sent += chunk.length;
        if (ends && !this.#meet(end.fate)) return;
      }
      if (!isLost()) to.end();
      // Nobody would close the other half of a line on which the answer is lost.
      if (isUp && this.#deaf !== null) from.destroy();
    } catch {
      // One of the ends is gone; closing the other is up to whoever hears of it.
    }
  }

  *#pieces(chunk: Buffer, carriage: Carriage, sent: number): Generator<Piece> {
    const { random } = this.#around;
    let rest = chunk;
    const take = (size: number): Buffer => {
      const bytes = rest.subarray(0, size);
      rest = rest.subarray(size);
      return bytes;
    };
    if (carriage === 'smooth' || carriage === 'late') {
      yield { bytes: rest, after: carriage === 'late' ? random() * LATE : 0 };
      return;
    }
    if (carriage === 'one byte at a time') {
      for (let at = sent; at < ONE_BY_ONE && rest.length > 0; at += 1) yield { bytes: take(1), after: null };
    }
    while (rest.length > 0) {
      if (carriage === 'narrow') yield { bytes: take(NARROW.bytes), after: NARROW.every };
      else yield { bytes: take(1 + Math.floor(random() ** 2 * TORN)), after: this.#chance(4) ? 2 : null };
    }
  }

  /** Carries out what was to become of it. Answers whether bytes are read on. */
  #meet(fate: Fate): boolean {
    this.#around.count(fate);
    switch (fate) {
      case 'server goes deaf':
      case 'client goes deaf':
        this.#deaf = { who: fate === 'server goes deaf' ? 'server' : 'client', since: performance.now() };
        return true;
      case 'reset':
        this.reset();
        return false;
      case 'closed':
        for (const socket of [this.#client, this.#server]) {
          socket.end();
          setTimeout(() => socket.destroy(), 50);
        }
        return false;
      default:
        return fate satisfies never;
    }
  }

  /** Looks at what the client sends: whether it opens a WebSocket, and whether it says goodbye on a dead one. */
  #look(chunk: Buffer): void {
    if (!this.#isSocket) this.#isSocket = /^upgrade: websocket/im.test(chunk.toString('latin1'));
    else if (chunk[0] === CLOSE_FRAME) this.#noticed();
  }

  /** The client gave a dead line up. It has closed it, or said so and waits for an answer that can't come. */
  #noticed(): void {
    if (this.#deaf === null || this.#isGivenUp) return;
    this.#isGivenUp = true;
    if (this.#isSocket) this.#around.noticed(this.#deaf.who, performance.now() - this.#deaf.since);
    setTimeout(() => {
      this.#client.destroy();
      this.#server.destroy();
    }, this.#around.random() * LINGER);
  }
}

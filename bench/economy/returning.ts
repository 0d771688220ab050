import { SUBPROTOCOL, ticketSubprotocol } from '../../src/protocol/index.ts';
import { enter, post, type Room } from '../load/admission.ts';
import { Connection, type Listener } from '../load/connection.ts';
import { type Dialect, PATHS, SOCKET_IO } from '../load/dialect.ts';
import { Scanner } from '../load/scanner.ts';

/** Somebody whose connection drops and who comes back. */
export abstract class Returning {
  protected readonly room: Room;
  readonly #scanner: Scanner;
  #connection: Connection | null = null;
  /** What was wrong in what came. */
  fault: string | null = null;
  /** Whether the server said, at the last coming, that nothing was missed. */
  recovered = false;
  /** Called with the number of each message that is new. */
  onHeard: (number: number) => void = () => {};

  constructor(room: Room, capacity: number) {
    this.room = room;
    this.#scanner = new Scanner(capacity);
  }

  get dialect(): Dialect {
    return this.room.target.dialect;
  }

  /** Messages that have come, each once. */
  get heard(): number {
    return this.#scanner.count;
  }

  /** Comes in, the first time or again; resolves when the server has greeted. */
  async enter(): Promise<void> {
    this.#connection = await this.connect();
  }

  drop(): void {
    this.#connection?.destroy();
  }

  send(text: string): void {
    this.#connection?.send(text);
  }

  get bytes(): number {
    return this.#connection?.bytes ?? 0;
  }

  /** Throws where a message came twice, or something else was wrong. */
  async check(): Promise<void> {
    await this.#scanner.end();
    if (this.fault !== null) throw new Error(this.fault);
  }

  protected abstract connect(): Promise<Connection>;

  protected take(part: Buffer, isLast: boolean): void {
    let at = this.#scanner.count;
    this.#scanner.take(part, isLast);
    for (; at < this.#scanner.count; at += 1) this.onHeard(this.#scanner.order[at] ?? -1);
  }
}

const RANGE = /^\{"t":"(events|private)","prev":(\d+),"last":(\d+)/;
const READY = '{"t":"ready"';

type Ready = { epoch: string; seq: number; private: number; recovered: boolean };

/** A member of a Parley room: keeps its token and position, and shows them when it comes back. */
class ParleyMember extends Returning {
  #token: string | null = null;
  #epoch: string | null = null;
  readonly #position = { events: 0, private: 0 };

  protected override async connect(): Promise<Connection> {
    const { room } = this;
    const joined = await post(
      room.target.port,
      room.joinPath ?? '',
      this.#token === null ? { name: 'Ada' } : {},
      this.#token === null ? {} : { authorization: `Bearer ${this.#token}` },
    );
    this.#token = String(joined.token);
    const url = new URL(String(joined.url));
    if (this.#epoch !== null) {
      url.searchParams.set('epoch', this.#epoch);
      url.searchParams.set('seq', String(this.#position.events));
      url.searchParams.set('private', String(this.#position.private));
    }
    const ready = Promise.withResolvers<void>();
    // Nobody waits for it where there is no connection.
    ready.promise.catch(() => {});
    const connection = await Connection.open(
      {
        port: room.target.port,
        path: url.pathname + url.search,
        protocols: [SUBPROTOCOL, ticketSubprotocol(String(joined.ticket))],
        deflate: false,
      },
      this.#listener(ready),
    );
    await ready.promise;
    return connection;
  }

  #listener(ready: PromiseWithResolvers<void>): Listener {
    let greeting: Buffer[] | null = null;
    return {
      onFrame: (frame, start, end) => {
        const head = frame.toString('latin1', start, end);
        greeting = head.startsWith(READY) ? [] : null;
        const range = RANGE.exec(head);
        if (range === null) return;
        const [, kind = '', prev, last] = range;
        this.#move(kind === 'private' ? 'private' : 'events', Number(prev), Number(last));
      },
      onPayload: (part, isLast) => {
        if (greeting === null) {
          this.take(part, isLast);
          return;
        }
        greeting.push(Buffer.from(part));
        if (!isLast) return;
        this.#greeted(JSON.parse(Buffer.concat(greeting).toString()));
        ready.resolve();
      },
      onClose: (reason) => {
        this.fault ??= `cut off: ${reason}`;
        ready.reject(new Error(`unable to come in; ${reason}`));
      },
    };
  }

  #greeted({ epoch, seq, private: own, recovered }: Ready): void {
    this.recovered = recovered;
    this.#epoch = epoch;
    this.#position.events = seq;
    this.#position.private = own;
  }

  /** Ranges that follow on one another leave out nothing. */
  #move(kind: 'events' | 'private', prev: number, last: number): void {
    if (this.#position[kind] !== prev)
      this.fault ??= `stood at ${this.#position[kind]} and was told what follows ${prev}`;
    this.#position[kind] = last;
  }
}

const OFFSET = /,"([^"]+)"\]$/;

/** socket.io's connection state recovery: the private id and the offset of the last event are shown again. */
class SocketIoMember extends Returning {
  #pid: string | null = null;
  #sid: string | null = null;
  #offset = '';

  protected override async connect(): Promise<Connection> {
    const isIn = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    // Nobody waits for it where there is no connection.
    for (const { promise } of [opened, isIn]) promise.catch(() => {});
    let parts: Buffer[] = [];
    const connection = await Connection.open(
      {
        port: this.room.target.port,
        path: PATHS['socket.io'],
        deflate: false,
        heartbeat: { ask: SOCKET_IO.ping, answer: SOCKET_IO.pong },
      },
      {
        onPayload: (part, isLast) => {
          parts.push(Buffer.from(part));
          if (!isLast) return;
          const frame = Buffer.concat(parts);
          parts = [];
          const text = frame.toString();
          if (text.startsWith(SOCKET_IO.opened)) opened.resolve();
          else if (text.startsWith(SOCKET_IO.isIn)) {
            this.#greeted(JSON.parse(text.slice(SOCKET_IO.comeIn.length)));
            isIn.resolve();
          } else {
            this.#offset = OFFSET.exec(text)?.[1] ?? this.#offset;
            this.take(frame, true);
          }
        },
        onClose: (reason) => {
          const error = new Error(`unable to come in; ${reason}`);
          opened.reject(error);
          isIn.reject(error);
        },
      },
    );
    await opened.promise;
    const shown = this.#pid === null ? '' : JSON.stringify({ pid: this.#pid, offset: this.#offset });
    connection.send(SOCKET_IO.comeIn + shown);
    await isIn.promise;
    return connection;
  }

  #greeted({ sid, pid }: { sid: string; pid: string }): void {
    // A session that was found again has the ids that it had.
    this.recovered = pid === this.#pid && sid === this.#sid;
    this.#sid = sid;
    this.#pid = pid;
  }
}

/** A peer without recovery: who comes back is somebody new, and hears what is said from then on. */
class Stranger extends Returning {
  protected override connect(): Promise<Connection> {
    const listener: Listener = { onPayload: (part, isLast) => this.take(part, isLast) };
    return enter(this.room, { form: 'one-step', listener });
  }
}

/** Somebody who comes back as well as the server lets them. */
export function memberOf(room: Room, capacity: number): Returning {
  if (room.target.dialect === 'parley') return new ParleyMember(room, capacity);
  if (room.target.dialect === 'socket.io') return new SocketIoMember(room, capacity);
  return new Stranger(room, capacity);
}

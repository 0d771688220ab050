import { Connection, type Listener } from '../../../bench/load/connection.ts';
import { MARKER, NUMBER_DIGITS } from '../../../bench/load/dialect.ts';

/** Where a room is. */
export interface Place {
  readonly url: string;
  readonly port: number;
  readonly code: string;
}

interface Position {
  readonly epoch: string;
  seq: number;
  private: number;
}

/** An event that is told once, as far as these tests look at it. */
export interface LiveEvent {
  readonly t: string;
  readonly member?: string;
  readonly typing?: boolean;
  readonly camera?: boolean;
  readonly speaking?: boolean;
}

interface PrivateEvent {
  readonly t: string;
  readonly body?: { readonly text: string };
}

const RANGE = /^\{"t":"events","prev":(\d+),"last":(\d+),/;
/** Bytes of a frame in which its range stands. */
const RANGE_BYTES = 80;
/** Bytes read at once by a member who reads a little now and then. */
const SIP = 1_024;

/**
 * A member that reads as slowly as it is told to, and is a witness at the same time: it checks the range of each frame and
 * the number of each message, and comes back to where it stood when it was cut off. It parses nothing it need not, so that
 * one process can stand for a hundred of them.
 */
export class Member {
  /** Numbers of the messages, in the order in which they were told. */
  readonly order: number[] = [];
  /** Whatever the protocol does not allow: gaps, repetitions, errors. */
  readonly faults: string[] = [];
  /** Codes with which the server closed its sockets. */
  readonly closes: number[] = [];
  /** Texts of private messages, in the order in which they were told. */
  readonly privates: string[] = [];
  /** The newest of each kind of latest-only event about a member, by `<type> <member>`. */
  readonly latest = new Map<string, LiveEvent>();
  id = '';
  resumes = 0;
  snapshots = 0;
  /** Called with the number of each message as it is told. */
  onMessage: (number: number) => void = () => {};

  readonly #place: Place;
  readonly #readBuffer: Buffer | undefined;
  #token = '';
  #position: Position | null = null;
  #connection: Connection | null = null;
  #ready = Promise.withResolvers<void>();
  #isPaused = false;
  #hasLeft = false;
  #sips: NodeJS.Timeout | null = null;
  #said = 0;

  private constructor(place: Place, readBuffer: Buffer | undefined) {
    this.#place = place;
    this.#readBuffer = readBuffer;
  }

  /** Joins. sips: it can be told to read a little now and then; reading at full speed costs it more. */
  static async join(
    place: Place,
    who: { readonly name: string; readonly hostKey?: string; readonly sips?: boolean },
  ): Promise<Member> {
    const member = new Member(place, who.sips === true ? Buffer.allocUnsafe(SIP) : undefined);
    const { name, hostKey } = who;
    await member.#enter(hostKey === undefined ? { name } : { name, hostKey });
    await member.#ready.promise;
    return member;
  }

  /** Says something to everybody, or to one member. */
  say(text: string, to?: string): void {
    this.#said += 1;
    const command = { t: 'chat.send', n: this.#said, body: { kind: 'text', text } };
    this.tell(to === undefined ? command : { ...command, to });
  }
  /** Sends a command that is not counted. */
  tell(command: object): void {
    this.#connection?.send(JSON.stringify(command));
  }

  pause(): void {
    this.#isPaused = true;
    this.#connection?.pause();
  }
  resume(): void {
    if (this.#sips !== null) clearInterval(this.#sips);
    this.#sips = null;
    this.#isPaused = false;
    this.#connection?.resume();
  }
  /** Reads 1 KB, and the next one after `every` ms. */
  sip(every: number): void {
    this.pause();
    this.#sips = setInterval(() => this.#connection?.resume(), every);
  }
  /** Drops the connection, and comes back to where it stood, at full speed. */
  async cut(): Promise<void> {
    this.#connection?.destroy();
    this.resume();
    await this.#comeBack();
  }
  /** Comes back over a new connection, at full speed, while the old one still stands, unread; then reads that to its end. */
  async supersede(): Promise<void> {
    const old = this.#connection;
    if (old === null) return;
    this.#connection = null;
    this.resume();
    old.pause();
    old.listener = { onClose: () => old.destroy() };
    await this.#comeBack();
    old.resume();
  }
  leave(): void {
    this.#hasLeft = true;
    if (this.#sips !== null) clearInterval(this.#sips);
    this.#connection?.destroy();
  }

  async #enter(body: object): Promise<void> {
    const { url, port, code } = this.#place;
    const response = await fetch(`${url}/v1/rooms/${code}/join`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`unable to join; ${response.status} ${await response.text()}`);
    const joined = (await response.json()) as { token: string; ticket: string; member: { id: string } };
    this.#token = joined.token;
    this.id = joined.member.id;
    const at = this.#position;
    const query = at === null ? '' : `?epoch=${at.epoch}&seq=${at.seq}&private=${at.private}`;
    this.#connection = await Connection.open(
      {
        port,
        path: `/v1/rooms/${code}/connect${query}`,
        protocols: ['parley.v1', `parley.ticket.${joined.ticket}`],
        deflate: false,
        ...(this.#readBuffer === undefined ? {} : { buffer: this.#readBuffer }),
      },
      this.#listener(),
    );
    if (this.#isPaused) this.#connection.pause();
  }

  async #comeBack(): Promise<void> {
    this.#ready = Promise.withResolvers();
    await this.#enter({});
    await this.#ready.promise;
  }

  /** One for each connection: what a connection left unfinished is nothing to the next. */
  #listener(): Listener {
    const parts: Buffer[] = [];
    return {
      onPayload: (part, isLast) => {
        if (this.#isPaused) this.#connection?.pause();
        if (!isLast || parts.length > 0) parts.push(Buffer.from(part));
        if (isLast) this.#take(parts.length === 0 ? part : Buffer.concat(parts.splice(0)));
      },
      onClose: (reason) => {
        this.closes.push(Number(/^closed with (\d+)/.exec(reason)?.[1] ?? 1006));
        this.#connection?.destroy();
        if (this.#hasLeft) return;
        this.#comeBack().catch((error: unknown) => this.faults.push(String(error)));
      },
    };
  }

  #take(frame: Buffer): void {
    const [, prev, last] = RANGE.exec(frame.toString('latin1', 0, RANGE_BYTES)) ?? [];
    if (prev === undefined) this.#takeOther(frame.toString());
    else {
      const at = this.#position;
      if (at?.seq !== Number(prev)) this.faults.push(`stood at ${at?.seq}, was told (${prev}, ${last}]`);
      if (at !== null) at.seq = Number(last);
      for (const number of numbersIn(frame)) {
        this.order.push(number);
        this.onMessage(number);
      }
    }
  }

  #takeOther(text: string): void {
    const frame = JSON.parse(text) as Record<string, unknown> & { t: string };
    if (frame.t === 'ready') this.#greet(frame);
    else if (frame.t === 'private') this.#takePrivate(frame);
    else if (frame.t === 'live') for (const event of frame.events as LiveEvent[]) this.#takeLive(event);
    else if (frame.t === 'error') this.faults.push(text.slice(0, 200));
  }

  #greet(frame: Record<string, unknown>): void {
    const at = { epoch: String(frame.epoch), seq: Number(frame.seq), private: Number(frame.private) };
    if (frame.recovered === true) {
      this.resumes += 1;
      const { seq, private: own } = this.#position ?? at;
      if (seq !== at.seq || own !== at.private) this.faults.push(`resumed elsewhere: ${JSON.stringify(at)}`);
    } else this.snapshots += 1;
    this.#position = at;
    this.latest.clear();
    for (const event of frame.latest as LiveEvent[]) this.#takeLive(event);
    this.#ready.resolve();
  }

  #takePrivate(frame: Record<string, unknown>): void {
    const at = this.#position;
    if (at?.private !== frame.prev) this.faults.push(`private ${at?.private}, was told (${frame.prev}, `);
    if (at !== null) at.private = Number(frame.last);
    for (const { t, body } of frame.events as PrivateEvent[])
      if (t === 'chat.sent') this.privates.push(body?.text ?? '');
  }

  #takeLive(event: LiveEvent): void {
    this.latest.set(`${event.t} ${event.member ?? ''}`, event);
  }
}

/** The numbers of the messages in a frame, read from its bytes. */
function* numbersIn(frame: Buffer): Generator<number> {
  for (let at = frame.indexOf(MARKER, 0, 'latin1'); at >= 0; at = frame.indexOf(MARKER, at, 'latin1')) {
    at += MARKER.length + NUMBER_DIGITS;
    yield Number(frame.toString('latin1', at - NUMBER_DIGITS, at));
  }
}

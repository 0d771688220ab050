import { SignJWT } from 'jose';
import { SUBPROTOCOL, ticketSubprotocol } from '../../src/protocol/index.ts';
import { post } from '../load/admission.ts';
import { Connection } from '../load/connection.ts';
import { IDENTITY } from './server.ts';

/** An event as it came. */
export type Heard = { readonly t: string; readonly [field: string]: unknown };

/** Longest wait for anything. */
const PATIENCE_MS = 30_000;

const secret = new TextEncoder().encode(IDENTITY.secret);

/** Somebody with an account and one device. */
export class Person {
  readonly port: number;
  readonly token: string;
  id = '';
  #device: string | null = null;
  #connection: Connection | null = null;
  #n = 0;
  readonly #listeners = new Set<(event: Heard) => void>();
  #position: { epoch: string; seq: number; private: number } | null = null;
  /** The newest first frame. */
  ready: Heard = { t: 'none' };
  /** Called with each event that comes. */
  onEvent: (event: Heard) => void = () => {};

  private constructor(port: number, token: string) {
    this.port = port;
    this.token = token;
  }

  /** Somebody whom the provider vouches for; comes online at once. */
  static async come(port: number, name: string): Promise<Person> {
    const token = await new SignJWT({ name })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(IDENTITY.issuer)
      .setAudience(IDENTITY.audience)
      .setSubject(name)
      .setExpirationTime('2h')
      .sign(secret);
    const person = new Person(port, token);
    await person.connect();
    return person;
  }

  get authorization(): { authorization: string } {
    return { authorization: `Bearer ${this.token}` };
  }

  /** Opens the socket, from where the last one ended. Resolves with the first frame. */
  async connect(): Promise<void> {
    const asked = this.#device === null ? {} : { device: this.#device };
    const opened = await post(this.port, '/v1/me/connect', asked, this.authorization);
    this.#device = String(opened.device);
    const url = new URL(String(opened.url));
    for (const [name, value] of Object.entries(this.#position ?? {}))
      url.searchParams.set(name, String(value));
    const greeted = Promise.withResolvers<void>();
    let parts: Buffer[] = [];
    this.#connection = await Connection.open(
      {
        port: this.port,
        path: url.pathname + url.search,
        protocols: [SUBPROTOCOL, ticketSubprotocol(String(opened.ticket))],
        deflate: false,
        buffer: Buffer.allocUnsafe(64 * 1024),
      },
      {
        onPayload: (part, isLast) => {
          parts.push(Buffer.from(part));
          if (!isLast) return;
          const frame = JSON.parse(Buffer.concat(parts).toString());
          parts = [];
          this.#take(frame, greeted.resolve);
        },
        onClose: (reason) => greeted.reject(new Error(`unable to come in; ${reason}`)),
      },
    );
    await greeted.promise;
  }

  /** Goes without a word. */
  drop(): void {
    this.#connection?.destroy();
  }

  /** Sends a command; its number. */
  send(t: string, fields: object): number {
    this.#n += 1;
    this.#connection?.send(JSON.stringify({ t, ...fields, n: this.#n }));
    return this.#n;
  }

  /** The first event from now on that is meant. Ask before doing what leads to it. */
  hear(isMeant: (event: Heard) => boolean): Promise<Heard> {
    const { promise, resolve, reject } = Promise.withResolvers<Heard>();
    const timer = setTimeout(() => reject(new Error('something was never told')), PATIENCE_MS);
    const listen = (event: Heard) => {
      if (!isMeant(event)) return;
      clearTimeout(timer);
      this.#listeners.delete(listen);
      resolve(event);
    };
    this.#listeners.add(listen);
    return promise;
  }

  #take(frame: Heard, greeted: () => void): void {
    if (frame.t === 'error') throw new Error(`the server refused: ${JSON.stringify(frame)}`);
    if (frame.t === 'ready') {
      this.ready = frame;
      const { epoch, seq, private: own, acked } = frame as unknown as Ready;
      this.#position = { epoch, seq, private: own };
      this.#n = Math.max(this.#n, acked);
      this.id = (frame.self as { account: { id: string } }).account.id;
      greeted();
      return;
    }
    const { last, events = [] } = frame as unknown as { last?: number; events?: readonly Heard[] };
    if (this.#position !== null && last !== undefined) {
      if (frame.t === 'events') this.#position.seq = last;
      if (frame.t === 'private') this.#position.private = last;
    }
    for (const event of events) {
      this.onEvent(event);
      for (const listen of this.#listeners) listen(event);
    }
  }
}

type Ready = { epoch: string; seq: number; private: number; acked: number };

/** Makes two people contacts of each other. */
export async function befriend(one: Person, other: Person): Promise<void> {
  await post(one.port, '/v1/me/people', { account: other.id }, one.authorization);
  const asked = other.hear(({ t, person }) => t === 'contact.changed' && idOf(person) === one.id);
  one.send('contact.ask', { account: other.id });
  await asked;
  const agreed = one.hear(
    ({ t, person, state }) => t === 'contact.changed' && state === 'contact' && idOf(person) === other.id,
  );
  other.send('contact.accept', { account: one.id });
  await agreed;
}

const idOf = (person: unknown): string => (person as { id: string }).id;

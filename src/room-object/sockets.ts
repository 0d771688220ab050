import { type Position, Session, type Sink } from '../engine/session.ts';
import type { LatestEvent } from '../engine/state.ts';
import { PING, PONG } from '../protocol/frames.ts';

/** What stays with a socket while the object sleeps. At most 16,384 bytes serialized. */
export interface Attachment {
  readonly member: string;
  readonly session: number;
  /** joining: its first frame was not sent yet. lagging: it was behind, and nobody remembers how far. */
  readonly phase: 'joining' | 'live' | 'lagging';
  /** The member's latest-only events: they end with the socket, so this is where they are kept. */
  readonly latest: readonly LatestEvent[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Reads back what `attach` wrote; null for a socket that is not ours. */
export function attachmentOf(socket: WebSocket): Attachment | null {
  const value: unknown = socket.deserializeAttachment();
  if (!isRecord(value) || typeof value.member !== 'string' || typeof value.session !== 'number') return null;
  return {
    member: value.member,
    session: value.session,
    phase: value.phase === 'live' || value.phase === 'lagging' ? value.phase : 'joining',
    latest: (value.latest ?? []) as readonly LatestEvent[],
  };
}

class SocketSink implements Sink {
  readonly #socket: WebSocket;
  constructor(socket: WebSocket) {
    this.#socket = socket;
  }
  send(text: string): void {
    this.#socket.send(text);
  }
  unsent(): number {
    // Older runtimes don't tell; then every member is taken for a fast one.
    return (this.#socket as { readonly bufferedAmount?: number }).bufferedAmount ?? 0;
  }
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}

/** The sockets of an object and the sessions they carry. */
export class Sockets {
  readonly #ctx: DurableObjectState;
  readonly #sessions = new WeakMap<WebSocket, Session>();
  readonly #sockets = new WeakMap<Session, WebSocket>();
  readonly #heard = new WeakMap<Session, number>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    // Answered by the platform, without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  /** Takes the server's end of a new socket for a member. */
  accept(
    socket: WebSocket,
    member: string,
    number: number,
    resume: Position | null,
    token: string | null,
  ): Session {
    this.#ctx.acceptWebSocket(socket, [member]);
    const session = new Session(member, number, new SocketSink(socket), { kind: 'joining', resume, token });
    this.#bind(socket, session);
    this.attach(session, []);
    return session;
  }

  /** The sessions whose sockets are still there after the object slept, each with what it had announced. */
  *restore(): Generator<{ readonly session: Session; readonly attachment: Attachment }> {
    for (const socket of this.#ctx.getWebSockets()) {
      const attachment = attachmentOf(socket);
      if (attachment === null || socket.readyState !== WebSocket.OPEN) continue;
      const session = new Session(attachment.member, attachment.session, new SocketSink(socket), {
        kind: 'live',
      });
      this.#bind(socket, session);
      yield { session, attachment };
    }
  }

  /** Keeps a member's latest-only events with the socket. */
  attach(session: Session, latest: readonly LatestEvent[]): void {
    const { kind } = session.phase;
    if (kind === 'closed') return;
    const attachment: Attachment = { member: session.member, session: session.number, phase: kind, latest };
    this.#sockets.get(session)?.serializeAttachment(attachment);
  }

  sessionOf(socket: WebSocket): Session | undefined {
    return this.#sessions.get(socket);
  }

  /** Sockets of a member, those that are closing included: their bytes are still held. */
  countOf(member: string): number {
    return this.#ctx.getWebSockets(member).length;
  }

  /** All sockets, those that are closing included. */
  get count(): number {
    return this.#ctx.getWebSockets().length;
  }

  /** Notes that the client sent something. */
  hear(session: Session, now: number): void {
    this.#heard.set(session, now);
  }

  /** When a client that does ping was last heard of, in ms; null: it never pings, so silence tells nothing. */
  lastHeard(session: Session): number | null {
    const socket = this.#sockets.get(session);
    const ping = socket === undefined ? null : this.#ctx.getWebSocketAutoResponseTimestamp(socket);
    return ping === null ? null : Math.max(ping.getTime(), this.#heard.get(session) ?? 0);
  }

  isOpen(session: Session): boolean {
    return this.#sockets.get(session)?.readyState === WebSocket.OPEN;
  }

  #bind(socket: WebSocket, session: Session): void {
    this.#sessions.set(socket, session);
    this.#sockets.set(session, socket);
  }
}

/** Where a returning client says that it stands; null: it is new, or says nothing that could be true. */
export function readPosition(url: URL): Position | null {
  const epoch = url.searchParams.get('epoch');
  const seq = Number(url.searchParams.get('seq'));
  const count = Number(url.searchParams.get('private') ?? '0');
  if (epoch === null || !Number.isSafeInteger(seq) || seq < 0 || !Number.isSafeInteger(count) || count < 0)
    return null;
  return { epoch, seq, private: count };
}

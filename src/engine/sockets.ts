import { PING, PONG } from '../protocol/constants.ts';
import type { Meter } from './meter.ts';
import { type Position, Session, type Sink } from './session.ts';
import type { LatestEvent } from './state.ts';

/** Sockets, and the bytes that they hold. */
export interface SocketStats {
  readonly count: number;
  readonly unsent: number;
  readonly mostUnsent: number;
}

/** What stays with a socket while the object sleeps. At most 16,384 bytes serialized. */
export interface Attachment {
  readonly member: string;
  readonly session: number;
  /** joining: its first frame was not sent yet. lagging: it was behind, and nobody remembers how far. */
  readonly phase: 'joining' | 'live' | 'lagging';
  /** The member's latest-only events: they end with the socket, so this is where they are kept. */
  readonly latest: readonly LatestEvent[];
  /** Found silent: when they were last heard of, and when that was found. ms. */
  readonly suspected?: Suspicion;
}
interface Suspicion {
  readonly heard: number;
  readonly at: number;
}

/** A second look at who seems dead comes this much later: two pings of our client and some. ms. */
const SECOND_LOOK = 60_000;

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
    ...(isRecord(value.suspected) ? { suspected: value.suspected as unknown as Suspicion } : {}),
  };
}

/** Bytes that a socket holds; one that is gone still names what it held. Older runtimes don't tell; then every member is taken for a fast one. */
const unsentOf = (socket: WebSocket): number =>
  socket.readyState === WebSocket.CLOSED
    ? 0
    : ((socket as { readonly bufferedAmount?: number }).bufferedAmount ?? 0);

/** Dead sockets that a member may leave behind, for each one that they may have. */
const DEAD = 4;

class SocketSink implements Sink {
  readonly #socket: WebSocket;
  readonly #meter: Meter;
  constructor(socket: WebSocket, meter: Meter) {
    this.#socket = socket;
    this.#meter = meter;
  }
  send(text: string): void {
    this.#socket.send(text);
    this.#meter.frames.add(text.length);
  }
  unsent(): number {
    return unsentOf(this.#socket);
  }
  close(code: number, reason: string): void {
    this.#meter.close(code);
    this.#socket.close(code, reason);
  }
}

/** What the platform reports where a close came without a code, or no close at all. */
const NO_CODE: readonly number[] = [1005, 1006];

/** Answers a client's close with its own code. A close that nobody may send (RFC 6455, 7.4) is answered, too: the socket would stay. */
export function answerClose(socket: WebSocket, code: number, reason: string): void {
  for (const answer of [NO_CODE.includes(code) ? 1000 : code, 1002]) {
    try {
      socket.close(answer, answer === code ? reason : '');
      return;
    } catch {
      // It can't be sent; or the socket was closed by us, and nothing can.
    }
  }
}

/** The sockets of an object and the sessions they carry. */
export class Sockets {
  readonly #ctx: DurableObjectState;
  readonly #meter: Meter;
  readonly #sessions = new WeakMap<WebSocket, Session>();
  readonly #sockets = new WeakMap<Session, WebSocket>();
  readonly #heard = new WeakMap<Session, number>();
  #hasSuspects = false;

  constructor(ctx: DurableObjectState, meter: Meter) {
    this.#ctx = ctx;
    this.#meter = meter;
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
    const sink = new SocketSink(socket, this.#meter);
    const session = new Session(member, number, sink, { kind: 'joining', resume, token });
    this.#meter.opened += 1;
    this.#bind(socket, session);
    this.attach(session, []);
    return session;
  }

  /** The sessions whose sockets are still there after the object slept, each with what it had announced; closed ones, too. */
  *restore(): Generator<{ readonly session: Session; readonly attachment: Attachment }> {
    for (const socket of this.#ctx.getWebSockets()) {
      const attachment = attachmentOf(socket);
      if (attachment === null) continue;
      const sink = new SocketSink(socket, this.#meter);
      const kind = socket.readyState === WebSocket.OPEN ? 'live' : 'closed';
      const session = new Session(attachment.member, attachment.session, sink, { kind });
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

  /**
   * Whether a member has so many sockets that another would be too much: `most` that are open or still hold what they
   * were handed. Of those that were closed and hold nothing, a line that died without a word may leave some behind, and
   * must not shut out whoever it belonged to; but a half-sent frame, which nobody sees, may be in each.
   */
  isFull(member: string, most: number): boolean {
    const sockets = this.#ctx.getWebSockets(member);
    const held = sockets.filter((socket) => socket.readyState === WebSocket.OPEN || unsentOf(socket) > 0);
    return held.length >= most || sockets.length >= most * DEAD;
  }

  /** All sockets, those that are closing included. */
  get count(): number {
    return this.#ctx.getWebSockets().length;
  }

  /** Looks at all of them. */
  stats(): SocketStats {
    const stats = { count: 0, unsent: 0, mostUnsent: 0 };
    for (const socket of this.#ctx.getWebSockets()) {
      const unsent = unsentOf(socket);
      stats.count += 1;
      stats.unsent += unsent;
      stats.mostUnsent = Math.max(stats.mostUnsent, unsent);
    }
    return stats;
  }

  /** Notes that the client sent something. */
  hear(session: Session, now: number): void {
    this.#heard.set(session, now);
  }

  /** Whether somebody seemed to be dead when it was last looked: a second look, soon, will tell. */
  get hasSuspects(): boolean {
    return this.#hasSuspects;
  }

  /**
   * The clients that do ping and have been silent for longer than `limit` ms, and were found so a while before: a clock
   * that is put forward finds everybody silent, once. Who never pings can't be told from a silent one.
   */
  dead(sessions: readonly Session[], now: number, limit: number): readonly Session[] {
    this.#hasSuspects = false;
    return sessions.filter((session) => {
      const socket = this.#sockets.get(session);
      const ping = socket === undefined ? null : this.#ctx.getWebSocketAutoResponseTimestamp(socket);
      if (socket === undefined || ping === null) return false;
      const heard = Math.max(ping.getTime(), this.#heard.get(session) ?? 0);
      if (now - heard <= limit) return false;
      const attachment = attachmentOf(socket);
      const before = attachment?.suspected;
      // Another time, also an earlier one: they were heard of since, by a clock that was put back.
      const isKnown = before !== undefined && before.heard === heard && before.at <= now;
      if (isKnown && now - before.at >= Math.min(limit, SECOND_LOOK)) return true;
      if (!isKnown) socket.serializeAttachment({ ...attachment, suspected: { heard, at: now } });
      this.#hasSuspects = true;
      return false;
    });
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
export function readPosition(header: string | null): Position | null {
  if (header === null) return null;
  const said = new URLSearchParams(header);
  const epoch = said.get('epoch');
  const seq = Number(said.get('seq'));
  // Clients that were told nothing in private may leave it out.
  const count = Number(said.get('private'));
  if (!epoch || !Number.isSafeInteger(seq) || seq < 0 || !Number.isSafeInteger(count) || count < 0)
    return null;
  return { epoch, seq, private: count };
}

import { CLOSE, type CloseName } from '../protocol/close-codes.ts';

/** Where frames go: a socket today; a relay for a thousand of them later. */
export interface Sink {
  /** Throws when the socket is closing. */
  send(text: string): void;
  /** Bytes taken but not yet sent. */
  unsent(): number;
  close(code: number, reason: string): void;
}

/** Where a returning client stands. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
  readonly private: number;
}

/**
 * joining: waits for the commit that answers it. live: told everything at once. lagging: nothing is pushed; it is
 * caught up from the log as it drains. closed: nothing is sent any more.
 */
export type Phase =
  | { readonly kind: 'joining'; readonly resume: Position | null; readonly token: string | null }
  | { readonly kind: 'live' }
  /** `missed`: the latest-only events that passed it by, by key, the newest of each as it was told. */
  | { readonly kind: 'lagging'; progressAt: number; unsent: number; readonly missed: Map<string, string> }
  | { readonly kind: 'closed' };

/** One socket of a member. */
export class Session {
  readonly member: string;
  /** Counted up for the member with each session. */
  readonly number: number;
  readonly sink: Sink;
  phase: Phase;
  /** all: sees the room. own: sees nothing but what is told to this member alone. */
  scope: 'all' | 'own' = 'all';
  /** Position of the last public frame handed to the socket. */
  seq = 0;
  /** Position of the last private frame handed to the socket. */
  private = 0;
  /** Answers that must come behind frames that a lagging session has yet to get. */
  readonly held: string[] = [];
  /** UTF-16 units of them. */
  heldSize = 0;

  constructor(member: string, number: number, sink: Sink, phase: Phase) {
    this.member = member;
    this.number = number;
    this.sink = sink;
    this.phase = phase;
  }

  /** Sends unless closed. A socket that throws is gone: its own close event, or the next sweep, will say so. */
  send(text: string): void {
    if (this.phase.kind === 'closed') return;
    try {
      this.sink.send(text);
    } catch {
      this.phase = { kind: 'closed' };
    }
  }

  /** Closes with one of our codes. Nothing is sent afterwards; what has been handed over still arrives. */
  close(as: CloseName): void {
    if (this.phase.kind === 'closed') return;
    this.phase = { kind: 'closed' };
    const { code, reason } = CLOSE[as];
    try {
      this.sink.close(code, reason);
    } catch {
      // It was closing already.
    }
  }
}

/** The live sessions: one for each member. */
export class Sessions {
  readonly #byMember = new Map<string, Session>();
  /** Closed or superseded before their sockets had sent everything: closing frees nothing. */
  readonly #leaving = new Set<Session>();

  get size(): number {
    return this.#byMember.size;
  }
  of(member: string): Session | undefined {
    return this.#byMember.get(member);
  }
  all(): Session[] {
    return Array.from(this.#byMember.values());
  }
  isCurrent(session: Session): boolean {
    return this.#byMember.get(session.member) === session;
  }
  /** Puts a session in its member's place; the one it supersedes is closed. */
  replace(session: Session): void {
    const old = this.#byMember.get(session.member);
    old?.close('replaced');
    if (old !== undefined) this.leave(old);
    this.#byMember.set(session.member, session);
  }
  remove(session: Session): void {
    if (!this.isCurrent(session)) return;
    this.#byMember.delete(session.member);
    this.leave(session);
  }
  /** Notes a session that is closed, whose socket may still hold something. */
  leave(session: Session): void {
    this.#leaving.add(session);
  }
  /** Bytes unsent in all sockets, those included that were closed and still hold some. About 0.1 µs each. */
  get unsent(): number {
    let sum = 0;
    for (const { sink } of this.#byMember.values()) sum += sink.unsent();
    for (const session of this.#leaving) {
      const unsent = session.sink.unsent();
      if (unsent === 0) this.#leaving.delete(session);
      sum += unsent;
    }
    return sum;
  }
}

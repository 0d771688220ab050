import type { Clock } from '../platform/clock.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import type { Meter } from './meter.ts';
import { liveFrame, type Replay } from './replay.ts';
import { type Budget, SendBudget } from './send-budget.ts';
import type { Session, Sessions } from './session.ts';

/** What has been told: the marks up to which a session can be caught up. */
export interface Told {
  /** The last public position. */
  readonly head: number;
  /** The last position of all. */
  readonly last: number;
  /** A member's last private position. */
  privateOf(member: string): number;
}

/** ms between looks at lagging sessions: there is no drain event. */
const PUMP_EVERY = 20;
/** Bytes that a slow line must take within the patience: half a kilobyte a second. */
const LEAST_PROGRESS = 16 * 1024;
/** UTF-16 units of answers that wait for one lagging session. */
const HELD_SIZE = 256 * 1024;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks after the sessions that can't take everything at once: nothing is pushed to them, they are caught up from the log. */
export class CatchUp {
  readonly #sessions: Sessions;
  readonly #replay: Replay;
  readonly #limits: Budget;
  readonly #budget: SendBudget;
  readonly #clock: Clock;
  readonly #told: Told;
  readonly #latest: (key: string) => string | undefined;
  readonly #meter: Meter;
  readonly #dropped: (session: Session, as: CloseName) => void;
  readonly #moved: (session: Session) => void;
  readonly #failed: (reason: unknown) => void;
  #isPumping = false;

  constructor(options: {
    sessions: Sessions;
    replay: Replay;
    budget: Budget;
    clock: Clock;
    told: Told;
    /** The newest text of a latest-only event, by its key. */
    latest: (key: string) => string | undefined;
    meter: Meter;
    /** A session was closed for its slowness, or because it can't be caught up; its member is away. */
    dropped: (session: Session, as: CloseName) => void;
    /** A session became live or lagging. */
    moved: (session: Session) => void;
    failed: (reason: unknown) => void;
  }) {
    this.#sessions = options.sessions;
    this.#replay = options.replay;
    this.#limits = options.budget;
    this.#budget = new SendBudget(options.budget);
    this.#clock = options.clock;
    this.#told = options.told;
    this.#latest = options.latest;
    this.#meter = options.meter;
    this.#dropped = options.dropped;
    this.#moved = options.moved;
    this.#failed = options.failed;
  }

  /** From here on the session gets nothing but what the log holds after its position. */
  lag(session: Session): void {
    const unsent = session.sink.unsent();
    session.phase = { kind: 'lagging', progressAt: this.#clock.now(), unsent, missed: new Map() };
    this.#moved(session);
    this.#pump();
  }

  /** Looks at what all sockets hold: before a batch is told. */
  measure(): void {
    this.#budget.measured(this.#sessions.unsent);
  }

  /** Whether a live session can take `size` more now; one that can't is lagging from here on. */
  hasRoom(session: Session, size: number): boolean {
    const unsent = session.sink.unsent();
    if (this.#budget.allows(unsent)) {
      this.#budget.handed(unsent, size);
      return true;
    }
    this.#meter.lagged += 1;
    this.lag(session);
    return false;
  }

  /** Sends an answer behind the frames of what it answers, within the same budget as everything else. */
  answer(session: Session, text: string): void {
    const { kind } = session.phase;
    if (kind === 'closed' || (kind === 'live' && this.hasRoom(session, text.length))) {
      session.send(text);
      return;
    }
    session.held.push(text);
    session.heldSize += text.length;
    if (session.heldSize > HELD_SIZE) this.#drop(session, 'too_slow');
  }

  /** Sends from the log as far as the budget goes. Live again only at the head, in the same turn. */
  advance(session: Session): void {
    const { phase } = session;
    if (phase.kind !== 'lagging') return;
    for (let unsent = session.sink.unsent(); this.#budget.allows(unsent); unsent = session.sink.unsent()) {
      const own = this.#told.privateOf(session.member);
      const isAtHead = session.scope === 'own' || session.seq >= this.#told.head;
      if (session.private >= own && isAtHead) {
        this.#goLive(session, phase.missed);
        return;
      }
      const size = this.#sendNext(session, own);
      if (size === 0) {
        this.#drop(session, 'restart');
        return;
      }
      this.#budget.handed(unsent, size);
      phase.progressAt = this.#clock.now();
      // A socket that threw is gone.
      if (session.phase.kind !== 'lagging') return;
    }
    this.#pump();
  }

  /** Sends the next frame of the log, private ones first. Answers its size; 0: the log no longer holds it. */
  #sendNext(session: Session, own: number): number {
    const isPrivate = session.private < own;
    const frame = isPrivate
      ? this.#replay.private(session.member, session.private, session.seq, this.#told.last)
      : this.#replay.next(session.seq, this.#told.head);
    if (frame === null) return 0;
    session.send(frame.text);
    this.#meter.replayed += 1;
    if (isPrivate) session.private = frame.last;
    else session.seq = frame.last;
    return frame.text.length;
  }

  #goLive(session: Session, missed: ReadonlyMap<string, string>): void {
    // Of what has been forgotten since, the last word is still news to this one.
    const texts = Array.from(missed, ([key, text]) => this.#latest(key) ?? text);
    session.phase = { kind: 'live' };
    if (texts.length > 0) session.send(liveFrame(texts.join(',')));
    for (const text of session.held.splice(0)) session.send(text);
    session.heldSize = 0;
    this.#moved(session);
  }

  #drop(session: Session, as: CloseName): void {
    session.close(as);
    this.#dropped(session, as);
  }

  /** Looks after lagging sessions until there are none; then no timer is left and the object can sleep. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#run()
      .catch((reason: unknown) => this.#failed(reason))
      .finally(() => {
        this.#isPumping = false;
      });
  }

  async #run(): Promise<void> {
    const lagging = () => this.#sessions.all().filter((session) => session.phase.kind === 'lagging');
    for (let waiting = lagging(); waiting.length > 0; waiting = lagging()) {
      await pause(PUMP_EVERY);
      this.measure();
      for (const session of waiting) this.#lookAfter(session);
    }
  }

  #lookAfter(session: Session): void {
    this.advance(session);
    const { phase } = session;
    if (phase.kind !== 'lagging') return;
    const now = this.#clock.now();
    const unsent = session.sink.unsent();
    // A slow line that moves is no stuck one; and a clock that was put back must not keep one.
    if (phase.unsent - unsent >= LEAST_PROGRESS || now < phase.progressAt) {
      phase.progressAt = now;
      phase.unsent = unsent;
    } else phase.unsent = Math.max(phase.unsent, unsent);
    const isStuck = now - phase.progressAt > this.#limits.patience;
    if (isStuck || unsent > this.#limits.hardBytes) this.#drop(session, 'too_slow');
  }
}

/** Budgets of slow members. */
export interface Budget {
  /** Unsent bytes from which a session is lagging and nothing more is pushed. */
  readonly softBytes: number;
  /** Unsent bytes at which a session is closed at once; it may come back and resume. */
  readonly hardBytes: number;
  /** Unsent bytes of all sockets of the object together; see `SendBudget`. */
  readonly roomBytes: number;
  /** ms without progress after which a lagging session is closed; it may come back and resume. */
  readonly patience: number;
}

/** The part of the room's bytes up to which sockets that hold something get more. */
const SHARE = 4;

/**
 * What has been handed to sockets and not yet sent. Each may be behind by its soft mark, but all together by a quarter of
 * the room's bytes: from there on only sockets that have sent everything get more. So those who don't read can't fill the
 * memory, and those who do read never wait for them; the rest is what one more frame for each takes.
 */
export class SendBudget {
  readonly #limits: Pick<Budget, 'softBytes' | 'roomBytes'>;
  #queued = 0;

  constructor(limits: Pick<Budget, 'softBytes' | 'roomBytes'>) {
    this.#limits = limits;
  }

  /** Bytes unsent in all sockets, as of the last look and what was handed out since to those that were behind. */
  get queued(): number {
    return this.#queued;
  }

  /** Takes note of what all sockets hold now. */
  measured(queued: number): void {
    this.#queued = queued;
  }

  /** Whether a socket that holds so much may be handed more. */
  allows(unsent: number): boolean {
    return (
      unsent === 0 || (unsent <= this.#limits.softBytes && this.#queued <= this.#limits.roomBytes / SHARE)
    );
  }

  /** A socket that held so much was handed more. What was empty may be empty again by the next look. */
  handed(unsent: number, size: number): void {
    if (unsent > 0) this.#queued += size;
  }
}

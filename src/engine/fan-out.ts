import type { Clock } from '../platform/clock.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import type { Batch, LiveEvent } from './journal.ts';
import { eventsFrame, liveFrame, privateFrame, type Replay } from './replay.ts';
import type { Session, Sessions } from './session.ts';
import type { Loaded } from './store.ts';

/** Budgets of slow members. */
export interface Budget {
  /** Unsent bytes from which a session is lagging and nothing more is pushed. */
  readonly softBytes: number;
  /** ms without progress after which a lagging session is closed; it may come back and resume. */
  readonly patience: number;
}

/**
 * Sockets told in one turn of the event loop. Every `send` copies the text natively; slices keep that copy small, and
 * measured faster, too.
 */
const SLICE = 50;
/** ms between looks at lagging sessions: there is no drain event. */
const PUMP_EVERY = 20;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Hands committed frames to the sessions: live ones at once, lagging ones as they drain. */
export class FanOut {
  readonly #sessions: Sessions;
  readonly #replay: Replay;
  readonly #budget: Budget;
  readonly #clock: Clock;
  readonly #latest: (key: string) => string | undefined;
  readonly #dropped: (session: Session) => void;
  readonly #welcomed: (session: Session) => void;
  /** What has been told, as far as sessions could take it. */
  #head: number;
  #last: number;
  readonly #privates: Map<string, number>;
  #pumping = false;

  constructor(options: {
    sessions: Sessions;
    replay: Replay;
    budget: Budget;
    clock: Clock;
    /** The newest text of a latest-only event, by its key. */
    latest: (key: string) => string | undefined;
    /** A session was closed for its slowness; its member is away. */
    dropped: (session: Session) => void;
    /** A session got its first frame. */
    welcomed: (session: Session) => void;
    loaded: Pick<Loaded, 'head' | 'last' | 'marks'>;
  }) {
    this.#sessions = options.sessions;
    this.#replay = options.replay;
    this.#budget = options.budget;
    this.#clock = options.clock;
    this.#latest = options.latest;
    this.#dropped = options.dropped;
    this.#welcomed = options.welcomed;
    this.#head = options.loaded.head;
    this.#last = options.loaded.last;
    this.#privates = new Map(Array.from(options.loaded.marks, ([member, mark]) => [member, mark.private]));
  }

  get head(): number {
    return this.#head;
  }
  privateOf(member: string): number {
    return this.#privates.get(member) ?? 0;
  }

  /** Tells a batch that is on disk. `ready` holds the first frame of each session that waited for it. */
  async deliver(batch: Batch, ready: ReadonlyMap<Session, Ready>): Promise<void> {
    this.#head = batch.head;
    this.#last = batch.last;
    for (const [member, mark] of batch.marks) this.#privates.set(member, mark.private);
    const frames = batch.segments
      .filter((segment) => segment.head > segment.prev)
      .map((segment) => ({
        prev: segment.prev,
        last: segment.head,
        text: eventsFrame(segment.prev, segment.head, segment.public),
      }));
    const privates = gatherPrivate(batch);
    const live = gatherLive(batch.live);

    for (const [session, first] of ready) this.#welcome(session, first);
    const sessions = this.#sessions.all();
    if (frames.length > 0 || privates.size > 0 || batch.live.length > 0) {
      for (let start = 0; start < sessions.length; start += SLICE) {
        if (start > 0) await pause(0);
        for (const session of sessions.slice(start, start + SLICE)) {
          this.#push(session, frames, privates.get(session.member), live, batch.live);
        }
      }
    }
    for (const { session, text } of batch.receipts) this.answer(session, text);
    for (const { session, as } of batch.closes) {
      session.close(as);
      this.#sessions.remove(session);
    }
    this.#pump();
  }

  /** Sends an answer behind the frames of what it answers. */
  answer(session: Session, text: string): void {
    if (session.phase.kind === 'lagging') session.held.push(text);
    else session.send(text);
  }

  #welcome(session: Session, ready: Ready): void {
    if (session.phase.kind !== 'joining') return;
    session.seq = ready.seq;
    session.private = ready.private;
    session.phase = { kind: 'lagging', progressAt: this.#clock.now(), missed: new Set() };
    session.send(ready.text);
    this.#welcomed(session);
    this.#catchUp(session);
  }

  #push(
    session: Session,
    frames: readonly { prev: number; last: number; text: string }[],
    own: PrivateRange | undefined,
    live: LiveTexts,
    events: readonly LiveEvent[],
  ): void {
    if (session.phase.kind === 'live' && session.sink.unsent() > this.#budget.softBytes) this.#lag(session);
    if (session.phase.kind === 'live' && own !== undefined && session.private < own.last) {
      if (session.private === own.prev) {
        session.send(own.text);
        session.private = own.last;
      } else this.#lag(session);
    }
    for (const { prev, last, text } of frames) {
      if (session.phase.kind !== 'live') break;
      if (session.seq >= last) continue;
      if (session.seq === prev) {
        session.send(text);
        session.seq = last;
      } else this.#lag(session);
    }
    if (session.phase.kind === 'live') {
      const text = live.of(session.member);
      if (text !== null) session.send(text);
    } else if (session.phase.kind === 'lagging') {
      for (const event of events) if (event.key !== null) session.phase.missed.add(event.key);
    }
  }

  #lag(session: Session): void {
    session.phase = { kind: 'lagging', progressAt: this.#clock.now(), missed: new Set() };
  }

  /** Sends from the log as far as the budget goes. Live again only at the head, in the same turn. */
  #catchUp(session: Session): void {
    const { phase } = session;
    if (phase.kind !== 'lagging') return;
    while (session.sink.unsent() <= this.#budget.softBytes) {
      const own = this.privateOf(session.member);
      if (session.private < own) {
        const frame = this.#replay.private(session.member, session.private, own, session.seq, this.#last);
        if (frame === null) {
          this.#drop(session, 'restart');
          return;
        }
        session.send(frame.text);
        session.private = frame.last;
      } else if (session.seq < this.#head) {
        const frame = this.#replay.next(session.seq, this.#head);
        if (frame === null) {
          this.#drop(session, 'restart');
          return;
        }
        session.send(frame.text);
        session.seq = frame.last;
      } else {
        const missed = Array.from(phase.missed, (key) => this.#latest(key)).filter(
          (text) => text !== undefined,
        );
        session.phase = { kind: 'live' };
        if (missed.length > 0) session.send(liveFrame(missed.join(',')));
        for (const text of session.held.splice(0)) session.send(text);
        return;
      }
      phase.progressAt = this.#clock.now();
      if (session.phase.kind !== 'lagging') return;
    }
  }

  #drop(session: Session, as: CloseName): void {
    session.close(as);
    this.#dropped(session);
  }

  /** Looks after lagging sessions until there are none; then no timer is left and the object can sleep. */
  #pump(): void {
    if (this.#pumping) return;
    const lagging = () => this.#sessions.all().filter((session) => session.phase.kind === 'lagging');
    if (lagging().length === 0) return;
    this.#pumping = true;
    const run = async () => {
      for (let waiting = lagging(); waiting.length > 0; waiting = lagging()) {
        await pause(PUMP_EVERY);
        for (const session of waiting) {
          this.#catchUp(session);
          const { phase } = session;
          if (phase.kind === 'lagging' && this.#clock.now() - phase.progressAt > this.#budget.patience)
            this.#drop(session, 'too_slow');
        }
      }
    };
    void run().finally(() => {
      this.#pumping = false;
    });
  }
}

/** The first frame of a session, and where it puts it. */
export interface Ready {
  readonly text: string;
  readonly seq: number;
  readonly private: number;
}

interface PrivateRange {
  readonly prev: number;
  readonly last: number;
  readonly text: string;
}

function gatherPrivate(batch: Batch): Map<string, PrivateRange> {
  const gathered = new Map<string, { prev: number; last: number; texts: string[] }>();
  for (const segment of batch.segments) {
    for (const { to, text } of segment.privateEvents) {
      for (const [member, number] of to) {
        const range = gathered.get(member);
        if (range === undefined) gathered.set(member, { prev: number - 1, last: number, texts: [text] });
        else {
          range.last = number;
          range.texts.push(text);
        }
      }
    }
  }
  const ranges = new Map<string, PrivateRange>();
  for (const [member, { prev, last, texts }] of gathered) {
    ranges.set(member, { prev, last, text: privateFrame(prev, last, texts.join(',')) });
  }
  return ranges;
}

interface LiveTexts {
  of(member: string): string | null;
}

/** One frame for everybody; only members with events of their own get another. */
function gatherLive(events: readonly LiveEvent[]): LiveTexts {
  if (events.length === 0) return { of: () => null };
  const common = events.filter((event) => event.to === null);
  const shared = common.length === 0 ? null : liveFrame(common.map((event) => event.text).join(','));
  const special = new Set(events.flatMap((event) => event.to ?? []));
  return {
    of: (member) =>
      special.has(member)
        ? liveFrame(
            events
              .filter((event) => event.to === null || event.to.includes(member))
              .map((event) => event.text)
              .join(','),
          )
        : shared,
  };
}

import { CatchUp } from '../../../src/engine/catch-up.ts';
import { FanOut, Head } from '../../../src/engine/fan-out.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { Meter } from '../../../src/engine/meter.ts';
import { Replay } from '../../../src/engine/replay.ts';
import type { Budget } from '../../../src/engine/send-budget.ts';
import { Session, Sessions, type Sink } from '../../../src/engine/session.ts';
import type { CloseName } from '../../../src/protocol/close-codes.ts';
import { MemoryLog } from '../../support/memory-log.ts';

interface Frame {
  readonly events: readonly {
    readonly t: string;
    readonly key?: string;
    readonly value?: number;
  }[];
}

const RANGE = {
  events: /^\{"t":"events","prev":(\d+),"last":(\d+),/,
  private: /^\{"t":"private","prev":(\d+),"last":(\d+),/,
};

/** A socket that sends what it holds only as far as the test lets it. */
export class Line implements Sink {
  readonly texts: string[] = [];
  held = 0;
  closedWith: number | null = null;
  isBroken = false;
  send(text: string): void {
    if (this.isBroken) throw new Error('the socket is closing');
    this.texts.push(text);
    this.held += text.length;
  }
  unsent(): number {
    return this.held;
  }
  close(code: number): void {
    this.closedWith = code;
  }
  drain(bytes = Number.POSITIVE_INFINITY): void {
    this.held = Math.max(0, this.held - bytes);
  }

  /** Length of the longest text that it was handed. */
  get longest(): number {
    return Math.max(0, ...this.texts.map(({ length }) => length));
  }
  frames(t: 'events' | 'live'): Frame[] {
    return this.texts
      .filter((text) => text.startsWith(`{"t":"${t}"`))
      .map((text) => JSON.parse(text) as Frame);
  }
  /** Positions of all events of one kind of frame; throws where the ranges leave a gap or overlap. */
  told(t: 'events' | 'private'): number[] {
    let at = 0;
    return this.texts.flatMap((text) => {
      const [, prev, last] = RANGE[t].exec(text) ?? [];
      if (prev === undefined) return [];
      if (Number(prev) !== at) throw new Error(`(${prev}, ${last}] follows on ${at}`);
      at = Number(last);
      return Array.from(text.matchAll(/"seq":(\d+),/g), ([, seq]) => Number(seq));
    });
  }
}

/** Somebody whose line the test holds in its hands. */
export interface Listener {
  readonly session: Session;
  readonly line: Line;
}

/** What an object has between its commands and its sockets, with a log in memory. */
export class Room {
  readonly log = new MemoryLog();
  readonly sessions = new Sessions();
  readonly dropped: { readonly member: string; readonly as: CloseName }[] = [];
  readonly failures: unknown[] = [];
  /** Positions of all public events, and of the private ones by member, as the log has them. */
  readonly public: number[] = [];
  readonly private = new Map<string, number[]>();
  readonly catchUp: CatchUp;
  readonly fanOut: FanOut;
  readonly #journal: Journal;
  /** The newest latest-only event under each key that is not forgotten. */
  readonly #latest = new Map<string, string>();

  constructor(budget: Budget) {
    const loaded = { last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 };
    this.#journal = new Journal(loaded);
    const head = new Head(loaded);
    const meter = new Meter(0);
    this.catchUp = new CatchUp({
      sessions: this.sessions,
      replay: new Replay(this.log),
      budget,
      clock: { now: () => Date.now() },
      told: head,
      latest: (key) => this.#latest.get(key),
      meter,
      dropped: (session, as) => {
        this.dropped.push({ member: session.member, as });
        this.sessions.remove(session);
      },
      moved: () => {},
      failed: (reason) => this.failures.push(reason),
    });
    this.fanOut = new FanOut({ sessions: this.sessions, head, catchUp: this.catchUp, meter });
  }

  /** Somebody who has been told nothing, and nothing was said. */
  join(member: string, scope: Session['scope'] = 'all'): Listener {
    const line = new Line();
    const session = new Session(member, 1, line, { kind: 'live' });
    session.scope = scope;
    this.sessions.replace(session);
    return { session, line };
  }

  say(size: number): void {
    const draft = { t: 'chat.sent', fields: { text: 'x'.repeat(size) } };
    this.public.push(this.#journal.append(draft, { at: 1 }, true).seq);
  }
  sayTo(member: string, size: number): void {
    const draft = { t: 'chat.sent', fields: { text: 'x'.repeat(size) }, to: [member] };
    const own = this.private.get(member) ?? [];
    own.push(this.#journal.append(draft, { at: 1 }, true).seq);
    this.private.set(member, own);
  }
  /** A latest-only event, told once. */
  tell(key: string, value: number): void {
    const text = this.#journal.tell({ t: 'media.changed', fields: { key, value } }, { at: 1 }, key);
    this.#latest.set(key, text);
  }
  forget(key: string): void {
    this.#latest.delete(key);
  }

  /**
   * Writes down what was said since, and tells it. Resolves when all were told who could take it. `pass` lets a turn of the
   * event loop go by, under the test's clock.
   */
  async commit(pass: () => Promise<unknown>): Promise<void> {
    const batch = this.#journal.take();
    this.log.commit({ ...batch, rows: [], checkpoint: null, trim: null, alarm: null });
    let isTold = false;
    const telling = this.fanOut.deliver(batch, new Map()).finally(() => {
      isTold = true;
    });
    while (!isTold) await pass();
    await telling;
  }
}

/** Bytes that lines hold together. */
export const heldBy = (listeners: readonly Listener[]): number =>
  listeners.reduce((sum, { line }) => sum + line.held, 0);

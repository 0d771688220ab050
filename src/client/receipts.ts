import type { CommandKind } from '../protocol/define.ts';
import type { CommandType, RoomEvent } from '../protocol/registry.ts';
import { ParleyError } from './http.ts';
import { Pace, type Rate } from './pace.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What became of a command. */
export type Outcome =
  | { readonly status: 'done'; readonly event?: RoomEvent; readonly result?: unknown }
  /** Accepted or refused while the connection was away; the state shows how. */
  | { readonly status: 'settled' }
  | { readonly status: 'failed'; readonly error: ParleyError };

/** A durable command that has no receipt yet. */
export interface Pending {
  readonly n: number;
  readonly command: { readonly t: CommandType } & Readonly<Record<string, unknown>>;
  /** When it was given, ms by this machine's clock. */
  readonly at: number;
}

/** A small question that is always answered: its answer proves that everything before it has come. */
export type BarrierQuery = Pending['command'];

interface Entry extends Pending {
  readonly kind: CommandKind;
  /** Whether it went out on a socket, now or earlier. */
  readonly sent: boolean;
  readonly settle: (outcome: Outcome) => void;
}

/** Commands that may wait while there is no connection. */
export const QUEUE_LIMIT = 1_000;

/** Accepting one of these always shows as an event; without an echo in a full replay it was refused. */
const ALWAYS_ECHO: ReadonlySet<CommandType> = new Set([
  'chat.send',
  'direct.send',
  'image.upload',
  'image.remove',
  'room.end',
]);

/**
 * The book of commands without a receipt. It counts, decides what is sent (again) after a drop and settles each
 * command once. What waited goes out at a pace that the room takes; new commands keep behind it.
 */
export class Receipts {
  readonly #transmit: (frame: string) => void;
  readonly #pace: Pace;
  readonly #words: Vocabulary;
  readonly #barrierQuery: BarrierQuery;
  /** In the order in which they were given. */
  #entries = new Map<number, Entry>();
  /** The highest number given out. */
  #counter = 0;
  #online = false;
  /** Number of the query that proves where a replay ends; null where none is under way. */
  #barrier: number | null = null;
  /** What was at or below `acked` when the connection came back, and so waits for its echo or the barrier. */
  #below: readonly number[] = [];
  /** What was on its way when the room woke, and may be lost; nothing new goes out before that is known. */
  #doubted: readonly number[] | null = null;

  /** `transmit` sends a text frame; it is called only between `ready` (or `lobby`) and `dropped`. `rate`: of what waited. */
  constructor(
    transmit: (frame: string) => void,
    rate: Rate,
    { words, barrier }: { readonly words: Vocabulary; readonly barrier: BarrierQuery },
  ) {
    this.#transmit = transmit;
    this.#pace = new Pace(rate);
    this.#words = words;
    this.#barrierQuery = barrier;
  }

  /** The highest number given out. */
  get highest(): number {
    return this.#counter;
  }

  /** Durable commands without a receipt, oldest first. */
  get pending(): readonly Pending[] {
    return Array.from(this.#entries.values())
      .filter(({ kind }) => kind === 'durable')
      .map(({ n, command, at }) => ({ n, command, at }));
  }

  /** Commands of one type without an answer, oldest first. */
  unanswered(t: CommandType): readonly Pending['command'][] {
    return Array.from(this.#entries.values(), ({ command }) => command).filter((command) => command.t === t);
  }

  /** Takes a command, and sends it where there is a connection. `settle` is called once. */
  give(t: CommandType, fields: object, settle: (outcome: Outcome) => void): void {
    if (!this.#online && this.#entries.size >= QUEUE_LIMIT) {
      const error = new ParleyError('busy', {
        detail: `${QUEUE_LIMIT} commands already wait for the connection`,
      });
      settle({ status: 'failed', error });
      return;
    }
    this.#counter += 1;
    const entry: Entry = {
      n: this.#counter,
      command: { t, ...fields },
      at: Date.now(),
      kind: this.#words.kind(t),
      sent: false,
      settle,
    };
    this.#entries.set(entry.n, entry);
    if (this.#online && this.#doubted === null) this.#pace.now(() => this.#send(entry.n));
  }

  #send(n: number): void {
    const entry = this.#entries.get(n);
    if (entry === undefined) return;
    this.#entries.set(n, { ...entry, sent: true });
    this.#transmit(JSON.stringify({ ...entry.command, n }));
  }

  /** The connection is gone. What can't be known any more fails; durable commands and queries wait for the next. */
  dropped(): void {
    this.#online = false;
    this.#pace.clear();
    this.#barrier = null;
    this.#doubted = null;
    for (const entry of [...this.#entries.values()]) {
      if (entry.kind === 'ephemeral' && entry.sent) {
        this.#fail(entry.n, 'the connection dropped before an answer came');
      }
    }
  }

  /**
   * The connection is there. Sends what the room has not accepted yet, in order, under the same numbers; queries
   * under new ones.
   */
  ready(acked: number, recovered: boolean): void {
    this.#online = true;
    const waiting = [...this.#entries.values()];
    this.#below = waiting.filter((entry) => wasAccepted(entry, acked)).map(({ n }) => n);
    if (!recovered) {
      for (const n of this.#below) this.#settle(n, { status: 'settled' });
      this.#below = [];
    }
    this.#counter = Math.max(this.#counter, acked);
    if (this.#below.length > 0) this.#sendBarrier();
    const below = this.#below;
    const unaccepted = [...this.#entries.values()].filter(({ n }) => !below.includes(n));
    this.#resend(unaccepted, acked);
  }

  /**
   * The connection is there, and leads to the lobby only: what was accepted is settled, what may be done from there goes
   * out, and everything else is refused as the room would refuse it.
   */
  lobby(acked: number): void {
    this.#online = true;
    this.#pace.clear();
    this.#barrier = null;
    this.#doubted = null;
    this.#below = [];
    this.#counter = Math.max(this.#counter, acked);
    for (const entry of [...this.#entries.values()]) {
      if (wasAccepted(entry, acked)) this.#settle(entry.n, { status: 'settled' });
      else if (!this.#words.whileWaiting(entry.command.t)) {
        this.#settle(entry.n, { status: 'failed', error: new ParleyError('still_waiting') });
      }
    }
    this.#resend([...this.#entries.values()], acked);
  }

  /**
   * The room woke with the connection open: what it had taken and not yet written is gone. Asks the barrier; what has
   * no answer by then never arrived.
   */
  woke(): void {
    const sent = Array.from(this.#entries.values()).filter((entry) => entry.sent);
    if (sent.length === 0) return;
    this.#pace.clear();
    this.#doubted = sent.map(({ n }) => n);
    this.#sendBarrier();
  }

  /** Numbers that never went out are given again where another tab of this member has used them up meanwhile. */
  #resend(entries: readonly Entry[], acked: number): void {
    const usedUp = entries.some((entry) => !entry.sent && entry.n <= acked);
    const numbers = entries.map((entry) => {
      const keeps = entry.kind === 'durable' ? entry.sent || !usedUp : !entry.sent && !usedUp;
      return keeps ? entry.n : this.#renumber(entry);
    });
    this.#pace.paced(numbers.map((n) => () => this.#send(n)));
  }

  #renumber(entry: Entry): number {
    this.#entries.delete(entry.n);
    this.#counter += 1;
    this.#entries.set(this.#counter, { ...entry, n: this.#counter, sent: false });
    return this.#counter;
  }

  /** Asks again what was refused; nothing where the connection has dropped meanwhile or another barrier stands. */
  repeatBarrier(refused: number | undefined): void {
    if (this.#barrier !== null && this.#barrier === refused) this.#sendBarrier();
  }

  /** Asks a question whose answer comes behind everything that was replayed. */
  #sendBarrier(): void {
    this.#counter += 1;
    this.#barrier = this.#counter;
    this.#transmit(JSON.stringify({ ...this.#barrierQuery, n: this.#counter }));
  }

  /** An event of this member carries a number back. */
  echo(n: number, event: RoomEvent): void {
    if (this.#entries.get(n)?.kind === 'query') return;
    this.#settle(n, { status: 'done', event });
  }

  ok(n: number, result: unknown, repeated: boolean): void {
    if (n === this.#barrier) this.#passBarrier();
    else if (repeated) this.#awaitEcho(n);
    else this.#settle(n, { status: 'done', result });
  }

  /** The room had accepted it before: its echo has yet to come, or there is none. */
  #awaitEcho(n: number): void {
    if (!this.#entries.has(n)) return;
    this.#below = [...this.#below, n];
    this.#sendBarrier();
  }

  /** 'barrier': the barrier was refused, so the caller asks again after `error.retry`. */
  error(n: number, error: ParleyError): 'barrier' | 'settled' {
    if (n === this.#barrier) return 'barrier';
    this.#settle(n, { status: 'failed', error });
    return 'settled';
  }

  /** The connection is over for good. `done` are those whose very purpose that was. */
  closed(error: ParleyError, done: readonly CommandType[]): void {
    this.#online = false;
    this.#pace.clear();
    for (const { n, command } of [...this.#entries.values()]) {
      this.#settle(n, done.includes(command.t) ? { status: 'done' } : { status: 'failed', error });
    }
  }

  #passBarrier(): void {
    this.#barrier = null;
    for (const n of this.#below) {
      const t = this.#entries.get(n)?.command.t;
      if (t === undefined) continue;
      if (ALWAYS_ECHO.has(t))
        this.#fail(n, 'refused while the connection was down; the reason was lost with it');
      else this.#settle(n, { status: 'settled' });
    }
    this.#below = [];
    if (this.#doubted !== null) this.#sendLost(this.#doubted);
  }

  /** Behind the barrier: what was doubted and is still without an answer is lost; it goes first, then what was held back. */
  #sendLost(doubted: readonly number[]): void {
    this.#doubted = null;
    for (const n of doubted) {
      if (this.#entries.get(n)?.kind === 'ephemeral')
        this.#fail(n, 'the room woke before an answer was given');
    }
    const waiting = [...this.#entries.values()].filter(({ n, sent }) => !sent || doubted.includes(n));
    this.#resend(waiting, 0);
  }

  #fail(n: number, detail: string): void {
    this.#settle(n, { status: 'failed', error: new ParleyError('network', { detail }) });
  }

  #settle(n: number, outcome: Outcome): void {
    const entry = this.#entries.get(n);
    if (entry === undefined) return;
    this.#entries.delete(n);
    entry.settle(outcome);
  }
}

const wasAccepted = (entry: Entry, acked: number): boolean =>
  entry.kind === 'durable' && entry.sent && entry.n <= acked;

import type { Listener } from './connection.ts';
import { type Dialect, rangeOf } from './dialect.ts';
import type { Latency } from './jobs.ts';
import { Scanner } from './scanner.ts';
import { latencyOf } from './statistics.ts';
import { senderOf } from './turns.ts';

/** Messages that one run may send. */
const MAX_MESSAGES = 1 << 21;
/** Frames whose arrival can be noted. */
const MAX_LOG = 1 << 22;

/** The member whose frames are read in full: it shows that what the heads of frames claim is true. */
const OBSERVER = 0;

/**
 * Counts what arrives at each member. Every server here tells all members the same messages in the same order, so a
 * member that has counted k messages has the first k of them, and what the slowest member has, everybody has. Which
 * message stands at which place is known from one member, the observer; times are put together after the run.
 */
export class Counter {
  /** Messages sent. */
  sent = 0;
  /** Messages that everybody has. */
  complete = 0;
  /** Messages that have arrived, over all members. */
  deliveries = 0;
  /** Called when `complete` has grown. */
  onProgress: () => void = () => {};

  readonly #dialect: Dialect;
  readonly #members: number;
  readonly #received: Int32Array;
  /** Last position of each member, in a dialect that has positions; -1 before the first. */
  readonly #position: Float64Array;
  /** How many members have received so many messages: the slowest is where it is first above 0. */
  readonly #having = new Int32Array(MAX_MESSAGES + 1);
  readonly #sentAt = new Float64Array(MAX_MESSAGES);
  readonly #completeAt = new Float64Array(MAX_MESSAGES);
  readonly #scanner: Scanner;

  #logging = false;
  #logged = 0;
  #logStart = 0;
  #logEnd = 0;
  readonly #logMember = new Uint16Array(MAX_LOG);
  readonly #logReceived = new Int32Array(MAX_LOG);
  readonly #logTime = new Float64Array(MAX_LOG);

  #failure: Error | null = null;

  constructor(dialect: Dialect, members: number) {
    this.#dialect = dialect;
    this.#members = members;
    this.#received = new Int32Array(members);
    this.#position = new Float64Array(members).fill(-1);
    this.#having[0] = members;
    this.#scanner = new Scanner(MAX_MESSAGES);
  }

  get hasRoom(): boolean {
    return this.sent < MAX_MESSAGES - 1 && this.#logged < MAX_LOG;
  }

  /** The number of the next message, which is sent now, or was to be sent at another time. */
  nextNumber(at = performance.now()): number {
    const number = this.sent;
    this.#sentAt[number] = at;
    this.sent += 1;
    return number;
  }

  listenerOf(member: number): Listener {
    return {
      onFrame: (frame, start, end, compressed) => {
        // A compressed frame is counted unread: those servers send one event a frame.
        const { prev, count } = compressed ? { prev: -1, count: 1 } : this.#rangeOf(frame, start, end);
        if (member === OBSERVER) this.#scanner.begin(compressed);
        if (count > 0) this.#count(member, prev, count);
      },
      onClose: (reason) => {
        this.#failure ??= new Error(`unable to go on; member ${member} was cut off: ${reason}`);
      },
      ...(member === OBSERVER
        ? { onPayload: (part: Buffer, isLast: boolean) => this.#scanner.take(part, isLast) }
        : {}),
    };
  }

  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** From now on arrivals are noted; answers the time. */
  startLog(): number {
    this.#logging = true;
    this.#logStart = performance.now();
    return this.#logStart;
  }

  endLog(): number {
    this.#logging = false;
    this.#logEnd = performance.now();
    return this.#logEnd;
  }

  /** Of the messages that everybody got between startLog and endLog. Throws where the observer saw anything amiss. */
  async latencies(): Promise<{ echo: Latency; everybody: Latency }> {
    await this.#scanner.end();
    this.throwIfFailed();
    const seen = this.#scanner.count;
    const received = this.#received[OBSERVER] ?? 0;
    if (seen !== received) {
      throw new Error(`the heads of frames are wrong: they claim ${received} messages, ${seen} were there`);
    }
    const arrivals = this.#arrivalsByMember();
    const echo: number[] = [];
    const everybody: number[] = [];
    for (let place = 0; place < this.complete; place += 1) {
      const completeAt = this.#completeAt[place] ?? 0;
      if (completeAt < this.#logStart || completeAt > this.#logEnd) continue;
      const number = this.#scanner.order[place] ?? 0;
      const sentAt = this.#sentAt[number] ?? 0;
      everybody.push(completeAt - sentAt);
      const echoAt = this.#arrival(arrivals[senderOf(number, this.#members)] ?? [], place);
      if (echoAt !== null) echo.push(echoAt - sentAt);
    }
    return { echo: latencyOf(echo), everybody: latencyOf(everybody) };
  }

  /** From sending to arrival at these members, over all messages that came between startLog and endLog. */
  deliveryTo(members: readonly number[]): Latency {
    const arrivals = this.#arrivalsByMember();
    const times: number[] = [];
    for (const member of members) {
      const entries = arrivals[member] ?? [];
      // What came before the first entry is not known; each later one brought what follows the one before it.
      for (let index = 1; index < entries.length; index += 1) {
        const time = this.#logTime[entries[index] ?? 0] ?? 0;
        const from = this.#logReceived[entries[index - 1] ?? 0] ?? 0;
        const to = this.#logReceived[entries[index] ?? 0] ?? 0;
        for (let place = from; place < to; place += 1) {
          times.push(time - (this.#sentAt[this.#scanner.order[place] ?? 0] ?? 0));
        }
      }
    }
    return latencyOf(times);
  }

  #rangeOf(frame: Buffer, start: number, end: number) {
    try {
      return rangeOf(this.#dialect, frame, start, end);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      return { prev: -1, count: 0 };
    }
  }

  #count(member: number, prev: number, count: number): void {
    if (prev >= 0) {
      const position = this.#position[member] ?? -1;
      if (position >= 0 && position !== prev) {
        this.#failure ??= new Error(
          `member ${member} stood at ${position} and was told what follows ${prev}`,
        );
      }
      this.#position[member] = prev + count;
    }
    const before = this.#received[member] ?? 0;
    const now = before + count;
    this.#received[member] = now;
    this.deliveries += count;
    const time = performance.now();
    if (this.#logging && this.#logged < MAX_LOG) {
      this.#logMember[this.#logged] = member;
      this.#logReceived[this.#logged] = now;
      this.#logTime[this.#logged] = time;
      this.#logged += 1;
    }
    if (now > MAX_MESSAGES) {
      // Only a blaster sends more than was asked for; then nobody waits for `complete`.
      return;
    }
    const having = this.#having;
    having[before] = (having[before] ?? 0) - 1;
    having[now] = (having[now] ?? 0) + 1;
    if (having[this.complete] !== 0) return;
    while (having[this.complete] === 0) {
      this.#completeAt[this.complete] = time;
      this.complete += 1;
    }
    this.onProgress();
  }

  /** Indices into the log, for each member, in the order of time. */
  #arrivalsByMember(): number[][] {
    const byMember: number[][] = Array.from({ length: this.#members }, () => []);
    for (let index = 0; index < this.#logged; index += 1) {
      byMember[this.#logMember[index] ?? 0]?.push(index);
    }
    return byMember;
  }

  /** When a member got the message at a place; null where that was before the log began. */
  #arrival(entries: readonly number[], place: number): number | null {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#logReceived[entries[middle] ?? 0] ?? 0) > place) high = middle;
      else low = middle + 1;
    }
    const found = entries[low];
    // The first entry may stand for a message that came earlier: nothing says what came just before it.
    return found === undefined || low === 0 ? null : (this.#logTime[found] ?? null);
  }
}

import { inTurn, openRoom, quiet, type Room } from '../load/admission.ts';
import { chatCommand } from '../load/dialect.ts';
import type { Target } from '../load/jobs.ts';
import { memberOf, type Returning } from './returning.ts';

const TEXT_BYTES = 100;
/** Messages that are under way at once when it is only about there being many. */
const AT_ONCE = 500;
const ENTERING = 50;
/** Longest wait for one message. */
const PATIENCE_MS = 20_000;

/** Milliseconds from sending a message. */
export type Heard = {
  /** Until its sender had it back. */
  echo: number;
  /** Until the last one had it. */
  everybody: number;
};

type Waiting = { number: number; speaker: number; sentAt: number; echo: number; heardBy: number } & Pick<
  PromiseWithResolvers<Heard>,
  'resolve' | 'reject'
>;

/** People in one room, for runs in which one message follows on another. */
export class Crowd {
  readonly members: Returning[] = [];
  readonly #room: Room;
  readonly #capacity: number;
  readonly #spoken: number[] = [];
  #said = 0;
  #waiting: Waiting | null = null;

  private constructor(room: Room, capacity: number) {
    this.#room = room;
    this.#capacity = capacity;
  }

  /**
   * A room with nobody in it.
   *
   * @param seats People who will come at most.
   * @param capacity Messages that will be said at most.
   */
  static async open(target: Target, seats: number, capacity: number): Promise<Crowd> {
    return new Crowd(await openRoom(target, seats), capacity);
  }

  /** Lets so many in, some at a time, and waits until nothing more is told of them. */
  async admit(count: number): Promise<void> {
    await inTurn(count, ENTERING, () => this.admitOne());
    await this.rest();
  }

  async admitOne(): Promise<void> {
    const member = memberOf(this.#room, this.#capacity);
    await member.enter();
    const index = this.members.push(member) - 1;
    member.onHeard = (number) => this.#hear(index, number);
  }

  /** The number of a member's next command. */
  next(member: number): number {
    const n = (this.#spoken[member] ?? 0) + 1;
    this.#spoken[member] = n;
    return n;
  }

  /** One message, and how long it took. Say the next one when this has resolved. */
  say(speaker: number): Promise<Heard> {
    const number = this.#said;
    const { promise, resolve, reject } = Promise.withResolvers<Heard>();
    this.#waiting = { number, speaker, sentAt: performance.now(), echo: 0, heardBy: 0, resolve, reject };
    const timer = setTimeout(
      () => reject(new Error(`message ${number} has not reached everybody`)),
      PATIENCE_MS,
    );
    this.#send(speaker);
    return promise.finally(() => clearTimeout(timer));
  }

  /** So many messages, from all in turn, as fast as the room takes them; resolves when everybody has them. */
  async sayMany(count: number): Promise<void> {
    const upTo = this.#said + count;
    const speakers = this.members.length;
    while (this.#said < upTo) {
      const last = Math.min(upTo, this.#said + AT_ONCE) - 1;
      while (this.#said < last) this.#send(this.#said % speakers);
      await this.say(last % speakers);
    }
  }

  /** Waits until nothing more comes. */
  rest(): Promise<number> {
    return quiet(this.members);
  }

  drop(): void {
    for (const member of this.members) member.drop();
  }

  /** A member sends something that is no message. */
  tell(member: number, text: string): void {
    this.members[member]?.send(text);
  }

  #send(speaker: number): void {
    const member = this.members[speaker];
    if (member === undefined) throw new Error(`there is no member ${speaker}`);
    member.send(chatCommand(member.dialect, this.#said, this.next(speaker), TEXT_BYTES));
    this.#said += 1;
  }

  #hear(member: number, number: number): void {
    const waiting = this.#waiting;
    if (waiting === null || waiting.number !== number) return;
    const since = performance.now() - waiting.sentAt;
    if (member === waiting.speaker) waiting.echo = since;
    waiting.heardBy += 1;
    if (waiting.heardBy === this.members.length) waiting.resolve({ echo: waiting.echo, everybody: since });
  }
}

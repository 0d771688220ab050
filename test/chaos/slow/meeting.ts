import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { chatText } from '../../../bench/load/dialect.ts';
import type { StatsResponse } from '../../../src/protocol/index.ts';
import { makeRoom } from '../../support/talker.ts';
import { quantile } from '../support/report.ts';
import { type RoomServer, startRoomServer } from '../support/server.ts';
import { Member, type Place } from './member.ts';

export const MB = 1_000_000;
/** Members who speak, by turns: with one alone there could be no two orders. */
const SPEAKERS = 3;
/** ms between looks at the clock while speaking. */
const TICK = 5;
/** Messages that are said before the first of the fast members was told of them: more, and the room is `busy`. */
const AHEAD = 150;

const LONG = 4_000;
/** Bytes that stand around a text in the log. */
const ENVELOPE = 130;
/** Bytes of the text of a message: long ones, which make the load, and now and then a short one. */
export const mixed = (number: number): number => (number % 5 === 0 ? 100 : LONG);

/** How long members waited for what was said, in ms. */
export interface Waits {
  readonly p50: number;
  readonly p99: number;
}

/** A room with fast members in it, and what was said there so far. */
export class Meeting {
  readonly server: RoomServer;
  readonly place: Place;
  readonly hostKey: string;
  readonly fast: readonly Member[];
  /** Bytes of all that one member was told: the texts and their envelopes. */
  bytes = 0;
  said = 0;
  readonly #dueAt: number[] = [];
  #waits: number[] = [];

  private constructor(server: RoomServer, place: Place, hostKey: string, fast: readonly Member[]) {
    this.server = server;
    this.place = place;
    this.hostKey = hostKey;
    this.fast = fast;
    for (const member of fast) {
      member.onMessage = (number) => this.#waits.push(performance.now() - (this.#dueAt[number] ?? 0));
    }
  }

  static async begin(count: number, vars: Record<string, string>): Promise<Meeting> {
    const server = await startRoomServer({ vars: { RATE_QUERY: '1000000/1000000', ...vars } });
    const { code, hostKey } = await makeRoom(server.url, { capacity: 1_000 });
    const place = { url: server.url, port: server.port, code };
    const names = Array.from({ length: count }, (_, index) => `Fast ${index}`);
    const fast = await Promise.all(names.map((name) => Member.join(place, { name })));
    return new Meeting(server, place, hostKey, fast);
  }

  /**
   * Says so many messages at a fixed rate, and waits until all fast members were told. Each message counts from when it was
   * due: what holds up the room, and so the speakers, is waited for, too.
   */
  async speak(count: number, perSecond: number, bytesOf: (number: number) => number = mixed): Promise<Waits> {
    this.#waits = [];
    const start = performance.now();
    const dueAt = (index: number) => start + (index / perSecond) * 1_000;
    for (let done = 0; done < count; await wait(TICK)) {
      for (; done < count && dueAt(done) <= performance.now() && this.#untold < AHEAD; done += 1)
        this.#say(bytesOf(this.said), dueAt(done));
    }
    await untilTold(this.fast, this.said);
    return { p50: quantile(this.#waits, 0.5), p99: quantile(this.#waits, 0.99) };
  }

  /** Says so much, in long messages, about as fast as it goes. */
  async flood(bytes: number): Promise<void> {
    await this.speak(Math.ceil(bytes / (LONG + ENVELOPE)), 1e6, () => LONG);
  }

  /** The order of the messages, as the first of the fast members was told. */
  get truth(): readonly number[] {
    return this.fast[0]?.order ?? [];
  }

  get #untold(): number {
    return this.said - this.truth.length;
  }

  async close(): Promise<void> {
    for (const member of this.fast) member.leave();
    await this.server.close();
  }

  #say(bytes: number, dueAt: number): void {
    const number = this.said;
    this.said += 1;
    this.bytes += bytes + ENVELOPE;
    this.#dueAt[number] = dueAt;
    this.fast[number % SPEAKERS]?.say(chatText(number, bytes));
  }
}

/** Resolves once `done` holds; throws after `limit` ms. */
export async function until(what: string, done: () => boolean, limit = 30_000): Promise<void> {
  const end = performance.now() + limit;
  while (!done()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await wait(5);
  }
}

/** Resolves once members were told so many messages; throws as soon as one of them was told what it must not be. */
export function untilTold(members: readonly Member[], count: number): Promise<void> {
  return until(`${members.length} members are told`, () => {
    const [fault] = members.flatMap(({ faults }) => faults);
    if (fault !== undefined) throw new Error(fault);
    return members.every(({ order }) => order.length >= count);
  });
}

/** The most there was, in bytes: memory of the process, unsent in one socket, unsent in all sockets of the room. */
export interface Most {
  memory: number;
  session: number;
  room: number;
}

/** A room without bounds is stopped here, before it takes the machine along. Bytes. */
const TOO_MUCH = 1_500 * MB;

/** Looks at the server's memory ten times a second, and as often at what the room says that its sockets hold. */
export function watch(meeting: Meeting): () => Promise<Most> {
  const { server } = meeting;
  const most: Most = { memory: 0, session: 0, room: 0 };
  let isOver = false;
  const look = async () => {
    while (!isOver) {
      const { memory } = server.usage();
      most.memory = Math.max(most.memory, memory);
      if (memory > TOO_MUCH) {
        await server.kill();
        throw new Error(`the server held ${memory / MB} MB and was stopped`);
      }
      const { now } = await statsOf(meeting);
      most.session = Math.max(most.session, now.mostUnsentBytes);
      most.room = Math.max(most.room, now.unsentBytes);
      await wait(100);
    }
  };
  const looking = look();
  // Thrown by whoever stops it.
  looking.catch(() => {});
  return async () => {
    isOver = true;
    await looking;
    return most;
  };
}

/** What the room says of itself to its host. */
export async function statsOf({ place, hostKey }: Meeting): Promise<StatsResponse> {
  const response = await fetch(`${place.url}/v1/rooms/${place.code}/stats`, {
    headers: { authorization: `Bearer ${hostKey}` },
  });
  if (!response.ok) throw new Error(`unable to read stats; ${response.status} ${await response.text()}`);
  return (await response.json()) as StatsResponse;
}

/** The first stats that are as they should be; throws after half a minute. */
export async function statsWhen(
  meeting: Meeting,
  what: string,
  holds: (stats: StatsResponse) => boolean,
): Promise<StatsResponse> {
  const end = performance.now() + 30_000;
  for (;;) {
    const found = await statsOf(meeting);
    if (holds(found)) return found;
    if (performance.now() > end) throw new Error(`waited in vain: ${what}; ${JSON.stringify(found.now)}`);
    await wait(20);
  }
}

/** Bytes that the system holds of what a server has sent on this port: on their way out, and unread on the other side. */
export function heldBySystem(port: number): { readonly sending: number; readonly unread: number } {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let [sending, unread] = [0, 0];
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local = '', remote = '', , queues = ''] = line.trim().split(/\s+/);
    const [out = '0', back = '0'] = queues.split(':');
    if (local.endsWith(suffix)) sending += Number.parseInt(out, 16);
    if (remote.endsWith(suffix)) unread += Number.parseInt(back, 16);
  }
  return { sending, unread };
}

import { afterEach, expect, it } from 'vitest';
import { joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { makeRoom, type Patience, sleep, until } from '../support/talker.ts';
import { Crowd, randomFrom, seed } from './support/crowd.ts';
import { type BadNetwork, startProxy } from './support/proxy.ts';
import { quantile, record } from './support/report.ts';
import { scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';

/** Everything that clients wait for, made short: a line dies here every few seconds. ms. */
const PATIENCE: Patience = { pingEvery: 200, answerWithin: 800 };
const TIMING = {
  firstWithin: 50,
  backoff: 50,
  backoffMost: 400,
  stableAfter: 2_000,
  pingEvery: PATIENCE.pingEvery,
  pongWithin: PATIENCE.answerWithin,
  heardWithin: 2 * PATIENCE.answerWithin,
  readyWithin: PATIENCE.answerWithin,
};
/** What both need at most to see that a line is dead, with room for a busy machine. ms. */
const NOTICED_WITHIN = 4_000;

let server: RoomServer | undefined;
let proxies: BadNetwork[] = [];
let crowd: Crowd | undefined;
let guests: Guest[] = [];
afterEach(async () => {
  crowd?.stop();
  for (const { room } of guests) room.close();
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await server?.close();
  server = undefined;
  proxies = [];
  crowd = undefined;
  guests = [];
});

/** A member on the SDK, and all that it said of the room. */
class Guest {
  readonly room: RoomConnection;
  /** Messages as they were told, one by one. */
  readonly told: { seq: number; text: string }[] = [];
  /** Places of its own messages, by what `chat` resolved with. */
  readonly receipts = new Map<string, number | undefined>();
  readonly faults: string[] = [];
  drops = 0;
  #isTalking = true;
  #talk: Promise<void> = Promise.resolve();

  private constructor(room: RoomConnection) {
    this.room = room;
    room.on('chat.sent', ({ seq, body }) => this.told.push({ seq, text: textOf(body) }));
    room.on('resync', ({ reason }) => this.faults.push(`resync: ${reason}`));
    room.on('connection', ({ status }) => {
      if (status === 'reconnecting') this.drops += 1;
      if (status === 'closed') this.faults.push(`closed: ${JSON.stringify(room.state.connection)}`);
    });
  }

  static async join(base: string, code: string, name: string): Promise<Guest> {
    const impatient: typeof fetch = (input, init) => {
      const late = AbortSignal.timeout(PATIENCE.answerWithin);
      return fetch(input, { ...init, signal: AbortSignal.any(init?.signal ? [init.signal, late] : [late]) });
    };
    return new Guest(await joinRoom({ server: base, code, name, timing: TIMING, fetch: impatient }));
  }

  begin(who: string, pause: number, random: () => number, said: Map<string, number>): void {
    this.#talk = this.#chat(who, pause, random, said);
  }

  async #chat(who: string, pause: number, random: () => number, said: Map<string, number>): Promise<void> {
    for (let count = 0; this.#isTalking; count += 1) {
      await sleep(random() * pause);
      while (this.#isTalking && this.room.state.pending.length >= 3) await sleep(2);
      if (!this.#isTalking) return;
      const text = `${who}/${count}${more(random())}`;
      said.set(text, 1);
      void this.room.chat(text).then(
        (receipt) => this.receipts.set(text, receipt.status === 'done' ? receipt.event?.seq : undefined),
        (error: unknown) => this.faults.push(`${text.slice(0, 20)}: ${String(error)}`),
      );
    }
  }

  async rest(): Promise<void> {
    this.#isTalking = false;
    await this.#talk;
  }

  get isSettled(): boolean {
    return this.room.state.connection.status === 'online' && this.room.state.pending.length === 0;
  }
  /** The messages as they stand in its view. */
  get view(): { seq: number; text: string }[] {
    return this.room.state.messages.map((message) => ({
      seq: message.seq,
      text:
        message.t === 'chat.sent'
          ? textOf(message.body)
          : message.t === 'image.shared'
            ? message.image
            : message.file,
    }));
  }
}

const textOf = (body: { readonly kind: string; readonly text?: string }): string => body.text ?? body.kind;

/** One message in ten is long: its frame does not fit into one piece. */
const more = (random: number): string => (random < 0.1 ? ` ${'x'.repeat(Math.floor(random * 30_000))}` : '');

async function openProxy(port: number, name: string): Promise<BadNetwork> {
  const proxy = await startProxy(port, randomFrom(`${name} ${seed}`));
  proxies.push(proxy);
  return proxy;
}

console.log(`seed ${seed}`);

it('bad lines lose nothing, double nothing and change no order, for a plain client and for the SDK', async () => {
  server = await startRoomServer();
  const { port, url } = server;
  const [forTalkers, forGuests] = [await openProxy(port, 'talkers'), await openProxy(port, 'guests')];
  const { code } = await makeRoom(url);
  const everybody = await Crowd.gather(forTalkers.url, code, scale(12, 20), PATIENCE);
  crowd = everybody;
  guests = await Promise.all(
    Array.from({ length: scale(4, 8) }, (_, index) => Guest.join(forGuests.url, code, `Guest ${index}`)),
  );

  const pause = scale(300, 1_000);
  for (const proxy of proxies) proxy.storm();
  everybody.begin({ window: 3, pause, more }, randomFrom(`talk ${seed}`));
  guests.forEach((guest, index) => {
    guest.begin(`guest ${index}`, pause, randomFrom(`guest ${index} ${seed}`), everybody.said);
  });
  await sleep(scale(3_000, 120_000));
  for (const proxy of proxies) proxy.calm();
  await Promise.all(guests.map((guest) => guest.rest()));
  await everybody.rest();
  await until('the guests have said all', () => guests.every(({ isSettled }) => isSettled));
  await until('all are at the same place', () => {
    const places = new Set(everybody.talkers.map(({ position }) => position));
    for (const { room } of guests) places.add(room.state.seq);
    return places.size === 1;
  });

  const counts = new Map<string, number>();
  for (const proxy of proxies)
    for (const [what, count] of proxy.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  const noticed = ({ noticedAfter }: BadNetwork, who: 'server' | 'client') => {
    const after = noticedAfter[who];
    if (after.length === 0) return 'never happened';
    return `${after.length} times, p50 ${quantile(after, 0.5).toFixed(0)} ms, most ${Math.max(...after).toFixed(0)} ms`;
  };
  record({
    order: 20,
    title: 'Bad lines: cut, deaf, late, narrow, torn',
    lines: [
      `${everybody.talkers.length} plain clients and ${guests.length} on the SDK, ${everybody.said.size} messages; seed ${seed}.`,
      '',
      '| what | how often |',
      '| --- | --- |',
      ...Array.from(counts, ([what, count]) => `| ${what} | ${count} |`).sort(),
      '',
      `${everybody.resumes} resumes of plain clients, ${guests.reduce((sum, { drops }) => sum + drops, 0)} of the SDK, ` +
        `${everybody.snapshots - everybody.talkers.length} snapshots.`,
      `Lines that died in one direction, until the client knew. Plain client: deaf server ${noticed(forTalkers, 'server')}; ` +
        `deaf client ${noticed(forTalkers, 'client')}. SDK: deaf server ${noticed(forGuests, 'server')}; ` +
        `deaf client ${noticed(forGuests, 'client')}.`,
    ],
  });

  const truth = everybody.record.map(({ seq, text }) => ({ seq, text }));
  expect(everybody.faults(), `seed ${seed}: what the plain clients were told`).toEqual([]);
  expect(everybody.snapshots).toBe(everybody.talkers.length);
  for (const guest of guests) {
    expect(guest.faults, `seed ${seed}: what went wrong in the SDK`).toEqual([]);
    expect(guest.told, `seed ${seed}: what the SDK told, one by one`).toEqual(truth);
    expect(guest.view, `seed ${seed}: what stands in the SDK's view`).toEqual(truth);
    const places = new Map(truth.map(({ seq, text }) => [text, seq]));
    const wrong = Array.from(guest.receipts).filter(([text, seq]) => places.get(text) !== seq);
    expect(wrong, `seed ${seed}: receipts of the SDK that are not the message's place`).toEqual([]);
  }
  for (const [what, count] of counts) expect(count, what).toBeGreaterThan(scale(0, 200));
  expect(counts.size).toBe(9);
  for (const { noticedAfter } of proxies) {
    expect(Math.max(...noticedAfter.server), 'ms until a deaf server was noticed').toBeLessThan(
      NOTICED_WITHIN,
    );
    expect(Math.max(...noticedAfter.client), 'ms until a deaf line was noticed').toBeLessThan(NOTICED_WITHIN);
  }
});

import fc from 'fast-check';
import type { CommandType } from '../../../src/protocol/index.ts';
import { textFrames } from './commands.ts';
import { corpusOf, mutated } from './corpus.ts';
import { type Frame, Fuzzer, type Sightings, type Standing } from './fuzzer.ts';
import { Refused, type RoomAddress } from './http.ts';
import { Random } from './mutator.ts';
import { type Known, NOBODY } from './values.ts';

/** How a room answers that has ended, or has been ended for so long that it is forgotten. */
const GONE: readonly number[] = [404, 410];
/** More that is done than where frames are only read. */
const MIX = { valid: 6, 'nearly valid': 5, random: 1 };
/** Frames of one person that are on their way at most. */
const WINDOW = 50;

/** Ids as long as true ones, for which those of the people in the room are put in when a frame is sent. */
const STAND_INS = ['A', 'B', 'C', 'D', 'E'].map((name) => `m_${name.repeat(22)}`);
/** Messages that stand in the room before it is fuzzed; a few polls come first. */
export const MESSAGES = 150;
const polls = [4, 5, 6, 7, 8, 9];
const positions = [
  0,
  1,
  ...polls,
  ...polls,
  ...polls,
  ...Array.from({ length: MESSAGES }, (_, index) => index),
];
/** ms; the same for all of a day, so that what is drawn can be drawn again. */
const MIDNIGHT = Math.ceil(Date.now() / 86_400_000) * 86_400_000;
export const KNOWN: Known = { ...NOBODY, members: STAND_INS, positions, now: MIDNIGHT };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Send = readonly [frame: Frame, binary: boolean];

/** What one person sends in one batch: half made by the schemas, half by the mutator, a third of that binary. */
function draw(seed: number, types: readonly CommandType[], ids: readonly string[], count: number): Send[] {
  const made = fc.sample(textFrames(KNOWN, { types, mix: MIX }), { numRuns: count / 2, seed });
  const { texts, binaries } = corpusOf(KNOWN, seed, 60, types);
  const inRoom = (text: string) =>
    STAND_INS.reduce((whole, id, index) => whole.replaceAll(id, ids[index % ids.length] ?? id), text);
  const corpus = texts.map((text) => encoder.encode(inRoom(decoder.decode(text))));
  const random = new Random(seed);
  const others = Array.from({ length: count / 2 }, (): Send => {
    const kind = random.below(10);
    if (kind < 3) return [mutated(random, random.below(4) === 0 ? corpus : binaries, binaries), true];
    const frame = mutated(random, corpus);
    // As bytes it may be no UTF-8.
    return kind === 3 ? [frame, false] : [decoder.decode(frame), false];
  });
  const all = [...made.map(({ text }): Send => [inRoom(text), false]), ...others];
  return all
    .map((one) => ({ one, place: random.below(2 ** 31) }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

/** Undoes what keeps people out. */
async function open(room: RoomAddress): Promise<void> {
  for (const command of [
    { t: 'room.update', capacity: 1_000, whenEmpty: 'stay' },
    { t: 'door.set', entry: 'everybody', locked: false, waitForHost: false },
    { t: 'passcode.set', passcode: null },
    { t: 'schedule.set', opensAt: null, expiresAt: null, maxMinutes: null },
  ])
    await room.command(command);
  const { body } = await room.command({ t: 'ban.list' });
  const { result } = body as { readonly result?: { readonly bans: readonly { readonly member: string }[] } };
  for (const { member } of result?.bans ?? []) await room.command({ t: 'ban.lift', member });
}

/** People who fuzz one room, each in their way, with the doors held open for them. */
export class Fuzzers {
  readonly all: readonly Fuzzer[];
  readonly #room: RoomAddress;
  readonly #seen: Sightings;
  /** The meeting has ended, and nobody gets in again. */
  isOver = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(room: RoomAddress, standings: readonly Standing[], seen: Sightings) {
    this.#room = room;
    this.#seen = seen;
    this.all = standings.map((standing) => new Fuzzer(room, standing, seen));
  }

  /** One after the other: who waits in the lobby needs the door shut for a moment. */
  enter(fuzzer: Fuzzer): Promise<void> {
    const entered = this.#turn.then(async () => {
      for (let tries = 1; !fuzzer.isIn && !this.isOver; tries += 1) {
        await open(this.#room);
        await fuzzer.enter().catch((error: unknown) => {
          this.isOver = error instanceof Refused && GONE.includes(error.status);
          // Somebody shut the door again just now.
          if (!this.isOver && tries === 5) throw error;
        });
      }
    });
    this.#turn = entered.catch(() => {});
    return entered;
  }

  async enterAll(): Promise<void> {
    for (const fuzzer of this.all) if (!fuzzer.isIn) await this.enter(fuzzer);
  }

  /** Everybody sends what is drawn for them; whoever is put out comes in again and goes on. */
  async send(seed: number, types: readonly CommandType[], count: number): Promise<void> {
    if (this.isOver) return;
    const ids = this.all.map(({ id }) => id);
    await Promise.all(
      this.all.map((fuzzer, index) => this.#send(fuzzer, draw(seed * 100 + index, types, ids, count))),
    );
  }

  async #send(fuzzer: Fuzzer, frames: readonly Send[]): Promise<void> {
    for (const [index, [frame, binary]] of frames.entries()) {
      if (!fuzzer.isIn) await this.enter(fuzzer);
      if (this.isOver) return;
      if (fuzzer.send(frame, binary)) this.#seen.sent.add(binary ? 'binary' : 'text');
      if (index % WINDOW === WINDOW - 1) await fuzzer.barrier();
    }
    await fuzzer.barrier();
  }

  stop(): void {
    for (const fuzzer of this.all) fuzzer.stop();
  }
}

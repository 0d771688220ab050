import { createHash } from 'node:crypto';
import { type Heard, judge, type Patience, sleep, Talker, until } from '../../support/talker.ts';

/** What random numbers of this run are drawn from: `CHAOS_SEED`, or a new one each time. Tests print it. */
export const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomFrom(from: number | string): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash('sha256').update(`${from} ${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
}

/** New people who come in at a time: of one address not many more may be on their way. */
const TOGETHER = 10;

export interface Manners {
  /** Messages that one may have under way at a time. */
  readonly window: number;
  /** ms; the longest pause that one makes between two messages. */
  readonly pause: number;
  /** What stands behind who it is and the how-manieth, from a number between 0 and 1; nothing, if left out. */
  readonly more?: (random: number) => string;
}

/** Members who chat through whatever happens, and keep a record of what they said and were told. */
export class Crowd {
  readonly talkers: readonly Talker[];
  /** How often each text was said; who talks beside the crowd notes it here, too. */
  readonly said = new Map<string, number>();
  #isTalking = false;
  #talk: Promise<unknown> = Promise.resolve();
  /** What was still missing when `rest` gave up waiting. */
  #missed: readonly string[] = [];

  private constructor(talkers: readonly Talker[]) {
    this.talkers = talkers;
  }

  static async gather(base: string, code: string, count: number, patience?: Patience): Promise<Crowd> {
    const talkers: Talker[] = [];
    while (talkers.length < count) {
      const names = Array.from({ length: Math.min(TOGETHER, count - talkers.length) }, (_, index) => {
        return `Talker ${talkers.length + index}`;
      });
      talkers.push(...(await Promise.all(names.map((name) => Talker.join(base, code, name, patience)))));
    }
    return new Crowd(talkers);
  }

  /** How many are connected and have been told where they stand. */
  get back(): number {
    return this.talkers.filter(({ isReady }) => isReady).length;
  }
  get isBack(): boolean {
    return this.back === this.talkers.length;
  }
  /** Own messages whose echo came back, of all. */
  get echoes(): number {
    return this.talkers.reduce((sum, { echoed }) => sum + echoed.size, 0);
  }
  get resumes(): number {
    return this.talkers.reduce((sum, { resumes }) => sum + resumes, 0);
  }
  get snapshots(): number {
    return this.talkers.reduce((sum, { snapshots }) => sum + snapshots, 0);
  }
  /** A record without gaps, as long as nobody got a second snapshot. */
  get record(): readonly Heard[] {
    return this.talkers[0]?.heard ?? [];
  }

  /** Lets everybody talk until `rest`. */
  begin(manners: Manners, random: () => number): void {
    this.#isTalking = true;
    this.#talk = Promise.all(this.talkers.map((talker, who) => this.#chat(talker, who, manners, random)));
  }

  async #chat(talker: Talker, who: number, manners: Manners, random: () => number): Promise<void> {
    const { window, pause, more = () => '' } = manners;
    for (let count = 0; this.#isTalking; count += 1) {
      await sleep(random() * pause);
      while (this.#isTalking && talker.unsettled >= window) await sleep(2);
      if (!this.#isTalking) return;
      const text = `${who}/${count}${more(random())}`;
      this.said.set(text, 1);
      talker.say(text);
    }
  }

  /** Ends the talk, and waits until every message has its echo and everybody was told the same stretch of the log. */
  async rest(limit = 20_000): Promise<void> {
    this.#isTalking = false;
    await this.#talk;
    const isDone = () => {
      this.#missed = this.#missing();
      return this.#missed.length === 0;
    };
    // Where that never happens, `faults` tells what is missing.
    await until('everybody has heard all', isDone, limit).catch(() => {});
  }

  #missing(): string[] {
    const head = Math.max(...this.talkers.map(({ position }) => position));
    return this.talkers.flatMap(({ unsettled, isReady, position }, who) => [
      ...(unsettled > 0 ? [`talker ${who}: ${unsettled} messages without an echo`] : []),
      ...(isReady && position === head ? [] : [`talker ${who}: stands at ${position} of ${head}`]),
    ]);
  }

  /** The faults in what was told: lost, twice, out of order, or never said. */
  faults(): string[] {
    return [...this.#missed, ...judge(this.record, this.talkers, this.said)];
  }

  stop(): void {
    this.#isTalking = false;
    for (const talker of this.talkers) talker.stop();
  }
}

import { performance } from 'node:perf_hooks';
import { judge, makeRoom, sleep, Talker, until } from '../../support/talker.ts';
import { quantile } from '../support/report.ts';

/** ms. */
const SLICE = 1_000;

/** Milliseconds from saying to hearing, over all who heard. */
export interface Delay {
  readonly p50: number;
  readonly p99: number;
  /** The median of the seconds' own p99: a hiccup of the machine is in one of them, what a flood does is in each. */
  readonly typical: number;
  readonly samples: number;
}

/** People who behave: one of them says something every few milliseconds, and all of them hear it. */
export class Meeting {
  readonly code: string;
  readonly talkers: readonly Talker[];
  readonly #said = new Map<string, number>();
  readonly #saidAt = new Map<string, number>();
  readonly #delays: number[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(code: string, talkers: readonly Talker[], every: number) {
    this.code = code;
    this.talkers = talkers;
    for (const talker of talkers) {
      talker.told = ({ text }) => {
        const at = this.#saidAt.get(text);
        if (at !== undefined) this.#delays.push(performance.now() - at);
      };
    }
    let turn = 0;
    this.#timer = setInterval(() => {
      turn += 1;
      this.say(turn, `${code} ${turn}`);
    }, every);
  }

  /** `every`: ms between two messages of the whole meeting. */
  static async begin(base: string, people: number, every: number, settings: object = {}): Promise<Meeting> {
    const { code } = await makeRoom(base, settings);
    const talkers: Talker[] = [];
    for (let at = 0; at < people; at += 1) talkers.push(await Talker.join(base, code, `Member ${at}`));
    return new Meeting(code, talkers, every);
  }

  say(turn: number, text: string): void {
    const talker = this.talkers[turn % this.talkers.length];
    this.#said.set(text, 1);
    this.#saidAt.set(text, performance.now());
    talker?.say(text);
  }

  /** What it is like now, over a time in ms. */
  async measure(ms: number): Promise<Delay> {
    const all: number[] = [];
    const worst: number[] = [];
    await sleep(20);
    for (let at = 0; at < ms; at += SLICE) {
      this.#delays.length = 0;
      await sleep(Math.min(SLICE, ms - at));
      all.push(...this.#delays);
      worst.push(quantile(this.#delays, 0.99));
    }
    const [p50, p99] = [quantile(all, 0.5), quantile(all, 0.99)];
    return { p50, p99, typical: quantile(worst, 0.5), samples: all.length };
  }

  /** Ends it without looking back. */
  stop(): void {
    clearInterval(this.#timer);
    for (const talker of this.talkers) talker.stop();
  }

  /** Ends it, waits until all have heard all, and answers what the judge finds. `isOurs`: whether a text was said in here, and not by a flood. */
  async end(isOurs: (text: string) => boolean = () => true): Promise<string[]> {
    clearInterval(this.#timer);
    await until('every message has its echo', () => this.talkers.every(({ unsettled }) => unsettled === 0));
    const last = Math.max(...this.talkers.map(({ heard }) => heard.at(-1)?.seq ?? 0));
    await until('everybody has heard all', () =>
      this.talkers.every(({ heard }) => (heard.at(-1)?.seq ?? 0) >= last),
    );
    this.stop();
    const truth = this.talkers[0]?.heard ?? [];
    const said = new Map(this.#said);
    // What a flood was allowed to say is in the record; it is judged like the rest but for that nobody here said it.
    for (const { text } of truth) if (!isOurs(text)) said.set(text, 1);
    return judge(truth, this.talkers, said);
  }
}

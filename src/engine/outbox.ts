import type { Log } from '../platform/log.ts';
import { type EffectRow, effectTable } from './deadlines.ts';
import type { InternalCommand } from './feature.ts';
import type { State } from './state.ts';

/** ms until the second try; doubles up to the longest. */
const FIRST_RETRY = 2_000;
const LONGEST_RETRY = 3_600_000;
/** Effects under way at once where nothing else is said: a Worker may have six connections open. */
const AT_ONCE = 5;
/** ms after which one counts as failed where nothing else is said. */
const WITHIN = 10_000;
/** ms for which an effect may be put off without an alarm. */
const LONGEST_WAIT = 1_000;
/** The part of them that may be of one kind: those that hang, because what they need can't be reached, hold up none of another. */
const OF_ONE_KIND = 3 / 4;
/** The part of them that may have failed before: they hold up nothing that is new. */
const AGAIN = 1 / 2;

/** How many effects are carried out at once, and how many ms each may take. */
export interface OutboxLimits {
  readonly atOnce?: number;
  readonly within?: number;
}

/** What the object does about an effect that was carried out: a command of its own, by its name. */
export interface Follow {
  readonly command: string;
  readonly data: object;
  /** It may be written a moment later, with whatever comes by then: to carry out the effect once more does no harm. */
  readonly mayWait?: true;
}
export const follow = <Fields extends object>(command: InternalCommand<Fields>, data: Fields): Follow => ({
  command: command.name,
  data,
});
/** The same where it may be written a moment later, because carrying out the effect once more does no harm. */
export const followLater = <Fields extends object>(
  command: InternalCommand<Fields>,
  data: Fields,
): Follow => ({
  ...follow(command, data),
  mayWait: true,
});

/**
 * Carries out one kind of effect. Must be idempotent, also where an earlier try that took too long still goes on; rejects
 * when it is to be tried again. `attempts`: how often it was tried in vain. What it answers is done in the very commit that forgets the effect, so neither comes without the
 * other.
 */
export interface Executor {
  // biome-ignore lint/suspicious/noConfusingVoidType: most executors have nothing to answer.
  (data: unknown, id: string, attempts: number, gathered?: unknown): Promise<Follow | void>;
  /** Reads what it needs of the state, as it is on disk: in the turn of the commit that it follows. See `gathering`. */
  readonly gather?: (data: unknown) => unknown;
  /** ms that it may take, where that is less than others may. */
  readonly within?: number;
}

/** An executor that gets what `gather` finds in the state as it is on disk, and never what is only decided. `within`: ms. */
export const gathering = <Gathered>(
  gather: (data: unknown) => Gathered,
  run: (gathered: Gathered, data: unknown, id: string, attempts: number) => ReturnType<Executor>,
  within?: number,
): Executor =>
  Object.assign(
    // The outbox hands over what this very `gather` answered.
    (data: unknown, id: string, attempts: number, gathered?: unknown) =>
      run(gathered as Gathered, data, id, attempts),
    { gather, ...(within === undefined ? {} : { within }) },
  );

/** An effect that is to be carried out now, with what its executor has gathered for it. */
export interface Due {
  readonly id: string;
  readonly effect: EffectRow;
  /** Throws what gathering threw. */
  readonly gathered: () => unknown;
}

interface UnderWay {
  readonly effect: EffectRow;
  readonly ended: Promise<void>;
}

/** Rejects where the work takes longer. What it comes to later counts for nothing. Leaves no timer. */
async function inTime<T>(work: () => Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Carries out what commits have decided, until it is done; the alarm brings back what failed. */
export class Outbox {
  readonly #state: State;
  readonly #executors: ReadonlyMap<string, Executor>;
  readonly #log: Log;
  readonly #changed: (mayWait: boolean) => void;
  readonly #perform: (follow: Follow) => void;
  readonly #atOnce: number;
  readonly #within: number;
  readonly #underWay = new Map<string, UnderWay>();
  #isComingBack = false;

  constructor(options: {
    state: State;
    executors: Readonly<Record<string, Executor>>;
    log: Log;
    /** Something is to be written; `mayWait`: a moment later is soon enough. */
    changed: (mayWait: boolean) => void;
    /** Performs the command that an executor answered with. */
    perform: (follow: Follow) => void;
    limits?: OutboxLimits;
  }) {
    this.#state = options.state;
    this.#executors = new Map(Object.entries(options.executors));
    this.#log = options.log;
    this.#changed = options.changed;
    this.#perform = options.perform;
    this.#atOnce = options.limits?.atOnce ?? AT_ONCE;
    this.#within = options.limits?.within ?? WITHIN;
  }

  /** What is to be done now. Call it in the turn of a commit: only what is on disk may be carried out. */
  due(now: number): readonly Due[] {
    const fresh: [string, EffectRow][] = [];
    const again: [string, EffectRow][] = [];
    let soonest = Number.POSITIVE_INFINITY;
    for (const [id, effect] of this.#state.table(effectTable).entries()) {
      if (this.#underWay.has(id)) continue;
      if (effect.at > now) {
        if (effect.waits === true && effect.attempts === 0) soonest = Math.min(soonest, effect.at - now);
        continue;
      }
      (effect.attempts === 0 ? fresh : again).push([id, effect]);
    }
    this.#comeBack(soonest);
    // Those that have waited longest first, so that each has its turn.
    again.sort(([, a], [, b]) => a.at - b.at);
    return this.#fitting([...fresh, ...again]).map(([id, effect]) => ({
      id,
      effect,
      gathered: this.#gather(effect),
    }));
  }

  /** Looks again after so many ms, for what was put off for a moment: no alarm is worth that. */
  #comeBack(ms: number): void {
    if (ms > LONGEST_WAIT || this.#isComingBack) return;
    this.#isComingBack = true;
    setTimeout(() => {
      this.#isComingBack = false;
      this.#changed(false);
    }, ms);
  }

  /** Of what wants to be done, in this order, what may be done beside what is under way. */
  #fitting(wanted: readonly [string, EffectRow][]): readonly [string, EffectRow][] {
    const running = Array.from(this.#underWay.values(), ({ effect }) => effect);
    const fitting: [string, EffectRow][] = [];
    for (const [id, effect] of wanted) {
      if (running.length >= this.#atOnce) break;
      const alike = running.filter(({ kind }) => kind === effect.kind).length;
      const again = running.filter(({ attempts }) => attempts > 0).length;
      if (alike >= Math.ceil(this.#atOnce * OF_ONE_KIND)) continue;
      if (effect.attempts > 0 && again >= Math.ceil(this.#atOnce * AGAIN)) continue;
      running.push(effect);
      fitting.push([id, effect]);
    }
    return fitting;
  }

  /** Starts what `due` found. What comes of each leads to another commit, after which more may be due. */
  start(due: readonly Due[], now: number): void {
    for (const one of due)
      this.#underWay.set(one.id, { effect: one.effect, ended: this.#carryOut(one, now) });
  }

  isUnderWay(id: string): boolean {
    return this.#underWay.has(id);
  }

  /** Resolves when what is under way has ended, or after so many ms. Leaves no timer. */
  async idle(within: number): Promise<void> {
    if (this.#underWay.size === 0) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, within);
    });
    await Promise.race([Promise.all(Array.from(this.#underWay.values(), ({ ended }) => ended)), late]);
    clearTimeout(timer);
  }

  #hasFresh(): boolean {
    for (const [id, { attempts, waits }] of this.#state.table(effectTable).entries())
      if (attempts === 0 && waits !== true && !this.#underWay.has(id)) return true;
    return false;
  }

  /** A fault in there is one of this effect alone. */
  #gather({ kind, data }: EffectRow): () => unknown {
    try {
      const gathered = this.#executors.get(kind)?.gather?.(data);
      return () => gathered;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  async #carryOut({ id, effect, gathered }: Due, now: number): Promise<void> {
    const table = this.#state.table(effectTable);
    const execute = this.#executors.get(effect.kind);
    let mayWait = false;
    try {
      const next = await inTime(async () => {
        if (execute === undefined) throw new Error(`no executor for ${effect.kind}`);
        return execute(effect.data, id, effect.attempts, gathered());
      }, execute?.within ?? this.#within);
      // Drafted anew while it was under way, it says something newer now: that is carried out next.
      if (table.get(id) === effect) table.delete(id);
      if (next) this.#perform(next);
      mayWait = next?.mayWait === true;
    } catch (error) {
      const attempts = effect.attempts + 1;
      const wait = Math.min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY);
      const { kind, data } = table.get(id) ?? effect;
      table.set(id, { kind, data, attempts, at: now + wait });
      this.#log('warn', 'effect.failed', { kind: effect.kind, attempts, error });
    }
    this.#underWay.delete(id);
    // What came of it may have something else carried out, and that waits for nothing.
    this.#changed(mayWait && !this.#hasFresh());
  }
}

import type { Log } from '../platform/log.ts';
import { type EffectRow, effectTable } from './deadlines.ts';
import type { InternalCommand } from './feature.ts';
import type { State } from './state.ts';

/** ms until the second try; doubles up to the longest. */
const FIRST_RETRY = 2_000;
const LONGEST_RETRY = 3_600_000;
/** Effects under way at once: a Worker may have six connections open. */
const AT_ONCE = 4;

/** What the object does about an effect that was carried out: a command of its own, by its name. */
export interface Follow {
  readonly command: string;
  readonly data: object;
}
export const follow = <Fields extends object>(command: InternalCommand<Fields>, data: Fields): Follow => ({
  command: command.name,
  data,
});

/**
 * Carries out one kind of effect. Must be idempotent; rejects when it is to be tried again. `attempts`: how often it
 * was tried in vain. What it answers is done in the very commit that forgets the effect, so neither comes without the
 * other.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: most executors have nothing to answer.
export type Executor = (data: unknown, id: string, attempts: number) => Promise<Follow | void>;

/** Carries out what commits have decided, until it is done; the alarm brings back what failed. */
export class Outbox {
  readonly #state: State;
  readonly #executors: ReadonlyMap<string, Executor>;
  readonly #log: Log;
  readonly #changed: () => void;
  readonly #perform: (follow: Follow) => void;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: {
    state: State;
    executors: Readonly<Record<string, Executor>>;
    log: Log;
    changed: () => void;
    /** Performs the command that an executor answered with. */
    perform: (follow: Follow) => void;
  }) {
    this.#state = options.state;
    this.#executors = new Map(Object.entries(options.executors));
    this.#log = options.log;
    this.#changed = options.changed;
    this.#perform = options.perform;
  }

  /** What is to be done now. Call it right after a commit: only what is on disk may be carried out. */
  due(now: number): readonly [string, EffectRow][] {
    const due: [string, EffectRow][] = [];
    for (const [id, effect] of this.#state.table(effectTable).entries()) {
      if (this.#underWay.size + due.length >= AT_ONCE) break;
      if (effect.at <= now && !this.#underWay.has(id)) due.push([id, effect]);
    }
    return due;
  }

  /** Starts what `due` found. What comes of each leads to another commit, after which more may be due. */
  start(due: readonly [string, EffectRow][], now: number): void {
    for (const [id, effect] of due) this.#underWay.set(id, this.#carryOut(id, effect, now));
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
    await Promise.race([Promise.all(this.#underWay.values()), late]);
    clearTimeout(timer);
  }

  async #carryOut(id: string, effect: EffectRow, now: number): Promise<void> {
    const table = this.#state.table(effectTable);
    const execute = this.#executors.get(effect.kind);
    try {
      if (execute === undefined) throw new Error(`no executor for ${effect.kind}`);
      const next = await execute(effect.data, id, effect.attempts);
      table.delete(id);
      if (next) this.#perform(next);
    } catch (error) {
      const attempts = effect.attempts + 1;
      const wait = Math.min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY);
      table.set(id, { ...effect, attempts, at: now + wait });
      this.#log('warn', 'effect.failed', { kind: effect.kind, attempts, error });
    }
    this.#underWay.delete(id);
    this.#changed();
  }
}

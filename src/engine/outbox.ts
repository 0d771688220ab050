import type { Log } from '../platform/log.ts';
import { type EffectRow, effectTable } from './deadlines.ts';
import type { State } from './state.ts';

/** ms until the second try; doubles up to the longest. */
const FIRST_RETRY = 2_000;
const LONGEST_RETRY = 3_600_000;
/** Effects under way at once: a Worker may have six connections open. */
const AT_ONCE = 4;

/** Carries out one kind of effect. Must be idempotent; rejects when it is to be tried again. */
export type Executor = (data: unknown, id: string) => Promise<void>;

/** Carries out what commits have decided, until it is done; the alarm brings back what failed. */
export class Outbox {
  readonly #state: State;
  readonly #executors: ReadonlyMap<string, Executor>;
  readonly #log: Log;
  readonly #changed: () => void;
  readonly #underWay = new Set<string>();

  constructor(options: {
    state: State;
    executors: Readonly<Record<string, Executor>>;
    log: Log;
    changed: () => void;
  }) {
    this.#state = options.state;
    this.#executors = new Map(Object.entries(options.executors));
    this.#log = options.log;
    this.#changed = options.changed;
  }

  /** Starts what is due. Call it only when the effects are on disk. Resolves when what it started has ended. */
  async run(now: number): Promise<void> {
    const due: [string, EffectRow][] = [];
    for (const [id, effect] of this.#state.table(effectTable).entries()) {
      if (this.#underWay.size + due.length >= AT_ONCE) break;
      if (effect.at <= now && !this.#underWay.has(id)) due.push([id, effect]);
    }
    await Promise.all(due.map(([id, effect]) => this.#carryOut(id, effect, now)));
    if (due.length > 0) await this.run(now);
  }

  async #carryOut(id: string, effect: EffectRow, now: number): Promise<void> {
    const table = this.#state.table(effectTable);
    const execute = this.#executors.get(effect.kind);
    this.#underWay.add(id);
    try {
      if (execute === undefined) throw new Error(`no executor for ${effect.kind}`);
      await execute(effect.data, id);
      table.delete(id);
    } catch (error) {
      const attempts = effect.attempts + 1;
      const wait = Math.min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY);
      table.set(id, { ...effect, attempts, at: now + wait });
      this.#log('warn', 'effect.failed', { kind: effect.kind, attempts, error });
    } finally {
      this.#underWay.delete(id);
    }
    this.#changed();
  }
}

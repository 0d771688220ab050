import type { Engine } from '../engine/engine.ts';
import type { Directory } from '../platform/directory.ts';
import type { Log } from '../platform/log.ts';
import { inSlices, within } from '../platform/patience.ts';
import { type Hint, hearing, hintsFor, mentionedSince, movedIn } from './hint-rows.ts';
import type { People } from './people.ts';
import { findRoom } from './tables.ts';

/** ms between two hints to the same person. */
const EVERY = 5_000;
/** People told in one go; where more are online they take turns. */
const AT_MOST = 1_000;
/** People told at the same time. */
const AT_ONCE = 50;
/** ms after which a call that hangs is given up. */
const PATIENCE = 3_000;

export interface HintsOptions {
  readonly engine: () => Pick<Engine, 'state' | 'consistent' | 'position' | 'view'> | null;
  readonly people: () => People | undefined;
  /** null: this server has none. */
  readonly directory: () => Directory | null;
  readonly clock: { now(): number };
  readonly log: Log;
  /** Waits so many ms; for tests. */
  readonly wait?: (ms: number) => Promise<void>;
  /** ms; for tests. */
  readonly patience?: number;
}

/** A time in which nobody is told twice, but for being mentioned. */
interface Round {
  /** Position of the newest message when it began. */
  readonly from: number;
  /** Who was online then. */
  readonly online: Promise<readonly string[]>;
  /** Who was told of a mention since. */
  readonly called: Set<string>;
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/**
 * Tells those of a group who are online, and have it not open, that something was said: at most once in five seconds,
 * and at once whom a message mentions, and whoever has read, for their other devices. Nothing is written and nothing promised; who misses it reads on return. It keeps
 * the object awake for those five seconds and no longer.
 */
export class Hints {
  readonly #options: HintsOptions;
  #round: Round | null = null;
  /** The newest message of which people were told, or are being told. */
  #told = 0;
  #mentioned = 0;
  /** Times that somebody read of which their other devices were told. */
  #reads = 0;
  /** Counted on, where more are online than are told in one go. */
  #turn = 0;

  constructor(options: HintsOptions) {
    this.#options = options;
  }

  /** A group of changes was told to those who are here. */
  told(): void {
    const state = this.#options.engine()?.state;
    if (state === undefined) return;
    const { message, mention, readers, reads } = movedIn(state);
    const since = reads - this.#reads;
    this.#reads = reads;
    // A client says how far it has read now and then; on their other devices less is left to read at once.
    if (since > 0) void this.#tell(Array.from(new Set(readers.slice(-since))));
    if (message <= this.#told) return;
    const isMention = mention > this.#mentioned;
    this.#mentioned = mention;
    if (this.#round === null) void this.#begin(message);
    else if (isMention) void this.#call(this.#round);
  }

  /** A round: everybody is told, and then nobody for a while. What was said meanwhile leads to the next one. */
  async #begin(message: number): Promise<void> {
    const from = this.#told;
    this.#told = message;
    const round: Round = { from: message, online: this.#online(), called: new Set() };
    this.#round = round;
    await Promise.all([this.#tellAll(round, from), (this.#options.wait ?? sleep)(EVERY)]);
    this.#round = null;
    this.told();
  }

  async #tellAll({ online }: Round, from: number): Promise<void> {
    const state = this.#options.engine()?.state;
    if (state === undefined) return;
    const there = this.#elsewhere(await online);
    const mentioned = new Set(mentionedSince(state, from));
    const first = there.filter((account) => mentioned.has(account));
    const others = there.filter((account) => !mentioned.has(account));
    const start = others.length > AT_MOST ? this.#turn % others.length : 0;
    const turn = [...others.slice(start), ...others.slice(0, start)].slice(0, AT_MOST);
    this.#turn = start + turn.length;
    await this.#tell([...first, ...turn]);
  }

  /** Tells those whom a message mentions within a round, once in it; the next round tells the rest. */
  async #call(round: Round): Promise<void> {
    const online = new Set(await round.online);
    const state = this.#options.engine()?.state;
    if (state === undefined) return;
    const mentioned = mentionedSince(state, round.from).filter(
      (account) => online.has(account) && !round.called.has(account),
    );
    for (const account of mentioned) round.called.add(account);
    await this.#tell(this.#elsewhere(mentioned));
  }

  #elsewhere(accounts: readonly string[]): string[] {
    const state = this.#options.engine()?.state;
    const here = state === undefined ? new Set() : hearing(state);
    return accounts.filter((account) => !here.has(account));
  }

  async #online(): Promise<readonly string[]> {
    const state = this.#options.engine()?.state;
    const directory = this.#options.directory();
    const code = state === undefined ? undefined : findRoom(state)?.code;
    if (directory === null || code === undefined) return [];
    try {
      return await this.#within(directory.enrolledOnline(code, this.#options.clock.now()));
    } catch (error) {
      this.#options.log('warn', 'hints.failed', { error });
      return [];
    }
  }

  async #tell(accounts: readonly string[]): Promise<void> {
    const engine = this.#options.engine();
    const people = this.#options.people();
    if (engine === null || people === undefined || accounts.length === 0) return;
    // Nobody is told of what is not on disk.
    const hints = await new Promise<readonly Hint[]>((resolve) => {
      const make = () => hintsFor(engine.state, engine.view, accounts, engine.position('').seq);
      engine.consistent(make, resolve);
    });
    await inSlices(hints, AT_ONCE, ({ account, news }) =>
      this.#within(people.getByName(account).told(account, news)),
    );
  }

  #within<T>(work: Promise<T>): Promise<T> {
    return within(work, this.#options.patience ?? PATIENCE);
  }
}

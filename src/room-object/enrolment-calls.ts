import type { Engine } from '../engine/engine.ts';
import { SYSTEM } from '../engine/feature.ts';
import { type Executor, follow } from '../engine/outbox.ts';
import { RateLimiter } from '../engine/rate-limit.ts';
import type { Directory } from '../platform/directory.ts';
import type { EnrolAnswer, GroupLook, GroupRpc } from '../platform/group-rpc.ts';
import { inSlices, within } from '../platform/patience.ts';
import type { GroupNews } from '../platform/room-news.ts';
import { fail, type Outcome, type Person, type Standing, succeed } from '../protocol/index.ts';
import {
  cardLookedUp,
  enrolEverybody,
  enrolPerson,
  farewellHeard,
  forgetAccount,
  mourners,
  type StandingHere,
  tellStanding,
  unenrolPerson,
} from './enrolment-commands.ts';
import { FAREWELL_EFFECT, NEWS_EFFECT, type NewsData } from './enrolment-moves.ts';
import {
  askedBy,
  askedTable,
  enrolledOf,
  enrolledTable,
  findGroup,
  invitationOf,
  theGroup,
} from './enrolment-rows.ts';
import { eraseAccount } from './features/erasure.ts';
import { purge } from './features/lifecycle.ts';
import { type People, tellAccount } from './people.ts';
import { theRoom } from './tables.ts';

/** What is needed of an engine. */
type Room = Pick<Engine, 'state' | 'epoch' | 'perform' | 'settled' | 'consistent' | 'position'>;

/** People who are told that a group is no more before it is written down that they were. */
const FAREWELLS = 20;
/** Of them, so many at once: a Worker may have six connections open. */
const AT_ONCE = 4;
/** ms after which a call that hangs is given up: all of them together must be done before the effect is. */
const PATIENCE = 5_000;

/** How often one account may come into a group, ask, leave or decline: five times at once, and then once in 12 s. */
const COMINGS = { perSecond: 1 / 12, burst: 5 };

export interface EnrolmentOptions {
  readonly engine: () => Room | null;
  /** Undefined: this server has no objects of people. */
  readonly people: () => People | undefined;
  /** null: nobody can be looked up here. */
  readonly directory: () => Directory | null;
  readonly clock: { now(): number };
}

/** How somebody stands, at a moment when all that is known is on disk. */
export function standingIn(
  engine: Pick<Room, 'epoch' | 'perform' | 'position'>,
  account: string,
): Outcome<Standing> {
  const done = engine.perform(tellStanding, { account }, SYSTEM);
  if (!done.ok) return done;
  const { epoch } = engine;
  return succeed({ ...(done.value.result as StandingHere), head: engine.position('').seq, epoch });
}

/** A group's dealings with people who are not in its room, and with their objects. */
export class Enrolment implements GroupRpc {
  readonly #options: EnrolmentOptions;
  readonly #comings = new RateLimiter(COMINGS);
  readonly executors: Readonly<Record<string, Executor>>;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
    this.executors = {
      [NEWS_EFFECT]: (data, _id, attempts) => this.#tell(data as NewsData, attempts),
      [FAREWELL_EFFECT]: () => this.#farewell(),
    };
  }

  async enrol(person: Person, note: string): Promise<Outcome<EnrolAnswer>> {
    const engine = this.#group();
    if (engine === null) return fail('room_not_found');
    // Who sends it again must learn that they are in.
    const isIn = enrolledOf(engine.state, person.id) !== undefined;
    const act = () => engine.perform(enrolPerson, { person, note }, SYSTEM);
    const done = isIn ? act() : this.#coming(engine, person.id, act);
    await engine.settled();
    if (!done.ok) return done;
    if (done.value.result === 'asked') return succeed({ state: 'asked' });
    const standing = await this.standing(person.id);
    return standing.ok ? succeed({ state: 'enrolled', standing: standing.value }) : standing;
  }

  unenrol(account: string): Promise<Outcome<null>> {
    return this.#perform((engine) =>
      this.#coming(engine, account, () => engine.perform(unenrolPerson, { account }, SYSTEM)),
    );
  }

  enrolEverybody(person: Person, role: 'admin' | 'member', name: string): Promise<Outcome<null>> {
    return this.#perform((engine) => engine.perform(enrolEverybody, { person, role, name }, SYSTEM));
  }

  async forgetAccount(account: string, removedAt?: number): Promise<Outcome<null>> {
    if (removedAt !== undefined && (await this.#isBack(account, removedAt))) return succeed(null);
    const done = await this.#perform((engine) => {
      const forgotten = engine.perform(forgetAccount, { account }, SYSTEM);
      // What they wrote goes only where their own object says so: that nobody finds them need not mean they are gone.
      return forgotten.ok ? engine.perform(eraseAccount, { account }, SYSTEM) : forgotten;
    });
    return !done.ok && done.error.code === 'room_not_found' ? succeed(null) : done;
  }

  /** Whether somebody who was removed then has come in, or asked to, since. */
  async #isBack(account: string, removedAt: number): Promise<boolean> {
    const state = this.#group()?.state;
    const directory = this.#options.directory();
    if (state === undefined || directory === null) return false;
    const came = enrolledOf(state, account)?.since ?? state.table(askedTable).get(account)?.at;
    if (came === undefined || came <= removedAt) return false;
    // They may have been let in after they were gone, because they had asked before.
    return (await within(directory.people([account]), PATIENCE)).length > 0;
  }

  async standing(account: string): Promise<Outcome<Standing>> {
    const engine = this.#group();
    if (engine === null) return fail('room_not_found');
    return this.#consistent(engine, () => standingIn(engine, account));
  }

  async look(account: string): Promise<Outcome<GroupLook>> {
    const engine = this.#group();
    if (engine === null) return fail('room_not_found');
    return this.#consistent<Outcome<GroupLook>>(engine, () => {
      const standing = standingIn(engine, account);
      if (standing.ok) return succeed({ standing: standing.value });
      if (standing.error.code !== 'not_enrolled') return standing;
      const { state } = engine;
      const now = this.#options.clock.now();
      const { joining } = theGroup(state);
      const invited = invitationOf(state, account, now)?.by ?? null;
      if (joining === 'invite' && invited === null) return fail('room_not_found');
      const { code, name } = theRoom(state);
      const enrolled = state.table(enrolledTable).size;
      const asked = askedBy(state, account, now) !== undefined;
      return succeed({ group: { group: code, name, joining, enrolled, invited, asked } });
    });
  }

  /**
   * Has somebody come or go, if they have not done so too often: each time it is written down, and everybody is told. To
   * ask for what is so already costs nothing.
   */
  #coming<T>({ state }: Room, account: string, act: () => Outcome<T>): Outcome<T> {
    const now = this.#options.clock.now();
    const { version } = theGroup(state);
    const wait = this.#comings.waiting(account, now);
    const done = wait > 0 ? fail('rate_limited', { retry: wait }) : act();
    if (theGroup(state).version !== version) this.#comings.take(account, now);
    this.#comings.sweep(now);
    return done;
  }

  async #perform(act: (engine: Room) => ReturnType<Room['perform']>): Promise<Outcome<null>> {
    const engine = this.#group();
    if (engine === null) return fail('room_not_found');
    const done = act(engine);
    await engine.settled();
    return done.ok ? succeed(null) : done;
  }

  #consistent<T>(engine: Room, compute: () => T): Promise<T> {
    return new Promise((resolve) => engine.consistent(compute, resolve));
  }

  /** The group, while it is one. */
  #group(): Room | null {
    const engine = this.#options.engine();
    if (engine === null || findGroup(engine.state) === undefined) return null;
    return theRoom(engine.state).endedAt === null ? engine : null;
  }

  /** How somebody stands in the group, for their own list. */
  #newsFor({ state, epoch }: Room, account: string, by: Person | null): GroupNews {
    const { code, name } = theRoom(state);
    const { everybody, version } = theGroup(state);
    const now = this.#options.clock.now();
    const row = enrolledOf(state, account);
    const invitation = invitationOf(state, account, now);
    const isOver = theRoom(state).endedAt !== null;
    const standing =
      row !== undefined
        ? 'enrolled'
        : invitation !== undefined
          ? 'invited'
          : askedBy(state, account, now) !== undefined
            ? 'asked'
            : 'none';
    return {
      kind: 'group',
      group: code,
      name,
      state: isOver ? 'deleted' : standing,
      role: isOver ? null : (row?.role ?? null),
      by: invitation?.by ?? by,
      everybody,
      version,
      epoch,
      at: now,
    };
  }

  /** Has the directory and somebody's own object know how they stand now, whatever has become of it since. */
  async #tell({ account, by }: NewsData, attempts: number): ReturnType<Executor> {
    const engine = this.#options.engine();
    const users = this.#options.people();
    const directory = this.#options.directory();
    if (engine === null || users === undefined || directory === null) return;
    const { state } = engine;
    const { code } = theRoom(state);
    const [person] = await within(directory.people([account]), PATIENCE);
    if (person === undefined) return this.#miss(state, directory, account);
    const belongs = () => theRoom(state).endedAt === null && enrolledOf(state, account) !== undefined;
    // While the directory is being told, it may have become otherwise.
    for (let is = belongs(), put: boolean | null = null; put !== is; is = belongs()) {
      put = is;
      const told = is ? directory.putEnrolled(code, [account]) : directory.dropEnrolled(code, [account]);
      await within(told, PATIENCE);
    }
    await tellAccount(users, account, this.#newsFor(engine, account, by), attempts);
    return follow(cardLookedUp, { person });
  }

  /**
   * Nobody is called that, or not any more: what they asked, or were invited to, lapses. Who belongs is out only where the
   * account was deleted: that it is missing may be a database that is empty, or another one, for a while.
   */
  async #miss(state: Room['state'], directory: Directory, account: string): ReturnType<Executor> {
    const farewell = await within(directory.farewellOf(account), PATIENCE);
    const isGone = farewell !== null && !farewell.isBack;
    const stays = () => !isGone && enrolledOf(state, account) !== undefined;
    if (!stays()) await within(directory.dropEnrolled(theRoom(state).code, [account]), PATIENCE);
    if (stays()) throw new Error('the directory knows nothing of somebody who belongs to the group');
    return follow(forgetAccount, { account });
  }

  /** Tells the next of those who belonged to a deleted group; when nobody is left, removes what is left of it. */
  async #farewell(): ReturnType<Executor> {
    const engine = this.#options.engine();
    if (engine === null) return;
    const { state } = engine;
    const users = this.#options.people();
    const directory = this.#options.directory();
    const left = mourners(state);
    if (left.length === 0 || users === undefined || directory === null) return follow(purge, {});
    await within(directory.dropEnrolled(theRoom(state).code, 'all'), PATIENCE);
    const accounts = left.slice(0, FAREWELLS);
    const people = await within(directory.people(accounts), PATIENCE);
    // Who can't be reached finds the group gone when they look: nobody else waits for them.
    await inSlices(people, AT_ONCE, (person) =>
      tellAccount(users, person.id, this.#newsFor(engine, person.id, null), 0, PATIENCE),
    );
    return follow(farewellHeard, { accounts });
  }
}

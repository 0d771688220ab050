import { fail, type Outcome } from '../protocol/errors.ts';
import { type Command, commandSpec } from '../protocol/index.ts';
import { Attempts } from './attempts.ts';
import { CatchUp } from './catch-up.ts';
import { CommitLoop } from './commit-loop.ts';
import { Alarm, nextDue, takeDue } from './deadlines.ts';
import { type Carried, Dispatcher } from './dispatcher.ts';
import { FanOut, Head } from './fan-out.ts';
import { type Actor, type InternalCommand, type LogView, SYSTEM } from './feature.ts';
import { Journal } from './journal.ts';
import { rowsOf } from './meter.ts';
import type { EngineOptions } from './options.ts';
import { Outbox } from './outbox.ts';
import { Replay } from './replay.ts';
import { type Session, Sessions } from './session.ts';
import { State } from './state.ts';
import { type Loaded, NEVER_WRITTEN } from './store.ts';
import { Trimmer } from './trimmer.ts';
import { Welcome } from './welcome.ts';

/** A command that was taken. repeated: its number had been accepted before, and nothing was done again. */
export interface Taken extends Carried {
  readonly repeated?: true;
}

/** ms for which the alarm waits for effects. */
const EFFECTS_WITHIN = 10_000;
/** ms after which a commit is worth a line in the log. */
const SLOW_COMMIT = 1_000;

/** What runs under every object: memory first, commit in groups, then tell. */
export class Engine {
  readonly state = new State();
  readonly sessions = new Sessions();
  readonly epoch: string;
  /** ms; when the last segment was written before this object woke. */
  readonly lastAt: number;
  /** The log, as handlers read it. */
  readonly view: LogView;
  readonly #options: EngineOptions;
  readonly #journal: Journal;
  readonly #replay: Replay;
  readonly #head: Head;
  readonly #catchUp: CatchUp;
  readonly #fanOut: FanOut;
  readonly #welcome: Welcome;
  readonly #dispatcher: Dispatcher;
  readonly #loop: CommitLoop;
  readonly #outbox: Outbox;
  readonly #trimmer: Trimmer;
  readonly #alarm: Alarm;
  readonly #attempts: Attempts;
  #failed = false;
  #retired = false;

  /** Wakes an object from what it wrote, or null where it never wrote anything. */
  static async wake(options: EngineOptions): Promise<Engine | null> {
    const loaded = await options.store.load();
    return loaded === null ? null : new Engine(options, loaded);
  }

  /** Begins an object that never was; the tables come with this turn's commit. */
  static begin(options: EngineOptions): Engine {
    const epoch = crypto.randomUUID();
    options.store.initialize(epoch);
    return new Engine(options, { ...NEVER_WRITTEN, epoch });
  }

  private constructor(options: EngineOptions, loaded: Loaded) {
    const { store, clock, log, meter } = options;
    this.#options = options;
    this.epoch = loaded.epoch;
    this.lastAt = loaded.lastAt;
    this.#alarm = new Alarm(loaded.alarm);
    this.#attempts = new Attempts(loaded.epoch);
    this.state.restore(loaded.rows);
    this.#journal = new Journal(loaded);
    this.view = options.history(store, this.state, this.#journal);
    this.#replay = new Replay(store);
    this.#trimmer = new Trimmer(store, options.retention, loaded);
    this.#head = new Head(loaded);
    this.#catchUp = new CatchUp({
      sessions: this.sessions,
      replay: this.#replay,
      budget: options.budget,
      clock,
      told: this.#head,
      latest: (key) => this.state.latestText(key),
      meter,
      dropped: options.dropped,
      moved: options.moved,
      failed: (reason) => this.#fail(reason),
    });
    this.#fanOut = new FanOut({ sessions: this.sessions, head: this.#head, catchUp: this.#catchUp, meter });
    this.#welcome = new Welcome({
      epoch: this.epoch,
      state: this.state,
      sessions: this.sessions,
      journal: this.#journal,
      replay: this.#replay,
      log: this.view,
      meter,
      snapshot: options.snapshot,
      welcome: options.welcome,
    });
    this.#dispatcher = new Dispatcher({
      state: this.state,
      journal: this.#journal,
      clock,
      log,
      view: this.view,
      features: options.features,
      gate: options.gate,
      ...(options.prepare === undefined ? {} : { prepare: options.prepare }),
      ...(options.mayHear === undefined ? {} : { mayHear: options.mayHear }),
      isHistory: options.isHistory,
      latestChanged: options.latestChanged,
      close: ({ member, as }) => {
        // Resolved now: whoever comes back before the close is carried out has another session.
        const meant = member === 'all' ? this.sessions.all() : [this.sessions.of(member)];
        for (const session of meant) if (session !== undefined) this.#journal.close(session, as);
      },
      rewelcome: (member) => {
        const session = this.sessions.of(member);
        if (session === undefined) return;
        session.phase = { kind: 'joining', resume: null, token: null };
        this.#journal.join(session);
      },
    });
    this.#loop = new CommitLoop({
      clock,
      waiting: () => this.#journal.weight,
      flush: () => this.#flush(),
      failed: (reason) => this.#fail(reason),
    });
    this.#outbox = new Outbox({
      state: this.state,
      executors: options.executors,
      ...(options.effects === undefined ? {} : { limits: options.effects }),
      log,
      changed: (mayWait) => {
        this.#journal.touch();
        if (mayWait) this.#loop.startLater();
        else this.#loop.start();
      },
      perform: ({ command, data }) => {
        // What it changes is written when the outbox says so, in the same turn.
        const run = () => this.#dispatcher.performNamed(command, data, SYSTEM);
        const done = this.#guard(SYSTEM, run, false);
        if (!done.ok) log('warn', 'effect.refused', { command, code: done.error.code });
      },
    });
  }

  /** What waits for the next commit: how many things, and their UTF-16 units. */
  get waiting(): { readonly count: number; readonly size: number } {
    return { count: this.#journal.weight, size: this.#journal.size };
  }
  /** Events and UTF-16 units in the log. */
  get logged(): { readonly count: number; readonly size: number } {
    return this.#trimmer.totals;
  }

  /** The highest accepted command number of a member. */
  acked(member: string): number {
    return this.#journal.mark(member).acked;
  }
  /** Public position that has been told, and a member's private one. */
  position(member: string): { readonly seq: number; readonly private: number } {
    return { seq: this.#head.head, private: this.#head.privateOf(member) };
  }

  /** A durable or ephemeral command of the protocol. Answers before the commit; `settled` waits for it. */
  command(actor: Actor, command: Command): Outcome<Taken> {
    const { meter } = this.#options;
    const { kind } = commandSpec(command.t);
    const counted = kind === 'durable' && actor.kind === 'member' && command.n !== undefined;
    if (counted && command.n <= this.acked(actor.id)) {
      meter.repeated += 1;
      return { ok: true, value: { events: [], repeated: true } };
    }
    if (counted && !this.#attempts.may(actor.id, command.n))
      return fail('internal', { detail: 'this can not be stored' });
    const done = this.#guard(actor, () => this.#dispatcher.command(actor, command));
    if (counted && done.ok) this.#attempts.taken(actor.id, command.n);
    else if (counted && !done.ok && done.error.code === 'internal') this.#attempts.broke(actor.id, command.n);
    return meter.decided(kind, done);
  }

  /** A command of the object's own. With `n`, that number of the member is thereby accepted. */
  perform<Fields extends object>(
    command: InternalCommand<Fields>,
    fields: Fields,
    actor: Actor,
    n?: number,
  ): Outcome<Taken> {
    if (n !== undefined && actor.kind === 'member' && n <= this.acked(actor.id)) {
      return { ok: true, value: { events: [], repeated: true } };
    }
    return this.#guard(actor, () => {
      const done = this.#dispatcher.perform(command, fields, actor, n);
      if (done.ok && n !== undefined && actor.kind === 'member') {
        this.#journal.accept(actor.id, n, done.value.echoed === true, this.#options.clock.now());
      }
      return done;
    });
  }

  /** A command of the object's own, given by nobody in person. */
  performAsSystem<Fields extends object>(command: InternalCommand<Fields>, fields: Fields): Outcome<Taken> {
    return this.perform(command, fields, SYSTEM);
  }

  /** The same by its name: `unknown_command` where there is none. */
  performNamed(name: string, fields: object): Outcome<Taken> {
    return this.#guard(SYSTEM, () => this.#dispatcher.performNamed(name, fields, SYSTEM));
  }

  /** Makes a command number of a member the highest accepted one, in this turn's commit: for work that outlived its command. */
  accept(member: string, n: number): void {
    if (n <= this.acked(member)) return;
    this.#guard(SYSTEM, () => {
      this.#journal.accept(member, n, true, this.#options.clock.now());
      return { ok: true, value: { events: [] } };
    });
  }

  /** Answers a query from a state that is on disk: now when idle, or where the state has no part in it, else with the next commit. */
  query(actor: Actor, command: Command, answer: (outcome: Outcome<Taken>) => void): void {
    const { meter } = this.#options;
    const compute = () => meter.decided('query', this.#dispatcher.command(actor, command));
    if (commandSpec(command.t).atOnce) answer(compute());
    else this.consistent(compute, answer);
  }

  /** Computes something from a state that is on disk, and hands it over once that state has been told. */
  consistent<T>(compute: () => T, answer: (value: T) => void): void {
    if (this.#journal.isEmpty && !this.#loop.isRunning) {
      answer(compute());
      return;
    }
    let computed: { readonly value: T } | undefined;
    this.#journal.atBoundary({
      compute: () => {
        computed = { value: compute() };
      },
      answer: () => {
        if (computed !== undefined) answer(computed.value);
      },
    });
    this.#loop.start();
  }

  /** Resolves when everything accepted so far is on disk. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#journal.isEmpty && !this.#loop.isRunning) resolve();
      else {
        this.#journal.onSettled(resolve);
        this.#loop.start();
      }
    });
  }

  /** Puts a session in its member's place. Its first frame comes with the next commit. */
  attach(session: Session): void {
    this.sessions.replace(session);
    this.#journal.join(session);
    this.#loop.start();
  }

  /** Takes up a session whose socket outlived the object's memory: it has been told everything there is. */
  resumeSession(session: Session, scope: Session['scope']): void {
    session.scope = scope;
    session.seq = this.#head.head;
    session.private = this.#head.privateOf(session.member);
    session.phase = { kind: 'live' };
    this.sessions.replace(session);
  }

  /** Sends `text` to a session behind the commit of everything accepted so far. */
  receipt(session: Session, text: string): void {
    this.#journal.receipt(session, text);
    this.#loop.start();
  }
  /** Sends `text` to a session, behind what it has yet to be told. */
  answer(session: Session, text: string): void {
    this.#catchUp.answer(session, text);
  }

  /** Has the alarm set where it does not stand, or stands too late: whoever wakes takes nothing on trust. */
  rearm(): void {
    this.#journal.touch();
    this.#loop.start();
  }

  /** Everything whose time has come, committed before this resolves: killed in between, it comes again. */
  async alarm(): Promise<void> {
    this.#alarm.passed();
    const { clock, log } = this.#options;
    const now = clock.now();
    for (const { command, data } of takeDue(this.state, now)) {
      const done = this.performNamed(command, data);
      if (!done.ok) log('warn', 'deadline.refused', { command, code: done.error.code });
    }
    this.#options.sweep();
    this.#journal.touch();
    await this.settled();
    // Effects hold nobody back: what hangs is left to a later alarm.
    await this.#outbox.idle(EFFECTS_WITHIN);
    await this.settled();
  }

  /** Ends all work: what the object kept is gone. */
  retire(): void {
    this.#failed = true;
    this.#retired = true;
  }

  /** `starts`: what it changes is written at once. */
  #guard(actor: Actor, run: () => Outcome<Carried>, starts = true): Outcome<Carried> {
    const isFull = this.#journal.size > this.#options.pendingLimit;
    // What the object itself has to do, above all to take note of who has gone, is never put off.
    if (this.#failed || (actor.kind !== 'system' && isFull)) {
      this.#options.meter.busy += 1;
      return fail('busy');
    }
    try {
      return run();
    } catch (reason) {
      this.#fail(reason);
      return fail('internal');
    } finally {
      if (starts && !this.#failed && !this.#journal.isEmpty) this.#loop.start();
    }
  }

  async #flush(): Promise<number> {
    const { store, clock, meter, log } = this.#options;
    const began = clock.now();
    meter.waited(this.#journal.size);
    const batch = this.#journal.take();
    this.#attempts.commit();
    if (this.#failed) {
      // Nobody must wait for an object that has ended; one that failed is about to be reset.
      if (this.#retired) for (const settle of batch.settled) settle();
      return 0;
    }
    const rows = this.state.takeChanges();
    const alarm = this.#nextAlarm(clock.now());
    const { segments, marks, rewrites, forgotten } = batch;
    const changes = segments.length + rows.length + marks.size + rewrites.size + forgotten.length;
    const writes = changes > 0 || alarm !== null;
    if (writes) {
      const trim = this.#trimmer.trim(batch.segments, clock.now());
      const checkpoint = this.#journal.checkpoint(batch, trim !== null, this.#trimmer.totals);
      const commit = { ...batch, rows, checkpoint, trim, alarm };
      store.commit(commit);
      meter.commitRows.add(rowsOf(commit));
      if (batch.rewrites.size > 0) this.#replay.forget();
    }
    const effects = this.#outbox.due(clock.now());
    // From here to the next await, state and disk are the same: whatever is to be seen is made now.
    const ready = this.#welcome.of(batch);
    for (const boundary of batch.boundaries) boundary.compute();
    if (writes) await store.sync();
    this.#attempts.committed();
    const onDisk = clock.now();
    if (writes) meter.committed(batch, onDisk - began);
    if (onDisk - began > SLOW_COMMIT) log('warn', 'commit.slow', { ms: onDisk - began, rows: rows.length });
    for (const settle of batch.settled) settle();
    // Before anybody is told: what goes to other objects has the longer way.
    this.#outbox.start(effects, onDisk);
    await this.#fanOut.deliver(batch, ready);
    for (const boundary of batch.boundaries) boundary.answer();
    meter.told(batch, clock.now() - onDisk);
    this.#options.told();
    return (
      batch.segments.reduce((sum, segment) => sum + segment.count, 0) +
      batch.live.length +
      batch.joiners.length
    );
  }

  /** When the alarm must move, because something is due earlier than it stands. */
  #nextAlarm(now: number): number | null {
    let due = nextDue(this.state, now, (effect) => this.#outbox.isUnderWay(effect));
    if (this.#options.needsSweep(this.state)) due = Math.min(due, now + this.#options.sweepEvery());
    return this.#alarm.move(due, now);
  }

  #fail(reason: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#attempts.failed();
    this.#options.log('error', 'engine.failed', { error: reason });
    this.#options.abort(reason);
  }
}

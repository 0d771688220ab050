import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { fail, type Outcome, type Refusal, succeed } from '../protocol/errors.ts';
import {
  type Command,
  type CommandSpec,
  commandSpec,
  type EventClass,
  eventSpec,
  isEventType,
} from '../protocol/index.ts';
import { addEffects, changeDeadlines } from './deadlines.ts';
import type {
  Actor,
  Applied,
  CloseDraft,
  Decision,
  EventDraft,
  Feature,
  Handler,
  InternalCommand,
  LogView,
  Prepare,
  ReactionContext,
} from './feature.ts';
import type { Journal } from './journal.ts';
import type { State, StateView } from './state.ts';

/** More events than this from one command are a loop of reactions. */
const EVENTS_PER_COMMAND = 20_000;

/** What a carried-out command left for its sender. */
export interface Carried {
  /** Texts of the events it caused that the actor sees. */
  readonly events: readonly string[];
  /** One of them is durable and the actor's own, and so the receipt. */
  readonly echoed?: true;
  readonly result?: unknown;
}

export type Gate = (state: StateView, actor: Actor, spec: CommandSpec, fields: object) => Refusal | null;

/** Whether a member may be told of a private event of this type as things stand. */
export type MayHear = (state: StateView, member: string, t: string) => boolean;

type AnyHandler = Handler<never>;
type Change = (state: State, event: never) => void;
type React = (context: ReactionContext, event: never) => Decision;

/** Runs handlers and makes their decisions happen: the only place where state changes. */
export class Dispatcher {
  readonly #state: State;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #view: LogView;
  readonly #gate: Gate;
  readonly #prepare: Prepare;
  readonly #mayHear: MayHear;
  readonly #isHistory: (t: string) => boolean;
  readonly #latestChanged: (member: string) => void;
  readonly #close: (draft: CloseDraft) => void;
  readonly #rewelcome: (member: string) => void;
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #internal = new Map<string, AnyHandler>();
  readonly #internalEvents = new Set<string>();
  readonly #appliers = new Map<string, Change[]>();
  readonly #reactions = new Map<string, React[]>();

  constructor(options: {
    state: State;
    journal: Journal;
    clock: Clock;
    log: Log;
    view: LogView;
    features: readonly Feature[];
    gate: Gate;
    /** Absent: handlers get the fields as they came. */
    prepare?: Prepare;
    /** Absent: whoever a handler names is told. */
    mayHear?: MayHear;
    isHistory: (t: string) => boolean;
    latestChanged: (member: string) => void;
    /** Has the sockets that are meant now closed once everything has been told. */
    close: (draft: CloseDraft) => void;
    /** Gives a member's socket a new first frame with this commit. */
    rewelcome: (member: string) => void;
  }) {
    this.#state = options.state;
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#view = options.view;
    this.#gate = options.gate;
    this.#prepare = options.prepare ?? ((_, fields) => fields);
    this.#mayHear = options.mayHear ?? (() => true);
    this.#isHistory = options.isHistory;
    this.#latestChanged = options.latestChanged;
    this.#close = options.close;
    this.#rewelcome = options.rewelcome;
    for (const feature of options.features) this.#register(feature);
  }

  /** A command of the protocol: gate, then handler. Nothing has changed when it is refused. */
  command(actor: Actor, command: Command): Outcome<Carried> {
    const handle = this.#handlers.get(command.t);
    if (handle === undefined) return fail('unknown_command', { detail: command.t });
    const spec = commandSpec(command.t);
    const refused = this.#gate(this.#state, actor, spec, command.fields);
    if (refused !== null) return { ok: false, error: refused };
    const counted = spec.kind === 'durable' && actor.kind === 'member' ? command.n : undefined;
    const prepared: AnyHandler = (context) =>
      handle({ ...context, fields: this.#prepare(command.t, command.fields) as never });
    const done = this.#run(command.t, prepared, command.fields, actor, counted);
    if (done.ok && counted !== undefined && actor.kind === 'member') {
      this.#journal.accept(actor.id, counted, done.value.echoed === true, this.#clock.now());
    }
    return done;
  }

  /** A command of the object's own. */
  perform<Fields extends object>(
    command: InternalCommand<Fields>,
    fields: Fields,
    actor: Actor,
    n?: number,
  ): Outcome<Carried> {
    return this.#run(command.name, command.handle as AnyHandler, fields, actor, n);
  }

  /** A command of the object's own, by its name: how deadlines call. */
  performNamed(name: string, fields: object, actor: Actor): Outcome<Carried> {
    const handle = this.#internal.get(name);
    return handle === undefined
      ? fail('unknown_command', { detail: name })
      : this.#run(name, handle, fields, actor, undefined);
  }

  #register(feature: Feature): void {
    for (const [t, handle] of Object.entries(feature.commands)) this.#handlers.set(t, handle as AnyHandler);
    for (const command of feature.internalCommands ?? []) this.#internal.set(command.name, command.handle);
    for (const event of feature.internalEvents ?? []) this.#internalEvents.add(event.t);
    for (const { t, apply } of feature.apply)
      this.#appliers.set(t, [...(this.#appliers.get(t) ?? []), apply]);
    for (const { t, react } of feature.on ?? [])
      this.#reactions.set(t, [...(this.#reactions.get(t) ?? []), react]);
  }

  #run(
    name: string,
    handle: AnyHandler,
    fields: object,
    actor: Actor,
    n: number | undefined,
  ): Outcome<Carried> {
    const now = this.#clock.now();
    let outcome: Outcome<Decision>;
    try {
      outcome = handle({ state: this.#state, fields: fields as never, actor, now, log: this.#view });
    } catch (error) {
      // Handlers change nothing, so a bug in one costs its command and no more.
      this.#log('error', 'handler.threw', { command: name, error });
      return fail('internal');
    }
    return outcome.ok ? succeed(this.#enact(outcome.value, actor, n, now)) : outcome;
  }

  /** A throw in here is a bug that has left half a change behind: the caller resets the object. */
  #enact(decision: Decision, actor: Actor, n: number | undefined, now: number): Carried {
    const member = actor.kind === 'member' ? actor.id : undefined;
    const drafts: EventDraft[] = [...(decision.events ?? [])];
    const seen: string[] = [];
    let number = n;
    let echoed = false;
    const decisions: Decision[] = [decision];
    for (let index = 0; index < drafts.length; index += 1) {
      if (index > EVENTS_PER_COMMAND) throw new Error('a command caused events without end');
      const drafted = drafts[index];
      if (drafted === undefined) break;
      const draft = this.#narrow(drafted);
      const by = draft.by === undefined ? member : (draft.by ?? undefined);
      const visible = member !== undefined && (draft.to === undefined || draft.to.includes(member));
      // What is told as nobody's or somebody else's is no receipt, and where there is an answer, that one is.
      const isEcho =
        visible && by === member && decision.result === undefined && this.#classOf(draft.t) === 'durable';
      const answers = draft.n ?? (isEcho ? number : undefined);
      if (answers !== undefined && draft.n === undefined) number = undefined;
      const { seq, text } = this.#record(draft, {
        at: now,
        ...(by === undefined ? {} : { by }),
        ...(answers === undefined ? {} : { n: answers }),
      });
      if (text !== null && visible) seen.push(text);
      echoed ||= isEcho;
      const event = {
        ...draft.fields,
        t: draft.t,
        at: now,
        seq,
        ...(by === undefined ? {} : { by }),
      } satisfies Applied;
      for (const change of this.#appliers.get(draft.t) ?? []) change(this.#state, event as never);
      for (const react of this.#reactions.get(draft.t) ?? []) {
        const more = react({ state: this.#state, now, log: this.#view }, event as never);
        drafts.push(...(more.events ?? []));
        decisions.push(more);
      }
    }
    for (const one of decisions) this.#arrange(one, now);
    return {
      events: seen,
      ...(echoed ? { echoed } : {}),
      ...(decision.result === undefined ? {} : { result: decision.result }),
    };
  }

  /** Leaves out of an event's audience who may not hear of it now, whatever they were when it was decided whom to tell. */
  #narrow(draft: EventDraft): EventDraft {
    const { to, t } = draft;
    if (to === undefined) return draft;
    return { ...draft, to: to.filter((member) => this.#mayHear(this.#state, member, t)) };
  }

  /** Numbers, encodes and keeps an event. The text is null for an internal one, which nobody is told. */
  #record(
    draft: EventDraft,
    stamp: { at: number; by?: string; n?: number },
  ): { seq: number; text: string | null } {
    const kind = this.#classOf(draft.t);
    if (kind === 'durable') {
      const isHistory = this.#isHistory(draft.t);
      const appended = this.#journal.append(draft, stamp, isHistory);
      if (isHistory && draft.to === undefined) this.#view.note(appended.text);
      return appended;
    }
    const seq = this.#journal.last;
    if (kind === 'internal') {
      this.#journal.touch();
      return { seq, text: null };
    }
    if (kind === 'ephemeral') return { seq, text: this.#journal.tell(draft, stamp, null) };
    const { about } = draft;
    if (about === undefined) throw new Error(`latest-only event ${draft.t} about nobody`);
    // What only some may know is told and not kept: what is kept is told to everybody who comes.
    if (draft.to !== undefined) {
      const text = this.#journal.tell(draft, stamp, `${draft.t} ${about} ${draft.to.join(' ')}`);
      return { seq, text };
    }
    const text = this.#journal.tell(draft, stamp, `${draft.t} ${about}`);
    if (draft.forget) this.#state.dropLatest(about, draft.t);
    else this.#state.setLatest({ t: draft.t, member: about, fields: { ...draft.fields }, text });
    this.#latestChanged(about);
    return { seq, text };
  }

  #arrange(decision: Decision, now: number): void {
    if (decision.deadlines !== undefined && decision.deadlines.length > 0) {
      changeDeadlines(this.#state, decision.deadlines);
      this.#journal.touch();
    }
    if (decision.effects !== undefined && decision.effects.length > 0) {
      addEffects(this.#state, decision.effects, now);
      this.#journal.touch();
    }
    for (const { seq, event } of decision.rewrite ?? []) {
      this.#journal.rewrite(seq, JSON.stringify(event));
      this.#view.rewritten(event);
    }
    for (const member of decision.rewelcome ?? []) this.#rewelcome(member);
    for (const member of decision.forget ?? []) this.#journal.forget(member);
    for (const close of decision.close ?? []) this.#close(close);
  }

  #classOf(t: string): EventClass | 'internal' {
    if (isEventType(t)) return eventSpec(t).class;
    if (this.#internalEvents.has(t)) return 'internal';
    throw new Error(`event ${t} is not declared`);
  }
}

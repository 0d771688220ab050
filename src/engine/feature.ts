import type { CloseName } from '../protocol/close-codes.ts';
import { type Outcome, succeed } from '../protocol/errors.ts';
import type { CommandFields, CommandType, EventFields, EventType, RoomEvent } from '../protocol/registry.ts';
import type { State, StateView, TableDef } from './state.ts';

/** Who acts. A host key acts for the host without being a member; system is the object itself. */
export type Actor =
  | { readonly kind: 'member'; readonly id: string }
  | { readonly kind: 'host-key' }
  | { readonly kind: 'system' };
export const SYSTEM: Actor = { kind: 'system' };
export const asMember = (id: string): Actor => ({ kind: 'member', id });

/** What a handler decides from. It must not change anything it is given. */
export interface Context<Fields> {
  readonly state: StateView;
  readonly fields: Fields;
  readonly actor: Actor;
  /** Server time in ms. */
  readonly now: number;
  /** What was said before, for queries. */
  readonly log: LogView;
}

/** A page of past events, oldest first. `next` asks for the page before it; null: the log begins here. */
export interface LogPage {
  readonly events: readonly LoggedEvent[];
  readonly next: number | null;
}
export interface LoggedEvent {
  readonly seq: number;
  readonly t: string;
  readonly [field: string]: unknown;
}

/** Any event of the log, as it reads now: with what was decided since the last commit. */
export interface Logged {
  readonly event: LoggedEvent;
  /** The members who were told; null: everybody. */
  readonly to: readonly string[] | null;
  /** UTF-16 units by which its text may grow where it stands. */
  readonly spare: number;
}

/** Reads the log: pages at a commit boundary, single events at any time. */
export interface LogView {
  /** A message for everybody was just put into the log. */
  note(text: string): void;
  /** Messages that `member` may see (null: those for everybody) before `before` (null: the newest), at most `limit`. */
  history(member: string | null, before: number | null, limit: number): LogPage;
  /** One message that `member` may see, or null. */
  find(member: string | null, seq: number): LoggedEvent | null;
  /** One event of any kind, whoever may see it; null: it was cut off, or never was. */
  read(seq: number): Logged | null;
  /** Events of any kind before a position, newest first, those of as many commits as stand together; null: there are none. */
  back(before: number): readonly LoggedEvent[] | null;
  /** The first position that the log still holds. */
  begins(): number;
  /** A message was rewritten. */
  rewritten(event: LoggedEvent): void;
}

/** An event that a handler wants to happen; the engine stamps it with seq, time, author and number. */
export interface EventDraft {
  readonly t: string;
  readonly fields: object;
  /** Told to these members only, as a private event. Absent: to everybody. */
  readonly to?: readonly string[];
  /** Absent: the acting member. null: nobody in person. */
  readonly by?: string | null;
  /** The command number it answers, where that is not the number of the command being handled. */
  readonly n?: number;
  /** The member a latest-only event is about. */
  readonly about?: string;
  /** Told, and then there is nothing left to tell those who come later: the latest-only state is back at its beginning. */
  readonly forget?: true;
  /** Ephemeral only: what waits for the same commit is told as one. */
  readonly merge?: Merge<never>;
}

/** How ephemeral events become one: those with the same `key` (and the same `to`), the fields of the later into the earlier. */
export interface Merge<Fields> {
  readonly key: string;
  readonly fold: (before: Fields, after: Fields) => object;
}

/** Something outside the object, carried out after the commit, until it is done. `id` makes it idempotent. */
export interface EffectDraft {
  readonly id: string;
  readonly kind: string;
  readonly data: unknown;
  /** ms for which it may wait, so that what comes until then goes with it. Kept in memory: at most a second. */
  readonly wait?: number;
  /** It follows from what is written, and is found again on waking: it costs no row unless it fails. */
  readonly follows?: true;
}

/** Runs an internal command at a time, or (null) calls it off. */
export interface DeadlineChange {
  readonly id: string;
  readonly at: number | null;
  readonly command: string;
  readonly data: object;
}

/** Closes the socket of a member, or of all, once everything decided before has been told. */
export interface CloseDraft {
  readonly member: string | 'all';
  readonly as: CloseName;
}

/** New text for an event that stands in the log already: what was said is truly gone, also for those who replay it. */
export interface RewriteDraft {
  readonly seq: number;
  /** The event, whole: the same envelope, other fields. */
  readonly event: LoggedEvent;
}

/** What follows from a command. Empty: nothing changes and the command is answered with `ok`. */
export interface Decision {
  readonly events?: readonly EventDraft[];
  readonly effects?: readonly EffectDraft[];
  readonly deadlines?: readonly DeadlineChange[];
  readonly close?: readonly CloseDraft[];
  readonly rewrite?: readonly RewriteDraft[];
  /** Members who get a new first frame on the socket they have: what they may see has changed as a whole. */
  readonly rewelcome?: readonly string[];
  /** Members who are gone for good, and whose ids never come again: nothing is kept of where they stood. */
  readonly forget?: readonly string[];
  readonly result?: unknown;
}

export const decide = (decision: Decision): Outcome<Decision> => succeed(decision);

export type Handler<Fields> = (context: Context<Fields>) => Outcome<Decision>;

/** What has to be drawn or hashed for a command before its handler, which is pure, gets it: the fields that it gets. */
export type Prepare = (t: CommandType, fields: object) => object;

/** Commands of the protocol, by their `t`; each handler gets its own fields. */
export type ProtocolHandlers = { readonly [T in CommandType]?: Handler<CommandFields<T>> };

/** A command that only the object gives: by an RPC, a socket's life, a deadline or an effect. */
export interface InternalCommand<Fields extends object> {
  readonly name: string;
  readonly handle: Handler<Fields>;
}
export const internalCommand = <Fields extends object>(
  name: string,
  handle: Handler<Fields>,
): InternalCommand<Fields> => ({
  name,
  handle,
});

/** An event that changes state and is told to nobody. */
export interface InternalEvent<Fields extends object> {
  readonly t: string;
  readonly internal: true;
  readonly fields?: Fields;
}
export const internalEvent = <Fields extends object>(t: string): InternalEvent<Fields> => ({
  t,
  internal: true,
});

type DraftOptions = Pick<EventDraft, 'to' | 'by' | 'about' | 'forget' | 'n'>;

/** Drafts an event of the protocol. */
export const happen = <T extends EventType>(
  t: T,
  fields: EventFields<T>,
  options: DraftOptions & { readonly merge?: Merge<EventFields<T>> } = {},
): EventDraft => ({
  t,
  fields,
  ...options,
});
/** Drafts an internal event. */
export const note = <Fields extends object>(event: InternalEvent<Fields>, fields: Fields): EventDraft => ({
  t: event.t,
  fields,
});

/** Sets a deadline; `id` names it, so that it can be moved or called off. */
export const deadline = <Fields extends object>(
  id: string,
  at: number,
  command: InternalCommand<Fields>,
  data: Fields,
): DeadlineChange => ({ id, at, command: command.name, data });
export const callOff = (id: string): DeadlineChange => ({ id, at: null, command: '', data: {} });

/** The event as it stands in the log: envelope and fields. */
export interface Applied {
  readonly t: string;
  readonly at: number;
  readonly seq: number;
  readonly by?: string;
}

/** Changes state when an event happens: the only place that may. */
export interface Applier {
  readonly t: string;
  readonly apply: (state: State, event: never) => void;
}
export const apply = <T extends EventType>(
  t: T,
  change: (state: State, event: RoomEvent<T> & Applied) => void,
): Applier => ({
  t,
  apply: change,
});
export const applyInternal = <Fields extends object>(
  event: InternalEvent<Fields>,
  change: (state: State, event: Fields & Applied) => void,
): Applier => ({ t: event.t, apply: change });

/** Decides what else follows from an event, of this feature or another. Must be as pure as a handler. */
export interface Reaction {
  readonly t: string;
  readonly react: (context: ReactionContext, event: never) => Decision;
}
export type ReactionContext = Pick<Context<unknown>, 'state' | 'now' | 'log'>;
export const on = <T extends EventType>(
  t: T,
  react: (context: ReactionContext, event: RoomEvent<T> & Applied) => Decision,
): Reaction => ({
  t,
  react,
});
export const onInternal = <Fields extends object>(
  event: InternalEvent<Fields>,
  react: (context: ReactionContext, event: Fields & Applied) => Decision,
): Reaction => ({ t: event.t, react });

/** One capability, whole. */
export interface Feature {
  readonly name: string;
  /** The tables it keeps. */
  readonly tables: readonly TableDef<never>[] | readonly TableDef<object>[];
  readonly commands: ProtocolHandlers;
  readonly internalCommands?: readonly InternalCommand<never>[];
  readonly internalEvents?: readonly InternalEvent<object>[];
  /** How events change its tables. */
  readonly apply: readonly Applier[];
  /** What follows from events. */
  readonly on?: readonly Reaction[];
  /** What it adds to the snapshot that everybody gets, under its own names. */
  readonly snapshot?: (state: StateView) => object;
  /** What it adds to the first frame of one member alone. */
  readonly own?: (state: StateView, member: string) => object;
}

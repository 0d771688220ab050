import * as v from 'valibot';
import type { Permission } from './permissions.ts';

/**
 * durable: ordered, stored, numbered by the client (`n`), answered by its own echo.
 * ephemeral: told to those who are there, never stored, never sent again.
 * query: changes nothing; answered with `ok`.
 */
export type CommandKind = 'durable' | 'ephemeral' | 'query';

/** Token buckets, one per member and class; their rates are settings. */
export type RateClass = 'chat' | 'control' | 'media' | 'query' | 'image' | 'file' | 'signal';

export type Entries = v.ObjectEntries;
export type Fields<E extends Entries> = v.InferOutput<v.ObjectSchema<E, undefined>>;

/** What a command is called in the documents stands in ./descriptions, so that no server or client carries it. */
export interface CommandSpec<E extends Entries = Entries, K extends CommandKind = CommandKind> {
  readonly kind: K;
  readonly rate: RateClass;
  /** hosts: host and co-host may. host: the host alone. null: everybody who has the permissions. */
  readonly authority: 'host' | 'hosts' | null;
  /** Somebody in the lobby may, too. */
  readonly whileWaiting: boolean;
  /** The host key alone is enough, without a member behind it. */
  readonly forHostKey: boolean;
  /** The permissions this very command needs; asked in one place, the gate. */
  readonly needs: (command: Fields<E>) => readonly Permission[];
  /** A query that says nothing of the state: answered at once, also while a commit is under way. */
  readonly atOnce: boolean;
  readonly schema: v.ObjectSchema<E, undefined>;
  /** What `ok` carries in `result`, where it carries something. */
  readonly result?: v.GenericSchema;
}

export function defineCommand<
  const E extends Entries,
  const K extends CommandKind,
  R extends v.GenericSchema = never,
>(spec: {
  kind: K;
  rate: RateClass;
  authority?: 'host' | 'hosts';
  whileWaiting?: true;
  forHostKey?: true;
  needs?: Permission | ((command: Fields<E>) => readonly Permission[]);
  atOnce?: true;
  fields: E;
  result?: R;
}): CommandSpec<E, K> & { readonly result?: R } {
  const { needs } = spec;
  return {
    kind: spec.kind,
    rate: spec.rate,
    authority: spec.authority ?? null,
    whileWaiting: spec.whileWaiting ?? false,
    forHostKey: spec.forHostKey ?? spec.authority !== undefined,
    needs: typeof needs === 'function' ? needs : () => (needs === undefined ? [] : [needs]),
    atOnce: spec.atOnce ?? false,
    schema: v.object(spec.fields),
    ...(spec.result === undefined ? {} : { result: spec.result }),
  };
}

/**
 * durable: in the log, numbered, replayed. latest: keyed by member; a newer one replaces an older one.
 * ephemeral: told once.
 */
export type EventClass = 'durable' | 'latest' | 'ephemeral';

export interface EventSpec<E extends Entries = Entries> {
  readonly class: EventClass;
  readonly schema: v.ObjectSchema<E, undefined>;
}

export const defineEvent = <const E extends Entries, const C extends EventClass>(spec: {
  class: C;
  fields: E;
}): EventSpec<E> & { readonly class: C } => ({
  class: spec.class,
  schema: v.object(spec.fields),
});

/** Names by member id, of people that messages speak of; they may have left. */
export const NamesSchema = v.record(v.string(), v.string());
/** Milliseconds since 1970-01-01 UTC, by the server's clock. */
export const TimeSchema = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A count or a position in the log. */
export const CountSchema = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A client's own command number: counted up from 1 for its member. */
export const NumberSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

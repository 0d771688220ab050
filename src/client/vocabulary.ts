import type { CommandKind, EventClass } from '../protocol/define.ts';
import type { CommandType, RoomEvent } from '../protocol/registry.ts';

/** An event as a frame brings it: the envelope has been checked, the fields are the server's word. */
export interface Envelope {
  readonly t: string;
  readonly at: number;
  readonly seq?: number | undefined;
  readonly by?: string | undefined;
  readonly n?: number | undefined;
}

export function isEnvelope<E extends object>(event: E): event is E & Envelope {
  return 'at' in event && typeof event.at === 'number' && 't' in event && typeof event.t === 'string';
}

/** What is spoken with one kind of object of the server. Of a page that only meets, the words of inboxes are no part. */
export interface Vocabulary {
  kind(t: CommandType): CommandKind;
  /** Whether somebody in the lobby may say it. */
  whileWaiting(t: CommandType): boolean;
  /**
   * Whether this version knows the event, and it has its number where it must have one. Its fields are not validated
   * again: a newer server may give a field a value that is unknown here, and to drop the whole event for it would leave,
   * say, somebody in the roster for ever.
   */
  knows(event: Envelope): event is RoomEvent;
}

/** The commands of a table of the protocol that are not durable. */
export type Kinds<C extends Readonly<Record<string, { readonly kind: CommandKind }>>> = {
  readonly [T in keyof C as C[T]['kind'] extends 'durable' ? never : T]: C[T]['kind'];
};
/** All its events. */
export type EventClasses<E extends Readonly<Record<string, { readonly class: EventClass }>>> = {
  readonly [T in keyof E]: E[T]['class'];
};

/** Makes one of the few words that a client needs to know of each command and event; types keep them complete. */
export function vocabulary(
  kinds: Readonly<Partial<Record<string, CommandKind>>>,
  classes: Readonly<Record<string, EventClass>>,
  whileWaiting: readonly CommandType[] = [],
): Vocabulary {
  return {
    kind: (t) => kinds[t] ?? 'durable',
    whileWaiting: (t) => whileWaiting.includes(t),
    knows: (event): event is RoomEvent =>
      Object.hasOwn(classes, event.t) && (event.seq !== undefined || classes[event.t] !== 'durable'),
  };
}

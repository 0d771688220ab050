import type { CommandSpec, EventSpec } from '../protocol/define.ts';
import type { CommandType, RoomEvent } from '../protocol/registry.ts';

/** An event as a frame brings it: the envelope has been checked, the fields are the server's word. */
export interface Envelope {
  readonly t: string;
  readonly at: number;
  readonly seq?: number | undefined;
  readonly by?: string | undefined;
  readonly n?: number | undefined;
}

/** What is spoken with one kind of object of the server. Of a page that only meets, the words of inboxes are no part. */
export interface Vocabulary {
  /** undefined: not spoken there. */
  command(t: CommandType): CommandSpec | undefined;
  /**
   * Whether this version knows the event, and it has its number where it must have one. Its fields are not validated
   * again: a newer server may give a field a value that is unknown here, and to drop the whole event for it would leave,
   * say, somebody in the roster for ever.
   */
  knows(event: Envelope): event is RoomEvent;
}

/** Makes one of tables of the protocol, by `t`. */
export function vocabulary(commands: object, events: object): Vocabulary {
  // Each table has specs of many types; here all are treated alike.
  const commandSpecs = new Map(Object.entries(commands) as [string, CommandSpec][]);
  const eventSpecs = new Map(Object.entries(events) as [string, EventSpec][]);
  return {
    command: (t) => commandSpecs.get(t),
    knows: (event): event is RoomEvent => {
      const spec = eventSpecs.get(event.t);
      return spec !== undefined && (event.seq !== undefined || spec.class !== 'durable');
    },
  };
}

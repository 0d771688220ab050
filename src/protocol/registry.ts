import type * as v from 'valibot';
import type { CommandSpec, EventSpec } from './define.ts';
import { INBOX_COMMANDS, INBOX_EVENTS } from './registry-inbox.ts';
import { ROOM_COMMANDS, ROOM_EVENTS } from './registry-room.ts';

/** Every command of the protocol. */
export const COMMANDS = { ...ROOM_COMMANDS, ...INBOX_COMMANDS };

/** Every event of the protocol. */
export const EVENTS = { ...ROOM_EVENTS, ...INBOX_EVENTS };

export type RoomCommandType = keyof typeof ROOM_COMMANDS;
export type CommandType = keyof typeof COMMANDS;
export type EventType = keyof typeof EVENTS;

/** The fields of a command, as validated. */
export type CommandFields<T extends CommandType> = v.InferOutput<(typeof COMMANDS)[T]['schema']>;
/** The fields of a command, as a client writes them. */
export type CommandInput<T extends CommandType> = v.InferInput<(typeof COMMANDS)[T]['schema']>;
/** What `ok` brings for a command; undefined where it brings nothing. */
export type CommandResult<T extends CommandType> = (typeof COMMANDS)[T] extends { readonly result?: infer R }
  ? NonNullable<R> extends v.GenericSchema
    ? v.InferOutput<NonNullable<R>>
    : undefined
  : undefined;

/** The fields of an event, without its envelope. */
export type EventFields<T extends EventType> = v.InferOutput<(typeof EVENTS)[T]['schema']>;

/**
 * An event as it travels: `seq` numbers durable events in the one order of the room, `at` is the server's time in ms,
 * `by` the member who caused it (absent: the room itself), `n` that member's command number.
 */
export type RoomEvent<T extends EventType = EventType> = {
  [K in T]: {
    readonly t: K;
    readonly at: number;
    readonly by?: string;
    readonly n?: number;
  } & ((typeof EVENTS)[K]['class'] extends 'durable' ? { readonly seq: number } : { readonly seq?: number }) &
    EventFields<K>;
}[T];

export const isCommandType = (t: string): t is CommandType => Object.hasOwn(COMMANDS, t);
export const isEventType = (t: string): t is EventType => Object.hasOwn(EVENTS, t);
/** The same tables for code that treats all capabilities alike. */
export const commandSpec = (t: CommandType): CommandSpec => COMMANDS[t] as unknown as CommandSpec;
export const eventSpec = (t: EventType): EventSpec => EVENTS[t] as unknown as EventSpec;

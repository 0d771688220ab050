import type * as v from 'valibot';
import { auditCommands } from './audit.ts';
import { authorityCommands, authorityEvents } from './authority.ts';
import { breakoutsCommands, breakoutsEvents } from './breakouts.ts';
import { chatCommands, chatEvents } from './chat.ts';
import type { CommandSpec, EventSpec } from './define.ts';
import { doorCommands, doorEvents } from './door.ts';
import { handsCommands, handsEvents } from './hands.ts';
import { imagesCommands, imagesEvents } from './images.ts';
import { invitesCommands } from './invites.ts';
import { mediaCommands, mediaEvents } from './media.ts';
import { mutingCommands, mutingEvents } from './muting.ts';
import { passcodeCommands, passcodeEvents } from './passcode.ts';
import { policyCommands, policyEvents } from './policy.ts';
import { pollsCommands, pollsEvents } from './polls.ts';
import { reactionsCommands, reactionsEvents } from './reactions.ts';
import { removalCommands, removalEvents } from './removal.ts';
import { roomCommands, roomEvents } from './room.ts';
import { rosterCommands, rosterEvents } from './roster.ts';
import { scheduleCommands, scheduleEvents } from './schedule.ts';
import { spotlightCommands, spotlightEvents } from './spotlight.ts';
import { typingCommands, typingEvents } from './typing.ts';

/** Every command of the protocol, by its `t`. A new capability adds one line here and one below. */
export const COMMANDS = {
  ...roomCommands,
  ...rosterCommands,
  ...authorityCommands,
  ...removalCommands,
  ...auditCommands,
  ...chatCommands,
  ...policyCommands,
  ...mediaCommands,
  ...mutingCommands,
  ...handsCommands,
  ...reactionsCommands,
  ...typingCommands,
  ...spotlightCommands,
  ...imagesCommands,
  ...pollsCommands,
  ...breakoutsCommands,
  ...doorCommands,
  ...passcodeCommands,
  ...invitesCommands,
  ...scheduleCommands,
};

/** Every event of the protocol, by its `t`. */
export const EVENTS = {
  ...roomEvents,
  ...rosterEvents,
  ...authorityEvents,
  ...removalEvents,
  ...chatEvents,
  ...policyEvents,
  ...mediaEvents,
  ...mutingEvents,
  ...handsEvents,
  ...reactionsEvents,
  ...typingEvents,
  ...spotlightEvents,
  ...imagesEvents,
  ...pollsEvents,
  ...breakoutsEvents,
  ...doorEvents,
  ...passcodeEvents,
  ...scheduleEvents,
};

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

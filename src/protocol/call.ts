import * as v from 'valibot';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';

/**
 * A stay in the call of a room: `c_` and 22 base64url characters, drawn by the client for as long as its page lives.
 * Whoever comes back with the same has kept the connections to the others.
 */
export const CallStayIdSchema = v.pipe(v.string(), v.regex(/^c_[\w-]{22}$/, 'must be a call id'));

/**
 * How picture and sound travel. direct: from each to each of those in the call. sfu: each to a server that hands them
 * on, without a limit of members or cameras.
 */
export const CALL_MODES = ['direct', 'sfu'] as const;
export type CallMode = (typeof CALL_MODES)[number];
const CallModeSchema = v.picklist(CALL_MODES);

/** Somebody records; null: nobody does. */
export const RecordingSchema = v.nullable(
  v.object({
    /** Who does. */
    by: MemberIdSchema,
    since: TimeSchema,
  }),
);
export type Recording = v.InferOutput<typeof RecordingSchema>;

export const callCommands = {
  'call.enter': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    fields: { call: CallStayIdSchema },
  }),
  'call.exit': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    fields: {},
  }),
};

export const callEvents = {
  'call.changed': defineEvent({
    class: 'latest',
    fields: { member: MemberIdSchema, call: v.nullable(CallStayIdSchema) },
  }),
  'call.moded': defineEvent({
    class: 'durable',
    fields: { mode: CallModeSchema },
  }),
};

/** What the call adds to the snapshot. */
export const callSnapshot = {
  call: v.optional(
    v.object({
      mode: CallModeSchema,
      /** Whether this server has an SFU; without one a call has as many cameras as a direct one takes. */
      sfu: v.boolean(),
      recording: RecordingSchema,
    }),
  ),
};
export type CallState = NonNullable<v.InferOutput<typeof callSnapshot.call>>;

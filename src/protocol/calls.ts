import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { PersonSchema } from './person.ts';

/** A call: `c_` and 22 base64url characters. In a group's meeting all who are called have the same. */
export const CallIdSchema = v.pipe(v.string(), v.regex(/^c_[\w-]{22}$/, 'must be a call id'));

/**
 * How a call stopped ringing. answered, declined: by one of your devices. missed: nobody did either in time.
 * cancelled: the caller gave up. ended: the meeting it called to is over.
 */
export const CALL_ENDS = ['answered', 'declined', 'missed', 'cancelled', 'ended'] as const;

/** What became of a call that you placed. */
export const CALL_OUTCOMES = ['answered', 'declined', 'missed', 'cancelled'] as const;

/** A group, as a call from it names it. */
const CallingGroupSchema = v.object({ code: v.string(), name: v.string() });

/** The way to what you are called to: a room, and the secret that lets you in. */
const wayIn = {
  /** Code of the room. */
  code: v.string(),
  /** Its name. */
  name: v.string(),
  /** Secret of an invitation to the room; absent: its door decides. */
  invite: v.optional(v.string()),
};

/** A call that rings at you. */
export const RingingCallSchema = v.object({
  call: CallIdSchema,
  /** Who calls; of a group's meeting: who started it. */
  from: PersonSchema,
  /** Only where a group's meeting calls its people. */
  group: v.optional(CallingGroupSchema),
  ...wayIn,
  /** ms; it rings until then. */
  until: TimeSchema,
});
export type RingingCall = v.InferOutput<typeof RingingCallSchema>;

/** A call that you placed, and that rings. */
export const PlacedCallSchema = v.object({
  call: CallIdSchema,
  /** Whom you call. */
  to: AccountIdSchema,
  code: v.string(),
  name: v.string(),
  /** ms; it rings until then. */
  until: TimeSchema,
});
export type PlacedCall = v.InferOutput<typeof PlacedCallSchema>;

export const callsCommands = {
  'call.answer': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { call: CallIdSchema },
    result: v.object(wayIn),
  }),
  'call.decline': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { call: CallIdSchema },
  }),
  'call.cancel': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { call: CallIdSchema },
  }),
};

export const callsEvents = {
  'call.ringing': defineEvent({
    class: 'durable',
    fields: RingingCallSchema.entries,
  }),
  'call.over': defineEvent({
    class: 'durable',
    fields: {
      call: CallIdSchema,
      reason: v.picklist(CALL_ENDS),
      from: PersonSchema,
      group: v.optional(CallingGroupSchema),
      /** Code of the room. */
      code: v.string(),
    },
  }),
  'call.placed': defineEvent({
    class: 'durable',
    fields: PlacedCallSchema.entries,
  }),
  'call.settled': defineEvent({
    class: 'durable',
    fields: { call: CallIdSchema, to: AccountIdSchema, how: v.picklist(CALL_OUTCOMES) },
  }),
};

/** What calls add to the snapshot of a person's own log. */
export const callsSnapshot = {
  /** Calls that ring at this moment. Absent: none. */
  calls: v.optional(
    v.object({
      /** At you. */
      ringing: v.array(RingingCallSchema),
      /** At others, by you. */
      placed: v.array(PlacedCallSchema),
    }),
  ),
};

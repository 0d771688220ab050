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
    summary:
      'Answers a call that rings: it stops ringing on all your devices, and whoever called is told. Then join the room.',
    fields: { call: CallIdSchema },
    result: v.object(wayIn),
  }),
  'call.decline': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: 'Declines a call that rings: it stops ringing on all your devices, and whoever called is told.',
    fields: { call: CallIdSchema },
  }),
  'call.cancel': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: 'Gives up a call that you placed and that still rings.',
    fields: { call: CallIdSchema },
  }),
};

export const callsEvents = {
  'call.ringing': defineEvent({
    class: 'durable',
    summary:
      'Somebody calls you. `call.answer` and `call.decline` say what becomes of it. Told again of the same call where `invite` is another now.',
    fields: RingingCallSchema.entries,
  }),
  'call.over': defineEvent({
    class: 'durable',
    summary:
      'A call rings no more; `by` is the device that answered or declined it. Without a `call.ringing` before it, it came too late to ring, and was missed.',
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
    summary: 'One of your devices calls somebody. `call.cancel` gives it up.',
    fields: PlacedCallSchema.entries,
  }),
  'call.settled': defineEvent({
    class: 'durable',
    summary:
      'What became of a call that you placed. missed: no answer came in time, whatever the reason; you are told no other.',
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

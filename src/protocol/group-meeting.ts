import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';
import { CallIdSchema } from './calls.ts';
import { CountSchema, defineCommand, defineEvent, TimeSchema } from './define.ts';
import { PersonSchema } from './person.ts';

const meetingFields = {
  /** Names this meeting of the group; the call that rings at its people has the same id. */
  meeting: CallIdSchema,
  /** Code of the room where it is held. */
  code: v.string(),
  /** Who started it. */
  from: PersonSchema,
  /** ms; since when. */
  since: TimeSchema,
};

/** A group's meeting that is on, with the way in. */
export const GroupMeetingSchema = v.object({
  ...meetingFields,
  /** Secret of the invitation for people of your role in the group: join the room with it, and no lobby holds you up. */
  invite: v.string(),
});
export type GroupMeeting = v.InferOutput<typeof GroupMeetingSchema>;

export const groupMeetingCommands = {
  'group.meet': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'chat',
    fields: {},
    result: v.optional(GroupMeetingSchema),
  }),
};

export const groupMeetingEvents = {
  'group.meeting': defineEvent({
    class: 'durable',
    fields: GroupMeetingSchema.entries,
  }),
  'group.meeting_failed': defineEvent({
    class: 'ephemeral',
    fields: {},
  }),
  'group.meeting_over': defineEvent({
    class: 'durable',
    fields: {
      ...meetingFields,
      /** How long it went. */
      seconds: CountSchema,
      /** How many people were in it; null: its room could not be asked. */
      people: v.nullable(CountSchema),
    },
  }),
  'group.call_answered': defineEvent({
    class: 'ephemeral',
    fields: { meeting: CallIdSchema, account: AccountIdSchema, how: v.picklist(['answered', 'declined']) },
  }),
};

/** What the room of a group's meeting knows of its group. */
export const GroupMeetingOfSchema = v.object({
  /** Code of the group. */
  group: v.string(),
  meeting: CallIdSchema,
  from: PersonSchema,
});
export type GroupMeetingOf = v.InferOutput<typeof GroupMeetingOfSchema>;

/** What a group's meeting adds to the snapshot of the room where it is held. */
export const groupMeetingSnapshot = {
  /** Only in the room of a group's meeting. */
  meetingOf: v.optional(GroupMeetingOfSchema),
};

/** What a group's meeting adds to the first frame of each of its people. */
export const groupMeetingOwn = {
  /** Only while a meeting is on. */
  groupMeeting: v.optional(GroupMeetingSchema),
};

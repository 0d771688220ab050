import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { RoomCodeSchema } from './ids.ts';
import { PersonSchema } from './person.ts';
import { ScheduleSchema } from './schedule.ts';
import { RoomNameSchema } from './text.ts';

/** The secret of an invitation to a room, as its link carries it. */
const InviteSecretSchema = v.pipe(
  v.string(),
  v.regex(/^[\w-]{1,64}$/, 'must be the secret of an invitation'),
);

/**
 * A room in your own list. You are in it now where `enteredAt` is set and `leftAt` is null. It is scheduled where
 * `schedule.opensAt` is in the future. Times in ms.
 */
export const MeetingSchema = v.object({
  /** Code of the room. */
  code: v.string(),
  name: v.string(),
  /** The room is yours: your account made it, or has become its host since. */
  hosted: v.boolean(),
  /** As last heard: of a room that you host at each change, of others whenever you come or go. null: it has none. */
  schedule: v.nullable(ScheduleSchema),
  /** When you last came in, with the first of your devices; null: you never did. */
  enteredAt: v.nullable(TimeSchema),
  /** When you last left, with the last of them; null: you are in it, or never were. */
  leftAt: v.nullable(TimeSchema),
  /** When it ended, as far as is known; null: it goes on, or you had left before. */
  endedAt: v.nullable(TimeSchema),
  /** Who invited you last; null: nobody did. */
  invitedBy: v.nullable(PersonSchema),
  /** The secret of the invitation that came with it; absent: there was none. */
  invite: v.optional(v.string()),
  /** When it was last of use: the list is in this order, the newest first. */
  at: TimeSchema,
});
export type Meeting = v.InferOutput<typeof MeetingSchema>;

export const meetingsCommands = {
  'meeting.forget': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { code: RoomCodeSchema },
  }),
  'meeting.invite': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: {
      /** Whom; somebody who is known to you. */
      to: AccountIdSchema,
      code: RoomCodeSchema,
      /** What they are told it is called. */
      name: RoomNameSchema,
      /** Secret of an invitation to the room (`invite.create`); left out: its door decides. */
      invite: v.optional(InviteSecretSchema),
      /** Lets all their devices ring. */
      ring: v.optional(v.boolean()),
    },
  }),
};

export const meetingsEvents = {
  'meeting.noted': defineEvent({
    class: 'durable',
    fields: { meeting: MeetingSchema },
  }),
  'meeting.forgotten': defineEvent({
    class: 'durable',
    fields: { code: v.string() },
  }),
  'meeting.invited': defineEvent({
    class: 'durable',
    fields: { meeting: MeetingSchema, from: PersonSchema },
  }),
};

/** What meetings add to the snapshot of a person's own log. */
export const meetingsSnapshot = {
  /** The rooms on your list, the newest first. Absent: none. */
  meetings: v.optional(v.array(MeetingSchema)),
};

import * as v from 'valibot';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { RoomNameSchema } from './text.ts';

/** A week. */
const LONGEST_MINUTES = 10_080;
const MinutesSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_MINUTES));

/** When a meeting is. Times in ms; what is null is not limited. */
export const ScheduleSchema = v.object({
  /** Before this time only hosts come in. */
  opensAt: v.nullable(TimeSchema),
  /** At this time the meeting ends. */
  expiresAt: v.nullable(TimeSchema),
  /** So many minutes after the first person came in the meeting ends. */
  maxMinutes: v.nullable(MinutesSchema),
  /** What it is called in a calendar; null: as the room. */
  title: v.nullable(v.string()),
});
export type Schedule = v.InferOutput<typeof ScheduleSchema>;

/** What is left out stays as it is; null takes it away. */
export const SCHEDULE_FIELDS = {
  opensAt: v.optional(v.nullable(TimeSchema)),
  expiresAt: v.optional(v.nullable(TimeSchema)),
  maxMinutes: v.optional(v.nullable(MinutesSchema)),
  title: v.optional(v.nullable(RoomNameSchema)),
};

export const scheduleCommands = {
  'schedule.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: SCHEDULE_FIELDS,
  }),
};

export const scheduleEvents = {
  'schedule.changed': defineEvent({
    class: 'durable',
    fields: ScheduleSchema.entries,
  }),
  'room.ending': defineEvent({
    class: 'durable',
    fields: { time: TimeSchema },
  }),
};

export const scheduleSnapshot = {
  /** Absent: there is none. */
  schedule: v.optional(ScheduleSchema),
  /** When the meeting ends, once that has been announced. */
  ending: v.optional(TimeSchema),
};

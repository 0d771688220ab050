import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent, TimeSchema } from './define.ts';
import { LIMITS } from './limits.ts';
import { PolicySchema } from './permission-schemas.ts';
import { RoomNameSchema } from './text.ts';

export const WhenEmptySchema = v.picklist(['end', 'stay']);

const CapacitySchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.capacity));
/** Seconds for which log, members and pictures are kept after the end. */
const RetentionSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.retentionSeconds));

/** What a host may set, at creation and later. */
export const SETTINGS_FIELDS = {
  name: v.optional(RoomNameSchema),
  capacity: v.optional(CapacitySchema),
  retentionSeconds: v.optional(RetentionSchema),
  /** end: an empty room ends itself after a grace time. stay: it waits for the next person. */
  whenEmpty: v.optional(WhenEmptySchema),
};

/** A room, as its members see it. */
export const RoomSchema = v.object({
  id: v.string(),
  code: v.string(),
  name: v.string(),
  createdAt: TimeSchema,
  capacity: CountSchema,
  retentionSeconds: CountSchema,
  whenEmpty: WhenEmptySchema,
  policy: PolicySchema,
});
export type Room = v.InferOutput<typeof RoomSchema>;

export const roomCommands = {
  'room.update': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: SETTINGS_FIELDS,
  }),
  'room.end': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {},
  }),
};

export const roomEvents = {
  'room.updated': defineEvent({
    class: 'durable',
    fields: {
      name: v.string(),
      capacity: CountSchema,
      retentionSeconds: CountSchema,
      whenEmpty: WhenEmptySchema,
    },
  }),
  'room.reopened': defineEvent({
    class: 'durable',
    fields: {},
  }),
  'room.ended': defineEvent({
    class: 'durable',
    fields: { reason: v.picklist(['host', 'empty', 'host_gone', 'time', 'parent']) },
  }),
};

import * as v from 'valibot';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { RoomNameSchema, textSchema } from './text.ts';

/** A breakout room of one meeting: the number of its set and its own, as in `1-3`. */
export const BreakoutIdSchema = v.pipe(v.string(), v.regex(/^\d{1,6}-\d{1,2}$/, 'must be a breakout id'));

/** manual: hosts say who goes where. evenly: everybody but hosts is spread, in the order of joining. choose: people pick a room themselves. */
export const BreakoutAssignSchema = v.picklist(['manual', 'evenly', 'choose']);

/** opening: being made. failed: it could not be made, and the others are none the worse for it. */
export const BreakoutStateSchema = v.picklist(['opening', 'open', 'failed', 'closed']);

/** Who belongs where; null: in the main room. */
const PlacesSchema = v.record(MemberIdSchema, v.nullable(BreakoutIdSchema));

const areDistinct = (list: string[]): boolean => new Set(list).size === list.length;

/** Breakout rooms as they stand. */
export const BreakoutsSchema = v.object({
  assign: BreakoutAssignSchema,
  openedAt: TimeSchema,
  /** ms; when everybody is called back. null: no time is set. */
  closesAt: v.nullable(TimeSchema),
  rooms: v.array(v.object({ id: BreakoutIdSchema, name: v.string(), state: BreakoutStateSchema })),
  /** By member; who is not in it belongs in the main room. */
  places: v.record(v.string(), BreakoutIdSchema),
});
export type Breakouts = v.InferOutput<typeof BreakoutsSchema>;

/** What a breakout room knows of its meeting. */
export const BreakoutOfSchema = v.object({
  /** The code of the meeting. */
  code: v.string(),
  /** ms; when this room ends. null: no time is set. */
  closesAt: v.nullable(TimeSchema),
});
export type BreakoutOf = v.InferOutput<typeof BreakoutOfSchema>;

export const breakoutsCommands = {
  'breakout.open': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      names: v.pipe(
        v.array(RoomNameSchema),
        v.minLength(1, 'must be at least 1'),
        v.maxLength(LIMITS.breakouts, `must be at most ${LIMITS.breakouts}`),
        v.check(areDistinct, 'must all be different'),
      ),
      /** Left out: manual. */
      assign: v.optional(BreakoutAssignSchema, 'manual'),
      /** Left out: until a host calls everybody back, at most a day. */
      minutes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.breakoutMinutes))),
    },
  }),
  'breakout.assign': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      members: v.pipe(
        PlacesSchema,
        v.check(
          (members) => Object.keys(members).length <= LIMITS.breakoutMoves,
          `must be at most ${LIMITS.breakoutMoves}`,
        ),
      ),
    },
  }),
  'breakout.choose': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { breakout: v.nullable(BreakoutIdSchema) },
  }),
  'breakout.broadcast': defineCommand({
    kind: 'durable',
    rate: 'chat',
    authority: 'hosts',
    fields: { text: textSchema(LIMITS.broadcastLength, 1) },
  }),
  'breakout.close': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      afterSeconds: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.breakoutCountdown)),
        60,
      ),
    },
  }),
};

export const breakoutsEvents = {
  'breakout.opened': defineEvent({
    class: 'durable',
    fields: {
      assign: BreakoutAssignSchema,
      closesAt: v.nullable(TimeSchema),
      rooms: v.array(v.object({ id: BreakoutIdSchema, name: v.string() })),
    },
  }),
  'breakout.changed': defineEvent({
    class: 'durable',
    fields: { breakout: BreakoutIdSchema, state: BreakoutStateSchema },
  }),
  'breakout.assigned': defineEvent({
    class: 'durable',
    fields: { members: PlacesSchema },
  }),
  'breakout.called': defineEvent({
    class: 'ephemeral',
    fields: {
      breakout: BreakoutIdSchema,
      code: v.string(),
      ticket: v.string(),
      ticketExpiresAt: TimeSchema,
      token: v.string(),
      tokenExpiresAt: TimeSchema,
    },
  }),
  'breakout.closing': defineEvent({
    class: 'durable',
    fields: { closesAt: TimeSchema },
  }),
  'breakout.closed': defineEvent({
    class: 'durable',
    fields: {},
  }),
  'room.announced': defineEvent({
    class: 'durable',
    fields: {
      text: v.string(),
      /** Their name; null: somebody with the host key. */
      from: v.nullable(v.string()),
    },
  }),
};

/** What breakout rooms add to the snapshot. */
export const breakoutsSnapshot = {
  /** Only while there are breakout rooms. */
  breakouts: v.optional(BreakoutsSchema),
  /** Only in a breakout room. */
  breakoutOf: v.optional(BreakoutOfSchema),
};

/** A stay in a breakout room, for the attendance list. */
export const BreakoutStaySchema = v.object({
  /** The breakout room's name. */
  breakout: v.string(),
  joined: TimeSchema,
  /** null for one that goes on. */
  left: v.nullable(TimeSchema),
});
export type BreakoutStay = v.InferOutput<typeof BreakoutStaySchema>;

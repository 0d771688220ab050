import * as v from 'valibot';
import { authoritySnapshot } from './authority.ts';
import { breakoutsSnapshot } from './breakouts.ts';
import { callSnapshot } from './call.ts';
import { chatOwn, chatSnapshot } from './chat.ts';
import { CountSchema, NamesSchema, NumberSchema } from './define.ts';
import { doorSnapshot, lobbyOwn, PlaceSchema } from './door.ts';
import { ErrorCodeSchema } from './errors.ts';
import { filesSnapshot } from './files.ts';
import { groupMeetingOwn, groupMeetingSnapshot } from './group-meeting.ts';
import { groupsOwn, groupsSnapshot } from './groups.ts';
import { handsSnapshot } from './hands.ts';
import { MemberIdSchema } from './ids.ts';
import { mutingOwn } from './muting.ts';
import { passcodeSnapshot } from './passcode.ts';
import { PolicySchema } from './permission-schemas.ts';
import { pollsOwn, pollsSnapshot } from './polls.ts';
import { RoomSchema } from './room.ts';
import { MemberSchema, RosterPageSchema, rosterOwn } from './roster.ts';
import { scheduleSnapshot } from './schedule.ts';
import { spotlightSnapshot } from './spotlight.ts';
import { watchSnapshot } from './watch.ts';

/** Any event with its envelope; what else it holds depends on `t`. */
export const EnvelopeSchema = v.looseObject({
  t: v.string(),
  at: CountSchema,
  seq: v.optional(CountSchema),
  by: v.optional(v.string()),
  n: v.optional(NumberSchema),
});

/** The room as it is at `seq`: state, not events. */
export const SnapshotSchema = v.object({
  room: RoomSchema,
  /** Whole up to 200 members, else the first page; ask `roster.page` for the rest. */
  roster: RosterPageSchema,
  /** The last messages and pictures for everybody, oldest first. */
  history: v.array(EnvelopeSchema),
  /** Names of those who wrote it, also where they have left. */
  names: NamesSchema,
  ...chatSnapshot,
  ...pollsSnapshot,
  ...filesSnapshot,
  ...breakoutsSnapshot,
  ...doorSnapshot,
  ...passcodeSnapshot,
  ...scheduleSnapshot,
  ...authoritySnapshot,
  ...handsSnapshot,
  ...spotlightSnapshot,
  ...groupsSnapshot,
  ...groupMeetingSnapshot,
  ...watchSnapshot,
  ...callSnapshot,
});
export type Snapshot = v.InferOutput<typeof SnapshotSchema>;

/** The first frame on every connection. */
export const ReadyFrameSchema = v.object({
  t: v.literal('ready'),
  v: v.number(),
  epoch: v.string(),
  /** Your position: of the snapshot, or the one you resumed from. */
  seq: CountSchema,
  /** Your position among your private events. */
  private: CountSchema,
  /** true: nothing was missed, what follows your position comes next. false: the snapshot replaces what you knew. */
  recovered: v.boolean(),
  /** The highest command number accepted from you. */
  acked: CountSchema,
  self: MemberSchema,
  policy: PolicySchema,
  ...rosterOwn,
  /** The newest of each latest-only event; replaces what you knew of those. */
  latest: v.array(EnvelopeSchema),
  /** Only when not recovered. */
  snapshot: v.optional(SnapshotSchema),
  ...mutingOwn,
  /** Your last private messages; only when not recovered. */
  direct: v.optional(v.array(EnvelopeSchema)),
  /** Only when not recovered: give it to `chat.history` for what stands before these messages; null: nothing does. */
  earlier: v.optional(v.nullable(CountSchema)),
  /** Names of those in `direct`. */
  names: v.optional(NamesSchema),
  ...chatOwn,
  ...pollsOwn,
  ...lobbyOwn,
  ...groupsOwn,
  ...groupMeetingOwn,
  /** Your member token; only where you came in without one (the one-step form). */
  token: v.optional(v.string()),
});

/** The first frame of somebody in the lobby, in place of `ready`; that one comes when a host lets them in. */
export const WaitingFrameSchema = v.object({
  t: v.literal('waiting'),
  v: v.number(),
  epoch: v.string(),
  /** Your position among your private events. */
  private: CountSchema,
  acked: CountSchema,
  self: v.object({ id: MemberIdSchema, name: v.string() }),
  /** What may be known of the room from outside. */
  room: v.object({ code: v.string(), name: v.string() }),
  lobby: PlaceSchema,
  token: v.optional(v.string()),
});

/** Durable events for everybody. They cover (prev, last]: if your position is `prev` you have missed nothing. */
export const EventsFrameSchema = v.object({
  t: v.literal('events'),
  prev: CountSchema,
  last: CountSchema,
  events: v.array(EnvelopeSchema),
});

/** Durable events for some, you among them, counted for you alone: (prev, last]. Come before the public ones of their commit. */
export const PrivateFrameSchema = v.object({
  t: v.literal('private'),
  prev: CountSchema,
  last: CountSchema,
  events: v.array(EnvelopeSchema),
});

/** Ephemeral and latest-only events: told once. */
export const LiveFrameSchema = v.object({ t: v.literal('live'), events: v.array(EnvelopeSchema) });

/** An accepted command without an event that you see, or the answer to a query. */
export const OkFrameSchema = v.object({
  t: v.literal('ok'),
  n: v.optional(NumberSchema),
  result: v.optional(v.unknown()),
  /** The number was accepted before; nothing was done again. */
  repeated: v.optional(v.literal(true)),
});

export const ErrorFrameSchema = v.object({
  t: v.literal('error'),
  n: v.optional(NumberSchema),
  code: ErrorCodeSchema,
  message: v.string(),
  /** ms to wait before trying again. */
  retry: v.optional(CountSchema),
  detail: v.optional(v.string()),
});

/** The room woke with your socket still open, soon after it last wrote: compare, and resume if you stand elsewhere; send again what is above `acked`. */
export const PositionFrameSchema = v.object({
  t: v.literal('position'),
  seq: CountSchema,
  private: CountSchema,
  acked: CountSchema,
});

export const SERVER_FRAMES = {
  ready: ReadyFrameSchema,
  events: EventsFrameSchema,
  private: PrivateFrameSchema,
  live: LiveFrameSchema,
  ok: OkFrameSchema,
  error: ErrorFrameSchema,
  position: PositionFrameSchema,
  waiting: WaitingFrameSchema,
};

export type ReadyFrame = v.InferOutput<typeof ReadyFrameSchema>;
export type EventsFrame = v.InferOutput<typeof EventsFrameSchema>;
export type PrivateFrame = v.InferOutput<typeof PrivateFrameSchema>;
export type LiveFrame = v.InferOutput<typeof LiveFrameSchema>;
export type OkFrame = v.InferOutput<typeof OkFrameSchema>;
export type ErrorFrame = v.InferOutput<typeof ErrorFrameSchema>;
export type WaitingFrame = v.InferOutput<typeof WaitingFrameSchema>;
export type PositionFrame = v.InferOutput<typeof PositionFrameSchema>;
export type ServerFrame =
  | ReadyFrame
  | EventsFrame
  | PrivateFrame
  | LiveFrame
  | OkFrame
  | ErrorFrame
  | PositionFrame
  | WaitingFrame;

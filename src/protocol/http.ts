import * as v from 'valibot';
import { BreakoutStaySchema } from './breakouts.ts';
import { CountSchema, TimeSchema } from './define.ts';
import { type UploadState, UploadStateSchema } from './files.ts';
import { EnvelopeSchema } from './frames.ts';
import { JURISDICTIONS } from './ids.ts';
import { PolicyChangeSchema } from './permission-schemas.ts';
import type { RoomEvent } from './registry.ts';
import { RoomSchema, SETTINGS_FIELDS } from './room.ts';
import { MemberSchema } from './roster.ts';
import { SCHEDULE_FIELDS, ScheduleSchema } from './schedule.ts';
import { NameSchema, RoomNameSchema } from './text.ts';

/** Where a room should live; a hint, not a guarantee. */
export const REGIONS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const;

/** POST /v1/rooms */
export const CreateRequestSchema = v.object({
  ...SETTINGS_FIELDS,
  name: RoomNameSchema,
  policy: v.optional(PolicyChangeSchema),
  schedule: v.optional(v.object(SCHEDULE_FIELDS)),
  region: v.optional(v.picklist(REGIONS)),
  jurisdiction: v.optional(v.picklist(JURISDICTIONS)),
});
export type CreateRequest = v.InferOutput<typeof CreateRequestSchema>;

export const CreateResponseSchema = v.object({
  id: v.string(),
  code: v.string(),
  /** The page's address for this room. */
  link: v.string(),
  /** Makes whoever joins with it the host. Shown once. */
  hostKey: v.string(),
  room: RoomSchema,
});
export type CreateResponse = v.InferOutput<typeof CreateResponseSchema>;

/** GET /v1/rooms/:code: what anybody with the code may know. */
export const StatusResponseSchema = v.object({
  code: v.string(),
  name: v.string(),
  status: v.picklist(['open', 'full', 'ended']),
  members: CountSchema,
  capacity: CountSchema,
  createdAt: TimeSchema,
  /** Whether a passcode is asked for. */
  passcode: v.optional(v.boolean()),
  /** Absent: there is none. */
  schedule: v.optional(ScheduleSchema),
});
export type StatusResponse = v.InferOutput<typeof StatusResponseSchema>;

/** POST /v1/rooms/:code/join. With a member token it is a return. With it, or an account that has one, no name is needed. */
export const JoinRequestSchema = v.object({
  name: v.optional(NameSchema),
  hostKey: v.optional(v.pipe(v.string(), v.maxLength(128))),
  /** Where the room asks for one. */
  passcode: v.optional(v.pipe(v.string(), v.maxLength(256))),
  /** The secret of an invitation. */
  invite: v.optional(v.pipe(v.string(), v.maxLength(128))),
});
export type JoinRequest = v.InferOutput<typeof JoinRequestSchema>;

export const JoinResponseSchema = v.object({
  member: v.object({
    ...MemberSchema.entries,
    presence: v.picklist(['joining', 'waiting', 'online', 'away']),
  }),
  /** Who you are, for HTTP requests and for coming back: Authorization: Bearer. */
  token: v.string(),
  tokenExpiresAt: TimeSchema,
  /** Opens one socket, once: offer it as a WebSocket subprotocol. */
  ticket: v.string(),
  ticketExpiresAt: TimeSchema,
  /** The WebSocket address. */
  url: v.string(),
});
export type JoinResponse = v.InferOutput<typeof JoinResponseSchema>;

/** POST /v1/rooms/:code/token */
export const TokenResponseSchema = v.object({ token: v.string(), tokenExpiresAt: TimeSchema });
export type TokenResponse = v.InferOutput<typeof TokenResponseSchema>;

/** PATCH /v1/rooms/:code */
export const UpdateRequestSchema = v.object({ ...SETTINGS_FIELDS, policy: v.optional(PolicyChangeSchema) });
export type UpdateRequest = v.InferOutput<typeof UpdateRequestSchema>;
export const UpdateResponseSchema = v.object({ room: RoomSchema });

/** POST /v1/rooms/:code/commands: what the command caused and you may see, or its result. */
export const CommandResponseSchema = v.object({
  n: v.optional(v.number()),
  events: v.array(EnvelopeSchema),
  result: v.optional(v.unknown()),
  repeated: v.optional(v.literal(true)),
});
export type CommandResponse = v.InferOutput<typeof CommandResponseSchema>;

/** One person in the attendance list. */
export const AttendeeSchema = v.object({
  member: v.string(),
  name: v.string(),
  role: v.string(),
  /** Each stay; `left` is null for one that goes on. */
  stays: v.array(v.object({ joined: TimeSchema, left: v.nullable(TimeSchema) })),
  /** Minutes over all stays, to two decimals. */
  minutes: v.number(),
  /** Stays in breakout rooms; not among those above, during which they go on. */
  breakouts: v.optional(v.array(BreakoutStaySchema)),
  /** Whose device it was; absent: a guest's. */
  account: v.optional(v.string()),
});
export type Attendee = v.InferOutput<typeof AttendeeSchema>;

/** GET /v1/rooms/:code/attendance */
export const AttendanceResponseSchema = v.object({
  room: v.object({
    code: v.string(),
    name: v.string(),
    createdAt: TimeSchema,
    endedAt: v.nullable(TimeSchema),
  }),
  attendees: v.array(AttendeeSchema),
});
export type AttendanceResponse = v.InferOutput<typeof AttendanceResponseSchema>;

/** POST /v1/rooms/:code/images: the `image.shared` that everybody was told. POST /v1/me/images: the `direct.sent`. */
export const ImageResponseSchema = v.object({ event: EnvelopeSchema });
export type ImageResponse<T extends 'image.shared' | 'direct.sent' = 'image.shared'> = {
  readonly event: RoomEvent<T>;
};

/** What came of a request about an upload: it goes on, or this is the `file.shared` that everybody was told. */
export const UploadResponseSchema = v.union([
  v.object({ upload: UploadStateSchema }),
  v.object({ event: EnvelopeSchema }),
]);
export type UploadResponse = { readonly upload: UploadState } | { readonly event: RoomEvent<'file.shared'> };

/** GET /v1/rooms/:code/uploads: your own that are not finished. */
export const UploadsResponseSchema = v.object({ uploads: v.array(UploadStateSchema) });
export type UploadsResponse = { readonly uploads: readonly UploadState[] };

/** POST /v1/rooms/:code/images/:id/link: an address that works in an <img>. */
export const LinkResponseSchema = v.object({ url: v.string(), expiresAt: TimeSchema });
export type LinkResponse = v.InferOutput<typeof LinkResponseSchema>;

import * as v from 'valibot';
import { CallStayIdSchema } from './call.ts';
import { defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { MEDIA } from './permissions.ts';

// A call that is too large for direct connections goes over a selective forwarding unit (SFU). The server speaks to it for
// its members, so that its secret stays at the server and each track passes the room's permissions.

/** A member's connection to the SFU, as the SFU names it. It opens nothing by itself. */
export const SfuSessionSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,128}$/, 'must be a session id'));
/** A section of a description, by its `a=mid`. */
const MidSchema = v.pipe(v.string(), v.regex(/^[!-~]{1,32}$/, 'must be a mid'));
const SdpSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.sfuDescriptionLength));
const TrackNameSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'must be the name of a track'));
/** Which of the sizes of a picture that is sent in several: full, half, quarter. */
export const SIZES = ['f', 'h', 'q'] as const;
const SizeSchema = v.picklist(SIZES);
export const TRACK_KINDS = ['audio', 'video'] as const;

const many = <T extends v.GenericSchema>(schema: T) =>
  v.pipe(v.array(schema), v.minLength(1), v.maxLength(LIMITS.sfuTracks));

/** A track that a member sends to the SFU. */
export const SfuTrackSchema = v.object({
  track: TrackNameSchema,
  media: v.picklist(MEDIA),
  kind: v.picklist(TRACK_KINDS),
});
export type SfuTrack = v.InferOutput<typeof SfuTrackSchema>;

export const sfuEvents = {
  'sfu.published': defineEvent({
    class: 'latest',
    fields: {
      member: MemberIdSchema,
      session: v.nullable(SfuSessionSchema),
      tracks: v.array(SfuTrackSchema),
    },
  }),
};

/** POST /v1/rooms/:code/sfu/sessions */
export const SfuSessionRequestSchema = v.object({ call: CallStayIdSchema });
export const SfuSessionResponseSchema = v.object({ session: SfuSessionSchema });
export type SfuSessionResponse = v.InferOutput<typeof SfuSessionResponseSchema>;

/** POST …/sfu/sessions/:session/publish: the browser's offer, and what the sections are that send. */
export const SfuPublishRequestSchema = v.object({
  sdp: SdpSchema,
  tracks: many(v.object({ mid: MidSchema, media: v.picklist(MEDIA) })),
});
export const SfuPublishResponseSchema = v.object({
  /** The answer to the offer. */
  sdp: v.string(),
  tracks: v.array(v.object({ mid: MidSchema, track: TrackNameSchema })),
});
export type SfuPublishResponse = v.InferOutput<typeof SfuPublishResponseSchema>;

/** POST …/subscribe: tracks of others as `sfu.published` names them. `rid`: the size preferred. */
export const SfuSubscribeRequestSchema = v.object({
  tracks: many(v.object({ member: MemberIdSchema, track: TrackNameSchema, rid: v.optional(SizeSchema) })),
});
export const SfuSubscribeResponseSchema = v.object({
  /** An offer to answer; null: nothing has changed that has to be negotiated. */
  sdp: v.nullable(v.string()),
  /** In the order asked. `error`: this one can't be had (any more), and why. */
  tracks: v.array(
    v.object({
      member: MemberIdSchema,
      track: TrackNameSchema,
      mid: v.optional(MidSchema),
      error: v.optional(v.string()),
    }),
  ),
});
export type SfuSubscribeResponse = v.InferOutput<typeof SfuSubscribeResponseSchema>;

/** POST …/answer: the browser's answer to the offer of `subscribe`. */
export const SfuAnswerRequestSchema = v.object({ sdp: SdpSchema });

/** POST …/layers: another size of tracks that are received in these sections. */
export const SfuLayersRequestSchema = v.object({
  tracks: many(v.object({ mid: MidSchema, member: MemberIdSchema, track: TrackNameSchema, rid: SizeSchema })),
});

/** POST …/close: ends sections, sent or received. With the browser's offer in `sdp` the answer comes back. */
export const SfuCloseRequestSchema = v.object({ mids: many(MidSchema), sdp: v.optional(SdpSchema) });
export const SfuCloseResponseSchema = v.object({ sdp: v.nullable(v.string()) });
export type SfuCloseResponse = v.InferOutput<typeof SfuCloseResponseSchema>;

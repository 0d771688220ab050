import * as v from 'valibot';
import { defineCommand, defineEvent, NumberSchema, TimeSchema } from './define.ts';
import { FileIdSchema, MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { SubtitleLabelSchema, WatchTitleSchema } from './text.ts';

/** An item's id: the `seq` of its `watch.added`. */
const ItemIdSchema = NumberSchema;

/** What addresses of other servers may lead to. The last one is HLS. */
export const ADDRESS_TYPES = [
  'video/mp4',
  'video/webm',
  'audio/mpeg',
  'application/vnd.apple.mpegurl',
] as const;

/** Whether videos and audios of other servers may be watched. */
export const MEDIA_ADDRESSES = ['off', 'https'] as const;
export type MediaAddresses = (typeof MEDIA_ADDRESSES)[number];

/** ms from the beginning of an item. Neither `null` nor `1e999` is one, as which NaN and infinity travel in JSON. */
const PositionSchema = v.pipe(
  v.number(),
  v.integer('must be whole ms'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(LIMITS.mediaDuration, `must be at most ${LIMITS.mediaDuration}`),
);
/** ms; null: not known. */
const DurationSchema = v.nullable(v.pipe(PositionSchema, v.minValue(1, 'must be at least 1')));
/** 1 is the pace at which it was recorded. */
const RateSchema = v.pipe(
  v.number(),
  v.minValue(0.25, 'must be at least 0.25'),
  v.maxValue(4, 'must be at most 4'),
);
/** Counted up with everything that somebody decides about what plays. */
const VersionSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The version that you saw when you decided; refused with `watch_stale` where somebody else has decided since. Left out: whatever is so. */
const BASE = { base: v.optional(VersionSchema) };

/** Where an item's bytes are: a file of the room, or the address of another server, which clients open by themselves. */
const SourceSchema = v.variant('kind', [
  v.object({ kind: v.literal('file'), file: FileIdSchema }),
  v.object({
    kind: v.literal('address'),
    url: v.pipe(v.string(), v.maxLength(LIMITS.mediaAddressLength)),
    type: v.picklist(ADDRESS_TYPES),
  }),
]);
export type WatchSource = v.InferOutput<typeof SourceSchema>;

/** A picture that stands for the item before it plays, made by the client that adds it. */
const PosterSchema = v.pipe(
  v.string(),
  v.maxLength(LIMITS.posterLength, `must be at most ${LIMITS.posterLength} characters`),
  v.regex(
    /^data:image\/(jpeg|png|webp);base64,[A-Za-z0-9+/]+={0,2}$/,
    'must be a data: URL of a JPEG, PNG or WebP',
  ),
);

const SubtitlesSchema = v.object({
  /** A WebVTT file of the room. */
  file: FileIdSchema,
  label: SubtitleLabelSchema,
  /** BCP 47, such as `en` or `zh-Hans`. */
  language: v.pipe(
    v.string(),
    v.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/, 'must be a language tag, for example en'),
  ),
});
export type Subtitles = v.InferOutput<typeof SubtitlesSchema>;

/** Why an item can't be played: it does not come, is no media or of a kind that the browser does not play, or is broken. */
export const FAILURES = ['unreachable', 'unsupported', 'broken'] as const;
const FailureSchema = v.picklist(FAILURES);
export type WatchFailure = v.InferOutput<typeof FailureSchema>;

const ITEM = {
  source: SourceSchema,
  /** The file's type, or that of the address. */
  type: v.string(),
  title: v.string(),
  duration: DurationSchema,
  /** There is a picture; ask `watch.poster` for it. */
  hasPoster: v.boolean(),
};

/** One video or audio of the list. */
export const WatchItemSchema = v.object({
  id: ItemIdSchema,
  at: TimeSchema,
  /** Who added it; absent: somebody with the host key. */
  by: v.optional(MemberIdSchema),
  ...ITEM,
  subtitles: v.array(SubtitlesSchema),
  /** The first who could not play it, and why; null: nobody has said so. */
  failed: v.nullable(v.object({ by: MemberIdSchema, reason: FailureSchema })),
});
export type WatchItem = v.InferOutput<typeof WatchItemSchema>;

/** playing: the position moves. paused: it stands. holding: it stands until all who watch are ready, and then plays. */
export const PlaybackStatusSchema = v.picklist(['playing', 'paused', 'holding']);

const PLAYBACK = {
  version: VersionSchema,
  /** The version of the newest choice or seek: whoever is ready for it is ready for what came since. */
  jump: VersionSchema,
  /** null: nothing is chosen. */
  item: v.nullable(ItemIdSchema),
  status: PlaybackStatusSchema,
  /** ms, at the time `at`. */
  position: PositionSchema,
  rate: RateSchema,
  /** While holding: who was waited for when it began, 20 at most, and when it ends at the latest. */
  waitsFor: v.optional(v.array(MemberIdSchema)),
  until: v.optional(TimeSchema),
};

/**
 * What plays. At a time `t` of the server's clock a playing item is at `position + (t - at) * rate`, and not behind its end;
 * see `positionAt`.
 */
export const PlaybackSchema = v.object({
  ...PLAYBACK,
  at: TimeSchema,
  /** Who decided last; null: nobody in person. */
  by: v.nullable(MemberIdSchema),
});
export type Playback = v.InferOutput<typeof PlaybackSchema>;

/** What hosts have laid down. Who may steer is the permission `watch`: see `policy.set` and `rights.set`. */
const WATCH_POLICY = {
  /** The next item follows by itself. */
  autoplay: v.boolean(),
  /** Nothing plays before all who watch are ready; each is waited for 20 s at most between two jumps. */
  waitForAll: v.boolean(),
};
export const WatchPolicySchema = v.object(WATCH_POLICY);
export type WatchPolicy = v.InferOutput<typeof WatchPolicySchema>;

/**
 * How it is with somebody who watches. blocked: their browser wants a press of a key before it plays. failed: they can't
 * play it. For neither is waited.
 */
export const ViewingSchema = v.picklist(['ready', 'buffering', 'blocked', 'failed']);
export type Viewing = v.InferOutput<typeof ViewingSchema>;

export const watchCommands = {
  'watch.add': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: {
      source: SourceSchema,
      /** Left out: the name of the file, or the end of the address. */
      title: v.optional(WatchTitleSchema),
      duration: v.optional(DurationSchema, null),
      poster: v.optional(PosterSchema),
    },
  }),
  'watch.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: { item: ItemIdSchema },
  }),
  'watch.move': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: { item: ItemIdSchema, before: v.nullable(ItemIdSchema) },
  }),
  'watch.subtitles': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: {
      item: ItemIdSchema,
      subtitles: v.pipe(v.array(SubtitlesSchema), v.maxLength(LIMITS.watchSubtitles)),
    },
  }),
  'watch.select': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: {
      item: v.nullable(ItemIdSchema),
      /** Left out: it plays. */
      play: v.optional(v.boolean(), true),
      ...BASE,
    },
  }),
  'watch.play': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: BASE,
  }),
  'watch.pause': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: BASE,
  }),
  'watch.seek': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: { position: PositionSchema, ...BASE },
  }),
  'watch.rate': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: { rate: RateSchema, ...BASE },
  }),
  'watch.next': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    fields: BASE,
  }),
  'watch.policy': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: v.partial(WatchPolicySchema).entries,
  }),
  'watch.view': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    fields: {
      viewing: v.nullable(ViewingSchema),
      /** The version that this is about. */
      version: VersionSchema,
    },
  }),
  'watch.end': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { item: ItemIdSchema, version: VersionSchema },
  }),
  'watch.fail': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { item: ItemIdSchema, reason: FailureSchema },
  }),
  'watch.poster': defineCommand({
    kind: 'query',
    rate: 'query',
    forHostKey: true,
    fields: { item: ItemIdSchema },
    result: v.object({ poster: v.nullable(v.string()) }),
  }),
};

export const watchEvents = {
  'watch.added': defineEvent({
    class: 'durable',
    fields: ITEM,
  }),
  'watch.removed': defineEvent({
    class: 'durable',
    fields: { item: ItemIdSchema },
  }),
  'watch.moved': defineEvent({
    class: 'durable',
    fields: { item: ItemIdSchema, before: v.nullable(ItemIdSchema) },
  }),
  'watch.subtitled': defineEvent({
    class: 'durable',
    fields: { item: ItemIdSchema, subtitles: v.array(SubtitlesSchema) },
  }),
  'watch.failed': defineEvent({
    class: 'durable',
    fields: { item: ItemIdSchema, reason: v.nullable(FailureSchema) },
  }),
  'watch.changed': defineEvent({
    class: 'durable',
    fields: PLAYBACK,
  }),
  'watch.ruled': defineEvent({
    class: 'durable',
    fields: WATCH_POLICY,
  }),
  'watch.viewing': defineEvent({
    class: 'latest',
    fields: { member: MemberIdSchema, viewing: v.nullable(ViewingSchema), version: VersionSchema },
  }),
};

/** What watching adds to the snapshot. */
export const watchSnapshot = {
  watch: v.optional(
    v.object({
      /** In their order. */
      items: v.array(WatchItemSchema),
      playback: PlaybackSchema,
      policy: WatchPolicySchema,
      addresses: v.picklist(MEDIA_ADDRESSES),
    }),
  ),
};

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
    summary:
      'Puts a video or audio on the list: a file of the room, or where the server allows it (`watch.addresses` of the snapshot) an https address. The server never opens it: what it looks like and how long it is are read by you.',
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
    summary: 'Takes an item off the list. What plays stops with it.',
    fields: { item: ItemIdSchema },
  }),
  'watch.move': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    summary: 'Moves an item of the list to before another one; null: to the end.',
    fields: { item: ItemIdSchema, before: v.nullable(ItemIdSchema) },
  }),
  'watch.subtitles': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    summary: 'Gives an item its subtitles, all of them; everybody chooses for themselves which to see.',
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
    summary: 'Chooses what is watched, from its beginning; null: nothing.',
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
    summary:
      'Plays on; from the beginning where the end was reached. While it holds it goes on without those who are not ready.',
    fields: BASE,
  }),
  'watch.pause': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    summary: 'Pauses for everybody.',
    fields: BASE,
  }),
  'watch.seek': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    summary: 'Goes to a position, in ms. Plays on if it played.',
    fields: { position: PositionSchema, ...BASE },
  }),
  'watch.rate': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    summary: 'Plays slower or faster, from 0.25 to 4.',
    fields: { rate: RateSchema, ...BASE },
  }),
  'watch.next': defineCommand({
    kind: 'durable',
    rate: 'control',
    needs: 'watch',
    forHostKey: true,
    summary: 'Goes on to the next item of the list, from its beginning.',
    fields: BASE,
  }),
  'watch.policy': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    summary:
      'Says whether the next item follows by itself, and whether all wait for whoever is not ready. What is left out stays.',
    fields: v.partial(WatchPolicySchema).entries,
  }),
  'watch.view': defineCommand({
    kind: 'ephemeral',
    rate: 'media',
    summary:
      'Says that you watch, and how it is with you; null: you watch no more. Say it when it changes, and anew on each connection; where `waitForAll` is on also when you are ready for another `jump`.',
    fields: {
      viewing: v.nullable(ViewingSchema),
      /** The version that this is about. */
      version: VersionSchema,
    },
  }),
  'watch.end': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary:
      'Says that the item has come to its end at your place, at this version. The first who says so brings on the next one, or pauses; late ones change nothing.',
    fields: { item: ItemIdSchema, version: VersionSchema },
  }),
  'watch.fail': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: 'Says that an item can not be played at your place, so that the list can show it.',
    fields: { item: ItemIdSchema, reason: FailureSchema },
  }),
  'watch.poster': defineCommand({
    kind: 'query',
    rate: 'query',
    forHostKey: true,
    summary: 'The picture of an item, as a `data:` URL; null: it has none.',
    fields: { item: ItemIdSchema },
    result: v.object({ poster: v.nullable(v.string()) }),
  }),
};

export const watchEvents = {
  'watch.added': defineEvent({
    class: 'durable',
    summary: 'An item is at the end of the list. Its id is its `seq`.',
    fields: ITEM,
  }),
  'watch.removed': defineEvent({
    class: 'durable',
    summary: 'An item is off the list: taken off, or (without `by`) because its file was removed.',
    fields: { item: ItemIdSchema },
  }),
  'watch.moved': defineEvent({
    class: 'durable',
    summary: 'An item stands before another one now; null: at the end.',
    fields: { item: ItemIdSchema, before: v.nullable(ItemIdSchema) },
  }),
  'watch.subtitled': defineEvent({
    class: 'durable',
    summary: 'The subtitles of an item, whole.',
    fields: { item: ItemIdSchema, subtitles: v.array(SubtitlesSchema) },
  }),
  'watch.failed': defineEvent({
    class: 'durable',
    summary:
      'Somebody can not play an item. Told of the first one only. `reason` null: this is said of it no more, because they play it now, or it was chosen anew.',
    fields: { item: ItemIdSchema, reason: v.nullable(FailureSchema) },
  }),
  'watch.changed': defineEvent({
    class: 'durable',
    summary:
      'What plays, whole. `position` is that of the time `at` of this event; while it plays nothing more is told. Without `by` nobody decided it: the item ended, all were ready, or they were not.',
    fields: PLAYBACK,
  }),
  'watch.ruled': defineEvent({
    class: 'durable',
    summary: 'What hosts have laid down for watching, whole.',
    fields: WATCH_POLICY,
  }),
  'watch.viewing': defineEvent({
    class: 'latest',
    summary:
      'How it is with a member who watches; null: they watch no more, as does everybody of whom nothing is told.',
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

/** Before anything was chosen. */
export const NOTHING_PLAYS: Playback = {
  version: 0,
  jump: 0,
  item: null,
  status: 'paused',
  position: 0,
  rate: 1,
  at: 0,
  by: null,
};
export const DEFAULT_WATCH_POLICY: WatchPolicy = { autoplay: true, waitForAll: false };

/** Where an item is, in ms, at `time` of the server's clock. `duration` null: it is not known. */
export function positionAt(
  { status, position, rate, at }: Pick<Playback, 'status' | 'position' | 'rate' | 'at'>,
  time: number,
  duration: number | null,
): number {
  // A clock that was set back does not turn the film back.
  const moved = status === 'playing' ? Math.max(0, time - at) * rate : 0;
  return Math.min(position + moved, duration ?? LIMITS.mediaDuration);
}

/** What plays as it stands when the meeting ends: nobody is told, for nobody is left. `duration` as above. */
export function atRest(playback: Playback, time: number, duration: number | null): Playback {
  if (playback.status === 'paused') return playback;
  const { waitsFor: _, until: __, ...rest } = playback;
  return { ...rest, status: 'paused', position: Math.round(positionAt(playback, time, duration)), at: time };
}

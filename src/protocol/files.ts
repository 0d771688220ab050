import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent, TimeSchema } from './define.ts';
import { FileIdSchema, MemberIdSchema, UploadIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { fileName } from './text.ts';

/** What a browser may play or read in a page, and is served inline for that by a signed link. */
export const PLAYABLE_TYPES = [
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'audio/mpeg',
  'audio/mp4',
  'audio/aac',
  'audio/ogg',
  'audio/webm',
  'audio/wav',
  'audio/flac',
  'text/vtt',
] as const;
const PLAYABLE: ReadonlySet<string> = new Set(PLAYABLE_TYPES);
export const isPlayable = (type: string): boolean => PLAYABLE.has(type);

export const FileNameSchema = v.pipe(
  v.string(),
  v.transform(fileName),
  v.check((name) => name.length > 0, 'must hold at least one visible character'),
  v.check(
    (name) => [...name].length <= LIMITS.fileNameLength,
    `must be at most ${LIMITS.fileNameLength} characters`,
  ),
);

/** SHA-256 as base64url, 43 characters. */
export const FileHashSchema = v.pipe(v.string(), v.regex(/^[\w-]{43}$/, 'must be a SHA-256 in base64url'));

/** A file that everybody in the room can fetch. */
export const FileInfoSchema = v.object({
  file: FileIdSchema,
  /** No two files of a room have the same one: " (2)" and so on is put in where they would. */
  name: v.string(),
  /** Media type, as its sender says. */
  type: v.string(),
  /** Bytes. */
  size: CountSchema,
  /**
   * SHA-256 of the bytes where they are one part (8 MiB) or less; otherwise SHA-256 of the SHA-256s of all parts, 32 bytes
   * each, one after the other. base64url. Two files with the same size and hash are the same.
   */
  hash: v.string(),
  by: MemberIdSchema,
  at: TimeSchema,
  seq: CountSchema,
});
export type FileInfo = v.InferOutput<typeof FileInfoSchema>;

/** What a snapshot says of files: how many there are, their bytes, and the newest, newest first. */
export const filesSnapshot = {
  files: v.optional(v.object({ count: CountSchema, bytes: CountSchema, newest: v.array(FileInfoSchema) })),
};

export const FILE_ORDERS = ['newest', 'oldest', 'name', 'size'] as const;
export type FileOrder = (typeof FILE_ORDERS)[number];

export const filesCommands = {
  'file.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    forHostKey: true,
    fields: { file: FileIdSchema },
  }),
  'file.list': defineCommand({
    kind: 'query',
    rate: 'query',
    forHostKey: true,
    fields: {
      /** Part of the name, whatever its case and accents. */
      search: v.optional(v.pipe(v.string(), v.maxLength(LIMITS.fileNameLength))),
      order: v.optional(v.picklist(FILE_ORDERS)),
      after: v.optional(FileIdSchema),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.filesPage))),
    },
    result: v.object({
      files: v.array(FileInfoSchema),
      /** The `after` of the next page; null: this is the last. */
      next: v.nullable(FileIdSchema),
      /** All that fit the search, and their bytes. */
      count: CountSchema,
      bytes: CountSchema,
    }),
  }),
};

/** An upload under way, as others are told of it. */
export const ProgressSchema = v.object({
  upload: UploadIdSchema,
  name: v.string(),
  /** Bytes, of all and of those that are stored. */
  size: CountSchema,
  received: CountSchema,
});
export type Progress = v.InferOutput<typeof ProgressSchema>;

export const filesEvents = {
  'file.shared': defineEvent({
    class: 'durable',
    fields: {
      file: FileIdSchema,
      name: v.string(),
      type: v.string(),
      size: CountSchema,
      hash: v.string(),
    },
  }),
  'file.removed': defineEvent({
    class: 'durable',
    fields: { file: FileIdSchema, size: CountSchema },
  }),
  'file.progress': defineEvent({
    class: 'latest',
    fields: { member: MemberIdSchema, uploads: v.array(ProgressSchema) },
  }),
};

/** An upload that is not finished, as its sender sees it. */
export const UploadStateSchema = v.object({
  upload: UploadIdSchema,
  name: v.string(),
  type: v.string(),
  /** Bytes. */
  size: CountSchema,
  /** Bytes of each part but the last. */
  partSize: CountSchema,
  /** Parts that are stored, counted from 0, in order. */
  parts: v.array(CountSchema),
  /** Bytes from the beginning without a gap: where a sender that goes in order goes on. */
  offset: CountSchema,
  /** ms; when it is given up unless another part comes. */
  expiresAt: TimeSchema,
});
export type UploadState = v.InferOutput<typeof UploadStateSchema>;

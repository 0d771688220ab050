import * as v from 'valibot';
import { CountSchema, TimeSchema } from './define.ts';
import { FileIdSchema, ImageIdSchema, MemberIdSchema } from './ids.ts';
import { PollIdSchema, PollResultsSchema } from './polls.ts';

/** What a host can take home, and as what. Plain text is for reading, so only what was said comes as it. */
export const EXPORT_FORMATS = {
  transcript: ['json', 'csv', 'txt'],
  polls: ['json', 'csv'],
  audit: ['json', 'csv'],
} as const;
export type ExportKind = keyof typeof EXPORT_FORMATS;
export type ExportFormat<K extends ExportKind = ExportKind> = (typeof EXPORT_FORMATS)[K][number];

/** A message to everybody, as it stands now. Direct messages are in no export. */
export const TranscriptEntrySchema = v.object({
  seq: CountSchema,
  at: TimeSchema,
  by: v.nullable(MemberIdSchema),
  /** What the sender is called now, or was when they left. */
  name: v.string(),
  /** The text, the caption of a picture, or the name of a file; empty where it was deleted. */
  text: v.string(),
  /** The id of a picture. */
  image: v.optional(ImageIdSchema),
  /** The id of a file. */
  file: v.optional(FileIdSchema),
  /** The message it answers, by `seq`. */
  reply: v.optional(CountSchema),
  edited: v.optional(v.literal(true)),
  deleted: v.optional(v.literal(true)),
});
export type TranscriptEntry = v.InferOutput<typeof TranscriptEntrySchema>;

/** A poll with its counts. Where it has names, the votes follow it, one entry per member. */
export const PollResultEntrySchema = v.object({
  kind: v.literal('poll'),
  poll: PollIdSchema,
  at: TimeSchema,
  by: v.nullable(MemberIdSchema),
  name: v.string(),
  question: v.string(),
  options: v.array(v.string()),
  multiple: v.boolean(),
  named: v.boolean(),
  results: PollResultsSchema,
  /** null while it is open. */
  closedAt: v.nullable(TimeSchema),
  /** By option. */
  counts: v.array(CountSchema),
  voters: CountSchema,
});
/** One member's vote in a poll with names. */
export const PollVoteEntrySchema = v.object({
  kind: v.literal('vote'),
  poll: PollIdSchema,
  member: MemberIdSchema,
  name: v.string(),
  /** The options that they chose, as texts. */
  options: v.array(v.string()),
});
export type PollEntry =
  | v.InferOutput<typeof PollResultEntrySchema>
  | v.InferOutput<typeof PollVoteEntrySchema>;

/** An act of authority. */
export const AuditEntrySchema = v.object({
  seq: CountSchema,
  at: TimeSchema,
  /** null: somebody with the host key, or the room by its own rule. */
  by: v.nullable(MemberIdSchema),
  byName: v.string(),
  action: v.string(),
  /** Whom it was done to; null where it was the room. */
  member: v.nullable(MemberIdSchema),
  memberName: v.string(),
  detail: v.record(v.string(), v.unknown()),
});
export type AuditEntry = v.InferOutput<typeof AuditEntrySchema>;

/** What each export is a list of. */
export interface ExportEntries {
  readonly transcript: TranscriptEntry;
  readonly polls: PollEntry;
  readonly audit: AuditEntry;
}

import * as v from 'valibot';
import { CountSchema, defineCommand, NamesSchema, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';

/** One act of authority: who did what to whom, and when. */
export const AuditRowSchema = v.object({
  /** Counted from 1 in the order in which things happened. */
  seq: CountSchema,
  at: TimeSchema,
  /** null: whoever holds the host key, or the room by its own rule. */
  by: v.nullable(MemberIdSchema),
  /** The event's name, or what was refused. */
  action: v.string(),
  /** Whom it was done to; null where it was the room. */
  member: v.nullable(MemberIdSchema),
  /** What exactly, by action. */
  detail: v.record(v.string(), v.unknown()),
});
export type AuditRow = v.InferOutput<typeof AuditRowSchema>;

export const AuditPageSchema = v.object({
  /** Oldest first. */
  rows: v.array(AuditRowSchema),
  /** Hand it back as `before` for the page before; null where none is kept. */
  next: v.nullable(CountSchema),
  names: NamesSchema,
});

export const auditCommands = {
  'audit.page': defineCommand({
    kind: 'query',
    rate: 'query',
    authority: 'hosts',
    fields: {
      before: v.optional(CountSchema),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.rosterPage))),
    },
    result: AuditPageSchema,
  }),
};

import * as v from 'valibot';
import { CountSchema, defineCommand, TimeSchema } from './define.ts';
import { InviteIdSchema } from './ids.ts';
import { textSchema } from './text.ts';

/** Roles that an invitation can carry. */
export const INVITE_ROLES = ['cohost', 'member', 'viewer'] as const;
/** People whom one invitation may let in at most. */
const USES = 10_000;
/** Characters (Unicode code points) of a note. */
const NOTE_LENGTH = 200;

/** Why an invitation lets nobody in any more. usable: it does. */
export const INVITE_STATES = ['usable', 'revoked', 'expired', 'used'] as const;

/** An invitation as hosts see it; the secret is shown to nobody again. */
export const InviteSchema = v.object({
  id: InviteIdSchema,
  role: v.picklist(INVITE_ROLES),
  createdAt: TimeSchema,
  /** The member who made it; null: whoever had the host key. */
  by: v.nullable(v.string()),
  expiresAt: v.nullable(TimeSchema),
  /** How many people it lets in; null: any number. */
  uses: v.nullable(CountSchema),
  /** How many it has let in. */
  used: CountSchema,
  note: v.string(),
  state: v.picklist(INVITE_STATES),
});
export type Invite = v.InferOutput<typeof InviteSchema>;

export const invitesCommands = {
  'invite.create': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      role: v.picklist(INVITE_ROLES),
      expiresAt: v.optional(TimeSchema),
      uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(USES))),
      note: v.optional(textSchema(NOTE_LENGTH, 0)),
    },
    result: v.object({ invite: InviteIdSchema, secret: v.string() }),
  }),
  'invite.revoke': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { invite: InviteIdSchema },
  }),
  'invite.list': defineCommand({
    kind: 'query',
    rate: 'query',
    authority: 'hosts',
    fields: {},
    result: v.object({ invites: v.array(InviteSchema) }),
  }),
};

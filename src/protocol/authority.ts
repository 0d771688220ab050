import * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { RoleSchema } from './permission-schemas.ts';

/** cohost: the co-host who came first takes over. member: if there is none, the member who came first. wait: nobody. end: the meeting ends. */
export const WhenHostGoneSchema = v.picklist(['cohost', 'member', 'wait', 'end']);
/** automatic: whoever was host is host again when they return. manual: when they say so, with `host.reclaim`. */
export const ReclaimSchema = v.picklist(['automatic', 'manual']);

/** How far the word of host and co-host goes in this room. */
const SETTINGS = {
  whenHostGone: WhenHostGoneSchema,
  /** Seconds from the host's leaving until `whenHostGone` comes about; a drop has its own grace time before that. */
  hostGraceSeconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.hostGraceSeconds)),
  reclaim: ReclaimSchema,
  /** Co-hosts may end the meeting. */
  cohostsMayEnd: v.boolean(),
  /** Co-hosts may dismiss, remove and ban one another. */
  cohostsAreEqual: v.boolean(),
};
export const AuthoritySettingsSchema = v.object(SETTINGS);
export type AuthoritySettings = v.InferOutput<typeof AuthoritySettingsSchema>;

export const AuthoritySchema = v.object({
  ...SETTINGS,
  /**
   * Who is host, in the room or for the moment gone; null until somebody first came as host. Of an account one device
   * that is there, if any is: all of its devices have the role.
   */
  host: v.nullable(MemberIdSchema),
  /** Whose room it is by right: another one than `host` while somebody stands in. All devices of that account may reclaim it. */
  owner: v.nullable(MemberIdSchema),
});
export type Authority = v.InferOutput<typeof AuthoritySchema>;

export const authorityCommands = {
  'authority.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'host',
    fields: v.partial(AuthoritySettingsSchema).entries,
  }),
  'role.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { member: MemberIdSchema, role: v.picklist(['cohost', 'member', 'viewer']) },
  }),
  'host.transfer': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'host',
    fields: { member: MemberIdSchema },
  }),
  'host.reclaim': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: {},
  }),
};

export const HOST_REASONS = ['transferred', 'succession', 'reclaimed', 'key', 'device'] as const;

export const authorityEvents = {
  'authority.changed': defineEvent({
    class: 'durable',
    fields: SETTINGS,
  }),
  'role.changed': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema, role: RoleSchema },
  }),
  'host.changed': defineEvent({
    class: 'durable',
    fields: {
      member: MemberIdSchema,
      /** Who was host before, present or not. */
      previous: v.nullable(MemberIdSchema),
      /** Whose room it is by right. */
      owner: MemberIdSchema,
      reason: v.picklist(HOST_REASONS),
    },
  }),
};

export const authoritySnapshot = {
  authority: v.optional(AuthoritySchema),
};

import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';
import { CountSchema, defineCommand, defineEvent, TimeSchema } from './define.ts';
import { GroupMeetingSchema } from './group-meeting.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { type Person, PersonSchema } from './person.ts';
import { RoomNameSchema, textSchema } from './text.ts';

/** What somebody is in a group. owner: one, never more. admin: invites, decides, removes. */
export const GROUP_ROLES = ['owner', 'admin', 'member'] as const;
export const GroupRoleSchema = v.picklist(GROUP_ROLES);
export type GroupRole = v.InferOutput<typeof GroupRoleSchema>;

/** invite: only whoever is invited. request: others may ask. open: everybody with the code may come in. */
export const JoiningSchema = v.picklist(['invite', 'request', 'open']);
export type Joining = v.InferOutput<typeof JoiningSchema>;

/** Rules of a group. */
const RULES = {
  joining: JoiningSchema,
  /** Only owner and admins write; the others read. */
  announcements: v.boolean(),
  /** Members may invite as well. */
  membersInvite: v.boolean(),
};
export const GroupRulesSchema = v.object(RULES);
export type GroupRules = v.InferOutput<typeof GroupRulesSchema>;

/** Somebody who belongs to a group. */
export const EnrolledSchema = v.object({ person: PersonSchema, role: GroupRoleSchema, since: TimeSchema });
export type Enrolled = v.InferOutput<typeof EnrolledSchema>;

/** Somebody who asks to belong. */
export const EnrolRequestSchema = v.object({ person: PersonSchema, note: v.string(), at: TimeSchema });
export type EnrolRequest = v.InferOutput<typeof EnrolRequestSchema>;

/** Somebody who is invited and has not answered yet. `person` is null until their name has been looked up. */
export const EnrolInvitationSchema = v.object({
  account: AccountIdSchema,
  person: v.nullable(PersonSchema),
  /** Who invited them. */
  by: PersonSchema,
  at: TimeSchema,
});
export type EnrolInvitation = v.InferOutput<typeof EnrolInvitationSchema>;

/** What somebody has with them to write in asking to belong. */
const NoteSchema = textSchema(LIMITS.reasonLength, 0);

/** The newest message of a group, for a list. */
export const LastMessageSchema = v.object({
  seq: CountSchema,
  at: TimeSchema,
  /** What its author is called; '' where that is not known any more. */
  name: v.string(),
  /** The author's account. */
  account: v.nullable(v.string()),
  kind: v.picklist(['text', 'image', 'file', 'deleted']),
  /** The beginning of the text, of the caption, or of the file's name. */
  text: v.string(),
});
export type LastMessage = v.InferOutput<typeof LastMessageSchema>;

/** How one person stands in a group. `unread` and `mentions` are exact up to 100, and 100 where there are more. */
export const StandingSchema = v.object({
  group: v.string(),
  name: v.string(),
  role: GroupRoleSchema,
  joining: JoiningSchema,
  announcements: v.boolean(),
  /** It is the group of everybody on this server. */
  everybody: v.boolean(),
  /** How many people belong to it. */
  enrolled: CountSchema,
  /** The newest position of the group's log. */
  head: CountSchema,
  /** Up to where you have read, as you last said. */
  read: CountSchema,
  /** Messages of others to all since then, and since your own last message. */
  unread: CountSchema,
  /** Messages since then that mention you. */
  mentions: CountSchema,
  lastMessage: v.nullable(LastMessageSchema),
  /** Counted up whenever somebody's standing in the group changes, within one `epoch`. */
  version: CountSchema,
  /** Another one where the group has lost its count and begins anew. */
  epoch: v.optional(v.string()),
  /** The meeting that is on, with your way in. */
  meeting: v.nullable(GroupMeetingSchema),
});
export type Standing = v.InferOutput<typeof StandingSchema>;

/** What somebody who does not belong to a group may know of it. */
export const GlimpseSchema = v.object({
  group: v.string(),
  name: v.string(),
  joining: JoiningSchema,
  enrolled: CountSchema,
  /** You are invited; by whom. */
  invited: v.nullable(PersonSchema),
  /** You have asked to belong. */
  asked: v.boolean(),
});
export type Glimpse = v.InferOutput<typeof GlimpseSchema>;

/** One of somebody's groups, in their own list. */
export const MyGroupSchema = v.object({
  group: v.string(),
  name: v.string(),
  /** enrolled: you belong to it. none: no longer, or not any more invited. deleted: it is gone. */
  state: v.picklist(['enrolled', 'invited', 'asked', 'none', 'deleted']),
  /** Only where you are enrolled. */
  role: v.nullable(GroupRoleSchema),
  /** Who invited you, while you are invited. */
  invitedBy: v.nullable(PersonSchema),
  everybody: v.boolean(),
  /** ms; since when it stands so. */
  at: TimeSchema,
});
export type MyGroup = v.InferOutput<typeof MyGroupSchema>;

const AccountFields = { account: AccountIdSchema };
const LimitSchema = v.optional(
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.enrolledPage)),
);

export const groupsCommands = {
  'group.invite': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: AccountFields,
  }),
  'group.decide': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { ...AccountFields, accept: v.boolean() },
  }),
  'group.role': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'host',
    fields: { ...AccountFields, role: GroupRoleSchema },
  }),
  'group.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: AccountFields,
  }),
  'group.settings': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      name: v.optional(RoomNameSchema),
      joining: v.optional(RULES.joining),
      announcements: v.optional(RULES.announcements),
      membersInvite: v.optional(RULES.membersInvite),
    },
  }),
  'group.delete': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'host',
    fields: {},
  }),
  'group.read': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { upTo: CountSchema },
  }),
  'group.members': defineCommand({
    kind: 'query',
    rate: 'query',
    fields: {
      /** Only those behind this person. */
      after: v.optional(AccountIdSchema),
      limit: LimitSchema,
    },
    result: v.object({
      people: v.array(EnrolledSchema),
      enrolled: CountSchema,
      /** Hand it back as `after`; null on the last page. */
      next: v.nullable(AccountIdSchema),
    }),
  }),
  'group.pending': defineCommand({
    kind: 'query',
    rate: 'query',
    authority: 'hosts',
    fields: {
      /** Only those behind this person. */
      after: v.optional(AccountIdSchema),
      limit: LimitSchema,
    },
    result: v.object({
      asked: v.array(EnrolRequestSchema),
      invited: v.array(EnrolInvitationSchema),
      /** Hand it back as `after`; null on the last page. */
      next: v.nullable(AccountIdSchema),
    }),
  }),
};

export const groupsEvents = {
  'group.enrolled': defineEvent({
    class: 'durable',
    fields: { person: PersonSchema, role: GroupRoleSchema, enrolled: CountSchema },
  }),
  'group.left': defineEvent({
    class: 'durable',
    fields: {
      account: AccountIdSchema,
      reason: v.picklist(['left', 'removed', 'deleted']),
      enrolled: CountSchema,
    },
  }),
  'group.erased': defineEvent({
    class: 'durable',
    fields: {
      account: AccountIdSchema,
      /** Ids of all devices that it ever had here. */
      members: v.array(MemberIdSchema),
    },
  }),
  'group.appointed': defineEvent({
    class: 'durable',
    fields: { account: AccountIdSchema, role: GroupRoleSchema },
  }),
  'group.changed': defineEvent({
    class: 'durable',
    fields: RULES,
  }),
  'group.asked': defineEvent({
    class: 'durable',
    fields: { request: EnrolRequestSchema },
  }),
  'group.invited': defineEvent({
    class: 'durable',
    fields: { account: AccountIdSchema },
  }),
  'group.settled': defineEvent({
    class: 'durable',
    fields: { account: AccountIdSchema },
  }),
  'group.deleted': defineEvent({
    class: 'durable',
    fields: {},
  }),
};

/** What a person's inbox tells of their groups. */
export const standingEvents = {
  'group.standing': defineEvent({
    class: 'durable',
    fields: { standing: MyGroupSchema, from: v.nullable(PersonSchema) },
  }),
  'group.unread': defineEvent({
    class: 'latest',
    fields: {
      group: v.string(),
      name: v.string(),
      head: CountSchema,
      read: CountSchema,
      unread: CountSchema,
      mentions: CountSchema,
      lastMessage: v.nullable(LastMessageSchema),
    },
  }),
};

/** What a group adds to the snapshot of its room; absent: the room is no group. */
export const groupsSnapshot = {
  group: v.optional(
    v.object({
      ...RULES,
      /** It is the group of everybody on this server: nobody leaves or deletes it. */
      everybody: v.boolean(),
      enrolled: CountSchema,
      /** null: it belongs to the server. */
      owner: v.nullable(PersonSchema),
      admins: v.array(PersonSchema),
    }),
  ),
};
export type GroupSnapshot = NonNullable<v.InferOutput<typeof groupsSnapshot.group>>;

/** What a group adds to a member's first frame. */
export const groupsOwn = {
  group: v.optional(v.object({ role: GroupRoleSchema, read: CountSchema, mentions: CountSchema })),
};

/** What a person's first frame tells of their groups. */
export const groupsInbox = { groups: v.array(MyGroupSchema) };

/** POST /v1/groups */
export const CreateGroupSchema = v.object({
  name: RoomNameSchema,
  joining: v.optional(RULES.joining),
  announcements: v.optional(RULES.announcements),
  membersInvite: v.optional(RULES.membersInvite),
});
export type CreateGroup = v.InferOutput<typeof CreateGroupSchema>;

/** POST and GET /v1/groups, one's own group */
export const GroupResponseSchema = v.object({ standing: StandingSchema });
export type GroupResponse = v.InferOutput<typeof GroupResponseSchema>;

/** GET /v1/groups/:code: `standing` for whoever belongs to it, `group` for others. */
export const LookResponseSchema = v.union([GroupResponseSchema, v.object({ group: GlimpseSchema })]);
export type LookResponse = v.InferOutput<typeof LookResponseSchema>;

/** POST /v1/groups/:code/enrol */
export const EnrolRequestBodySchema = v.object({ note: v.optional(NoteSchema) });

/** POST /v1/groups/:code/enrol. asked: owner and admins are asked first. */
export const EnrolResponseSchema = v.variant('state', [
  v.object({ state: v.literal('enrolled'), standing: StandingSchema }),
  v.object({ state: v.literal('asked') }),
]);
export type EnrolResponse = v.InferOutput<typeof EnrolResponseSchema>;

/** GET /v1/me/groups */
export const MyGroupsResponseSchema = v.object(groupsInbox);
export type MyGroupsResponse = v.InferOutput<typeof MyGroupsResponseSchema>;

/** Commands of rooms that a group does not take, and what does it there. The one list; a page can grey out by it, too. */
export const NOT_IN_A_GROUP: Readonly<Record<string, string>> = {
  'room.update': 'use group.settings',
  'room.end': 'use group.delete',
  'role.set': 'use group.role',
  'host.transfer': 'use group.role',
  'host.reclaim': 'use group.role',
  'authority.set': 'a group has one owner, who stays it until handing it over with group.role',
  'member.remove': 'use group.remove',
  'member.ban': 'use group.remove',
  'member.rename': 'change the name of your account',
  'ban.lift': 'nobody is banned in a group; use group.invite',
  'door.set': 'a group has no door; use group.settings to say who may come in',
  'lobby.admit': 'a group has no lobby; use group.decide',
  'lobby.refuse': 'a group has no lobby; use group.decide',
  'lobby.send': 'a group has no lobby; use group.remove',
  'passcode.set': 'a group has no passcode; use group.settings to say who may come in',
  'invite.create': 'use group.invite',
  'invite.revoke': 'use group.remove',
  'schedule.set': 'a group has no times; it is always open',
  'breakout.open': 'use a meeting; group.meet begins one',
};

/** How a person's card and a role compare in a list of people: owner, admins, members, each by name. */
export function byRoleAndName(
  a: { readonly person: Person; readonly role: GroupRole },
  b: { readonly person: Person; readonly role: GroupRole },
): number {
  const byRole = GROUP_ROLES.indexOf(a.role) - GROUP_ROLES.indexOf(b.role);
  if (byRole !== 0) return byRole;
  const [one, other] = [a.person.name.toLowerCase(), b.person.name.toLowerCase()];
  if (one !== other) return one < other ? -1 : 1;
  return a.person.id < b.person.id ? -1 : 1;
}

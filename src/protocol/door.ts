import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { textSchema } from './text.ts';

/**
 * Who walks straight in; all others wait in the lobby until a host lets them in. everybody. known: those who were in
 * before, and the invited. invited: those with an invitation. nobody. Hosts always walk in.
 */
export const ENTRY_RULES = ['everybody', 'known', 'invited', 'nobody'] as const;
export type EntryRule = (typeof ENTRY_RULES)[number];

/** Why somebody waits: for a host's word, for a host to come, or for a seat. */
export const WAIT_REASONS = ['approval', 'host', 'full'] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

const MESSAGE_LENGTH = 500;

export const DoorSchema = v.object({
  entry: v.picklist(ENTRY_RULES),
  /** Nobody new comes in, not even into the lobby. */
  locked: v.boolean(),
  /** Everybody waits until a host is there. */
  waitForHost: v.boolean(),
  /** What becomes of those who come when every seat is taken. */
  whenFull: v.picklist(['refuse', 'wait']),
  /** What those who wait are told; empty: nothing. */
  message: v.string(),
});
export type Door = v.InferOutput<typeof DoorSchema>;

/** What somebody in the lobby knows. */
export const PlaceSchema = v.object({
  /** Counted from 1, in the order of coming. */
  place: CountSchema,
  reason: v.picklist(WAIT_REASONS),
  message: v.string(),
});
export type Place = v.InferOutput<typeof PlaceSchema>;

/** Somebody in the lobby, as hosts see them. */
export const WaitingSchema = v.object({
  id: MemberIdSchema,
  name: v.string(),
  /** The account of somebody who has one, the same for each of their devices; null for a guest. */
  account: v.nullable(v.string()),
  /** Path of the account's picture on this server; absent: none. */
  avatar: v.optional(v.string()),
  since: TimeSchema,
  reason: v.picklist(WAIT_REASONS),
});
export type Waiting = v.InferOutput<typeof WaitingSchema>;

/** Everybody who waits, in the order of coming. */
export const LobbySchema = v.object({ waiting: v.array(WaitingSchema) });

const MembersSchema = v.union([
  v.literal('all'),
  v.pipe(v.array(MemberIdSchema), v.minLength(1), v.maxLength(1_000)),
]);

export const doorCommands = {
  'door.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {
      entry: v.optional(v.picklist(ENTRY_RULES)),
      locked: v.optional(v.boolean()),
      waitForHost: v.optional(v.boolean()),
      whenFull: v.optional(v.picklist(['refuse', 'wait'])),
      message: v.optional(textSchema(MESSAGE_LENGTH, 0)),
    },
  }),
  'lobby.admit': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { members: MembersSchema },
  }),
  'lobby.refuse': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { members: MembersSchema, reason: v.optional(textSchema(MESSAGE_LENGTH, 0)) },
  }),
  'lobby.send': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { member: MemberIdSchema },
  }),
  'lobby.list': defineCommand({
    kind: 'query',
    rate: 'query',
    authority: 'hosts',
    fields: {},
    result: LobbySchema,
  }),
};

export const doorEvents = {
  'door.changed': defineEvent({
    class: 'durable',
    fields: { door: DoorSchema },
  }),
  'lobby.joined': defineEvent({
    class: 'durable',
    fields: { waiting: WaitingSchema },
  }),
  'lobby.left': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema },
  }),
  'lobby.placed': defineEvent({
    class: 'ephemeral',
    fields: PlaceSchema.entries,
  }),
  'lobby.refused': defineEvent({
    class: 'ephemeral',
    fields: { reason: v.string() },
  }),
};

/** What the snapshot says of the door. */
export const doorSnapshot = { door: v.optional(DoorSchema) };
/** What a host's first frame says of the lobby. */
export const lobbyOwn = { lobby: v.optional(v.array(WaitingSchema)) };

import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { LIMITS } from './limits.ts';
import { PersonSchema } from './person.ts';

/** How a person is. meeting: in a meeting, whether or not they have their inbox open. */
export const PRESENCE = ['online', 'away', 'meeting', 'offline'] as const;
export type Presence = (typeof PRESENCE)[number];

const PresenceSchema = v.picklist(PRESENCE);

/** Since when; with `offline`: when they were last here, null where they don't say. */
const SinceSchema = v.nullable(TimeSchema);

export const presenceCommands = {
  'presence.set': defineCommand({
    kind: 'ephemeral',
    rate: 'control',
    fields: { state: v.picklist(['online', 'away']) },
  }),
  'presence.show': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { visible: v.boolean() },
  }),
};

export const presenceEvents = {
  'presence.changed': defineEvent({
    class: 'latest',
    fields: { account: AccountIdSchema, status: PresenceSchema, since: SinceSchema },
  }),
  'presence.shown': defineEvent({
    class: 'durable',
    fields: { visible: v.boolean() },
  }),
};

export const presenceSnapshot = {
  /** Whether others may see how you are. */
  visible: v.boolean(),
};

/** The query of GET /v1/people/online. */
export const OnlineQuerySchema = v.object({
  after: v.optional(v.pipe(v.string(), v.maxLength(1_000))),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(LIMITS.onlinePage),
    ),
  ),
});

/** GET /v1/people/online */
export const OnlineResponseSchema = v.object({
  people: v.array(v.object({ person: PersonSchema, status: PresenceSchema, since: SinceSchema })),
  /** Hand it back as `after` for the page behind this one; null: this was the last. */
  next: v.nullable(v.string()),
});
export type OnlineResponse = v.InferOutput<typeof OnlineResponseSchema>;

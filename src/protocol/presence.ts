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
    summary:
      'Says whether anybody sits at this device. You are away when nobody sits at any that is connected. A device that connects is online until it says otherwise.',
    fields: { state: v.picklist(['online', 'away']) },
  }),
  'presence.show': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: 'Lets others see how you are, or shows you to everybody as offline.',
    fields: { visible: v.boolean() },
  }),
};

export const presenceEvents = {
  'presence.changed': defineEvent({
    class: 'latest',
    summary: 'How a contact is now. Of whom `latest` has nothing, you know nothing: show them as offline.',
    fields: { account: AccountIdSchema, status: PresenceSchema, since: SinceSchema },
  }),
  'presence.shown': defineEvent({
    class: 'durable',
    summary: 'You let others see how you are, or no longer.',
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

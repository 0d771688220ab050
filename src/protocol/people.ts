import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';
import { defineCommand, defineEvent, TimeSchema } from './define.ts';
import { LIMITS } from './limits.ts';
import { PersonSchema } from './person.ts';
import { textSchema } from './text.ts';

/** contact: both agreed. asked: you asked them, and they have not said yes. asking: they ask you. */
export const CONTACT_STATES = ['contact', 'asked', 'asking'] as const;

/** Somebody who is your contact, or may become one. */
export const ContactSchema = v.object({
  person: PersonSchema,
  state: v.picklist(CONTACT_STATES),
  /** Since when it is so. */
  since: TimeSchema,
  /** What was said with the question; '': nothing. */
  note: v.string(),
});
export type Contact = v.InferOutput<typeof ContactSchema>;

/**
 * Why somebody is your contact no longer, or their question is gone. removed: one of you ended it. declined: you said no.
 * withdrawn: whoever asked took the question back. deleted: the account is gone.
 */
export const CONTACT_ENDS = ['removed', 'declined', 'withdrawn', 'deleted'] as const;
export type ContactEnd = (typeof CONTACT_ENDS)[number];

const someone = { account: AccountIdSchema };

export const peopleCommands = {
  'contact.ask': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: { ...someone, note: v.optional(textSchema(LIMITS.contactNoteLength, 0)) },
  }),
  'contact.accept': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: someone,
  }),
  'contact.decline': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: someone,
  }),
  'contact.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: someone,
  }),
  'person.block': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: someone,
  }),
  'person.unblock': defineCommand({
    kind: 'durable',
    rate: 'control',
    fields: someone,
  }),
};

export const peopleEvents = {
  'contact.changed': defineEvent({
    class: 'durable',
    fields: ContactSchema.entries,
  }),
  'contact.removed': defineEvent({
    class: 'durable',
    fields: { account: AccountIdSchema, reason: v.picklist(CONTACT_ENDS) },
  }),
  'person.blocked': defineEvent({
    class: 'durable',
    fields: { person: PersonSchema },
  }),
  'person.unblocked': defineEvent({
    class: 'durable',
    fields: { person: PersonSchema },
  }),
  'person.changed': defineEvent({
    class: 'durable',
    fields: { person: PersonSchema },
  }),
};

export const peopleSnapshot = {
  /** Contacts and open questions, the oldest first. */
  contacts: v.array(ContactSchema),
  /** People whom you have blocked. */
  blocked: v.array(PersonSchema),
};

/** The query of GET /v1/people. */
export const SearchQuerySchema = v.object({
  q: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LIMITS.nameLength)),
});

/** GET /v1/people */
export const PeopleResponseSchema = v.object({ people: v.array(PersonSchema) });
export type PeopleResponse = v.InferOutput<typeof PeopleResponseSchema>;

/** POST /v1/me/people: by the whole user name, or by id. */
export const IntroduceRequestSchema = v.union([
  v.object({ account: AccountIdSchema }),
  // Whatever can't be a user name is an unknown one, and is answered like one.
  v.object({ userName: v.pipe(v.string(), v.trim(), v.maxLength(LIMITS.nameLength)) }),
]);
export type IntroduceRequest = v.InferInput<typeof IntroduceRequestSchema>;
export const IntroduceResponseSchema = v.object({ person: PersonSchema });
export type IntroduceResponse = v.InferOutput<typeof IntroduceResponseSchema>;

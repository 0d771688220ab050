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
    summary: `Asks a person to be your contact. Who asks back, or has asked you, is your contact at once. Asking again does nothing for a day; after that the question is put once more. At most ${LIMITS.contacts} contacts and ${LIMITS.contactQuestions} open questions.`,
    fields: { ...someone, note: v.optional(textSchema(LIMITS.contactNoteLength, 0)) },
  }),
  'contact.accept': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: 'Says yes to somebody who asks you: from now on you are contacts of each other.',
    fields: someone,
  }),
  'contact.decline': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: 'Says no to somebody who asks you. They are told nothing, and may ask again after a day.',
    fields: someone,
  }),
  'contact.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: 'Ends a contact for both of you, or takes your question back.',
    fields: someone,
  }),
  'person.block': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: `Blocks a person: they can't write to you, call you or ask you, and see you offline. They are told nothing of it. At most ${LIMITS.blocked}.`,
    fields: someone,
  }),
  'person.unblock': defineCommand({
    kind: 'durable',
    rate: 'control',
    summary: 'Makes everything as it was before you blocked them. What they sent meanwhile does not come.',
    fields: someone,
  }),
};

export const peopleEvents = {
  'contact.changed': defineEvent({
    class: 'durable',
    summary: 'Somebody is your contact now, or a question stands between you.',
    fields: ContactSchema.entries,
  }),
  'contact.removed': defineEvent({
    class: 'durable',
    summary: 'Somebody is your contact no longer, or the question is gone.',
    fields: { account: AccountIdSchema, reason: v.picklist(CONTACT_ENDS) },
  }),
  'person.blocked': defineEvent({
    class: 'durable',
    summary: 'You have blocked a person.',
    fields: { person: PersonSchema },
  }),
  'person.unblocked': defineEvent({
    class: 'durable',
    summary: 'You have blocked a person no longer.',
    fields: { person: PersonSchema },
  }),
  'person.changed': defineEvent({
    class: 'durable',
    summary: 'A person has another name, user name or picture; it may be yourself.',
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

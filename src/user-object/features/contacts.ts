import {
  apply,
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { fail, LIMITS, type Person } from '../../protocol/index.ts';
import {
  acquaintances,
  CONTACT_ITEMS,
  contactWith,
  declinedTable,
  ends,
  isFull,
  isRecent,
  isSpokenOf,
  listContacts,
  openPerson,
  otherPerson,
  STRANGERS,
  stands,
} from '../contact-rows.ts';
import { personGone, personLearned, selfChanged, selfRemoved } from '../internal-events.ts';
import { type FromPeer, learn, linkFull, linkOf, sendInSteps, sendTo, sendToAll } from '../links.ts';
import {
  blockedTable,
  type ContactRow,
  contactTable,
  isBlocked,
  knownPerson,
  peopleTable,
  theSelf,
} from '../tables.ts';

/** This person said no to somebody, or whoever asked took it back. */
const declined = internalEvent<{ readonly account: string }>('contact.declined');
/** This person's question is on its way, as the link item with this number. */
const questionSent = internalEvent<{ readonly account: string; readonly number: number }>(
  'contact.question-sent',
);
/** Nothing speaks of somebody who was known, and there are many like that. */
const personForgotten = internalEvent<{ readonly account: string }>('person.forgotten');

const tooMany = (what: string) => fail('quota_exceeded', { detail: what });

/** An event, and what the other side is told with it. */
function telling(
  state: StateView,
  to: string,
  events: readonly EventDraft[],
  kind: string,
  data: object = {},
): Decision {
  const sent = sendTo(state, to, kind, data);
  return { events: [...events, ...sent.events], effects: sent.effects };
}

const nowContact = (state: StateView, person: Readonly<Person>, now: number): readonly EventDraft[] => [
  // Of whoever is blocked no new name was taken so far.
  ...learn(state, person),
  stands(person, { state: 'contact', since: now, note: '' }),
];

/** Contacts from now on, and the other side is told. `heard`: the last item of theirs that this is an answer to. */
const agree = (state: StateView, person: Readonly<Person>, now: number, heard: number): Decision =>
  telling(state, person.id, nowContact(state, person, now), CONTACT_ITEMS.accepted, { heard });

/** What the other side had not heard when they said so: this person's last question, which is on its way to them. */
const isUnheard = (row: Readonly<ContactRow>, heard: number): boolean => (row.question ?? 0) > heard;

const sayNo = (account: string): Decision => ({
  events: [ends(account, 'declined'), note(declined, { account })],
});

/** Makes somebody known, so that commands may speak of them. */
export const introduce: InternalCommand<{ readonly person: Person }> = internalCommand(
  'person.introduce',
  ({ state, fields: { person } }) =>
    decide(person.id === theSelf(state).id ? {} : { events: learn(state, person) }),
);

/** Somebody asks to be a contact. */
const asked: InternalCommand<FromPeer<{ readonly note: string }>> = internalCommand(
  CONTACT_ITEMS.asked,
  ({ state, fields: { from, card, number, note: said }, now }) => {
    const row = contactWith(state, from);
    // Each has asked, or they have lost what we still hold: that is a yes of both.
    if (row?.state === 'asked') return decide(agree(state, card, now, number));
    if (row?.state === 'contact')
      return decide(telling(state, from, [], CONTACT_ITEMS.accepted, { heard: number }));
    // Whoever is blocked may end what stands, or agree to what they were asked; they can't ask.
    if (isBlocked(state, from) || (row?.state === 'asking' && row.note === said)) return decide({});
    const no = state.table(declinedTable).get(from);
    const isHeard = row !== undefined || state.table(contactTable).count('asking') < LIMITS.contactsAsking;
    if (!isHeard || (no !== undefined && isRecent(no.at, now))) return decide({});
    const since = row?.since ?? now;
    return decide({ events: [...learn(state, card), stands(card, { state: 'asking', since, note: said })] });
  },
);

/** Somebody says yes to what they had heard. */
const accepted: InternalCommand<FromPeer<{ readonly heard: number }>> = internalCommand(
  CONTACT_ITEMS.accepted,
  ({ state, fields: { from, card, heard }, now }) => {
    const row = contactWith(state, from);
    // Where the question was taken back, or put anew, while their yes was on its way, another answer follows.
    const isAnswer = row?.state === 'asked' && !isUnheard(row, heard);
    return decide(isAnswer ? { events: nowContact(state, card, now) } : {});
  },
);

/**
 * Somebody is a contact no longer, or takes their question back; or their account is gone. `heard`: the last of our items
 * that they had taken when they said so.
 */
const removed: InternalCommand<FromPeer<{ readonly heard: number } | { readonly reason: 'deleted' }>> =
  internalCommand(CONTACT_ITEMS.removed, ({ state, fields, now }) => {
    const { from, card } = fields;
    const row = contactWith(state, from);
    if (row === undefined) return decide({});
    if (!('heard' in fields)) return decide({ events: [ends(from, 'deleted')] });
    // What they end was before our question, which is on its way to them, and stands.
    if (isUnheard(row, fields.heard)) {
      const asked = stands(card, { state: 'asked', since: now, note: '' });
      return decide({ events: row.state === 'asked' ? [] : [...learn(state, card), asked] });
    }
    if (row.state !== 'asking') return decide({ events: [ends(from, 'removed')] });
    // Whoever asks and takes it back, over and over, is not heard each time.
    return decide({ events: [ends(from, 'withdrawn'), note(declined, { account: from })] });
  });

/** Somebody has another name or picture. */
const cardChanged: InternalCommand<FromPeer<object>> = internalCommand(
  CONTACT_ITEMS.card,
  ({ state, fields: { from, card } }) =>
    decide({ events: knownPerson(state, from) === undefined ? [] : learn(state, card) }),
);

/** Whoever was looked up, and of whom nothing here speaks, beyond those that there is room for; the oldest first. */
function superfluous(state: StateView, latest: string): readonly EventDraft[] {
  if (state.table(peopleTable).size <= STRANGERS) return [];
  const strangers = Array.from(state.table(peopleTable).keys()).filter(
    (account) => account !== latest && !isSpokenOf(state, account),
  );
  const many = strangers.length + 1 - STRANGERS;
  return strangers.slice(0, Math.max(0, many)).map((account) => note(personForgotten, { account }));
}

/** Those who may have this person's name before their eyes are told that it is another; a part of them at a time. */
function tellCard(state: StateView, after: string | null, now: number): Decision {
  const { next, ...sent } = sendInSteps(state, acquaintances(state), after, CONTACT_ITEMS.card);
  return {
    ...sent,
    deadlines: [next === null ? callOff(CARD_TELLING) : deadline(CARD_TELLING, now, tellOn, { after: next })],
  };
}
const CARD_TELLING = 'person card';

const tellOn: InternalCommand<{ readonly after: string }> = internalCommand(
  'person.tell-card',
  ({ state, fields: { after }, now }) => decide(tellCard(state, after, now)),
);

/** Who knows whom: contacts, questions, and who is blocked. */
export const contacts: Feature = {
  name: 'contacts',
  tables: [peopleTable, contactTable, blockedTable, declinedTable],
  commands: {
    'contact.ask': ({ state, fields: { account, note: said = '' }, now }) => {
      const person = openPerson(state, account);
      if (!person.ok) return person;
      const row = contactWith(state, account);
      if (row?.state === 'contact') return decide({});
      if (row?.state === 'asked' && isRecent(row.since, now)) return decide({});
      const full = linkFull(state, account);
      if (full !== null) return { ok: false, error: full };
      if (row?.state !== 'asked' && isFull(state)) return tooMany(`${LIMITS.contacts} contacts`);
      if (row?.state === 'asking')
        return decide(agree(state, person.value, now, linkOf(state, account).taken));
      if (row === undefined && state.table(contactTable).count('asked') >= LIMITS.contactQuestions)
        return tooMany(`${LIMITS.contactQuestions} questions without an answer`);
      const stood = stands(person.value, { state: 'asked', since: now, note: said });
      const sent = note(questionSent, { account, number: linkOf(state, account).sent + 1 });
      return decide(telling(state, account, [stood, sent], CONTACT_ITEMS.asked, { note: said }));
    },
    'contact.accept': ({ state, fields: { account }, now }) => {
      const person = openPerson(state, account);
      if (!person.ok) return person;
      const row = contactWith(state, account);
      if (row?.state === 'contact') return decide({});
      if (row?.state !== 'asking') return fail('request_unknown', { detail: account });
      if (isFull(state)) return tooMany(`${LIMITS.contacts} contacts`);
      return decide(agree(state, person.value, now, linkOf(state, account).taken));
    },
    'contact.decline': ({ state, fields: { account } }) =>
      contactWith(state, account)?.state === 'asking'
        ? decide(sayNo(account))
        : fail('request_unknown', { detail: account }),
    'contact.remove': ({ state, fields: { account } }) => {
      const row = contactWith(state, account);
      if (row === undefined) return decide({});
      if (row.state === 'asking') return decide(sayNo(account));
      const over = ends(account, row.state === 'contact' ? 'removed' : 'withdrawn');
      const heard = linkOf(state, account).taken;
      return decide(telling(state, account, [over], CONTACT_ITEMS.removed, { heard }));
    },
    'person.block': ({ state, fields: { account } }) => {
      const person = otherPerson(state, account);
      if (!person.ok) return person;
      if (isBlocked(state, account)) return decide({});
      if (state.table(blockedTable).size >= LIMITS.blocked)
        return tooMany(`${LIMITS.blocked} blocked people`);
      return decide({ events: [happen('person.blocked', { person: person.value })] });
    },
    'person.unblock': ({ state, fields: { account } }) => {
      const person = knownPerson(state, account);
      if (person === undefined || !isBlocked(state, account)) return decide({});
      return decide({ events: [happen('person.unblocked', { person })] });
    },
  },
  internalCommands: [introduce, asked, accepted, removed, cardChanged, tellOn],
  internalEvents: [declined, questionSent, personForgotten],
  apply: [
    apply('contact.changed', (state, { person: { id }, state: stood, since, note: said }) => {
      const question = contactWith(state, id)?.question;
      const row = { account: id, state: stood, since, note: said };
      state.table(contactTable).set(id, question === undefined ? row : { ...row, question });
    }),
    applyInternal(questionSent, (state, { account, number }) => {
      const row = contactWith(state, account);
      if (row !== undefined) state.table(contactTable).set(account, { ...row, question: number });
    }),
    apply('contact.removed', (state, { account }) => state.table(contactTable).delete(account)),
    applyInternal(declined, (state, { account, at }) => {
      const table = state.table(declinedTable);
      for (const [before, row] of Array.from(table.entries()))
        if (!isRecent(row.at, at)) table.delete(before);
      table.set(account, { at });
    }),
    apply('person.blocked', (state, { person, at }) => state.table(blockedTable).set(person.id, { at })),
    apply('person.unblocked', (state, { person }) => state.table(blockedTable).delete(person.id)),
    applyInternal(personForgotten, (state, { account }) => state.table(peopleTable).delete(account)),
  ],
  on: [
    onInternal(personLearned, ({ state }, { person, isNew }) => ({
      events: isNew ? superfluous(state, person.id) : [happen('person.changed', { person })],
    })),
    onInternal(personGone, ({ state }, { account }) => {
      const person = knownPerson(state, account);
      const unblocked = person !== undefined && isBlocked(state, account);
      return {
        events: [
          ...(contactWith(state, account) === undefined ? [] : [ends(account, 'deleted')]),
          ...(unblocked ? [happen('person.unblocked', { person })] : []),
        ],
      };
    }),
    onInternal(selfChanged, ({ state, now }, { person }) => {
      const { events = [], ...more } = tellCard(state, null, now);
      return { events: [happen('person.changed', { person }), ...events], ...more };
    }),
    onInternal(selfRemoved, ({ state }) =>
      sendToAll(state, state.table(contactTable).keys(), CONTACT_ITEMS.removed, { reason: 'deleted' }),
    ),
  ],
  snapshot: (state) => ({
    contacts: listContacts(state),
    blocked: Array.from(state.table(blockedTable).keys()).flatMap(
      (account) => knownPerson(state, account) ?? [],
    ),
  }),
};

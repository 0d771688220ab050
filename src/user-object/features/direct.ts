import {
  apply,
  applyInternal,
  type Decision,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  type LogView,
  note,
  type RewriteDraft,
} from '../../engine/feature.ts';
import { storedSize } from '../../engine/rewrite.ts';
import type { State, StateView } from '../../engine/state.ts';
import { type DirectBody, type DirectRef, type EventFields, fail, LIMITS } from '../../protocol/index.ts';
import {
  type Arriving,
  carry,
  DIRECT_ITEMS,
  mayReach,
  mayWriteHere,
  type Rewriting,
  scrub,
  scrubbed,
} from '../direct-items.ts';
import { conversationPage, historyPage } from '../direct-pages.ts';
import {
  changeConversation,
  conversationTable,
  conversationWith,
  deletedMessage,
  directEditTable,
  editedMessage,
  editKey,
  emptiedEdit,
  type Found,
  findMessage,
  lastEdit,
  MARK_EVERY,
  type Mark,
  marksOf,
  markTable,
  readable,
} from '../direct-rows.ts';
import { marksForgotten, sendMessage, tidyMarks } from '../direct-sending.ts';
import { type FromPeer, learn, linkFull } from '../links.ts';
import { isBlocked, knownPerson, theSelf } from '../tables.ts';

/** Rows of edits are looked through when there are this many more. */
const TIDY_EVERY = 500;

/** The log begins at this position now: what was known of edits before it is of no use. */
const editsForgotten = internalEvent<{ readonly before: number }>('direct.edits-forgotten');

const unknown = ({ number }: Pick<DirectRef, 'number'>) =>
  fail('message_unknown', { detail: String(number) });

/** Now and then, where a row is about to be added: drops those of edits that the log has lost. */
function tidyEdits(state: StateView, log: LogView, key: string): EventDraft[] {
  const edits = state.table(directEditTable);
  const isDue = edits.size > 0 && edits.size % TIDY_EVERY === 0 && !edits.has(key);
  return isDue ? [note(editsForgotten, { before: log.begins() })] : [];
}

/** Takes the text out of the event that told of the last edit: the message itself holds the newer one. */
function emptyLastEdit(state: StateView, log: LogView, account: string, ref: DirectRef): RewriteDraft[] {
  const edit = lastEdit(state, log, account, ref);
  return edit === null ? [] : [{ seq: edit.event.seq, event: emptiedEdit(edit.event) }];
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What follows in a log when a message in it gets another text. */
function edit(state: StateView, log: LogView, { event, spare }: Found, body: DirectBody, editedAt: number) {
  const edited = editedMessage(event, body, editedAt);
  const fits = storedSize(edited) - storedSize(event) <= Math.max(spare, 0);
  const { with: account, from, number } = event;
  return {
    fits,
    events: [
      ...tidyEdits(state, log, editKey(account, event)),
      happen('direct.edited', { with: account, from, number, body, editedAt }),
    ],
    rewrite: [
      // Where there is no space, the text is in the event that tells of the edit alone; see `readable`.
      { seq: event.seq, event: fits ? edited : editedMessage(event, { kind: 'text', text: '' }, editedAt) },
      ...emptyLastEdit(state, log, account, event),
    ],
  };
}

/** A message that did not get there. */
export const refuseMessage: InternalCommand<
  FromPeer<{ readonly message: number; readonly reason: EventFields<'direct.failed'>['reason'] }>
> = internalCommand(DIRECT_ITEMS.refuse, ({ state, fields, log }) => {
  const { from: other, message: number, reason } = fields;
  const found = findMessage(state, log, other, { from: theSelf(state).id, number });
  const isGone = found === null || found.event.body.kind === 'deleted';
  return decide({
    events: [happen('direct.failed', { with: other, number, reason })],
    rewrite: isGone ? [] : [{ seq: found.event.seq, event: { ...found.event, failed: reason } }],
  });
});

/** Takes a message of somebody else's. Whether they may write is decided here, by what stands here. */
export const arriveMessage: InternalCommand<FromPeer<Arriving>> = internalCommand(
  DIRECT_ITEMS.arrive,
  ({ state, fields, log }) => {
    const { from, card, message: number, body, replyTo, sentAt } = fields;
    if (!mayWriteHere(state, from, fields))
      return decide(carry(state, from, refuseMessage, { message: number, reason: 'not_contact' }));
    if (isBlocked(state, from)) return decide({});
    const { last } = conversationWith(state, from);
    // Deleted while it waited: it comes as one that is deleted at once, so that it counts as in a replay.
    const isGone = body.kind === 'deleted';
    const { id, userName, name, avatar } = card;
    const message = {
      with: from,
      from,
      number,
      body,
      ...(replyTo === undefined || isGone ? {} : { replyTo }),
      sentAt,
      prev: last,
      ...(last === null ? { person: { id, userName, name, avatar } } : {}),
    };
    return decide({
      events: [
        ...learn(state, card),
        ...tidyMarks(state, log, from),
        happen('direct.sent', message),
        ...(isGone ? [happen('direct.deleted', { with: from, from, number })] : []),
      ],
    });
  },
);

/** What follows where somebody else has taken away the text of a message of theirs. */
function withdrawing(state: StateView, log: LogView, ref: DirectRef): Decision {
  const { from, number } = ref;
  const found = findMessage(state, log, from, ref);
  // Where the log has lost the message, it may still hold an edit of it.
  if (found === null) return { rewrite: emptyLastEdit(state, log, from, ref) };
  if (found.event.body.kind === 'deleted') return {};
  return {
    events: [happen('direct.deleted', { with: from, from, number })],
    rewrite: [
      { seq: found.event.seq, event: deletedMessage(found.event) },
      ...emptyLastEdit(state, log, from, ref),
    ],
  };
}

/** Gives a message of somebody else's another text. Of whoever may not write here only that the old one is gone. */
export const rewriteMessage: InternalCommand<FromPeer<Rewriting>> = internalCommand(
  DIRECT_ITEMS.rewrite,
  ({ state, fields, log }) => {
    const { from, message: number, body, editedAt } = fields;
    if (body === undefined) return decide({});
    if (isBlocked(state, from) || !mayWriteHere(state, from, fields))
      return decide(withdrawing(state, log, { from, number }));
    const found = findMessage(state, log, from, { from, number });
    if (found === null || found.event.body.kind === 'deleted') return decide({});
    // It waited for so long that it came with this text.
    if (isSame(readable(state, log, found.event).body, body)) return decide({});
    const { events, rewrite } = edit(state, log, found, body, editedAt);
    return decide({ events, rewrite });
  },
);

/** Deletes a message of somebody else's. */
export const withdrawMessage: InternalCommand<FromPeer<{ readonly message: number }>> = internalCommand(
  DIRECT_ITEMS.withdraw,
  ({ state, fields: { from, message: number }, log }) => decide(withdrawing(state, log, { from, number })),
);

function addMark(state: State, account: string, mark: Mark): void {
  state.table(markTable).set(account, { marks: [...marksOf(state, account), mark] });
}

/** Their account is another one since, under the same id: it counts from 1 again. */
function beginAnew(state: State, account: string): void {
  changeConversation(state, account, () => ({ read: 0, got: 0, told: { got: 0, read: 0 } }));
  const marks = marksOf(state, account).map(([seq, sent]): Mark => [seq, sent, 0]);
  state.table(markTable).set(account, { marks });
}

/** Direct messages: each stands in the logs of both people, in the order in which it came into each. */
export const direct: Feature = {
  name: 'direct',
  tables: [conversationTable, markTable, directEditTable],
  commands: {
    'direct.send': ({ state, fields, now, log }) => {
      const { to, body, replyTo } = fields;
      const permitted = mayReach(state, to);
      if (!permitted.ok) return permitted;
      if (replyTo !== undefined) {
        const answered = findMessage(state, log, to, replyTo);
        if (answered === null || answered.event.body.kind === 'deleted') return unknown(replyTo);
      }
      return decide(sendMessage(state, log, { to, body, replyTo, credentials: permitted.value }, now));
    },

    'direct.edit': ({ state, fields, now, log }) => {
      const { with: to, message: number, body } = fields;
      const permitted = mayReach(state, to);
      if (!permitted.ok) return permitted;
      const found = findMessage(state, log, to, { from: theSelf(state).id, number });
      if (found === null || found.event.body.kind === 'deleted') return unknown({ number });
      if (found.event.body.kind !== 'text')
        return fail('invalid', { detail: 'message: only a text can be edited' });
      if (isSame(found.event.body, body)) return decide({});
      const { fits, events, rewrite } = edit(state, log, found, body, now);
      if (!fits) return fail('text_too_long', { detail: 'the log has no space for a longer text here' });
      const changed = { message: number, body, editedAt: now, ...permitted.value };
      const carried = carry(state, to, rewriteMessage, changed);
      return decide({
        events: [...events, note(scrubbed, { to, message: number, body }), ...carried.events],
        effects: carried.effects,
        rewrite,
      });
    },

    'direct.delete': ({ state, fields, log }) => {
      const { with: to, message: number } = fields;
      const { sent, isErased } = conversationWith(state, to);
      const ref = { from: theSelf(state).id, number };
      if (number > sent) return unknown(ref);
      const found = findMessage(state, log, to, ref);
      if (found?.event.body.kind === 'deleted') return decide({});
      const full = linkFull(state, to);
      if (full !== null) return { ok: false, error: full };
      const carried = isErased
        ? { events: [], effects: [] }
        : carry(state, to, withdrawMessage, { message: number });
      return decide({
        events: [
          happen('direct.deleted', { with: to, ...ref }),
          note(scrubbed, { to, message: number, body: { kind: 'deleted' } }),
          ...carried.events,
        ],
        effects: carried.effects,
        rewrite: [
          // Where this log has lost it, theirs may still hold it.
          ...(found === null ? [] : [{ seq: found.event.seq, event: deletedMessage(found.event) }]),
          ...emptyLastEdit(state, log, to, ref),
        ],
      });
    },

    'direct.history': ({ state, fields, log }) => {
      const { with: account, before = null, limit = LIMITS.historyPage } = fields;
      const isKnown = knownPerson(state, account) ?? state.table(conversationTable).get(account);
      if (isKnown === undefined) return fail('person_unknown', { detail: account });
      return decide({ result: historyPage(state, log, account, before, limit) });
    },

    'direct.conversations': ({ state, fields: { before = null }, log }) =>
      decide({ result: conversationPage(state, log, before) }),
  },
  internalCommands: [arriveMessage, rewriteMessage, withdrawMessage, refuseMessage],
  internalEvents: [scrubbed, marksForgotten, editsForgotten],
  apply: [
    apply('direct.sent', (state, { with: account, from, number, seq }) => {
      const isTheirs = from === account;
      if (isTheirs && number <= conversationWith(state, account).received) beginAnew(state, account);
      changeConversation(state, account, ({ count, unread }) => ({
        last: seq,
        count: count + 1,
        isErased: false,
        ...(isTheirs ? { received: number } : { sent: number }),
        unread: isTheirs ? unread + 1 : unread,
      }));
      const { count, sent, received } = conversationWith(state, account);
      if (count % MARK_EVERY === 0) addMark(state, account, [seq, sent, received]);
    }),
    apply('direct.edited', (state, { with: account, from, number, seq }) =>
      state.table(directEditTable).set(editKey(account, { from, number }), { seq }),
    ),
    apply('direct.deleted', (state, { with: account, from, number }) => {
      state.table(directEditTable).delete(editKey(account, { from, number }));
      if (from !== account || number <= conversationWith(state, account).read) return;
      changeConversation(state, account, ({ unread }) => ({ unread: Math.max(0, unread - 1) }));
    }),
    applyInternal(scrubbed, (state, { to, message, body }) => scrub(state, to, message, body)),
    applyInternal(marksForgotten, (state, { with: account, before }) => {
      const marks = marksOf(state, account).filter(([seq]) => seq >= before);
      state.table(markTable).set(account, { marks });
    }),
    applyInternal(editsForgotten, (state, { before }) => {
      const edits = state.table(directEditTable);
      for (const [key, { seq }] of Array.from(edits.entries())) if (seq < before) edits.delete(key);
    }),
  ],
};

import {
  type Actor,
  apply,
  applyInternal,
  decide,
  type EventDraft,
  type Feature,
  happen,
  internalEvent,
  type Logged,
  type LoggedEvent,
  type LogView,
  note,
  on,
  type RewriteDraft,
} from '../../engine/feature.ts';
import { storedSize } from '../../engine/rewrite.ts';
import type { State, StateView } from '../../engine/state.ts';
import { can, fail, LIMITS, permissionToSend } from '../../protocol/index.ts';
import { isSamePerson, personOf } from '../account-rows.ts';
import { enrolledOf } from '../enrolment-rows.ts';
import { hasAuthority } from '../gate.ts';
import {
  CHAT_KEY,
  chatTable,
  deletedMessage,
  editedMessage,
  emptiedEdit,
  findMessage,
  isDeleted,
  lastEdit,
  type MessageRow,
  messageTable,
  pinsOf,
  pinTable,
  reactionsTo,
  saidTable,
  slowSecondsOf,
  UNTOUCHED,
} from '../message-rows.ts';
import { findPresent, isPresent, type MemberRow, memberTable, namesIn, present, theRoom } from '../tables.ts';

/** Rows of messages are looked through when there are this many more. */
const TIDY_EVERY = 500;

const pinStored = internalEvent<{ readonly event: LoggedEvent }>('chat.pin-stored');
/** The log begins at this position now: what was known of messages before it is of no use. */
const messagesForgotten = internalEvent<{ readonly before: number }>('chat.messages-forgotten');

const unknown = (message: number) => fail('message_unknown', { detail: String(message) });

/** A message or picture that this actor may see, or null. */
function see(state: StateView, log: LogView, actor: Actor, message: number): Logged | null {
  const found = findMessage(state, log, message);
  if (found === null || found.to === null) return found;
  return actor.kind === 'member' && found.to.includes(actor.id) ? found : null;
}

/**
 * For those who were told the message. Whoever waits in the lobby meanwhile, or has to before they are in again, is
 * left out: they must hear nothing there, and see everything anew when they are let in.
 */
function toSame(state: StateView, { to }: Logged): Pick<EventDraft, 'to'> {
  if (to === null) return {};
  const members = state.table(memberTable);
  return {
    to: to.filter((id) => {
      const member = members.get(id);
      if (member === undefined || isPresent(member)) return true;
      return member.presence !== 'waiting' && member.toLobby !== true && member.mustWait !== true;
    }),
  };
}

/** Takes the text out of the event that told of the last edit: the message itself holds the newer one. */
function emptyLastEdit(state: StateView, log: LogView, message: number): RewriteDraft[] {
  const edit = lastEdit(state, log, message);
  return edit === null ? [] : [{ seq: edit.event.seq, event: emptiedEdit(edit.event) }];
}

/** Now and then, where a row is about to be added: drops those of messages that the log has lost. */
function tidy(state: StateView, log: LogView, message: number): EventDraft[] {
  const { size } = state.table(messageTable);
  const isDue = size > 0 && size % TIDY_EVERY === 0 && !state.table(messageTable).has(String(message));
  return isDue ? [note(messagesForgotten, { before: log.begins() })] : [];
}

/** Whether a member wrote this message, or somebody of their person: the id of a device belongs to one account for ever. */
const isAuthor = (state: StateView, { by }: LoggedEvent, member: string): boolean =>
  typeof by === 'string' && isSamePerson(state, by, member);

/** Everybody of these who is here, or belongs to the group, each once; undefined: nobody. */
function mentionsOf(state: StateView, ids: readonly string[] | undefined): string[] | undefined {
  const here = Array.from(new Set(ids)).filter(
    (id) => findPresent(state, id) !== undefined || enrolledOf(state, id) !== undefined,
  );
  return here.length === 0 ? undefined : here;
}

/** ms until a member may write to all again. */
function slowedFor(state: StateView, member: Readonly<MemberRow>, now: number): number {
  const last = state.table(saidTable).get(personOf(state, member.id));
  // Said in the future: the clock was put back, and nobody waits until it shows that time again.
  if (last === undefined || last.at > now || hasAuthority(member.role)) return 0;
  return Math.max(0, last.at + slowSecondsOf(state) * 1_000 - now);
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function change(state: State, message: number, to: (row: Readonly<MessageRow>) => Partial<MessageRow>): void {
  const table = state.table(messageTable);
  const row = table.get(String(message)) ?? UNTOUCHED;
  const changed = { ...row, ...to(row) };
  if (changed.edit === null && Object.keys(changed.reactions).length === 0) table.delete(String(message));
  else table.set(String(message), changed);
}

/** Messages live in the log alone: the log is their order, their storage and their history. */
export const chat: Feature = {
  name: 'chat',
  tables: [messageTable, pinTable, chatTable, saidTable],
  commands: {
    'chat.send': ({ state, fields, actor, now, log }) => {
      const sender = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (sender === undefined) return fail('not_allowed');
      const { body, to, replyTo } = fields;
      if (replyTo !== undefined && see(state, log, actor, replyTo) === null) return unknown(replyTo);
      const mentions = mentionsOf(state, fields.mentions);
      const message = {
        body,
        ...(mentions === undefined ? {} : { mentions }),
        ...(replyTo === undefined ? {} : { replyTo }),
      };
      if (to === undefined) {
        const wait = slowedFor(state, sender, now);
        if (wait > 0) return fail('rate_limited', { retry: wait, detail: 'slow mode' });
        return decide({ events: [happen('chat.sent', message)] });
      }
      if (to !== 'hosts') {
        if (findPresent(state, to) === undefined) return fail('member_unknown', { detail: to });
        return decide({ events: [happen('chat.sent', { ...message, to }, { to: [sender.id, to] })] });
      }
      const hosts = present(state).filter(({ id, role }) => id !== sender.id && hasAuthority(role));
      if (hosts.length === 0) return fail('member_unknown', { detail: 'no host is here' });
      const audience = [sender.id, ...hosts.map(({ id }) => id)];
      return decide({ events: [happen('chat.sent', { ...message, to }, { to: audience })] });
    },

    'chat.edit': ({ state, fields, actor, now, log }) => {
      const author = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (author === undefined) return fail('not_allowed');
      const found = see(state, log, actor, fields.message);
      if (found === null || found.event.t !== 'chat.sent' || isDeleted(found.event))
        return unknown(fields.message);
      const { event, spare } = found;
      if (!isAuthor(state, event, author.id))
        return fail('not_allowed', { detail: 'only its author may edit a message' });
      const permission = permissionToSend(typeof event.to === 'string' ? event.to : undefined);
      if (!can(author, theRoom(state).policy, permission)) return fail('not_allowed', { detail: permission });
      const { message, body } = fields;
      const mentions = mentionsOf(state, fields.mentions);
      if (isSame(event.body, body) && isSame(event.mentions, mentions)) return decide({});
      const edit = { body, ...(mentions === undefined ? {} : { mentions }), editedAt: now };
      const edited = editedMessage(event, edit);
      if (storedSize(edited) - storedSize(event) > Math.max(spare, 0)) {
        return fail('text_too_long', { detail: 'the log has no space for a longer text here' });
      }
      return decide({
        events: [
          ...tidy(state, log, message),
          happen('chat.edited', { message, ...edit }, toSame(state, found)),
        ],
        rewrite: [{ seq: message, event: edited }, ...emptyLastEdit(state, log, message)],
      });
    },

    'chat.delete': ({ state, fields, actor, log }) => {
      const { message } = fields;
      const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (actor.kind === 'member' && member === undefined) return fail('member_gone');
      const found = see(state, log, actor, message);
      // Pictures are removed by `image.remove`, files by `file.remove`.
      if (found === null || found.event.t !== 'chat.sent') return unknown(message);
      if (isDeleted(found.event)) return decide({});
      if (member !== undefined && !isAuthor(state, found.event, member.id)) {
        if (found.to !== null)
          return fail('not_allowed', { detail: 'only its author may delete a private message' });
        if (!hasAuthority(member.role)) return fail('role_required', { detail: 'host or co-host' });
      }
      const by = member === undefined ? {} : { deletedBy: member.id };
      const isPinned = state.table(pinTable).has(String(message));
      return decide({
        events: [
          happen('chat.deleted', { message, ...by }, toSame(state, found)),
          ...(isPinned ? [happen('chat.unpinned', { message })] : []),
        ],
        rewrite: [
          { seq: message, event: deletedMessage(found.event, by.deletedBy) },
          ...emptyLastEdit(state, log, message),
        ],
      });
    },

    'chat.react': ({ state, fields, actor, log }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      const { message, emoji, on } = fields;
      const found = see(state, log, actor, message);
      if (found === null || isDeleted(found.event)) return unknown(message);
      const { reactions } = state.table(messageTable).get(String(message)) ?? UNTOUCHED;
      const theirs = reactions[emoji];
      // A person reacts once, with whatever device, and takes it back with any.
      const own = (theirs ?? []).filter((id) => isSamePerson(state, id, actor.id));
      if (own.length > 0 === on) return decide({});
      if (on && theirs === undefined && Object.keys(reactions).length >= LIMITS.messageEmoji)
        return fail('quota_exceeded', { detail: `${LIMITS.messageEmoji} different emoji on a message` });
      if (on && Object.values(reactions).flat().length >= LIMITS.messageReactions)
        return fail('quota_exceeded', { detail: `${LIMITS.messageReactions} reactions on a message` });
      return decide({
        events: [
          ...tidy(state, log, message),
          ...(on ? [actor.id] : own).map((member) =>
            happen('chat.reacted', { message, emoji, member, on }, toSame(state, found)),
          ),
        ],
      });
    },

    'chat.pin': ({ state, fields, log }) => {
      const { message } = fields;
      const pins = state.table(pinTable);
      if (pins.has(String(message))) return decide({});
      const found = findMessage(state, log, message);
      if (found === null || found.to !== null || isDeleted(found.event)) return unknown(message);
      if (pins.size >= LIMITS.pins) return fail('quota_exceeded', { detail: `${LIMITS.pins} pins` });
      return decide({
        events: [happen('chat.pinned', { message }), note(pinStored, { event: found.event })],
      });
    },
    'chat.unpin': ({ state, fields: { message } }) =>
      decide(
        state.table(pinTable).has(String(message)) ? { events: [happen('chat.unpinned', { message })] } : {},
      ),

    'chat.settings': ({ state, fields: { slowSeconds } }) =>
      decide(
        slowSeconds === slowSecondsOf(state)
          ? {}
          : { events: [happen('chat.slowed', { seconds: slowSeconds })] },
      ),

    'chat.history': ({ state, fields, actor, log }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      const page = log.history(actor.id, fields.before ?? null, fields.limit ?? LIMITS.historyPage);
      const names = namesIn(state, page.events);
      return decide({ result: { ...page, names, reactions: reactionsTo(state, page.events) } });
    },
  },
  internalEvents: [pinStored, messagesForgotten],
  apply: [
    apply('chat.sent', (state, { by, to, at }) => {
      // Not `set`: it is written nowhere.
      if (by !== undefined && to === undefined && slowSecondsOf(state) > 0)
        state.table(saidTable).restore(personOf(state, by), { at });
    }),
    apply('chat.edited', (state, { message, body, mentions, editedAt, seq }) => {
      change(state, message, () => ({ edit: seq }));
      const pin = state.table(pinTable).get(String(message));
      if (pin === undefined || body?.kind !== 'text') return;
      const event = editedMessage(pin.event, { body, mentions, editedAt });
      state.table(pinTable).set(String(message), { ...pin, event });
    }),
    apply('chat.deleted', (state, { message }) => {
      state.table(messageTable).delete(String(message));
    }),
    apply('chat.reacted', (state, { message, emoji, member, on: isOn }) =>
      change(state, message, ({ reactions }) => {
        const { [emoji]: before = [], ...others } = reactions;
        const members = isOn ? [...before, member] : before.filter((id) => id !== member);
        if (members.length === 0) return { reactions: others };
        return { reactions: { ...reactions, [emoji]: members } };
      }),
    ),
    applyInternal(pinStored, (state, { event, seq }) => {
      state.table(pinTable).set(String(event.seq), { event, pinned: seq });
    }),
    apply('chat.unpinned', (state, { message }) => {
      state.table(pinTable).delete(String(message));
    }),
    apply('chat.slowed', (state, { seconds }) => {
      state.table(chatTable).set(CHAT_KEY, { slowSeconds: seconds });
    }),
    applyInternal(messagesForgotten, (state, { before }) => {
      const table = state.table(messageTable);
      for (const [key, { edit }] of Array.from(table.entries())) {
        const isNeeded = Number(key) >= before || (edit ?? 0) >= before || state.table(pinTable).has(key);
        if (!isNeeded) table.delete(key);
      }
    }),
  ],
  on: [
    on('image.removed', ({ state }, { image }) => ({
      events: pinsOf(state)
        .filter((event) => event.image === image)
        .map(({ seq }) => happen('chat.unpinned', { message: seq })),
    })),
    on('file.removed', ({ state }, { file }) => ({
      events: pinsOf(state)
        .filter((event) => event.file === file)
        .map(({ seq }) => happen('chat.unpinned', { message: seq })),
    })),
  ],
  snapshot: (state) => ({ pins: pinsOf(state), slowSeconds: slowSecondsOf(state) }),
};

import {
  apply,
  applyInternal,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  type LogView,
  note,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { fail } from '../../protocol/index.ts';
import { DIRECT_ITEMS } from '../direct-items.ts';
import {
  backFrom,
  type ConversationRow,
  changeConversation,
  conversationTable,
  conversationWith,
} from '../direct-rows.ts';
import { carriedTo, deviceOpened } from '../internal-events.ts';
import { type FromPeer, linkOf, outgoingKey, outgoingTable, sendSoon } from '../links.ts';
import { deviceTable, isBlocked } from '../tables.ts';

/** Messages looked at to count what is left to read; where there are more, deleted ones among them may be counted. */
const COUNTED = 500;

/** Conversations whose messages are handed over in one step: each makes a few events, and there may be thousands. */
const HANDED_AT_ONCE = 500;

/** A device of this person has got their messages up to this number. */
const handed = internalEvent<{ readonly with: string; readonly upTo: number }>('direct.handed');
/** That, and what this person has read, is on its way to them; and has arrived. */
const ticked = internalEvent<{ readonly with: string; readonly got: number; readonly read: number }>(
  'direct.ticked',
);
const tickCarried = internalEvent<{ readonly with: string }>('direct.tick-carried');

/** What a person has got, and has read, of the messages of whom this is carried to. */
export const takeTick: InternalCommand<FromPeer<{ readonly got: number; readonly read: number }>> =
  internalCommand(DIRECT_ITEMS.tick, ({ state, fields: { from, got, read } }) => {
    const row = conversationWith(state, from);
    const seen = Math.min(Math.max(row.seen, read), row.sent);
    const delivered = Math.min(Math.max(row.delivered, got, seen), row.sent);
    if (delivered === row.delivered && seen === row.seen) return decide({});
    return decide({ events: [happen('direct.receipt', { with: from, delivered, read: seen })] });
  });

/** Has them told what is new, unless such news is under way already: it is told when that has arrived. */
function tell(state: StateView, account: string): Decision {
  const { got, read, told, isTelling, isErased } = conversationWith(state, account);
  const isNews = got > told.got || read > told.read;
  // Whoever is blocked must not learn that somebody is there.
  if (!isNews || isTelling || isErased || isBlocked(state, account)) return {};
  // A message that follows takes it along.
  const carried = sendSoon(state, account, takeTick.name, { got, read });
  return {
    events: [note(ticked, { with: account, got, read }), ...carried.events],
    effects: carried.effects,
  };
}

/** Whether what was last told them has still to be carried. */
function isWaiting(state: StateView, account: string): boolean {
  const { carried, sent } = linkOf(state, account);
  const outgoing = state.table(outgoingTable);
  for (let number = carried + 1; number <= sent; number += 1)
    if (outgoing.get(outgoingKey(account, number))?.kind === DIRECT_ITEMS.tick) return true;
  return false;
}

/** Whoever comes has got what waited for them; where that is very much, a part at a time. */
function handOver(state: StateView, now: number): Decision {
  const waiting: EventDraft[] = [];
  for (const { with: account, got, received } of state.table(conversationTable).values()) {
    if (got >= received) continue;
    if (waiting.length === HANDED_AT_ONCE)
      return { events: waiting, deadlines: [deadline('direct hand-over', now, handOn, {})] };
    waiting.push(note(handed, { with: account, upTo: received }));
  }
  return { events: waiting };
}

/** The next part, as long as somebody is there. */
const handOn: InternalCommand<object> = internalCommand('direct.hand-on', ({ state, now }) =>
  decide(state.table(deviceTable).count('online') > 0 ? handOver(state, now) : {}),
);

/** Messages of theirs behind a number that are not deleted. */
function unreadBehind(log: LogView, row: Readonly<ConversationRow>, upTo: number): number {
  if (upTo >= row.received) return 0;
  let unread = 0;
  let looked = 0;
  for (const { event } of backFrom(log, row.last)) {
    const isTheirs = event.from === row.with;
    if (isTheirs && event.number <= upTo) return unread;
    if (isTheirs && event.body.kind !== 'deleted') unread += 1;
    looked += 1;
    if (looked === COUNTED) return Math.min(row.unread, row.received - upTo);
  }
  return unread;
}

/** Delivered and read: how far the messages of each have got with the other. */
export const receipts: Feature = {
  name: 'receipts',
  tables: [conversationTable],
  commands: {
    'direct.read': ({ state, fields: { with: account, upTo }, log }) => {
      const row = conversationWith(state, account);
      if (upTo > row.received) return fail('message_unknown', { detail: String(upTo) });
      if (upTo <= row.read) return decide({});
      const unread = unreadBehind(log, row, upTo);
      return decide({ events: [happen('direct.unread', { with: account, upTo, unread })] });
    },
  },
  internalCommands: [takeTick, handOn],
  internalEvents: [handed, ticked, tickCarried],
  apply: [
    applyInternal(handed, (state, { with: account, upTo }) =>
      changeConversation(state, account, ({ got }) => ({ got: Math.max(got, upTo) })),
    ),
    apply('direct.unread', (state, { with: account, upTo, unread }) =>
      changeConversation(state, account, ({ got }) => ({ read: upTo, got: Math.max(got, upTo), unread })),
    ),
    applyInternal(ticked, (state, { with: account, got, read }) =>
      changeConversation(state, account, () => ({ told: { got, read }, isTelling: true })),
    ),
    applyInternal(tickCarried, (state, { with: account }) =>
      changeConversation(state, account, () => ({ isTelling: false })),
    ),
    apply('direct.receipt', (state, { with: account, delivered, read }) =>
      changeConversation(state, account, () => ({ delivered, seen: read })),
    ),
  ],
  on: [
    on('direct.sent', ({ state }, { with: account, from, number }) => {
      const isHanded = from === account && state.table(deviceTable).count('online') > 0;
      return isHanded ? { events: [note(handed, { with: account, upTo: number })] } : {};
    }),
    onInternal(deviceOpened, ({ state, now }) => handOver(state, now)),
    onInternal(handed, ({ state }, { with: account }) => tell(state, account)),
    on('direct.unread', ({ state }, { with: account }) => tell(state, account)),
    onInternal(carriedTo, ({ state }, { to }) =>
      conversationWith(state, to).isTelling && !isWaiting(state, to)
        ? { events: [note(tickCarried, { with: to })] }
        : {},
    ),
    onInternal(tickCarried, ({ state }, { with: account }) => tell(state, account)),
  ],
};

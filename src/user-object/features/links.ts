import { effectTable } from '../../engine/deadlines.ts';
import {
  applyInternal,
  decide,
  type Feature,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
} from '../../engine/feature.ts';
import type { State } from '../../engine/state.ts';
import type { LinkItem } from '../../platform/user-rpc.ts';
import type { Person } from '../../protocol/index.ts';
import { carriedTo, personGone, personLearned, selfRemoved } from '../internal-events.ts';
import { costOf, isLastWord } from '../item-costs.ts';
import {
  isWaiting,
  learn,
  linkEffect,
  linkOf,
  linkQueued,
  linkTable,
  outgoingKey,
  outgoingTable,
  type ParkedRow,
  parkedTable,
} from '../links.ts';
import { isBlocked, knownPerson, peopleTable } from '../tables.ts';

/** ms for which something waits for a version that knows what it is: longer than any deploy takes. */
const PARKED_FOR = 30 * 86_400_000;
/** Items that may wait so at a time. */
const PARKED = 1_000;

const takenFrom = internalEvent<{ readonly from: string; readonly epoch: string; readonly number: number }>(
  'link.taken-from',
);
const parked = internalEvent<{ readonly key: string; readonly row: ParkedRow }>('link.parked');
const unparked = internalEvent<{ readonly key: string }>('link.unparked');

/** Somebody has taken what was carried to them. What has come since is carried, too. */
export const linkCarried: InternalCommand<{ readonly to: string; readonly upTo: number }> = internalCommand(
  'link.carried',
  ({ state, fields: { to, upTo } }) => {
    const { sent, carried } = linkOf(state, to);
    const reached = Math.min(Math.max(upTo, carried), sent);
    return decide({
      events: reached > carried ? [note(carriedTo, { to, upTo: reached })] : [],
      effects: isWaiting(state, to, reached) ? [linkEffect(to)] : [],
    });
  },
);

/** Somebody's account exists no longer, as their object, or the directory, has said. */
export const linkGone: InternalCommand<{ readonly account: string }> = internalCommand(
  'link.gone',
  ({ fields }) => decide({ events: [note(personGone, fields)] }),
);

export interface TakenFields {
  readonly from: Person;
  readonly epoch: string;
  /** The newest number taken. */
  readonly number: number;
}

/** Something came from somebody: so they can be reached, and what waits for them is tried at once. */
export const linkTaken: InternalCommand<TakenFields> = internalCommand('link.taken', ({ state, fields }) => {
  const { from, epoch, number } = fields;
  const link = linkOf(state, from.id);
  const isNews = link.epoch !== epoch || number > link.taken;
  const waiting = state.table(effectTable).get(linkEffect(from.id).id);
  const isKnown = knownPerson(state, from.id) !== undefined && !isBlocked(state, from.id);
  return decide({
    events: [
      ...(isNews ? [note(takenFrom, { from: from.id, epoch, number })] : []),
      ...(isKnown ? learn(state, from) : []),
    ],
    effects: waiting !== undefined && waiting.attempts > 0 ? [linkEffect(from.id)] : [],
  });
});

/** Keeps an item that this version does not know, or fails at, for one that does better. */
export const parkItem: InternalCommand<{
  readonly from: Person;
  readonly epoch: string;
  readonly item: LinkItem;
}> = internalCommand('link.park', ({ state, fields: { from, epoch, item }, now }) => {
  const key = `${from.id} ${item.number} ${epoch}`;
  if (state.table(parkedTable).size >= PARKED) return decide({});
  return decide({ events: [note(parked, { key, row: { ...item, from, at: now } })] });
});

/** Ends an item's waiting: it has been run, or is too old. */
export const unparkItem: InternalCommand<{ readonly key: string }> = internalCommand(
  'link.unpark',
  ({ fields }) => decide({ events: [note(unparked, fields)] }),
);

/** Whether an item that waits for another version has waited for too long. `now` in ms. */
export const isStale = ({ at }: Readonly<ParkedRow>, now: number): boolean => now - at > PARKED_FOR;

/**
 * The account is deleted: what waits goes, and what others are to hear of it now does not come behind hours of what they have
 * no room for. Numbers stay given: some of this may be under way, and they drop what has a number that they have taken.
 */
function dropWaiting(state: State): void {
  const outgoing = state.table(outgoingTable);
  for (const [key, { to, kind, size, cost }] of Array.from(outgoing.entries())) {
    if (isLastWord(kind)) continue;
    outgoing.delete(key);
    const link = linkOf(state, to);
    state.table(linkTable).set(to, { ...link, size: link.size - size, cost: link.cost - cost });
  }
}

/** The channels to other people's objects. */
export const links: Feature = {
  name: 'links',
  tables: [linkTable, outgoingTable, parkedTable],
  commands: {},
  internalCommands: [linkCarried, linkGone, linkTaken, parkItem, unparkItem],
  internalEvents: [linkQueued, carriedTo, takenFrom, parked, unparked, personLearned, personGone],
  apply: [
    applyInternal(linkQueued, (state, { to, kind, data }) => {
      const link = linkOf(state, to);
      const number = link.sent + 1;
      const size = JSON.stringify(data).length;
      const cost = costOf(kind, data, size);
      state.table(outgoingTable).set(outgoingKey(to, number), { to, number, kind, data, size, cost });
      // Not `set`: both follow from what waits (`resumeLinks`), and a row is saved with each item.
      state.table(linkTable).restore(to, {
        ...link,
        sent: number,
        size: link.size + size,
        cost: link.cost + cost,
      });
    }),
    applyInternal(carriedTo, (state, { to, upTo }) => {
      const link = linkOf(state, to);
      const outgoing = state.table(outgoingTable);
      let { size, cost } = link;
      for (let number = link.carried + 1; number <= upTo; number += 1) {
        const key = outgoingKey(to, number);
        const row = outgoing.get(key);
        size -= row?.size ?? 0;
        cost -= row?.cost ?? 0;
        outgoing.delete(key);
      }
      state.table(linkTable).set(to, { ...link, carried: upTo, size, cost });
    }),
    applyInternal(selfRemoved, dropWaiting),
    applyInternal(takenFrom, (state, { from, epoch, number }) =>
      state.table(linkTable).set(from, { ...linkOf(state, from), epoch, taken: number }),
    ),
    applyInternal(parked, (state, { key, row }) => state.table(parkedTable).set(key, row)),
    applyInternal(unparked, (state, { key }) => state.table(parkedTable).delete(key)),
    applyInternal(personLearned, (state, { person }) => state.table(peopleTable).set(person.id, person)),
    applyInternal(personGone, (state, { account }) => {
      const { sent, carried } = linkOf(state, account);
      for (let number = carried + 1; number <= sent; number += 1)
        state.table(outgoingTable).delete(outgoingKey(account, number));
      state.table(linkTable).delete(account);
    }),
  ],
};

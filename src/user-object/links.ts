import { effectTable } from '../engine/deadlines.ts';
import {
  type Decision,
  type EventDraft,
  type InternalEvent,
  internalEvent,
  note,
} from '../engine/feature.ts';
import { defineTable, type State, type StateView } from '../engine/state.ts';
import type { LinkBatch, LinkItem } from '../platform/user-rpc.ts';
import { type Person, type Refusal, refuse } from '../protocol/index.ts';
import { personLearned } from './internal-events.ts';
import { knownPerson } from './tables.ts';

/** Items on one trip, and UTF-16 units of their data; one item may have more. */
const BATCH_ITEMS = 100;
const BATCH_SIZE = 256 * 1024;
/** What may wait for one person. */
const WAITING_ITEMS = 1_000;
/** What all that waits may cost (`costOf`): as much as the receiver takes in ten minutes, so that nothing waits for longer. */
const WAITING_COST = 600;
const WAITING_SIZE = 2 * 1024 * 1024;

/** The channel between this person's object and another's, by account id. */
export interface LinkRow {
  /** The newest number given to what is sent to them. */
  readonly sent: number;
  /** The newest number that they have taken. What is behind it, up to `sent`, waits. */
  readonly carried: number;
  /** UTF-16 units of the data that waits. */
  readonly size: number;
  /** What it costs, of what they allow this person. */
  readonly cost: number;
  /** The newest number taken from them. */
  readonly taken: number;
  /** The life of their object that `taken` is of: numbers begin anew with each; '' before there was any. */
  readonly epoch: string;
}
export const linkTable = defineTable<LinkRow>('links');
const NO_LINK: LinkRow = { sent: 0, carried: 0, size: 0, cost: 0, taken: 0, epoch: '' };
export const linkOf = (state: StateView, account: string): Readonly<LinkRow> =>
  state.table(linkTable).get(account) ?? NO_LINK;

/** What waits to be carried to somebody; key: `<account> <number>`. */
export interface OutgoingRow extends LinkItem {
  readonly to: string;
  /** UTF-16 units of the data. */
  readonly size: number;
  /** What it costs, of what they allow this person. */
  readonly cost: number;
}
export const outgoingTable = defineTable<OutgoingRow>('outgoing');
export const outgoingKey = (to: string, number: number): string => `${to} ${number}`;

/** What came from somebody and can't be run here yet; key: `<account> <number> <epoch>`. */
export interface ParkedRow extends LinkItem {
  readonly from: Person;
  /** ms; when it came. */
  readonly at: number;
}
export const parkedTable = defineTable<ParkedRow>('parked');

/** The fields that the internal command of an item's kind gets. */
export type FromPeer<Data extends object> = Data & {
  /** The sender's account. */
  readonly from: string;
  /** The sender as they are now. */
  readonly card: Person;
  /** The item's own number. */
  readonly number: number;
};

/** Something is to be carried to another person's object; the applier numbers it. */
export const linkQueued: InternalEvent<{
  readonly to: string;
  readonly kind: string;
  readonly data: object;
}> = internalEvent('link.queued');

/** The effect that carries to one person whatever waits for them, in order. */
export const LINK_EFFECT = 'link';
export const linkEffect = (to: string) => ({
  id: `link ${to}`,
  kind: LINK_EFFECT,
  data: { to },
  // What waits is written, and says of itself that it is to be carried (`resumeLinks`).
  follows: true as const,
});

/**
 * What a handler adds to its decision to have the internal command `kind` run with `data` (and `from` and `card`, see
 * `FromPeer`) in the object of another person: once, in the order of sending, as soon as that object can be reached. To
 * somebody whose account is gone nothing happens. A command of a person's own asks `linkFull` first.
 */
export function sendTo(
  state: StateView,
  to: string,
  kind: string,
  data: object,
): Required<Pick<Decision, 'events' | 'effects'>> {
  const waiting = state.table(effectTable).get(linkEffect(to).id);
  // One that is under way, or waits to be tried again, takes along what has come since.
  const isComing = waiting !== undefined && waiting.waits !== true;
  return { events: [note(linkQueued, { to, kind, data })], effects: isComing ? [] : [linkEffect(to)] };
}

/** ms for which what is in no hurry waits, so that it goes with something else. */
const NO_HURRY = 50;

/** The same for what need not be there at once: it goes with the next that is sent, or a moment later. */
export function sendSoon(
  state: StateView,
  to: string,
  kind: string,
  data: object,
): Required<Pick<Decision, 'events' | 'effects'>> {
  const isComing = state.table(effectTable).has(linkEffect(to).id);
  return {
    events: [note(linkQueued, { to, kind, data })],
    effects: isComing ? [] : [{ ...linkEffect(to), wait: NO_HURRY }],
  };
}

/** The same to several people. */
export function sendToAll(
  state: StateView,
  accounts: Iterable<string>,
  kind: string,
  data: object,
): Required<Pick<Decision, 'events' | 'effects'>> {
  const each = Array.from(accounts, (to) => sendTo(state, to, kind, data));
  return { events: each.flatMap(({ events }) => events), effects: each.flatMap(({ effects }) => effects) };
}

/** People who are told something in one step, where it may be to very many. */
const TOLD_AT_ONCE = 1_000;

/**
 * A part of the same, without data: to those behind the last one of the part before (`after`; null: the first part).
 * `next`: behind whom to go on, by a deadline; null: all have been told.
 */
export function sendInSteps(
  state: StateView,
  accounts: Iterable<string>,
  after: string | null,
  kind: string,
): ReturnType<typeof sendToAll> & { readonly next: string | null } {
  const left = Array.from(accounts)
    .filter((account) => after === null || account > after)
    .toSorted((a, b) => (a < b ? -1 : 1));
  const step = left.slice(0, TOLD_AT_ONCE);
  const next = left.length > step.length ? (step.at(-1) ?? null) : null;
  return { ...sendToAll(state, step, kind, {}), next };
}

/** Finds again what costs no row of its own: how much waits for whom, and that it is to be carried. On waking, before all else. */
export function resumeLinks(state: State, now: number): void {
  const links = state.table(linkTable);
  const waiting = new Map<string, { last: number; size: number; cost: number }>();
  for (const { to, number, size, cost } of state.table(outgoingTable).values()) {
    const before = waiting.get(to) ?? { last: 0, size: 0, cost: 0 };
    waiting.set(to, {
      last: Math.max(before.last, number),
      size: before.size + size,
      cost: before.cost + cost,
    });
  }
  for (const to of new Set([...links.keys(), ...waiting.keys()])) {
    const link = linkOf(state, to);
    const { last = link.carried, size = 0, cost = 0 } = waiting.get(to) ?? {};
    links.restore(to, { ...link, sent: Math.max(link.sent, last), size, cost });
  }
  for (const to of waiting.keys()) {
    const { id, kind, data } = linkEffect(to);
    const effects = state.table(effectTable);
    if (!effects.has(id)) effects.restore(id, { kind, data, attempts: 0, at: now });
  }
}

/** A refusal where so much waits for somebody already that a command may add nothing; null: it may. */
export function linkFull(state: StateView, to: string): Refusal | null {
  const { sent, carried, size, cost } = linkOf(state, to);
  const isFull = sent - carried >= WAITING_ITEMS || size >= WAITING_SIZE || cost >= WAITING_COST;
  return isFull ? refuse('person_unreachable') : null;
}

/** Whether anything waits for somebody behind a number. Not each number up to `sent` need have something: some is dropped. */
export function isWaiting(state: StateView, to: string, after: number): boolean {
  const { sent } = linkOf(state, to);
  const outgoing = state.table(outgoingTable);
  for (let number = after + 1; number <= sent; number += 1)
    if (outgoing.has(outgoingKey(to, number))) return true;
  return false;
}

/**
 * What goes to somebody next: the oldest that waits behind a number (what they are known to have taken), in order.
 * Without items nothing waits.
 */
export function nextBatch(
  state: StateView,
  epoch: string,
  to: string,
  after = linkOf(state, to).carried,
): LinkBatch {
  const { sent } = linkOf(state, to);
  const outgoing = state.table(outgoingTable);
  const items: LinkItem[] = [];
  let size = 0;
  for (let number = after + 1; number <= sent && items.length < BATCH_ITEMS; number += 1) {
    const row = outgoing.get(outgoingKey(to, number));
    if (row === undefined) continue;
    size += row.size;
    if (items.length > 0 && size > BATCH_SIZE) break;
    items.push({ number, kind: row.kind, data: row.data });
  }
  return { epoch, items };
}

const sameCard = (a: Readonly<Person>, b: Readonly<Person>): boolean =>
  a.userName === b.userName && a.name === b.name && a.avatar === b.avatar;

/** Makes somebody known, or what has changed of them: nothing where they are known like this. */
export function learn(state: StateView, person: Person): readonly EventDraft[] {
  const before = knownPerson(state, person.id);
  if (before !== undefined && sameCard(before, person)) return [];
  const { id, userName, name, avatar } = person;
  return [note(personLearned, { person: { id, userName, name, avatar }, isNew: before === undefined })];
}

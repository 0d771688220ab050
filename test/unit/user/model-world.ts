import * as v from 'valibot';
import { expect } from 'vitest';
import type { NumberedFrame } from '../../../src/client/position.ts';
import type { Envelope } from '../../../src/client/vocabulary.ts';
import { applyLive, applyNumbered, fromSnapshot } from '../../../src/client/world.ts';
import type { World as View } from '../../../src/client/world-state.ts';
import { deadlineTable, effectTable } from '../../../src/engine/deadlines.ts';
import type { RowChange, TableDef } from '../../../src/engine/state.ts';
import type { LinkBatch, LinkItem } from '../../../src/platform/user-rpc.ts';
import { InboxReadyFrameSchema } from '../../../src/protocol/inbox.ts';
import { DIRECT_ITEMS, mayWriteHere } from '../../../src/user-object/direct-items.ts';
import { linkCarried } from '../../../src/user-object/features/links.ts';
import { linkEffect, linkOf, nextBatch } from '../../../src/user-object/links.ts';
import { freshTable, seenTable } from '../../../src/user-object/presence-rows.ts';
import { features } from '../../../src/user-object/registry.ts';
import { isBlocked } from '../../../src/user-object/tables.ts';
import { cardOfSelf, snapshotText } from '../../../src/user-object/view.ts';
import { accountId, deviceId, type Told } from './harness.ts';
import { PresenceWorld } from './presence-world.ts';

const EPOCH = 'epoch';
/** All tables of an object, and those that are in its memory alone. */
const TABLES = [
  ...features.flatMap(({ tables }) => tables),
  deadlineTable,
  effectTable,
  seenTable,
  freshTable,
].map(({ name }): TableDef<object> => ({ name }));
/** What nobody who is blocked may bring about. */
const FROM_OTHERS = ['direct.sent', 'meeting.invited', 'call.ringing'];

/** Whom an event speaks of as the one who brought it about; undefined: nobody. */
const authorOf = ({ from }: Told): unknown =>
  typeof from === 'object' && from !== null && 'id' in from ? from.id : from;

/** People who talk, each with a client that follows everything, by the SDK's own reducers. */
export class Talkers extends PresenceWorld {
  readonly names: readonly string[];
  readonly views = new Map<string, View>();
  /** Messages whose arrival or change was dropped on purpose, as `<to> <from> <number>`. */
  readonly kept = { out: new Set<string>(), stale: new Set<string>() };

  constructor(names: readonly string[]) {
    super(names);
    this.names = names;
    for (const name of names) this.of(name).connect(name);
    this.introduce(...names);
    for (const name of names) {
      this.of(name).take();
      this.#write(name);
      this.views.set(name, this.fresh(name, 0));
    }
  }

  others(name: string): string[] {
    return this.names.filter((other) => other !== name);
  }
  view(name: string): View {
    const view = this.views.get(name);
    if (view === undefined) throw new Error(`nobody is called ${name}`);
    return view;
  }

  /** The view of a device that has just come, at a position of the log. */
  fresh(name: string, seq: number): View {
    const { state, view } = this.of(name);
    const ready = v.parse(InboxReadyFrameSchema, {
      t: 'ready',
      v: 1,
      epoch: EPOCH,
      seq,
      private: 0,
      recovered: false,
      acked: 0,
      self: { device: deviceId(name), account: cardOfSelf(state) },
      latest: Array.from(state.allLatest(), ({ text }) => JSON.parse(text) as object),
      snapshot: JSON.parse(snapshotText(state, view)) as object,
    });
    const made = fromSnapshot(ready, null, []);
    if (made === null) throw new Error('a ready frame without a snapshot');
    return made;
  }

  /** Commits at everybody, and has their clients follow. `blocked`: who had blocked whom before. */
  commit(blocked: ReadonlySet<string>): void {
    for (const name of this.names) {
      this.#write(name);
      const inbox = this.of(name);
      const commits = inbox.disk.commits.length;
      const { told } = inbox.take();
      let view = this.view(name);
      for (const { segments } of inbox.disk.commits.slice(commits)) {
        for (const { prev, head, public: text } of segments) {
          const frame: NumberedFrame = { prev, last: head, events: JSON.parse(`[${text}]`) as Envelope[] };
          const after = head === prev ? view : applyNumbered(view, 'seq', frame);
          if (after === null) throw new Error(`${name}: (${prev}, ${head}] on ${view.seq}`);
          view = after;
        }
      }
      const live = told.filter(({ seq }) => seq === undefined) as unknown as Envelope[];
      this.views.set(name, applyLive(view, live));
      for (const event of told) this.#checkTold(name, event, blocked);
    }
  }

  /** Who has blocked whom, as `<who> <whom>`; and with ` said` behind it where nothing is left to be said of presence. */
  blocks(): Set<string> {
    return new Set(
      this.names.flatMap((name) => {
        const inbox = this.of(name);
        const hasSaid = !inbox.effects().some((kind) => kind.startsWith('presence.'));
        return this.others(name)
          .filter((other) => isBlocked(inbox.state, accountId(other)))
          .flatMap((other) => [`${name} ${other}`, ...(hasSaid ? [`${name} ${other} said`] : [])]);
      }),
    );
  }

  #checkTold(name: string, event: Told, blocked: ReadonlySet<string>): void {
    for (const other of this.others(name)) {
      const isTheirs = authorOf(event) === accountId(other);
      if (blocked.has(`${name} ${other}`) && FROM_OTHERS.includes(event.t) && isTheirs)
        expect.fail(`${name} was told ${event.t} of ${other}, who is blocked`);
      const isSeen =
        event.t === 'presence.changed' && event.account === accountId(other) && event.status !== 'offline';
      if (blocked.has(`${other} ${name} said`) && isSeen)
        expect.fail(`${name}, whom ${other} has blocked, was told that they are ${String(event.status)}`);
    }
  }

  /** Notes what is about to be dropped where somebody is blocked, or is a contact no longer. */
  #note(to: string, from: string, items: readonly LinkItem[]): void {
    const { state } = this.of(to);
    const { taken } = linkOf(state, accountId(from));
    const hasBlocked = isBlocked(state, accountId(from));
    const isRefused = !mayWriteHere(state, accountId(from), {});
    for (const { number, kind, data } of items) {
      if (number <= taken || !('message' in data)) continue;
      const name = `${to} ${from} ${String(data.message)}`;
      if (kind === DIRECT_ITEMS.arrive && hasBlocked) this.kept.out.add(name);
      if (kind === DIRECT_ITEMS.rewrite && (hasBlocked || isRefused)) this.kept.stale.add(name);
    }
  }

  /** A trip begins: what is queued from here on is not on it. */
  setOut(from: string, to: string): void {
    const name = `${from} ${to}`;
    const { state } = this.of(from);
    const batch = nextBatch(state, `life of ${from}`, accountId(to));
    if (batch.items.length > 0 && !this.#trips.has(name)) this.#trips.set(name, batch);
  }
  readonly #trips = new Map<string, LinkBatch>();

  /** A trip that had begun ends: there is never a second one on the same way. */
  #arrive(from: string, to: string, batch: LinkBatch): boolean {
    const sender = this.of(from);
    this.#trips.delete(`${from} ${to}`);
    this.#note(to, from, batch.items);
    const taken = this.of(to).takeItems(sender.card, batch);
    if (!taken.ok || 'gone' in taken.value) return false;
    sender.state.table(effectTable).delete(linkEffect(accountId(to)).id);
    sender.perform(linkCarried, { to: accountId(to), upTo: taken.value.upTo });
    return true;
  }

  override carryOnce(from: string, to: string): boolean {
    const trip = this.#trips.get(`${from} ${to}`);
    if (trip !== undefined && !this.isCut(to)) return this.#arrive(from, to, trip);
    const batch = nextBatch(this.of(from).state, `life of ${from}`, accountId(to));
    if (!this.isCut(to)) this.#note(to, from, batch.items);
    return super.carryOnce(from, to);
  }

  /** What is carried arrives, and whoever carried it dies before it is noted: it is carried once more. */
  carryAndDie(from: string, to: string): void {
    const sender = this.of(from);
    const batch = nextBatch(sender.state, `life of ${from}`, accountId(to));
    if (this.isCut(to) || batch.items.length === 0 || this.#trips.has(`${from} ${to}`)) return;
    this.#note(to, from, batch.items);
    this.of(to).takeItems(sender.card, batch);
    this.die(from);
  }

  /** What is on somebody's disk: the rows of each commit. */
  readonly #disks = new Map<string, Map<string, RowChange>>();
  #write(name: string): void {
    const disk = this.#disks.get(name) ?? new Map<string, RowChange>();
    this.#disks.set(name, disk);
    for (const change of this.of(name).state.takeChanges()) disk.set(`${change.table} ${change.key}`, change);
  }

  /** The object is gone, with its sockets and all that is not on its disk, and wakes. */
  die(name: string): void {
    const inbox = this.of(name);
    const { state } = inbox;
    for (const table of TABLES)
      for (const key of Array.from(state.table(table).keys())) state.table(table).delete(key);
    for (const { t, member } of Array.from(state.allLatest())) state.dropLatest(member, t);
    state.takeChanges();
    const rows = Array.from(this.#disks.get(name)?.values() ?? []);
    state.restore(rows.flatMap(({ table, key, json }) => (json === null ? [] : [{ table, key, json }])));
    // Whoever comes back is told of presence anew, whole.
    this.views.set(name, { ...this.view(name), presence: new Map() });
    for (const other of this.others(name)) this.#trips.delete(`${name} ${other}`);
    for (const device of devicesOf(name)) inbox.drop(device);
    inbox.wake();
  }

  readonly #cut = new Set<string>();
  isCut(name: string): boolean {
    return this.#cut.has(name);
  }
  override cut(name: string): void {
    this.#cut.add(name);
    super.cut(name);
  }
  override reach(name: string): void {
    this.#cut.delete(name);
    super.reach(name);
  }

  /** Everything is carried, and everybody is there. */
  async heal(): Promise<void> {
    for (const name of this.names) {
      this.reach(name);
      const inbox = this.of(name);
      if (inbox.device(name)?.online !== true) inbox.connect(name);
    }
    await this.rest();
    for (const name of this.names)
      for (const other of this.others(name))
        expect(
          this.of(name)
            .state.table(effectTable)
            .has(linkEffect(accountId(other)).id),
        ).toBe(false);
  }
}

/** The short names of somebody's two devices. */
export const devicesOf = (name: string): readonly [string, string] => [name, `${name}-2`];

const byKey = <T>(list: readonly T[], keyOf: (one: T) => string): readonly T[] =>
  list.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));

/** A message without who the other one is: a view that knows them drops it. */
export function withoutPerson<T extends { readonly person?: unknown }>({
  person: _,
  ...rest
}: T): Omit<T, 'person'> {
  return rest;
}

/** A view as it can be compared with another one: without what a device that has just come can't know. */
export function comparable(view: View): object {
  const { people: _, threads: __, missing: ___, conversations, contacts, presence, ...rest } = view;
  const sorted = <T>(map: ReadonlyMap<string, T>) =>
    Array.from(map.entries()).sort(([one], [other]) => (one < other ? -1 : 1));
  const isThere = ([, { status }]: readonly [string, { readonly status: string }]) => status !== 'offline';
  return {
    ...rest,
    blocked: sorted(view.blocked),
    conversations: sorted(conversations).map(([, { last, ...row }]) => ({
      ...row,
      last: last === null ? null : withoutPerson(last),
    })),
    contacts: sorted(contacts),
    presence: sorted(presence).filter(isThere),
    groups: sorted(view.groups),
    // What came in the same millisecond has no order among itself.
    meetings: byKey(view.meetings, ({ code }) => code),
    favourites: byKey(view.favourites, ({ kind, id }) => `${kind} ${id}`),
  };
}

import { defineTable, type State, type StateView } from '../engine/state.ts';
import {
  DEFAULT_WATCH_POLICY,
  NOTHING_PLAYS,
  type Playback,
  positionAt,
  type Viewing,
  type WatchItem,
  type WatchPolicy,
} from '../protocol/index.ts';
import { present, settingsOf } from './tables.ts';

/** A video or audio of the list. */
export type ItemRow = Readonly<Omit<WatchItem, 'by'>> & {
  /** Null: somebody with the host key. */
  readonly by: string | null;
};

/** What plays, with what only the room has to know of it: one row. */
export interface PlaybackRow extends Readonly<Playback> {
  /** The first of the newest versions that one and the same decided. */
  readonly run: number;
  /** The end was reached: played on, it begins anew. */
  readonly ended: boolean;
  /** Who was not ready in time. They are waited for again from the first jump on for which they have got ready. */
  readonly excused: readonly string[];
  /** ms of the waits since the newest jump that a member was the last to end, or did not end; the others: none. */
  readonly waited: Readonly<Record<string, number>>;
}

/** ms for which all wait for one who is not ready, over all waits since the newest jump. */
export const HOLD_FOR = 20_000;

export const itemTable = defineTable<ItemRow>('watch_items');
/** Pictures by item, apart from the items: they are asked for one by one. */
export const posterTable = defineTable<{ readonly poster: string }>('watch_posters');
const orderTable = defineTable<{ readonly items: readonly number[] }>('watch_order');
const playbackTable = defineTable<PlaybackRow>('watch_playback');
const policyTable = defineTable<WatchPolicy>('watch_policy');
export const watchTables = [itemTable, posterTable, orderTable, playbackTable, policyTable];

const KEY = 'watch';
export const itemKey = (item: number): string => String(item);

const AT_FIRST: PlaybackRow = { ...NOTHING_PLAYS, run: 0, ended: false, excused: [], waited: {} };

export const playbackOf = (state: StateView): Readonly<PlaybackRow> =>
  state.table(playbackTable).get(KEY) ?? AT_FIRST;

export const putPlayback = (state: State, row: PlaybackRow): void => state.table(playbackTable).set(KEY, row);

export const policyOf = (state: StateView): Readonly<WatchPolicy> =>
  state.table(policyTable).get(KEY) ?? DEFAULT_WATCH_POLICY;

export const putPolicy = (state: State, policy: WatchPolicy): void =>
  state.table(policyTable).set(KEY, policy);

export const findItem = (state: StateView, item: number): Readonly<ItemRow> | undefined =>
  state.table(itemTable).get(itemKey(item));

/** Ids of the items, in their order. */
export const orderOf = (state: StateView): readonly number[] => state.table(orderTable).get(KEY)?.items ?? [];

export const putOrder = (state: State, items: readonly number[]): void =>
  state.table(orderTable).set(KEY, { items });

/** All items, in their order. */
export const itemsInOrder = (state: StateView): Readonly<ItemRow>[] =>
  orderOf(state).flatMap((id) => findItem(state, id) ?? []);

/** Whether it can be opened here: addresses only as long as the server lets pages open them. */
export const mayOpen = (state: StateView, { source }: Pick<ItemRow, 'source'>): boolean =>
  source.kind === 'file' || settingsOf(state).mediaAddresses !== 'off';

/** The next item behind this one that can be opened; null: there is none. */
export function itemAfter(state: StateView, item: number | null): number | null {
  const items = itemsInOrder(state);
  const from = item === null ? 0 : items.findIndex(({ id }) => id === item) + 1;
  return items.slice(from).find((one) => mayOpen(state, one))?.id ?? null;
}

/** How long the chosen item is, in ms; null: it is not known, or nothing is chosen. */
export const durationOf = (state: StateView, item: number | null): number | null =>
  item === null ? null : (findItem(state, item)?.duration ?? null);

/** Where the chosen item is now, in whole ms. */
export const positionNow = (state: StateView, now: number): number => {
  const row = playbackOf(state);
  return Math.round(positionAt(row, now, durationOf(state, row.item)));
};

/** How it is with somebody who watches; undefined: they don't. Kept with their session, not on disk: it ends with it. */
export function viewingOf(
  state: StateView,
  member: string,
): { readonly viewing: Viewing; readonly version: number } | undefined {
  const fields = state.latest('watch.viewing', member)?.fields;
  if (fields === undefined || fields.viewing === null) return undefined;
  // As this room told it.
  return { viewing: fields.viewing as Viewing, version: fields.version as number };
}

/** Who watches, can play, is not ready for what `row` says, and was not waited for long enough. */
export const lateFor = (
  state: StateView,
  row: Pick<PlaybackRow, 'jump' | 'excused' | 'waited'>,
): string[] => {
  const excused = new Set(row.excused);
  return present(state)
    .map(({ id }) => id)
    .filter((id) => {
      const one = viewingOf(state, id);
      if (one === undefined || excused.has(id) || waitedFor(row, id) >= HOLD_FOR) return false;
      return one.viewing === 'buffering' || (one.viewing === 'ready' && one.version < row.jump);
    });
};

/** ms for which all have waited for a member since the newest jump. */
export const waitedFor = ({ waited }: Pick<PlaybackRow, 'waited'>, member: string): number =>
  waited[member] ?? 0;

/** Whether somebody is there, watches, and has what it takes to be where `jump` leads. */
export function isReady(state: StateView, member: string, jump: number): boolean {
  const one = viewingOf(state, member);
  return one?.viewing === 'ready' && one.version >= jump;
}

export function toItem({ by, ...row }: Readonly<ItemRow>): WatchItem {
  return by === null ? row : { ...row, by };
}

export function toPlayback(row: Readonly<PlaybackRow>): Playback {
  const { run: _, ended: __, excused: ___, waited: ____, ...told } = row;
  return told;
}

/** Watching as everybody sees it. */
export const watchSnapshotOf = (state: StateView) => ({
  items: itemsInOrder(state).map(toItem),
  playback: toPlayback(playbackOf(state)),
  policy: policyOf(state),
  addresses: settingsOf(state).mediaAddresses,
});

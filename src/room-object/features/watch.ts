import * as v from 'valibot';
import {
  apply,
  applyInternal,
  type Decision,
  decide,
  type EventDraft,
  type Feature,
  happen,
  internalEvent,
  note,
  on,
  onInternal,
  type ReactionContext,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import {
  fail,
  isPlayable,
  LIMITS,
  type Outcome,
  readMediaAddress,
  type Subtitles,
  succeed,
  type WatchSource,
  WatchTitleSchema,
} from '../../protocol/index.ts';
import { findFile } from '../file-rows.ts';
import { sessionOpened } from '../internal-events.ts';
import { findPresent, memberTable, present, settingsOf } from '../tables.ts';
import {
  choseNothing,
  fromBeginning,
  play,
  playbackSet,
  reachEnd,
  rest,
  restingRow,
  steer,
  waitNoMore,
  watchDeadlines,
  weigh,
} from '../watch-playback.ts';
import {
  durationOf,
  findItem,
  type ItemRow,
  isReady,
  itemAfter,
  itemKey,
  itemsInOrder,
  itemTable,
  mayOpen,
  orderOf,
  playbackOf,
  policyOf,
  posterTable,
  putOrder,
  putPlayback,
  putPolicy,
  viewingOf,
  watchSnapshotOf,
  watchTables,
} from '../watch-rows.ts';

/** The picture of the item that was added just before. It is asked for one by one, and so kept out of the log. */
const posterKept = internalEvent<{ readonly poster: string }>('watch.poster-kept');

const unknown = (item: number) => fail('watch_unknown', { detail: String(item) });

interface Found {
  readonly source: WatchSource;
  readonly type: string;
  /** What it is called where nobody says how. */
  readonly name: string;
}

const isMedia = (type: string): boolean => isPlayable(type) && /^(video|audio)\//.test(type);

/** The end of an address, as far as people can read it; else the name of its server. */
function nameOf(url: string): string {
  const { pathname, hostname } = new URL(url);
  const last = pathname.split('/').findLast((part) => part !== '') ?? '';
  try {
    return decodeURIComponent(last) || hostname;
  } catch {
    return hostname;
  }
}

const tooLong = fail('quota_exceeded', { detail: `${LIMITS.watchListLength} characters of the list` });

/** What is to be put on the list, if it may be. */
function find(state: StateView, source: WatchSource): Outcome<Found> {
  if (source.kind === 'address') {
    if (settingsOf(state).mediaAddresses === 'off') return fail('addresses_off');
    const url = readMediaAddress(source.url);
    if (!url.ok) return url;
    const { type } = source;
    return succeed({ source: { ...source, url: url.value }, type, name: nameOf(url.value) });
  }
  const file = findFile(state, source.file);
  if (file === undefined) return fail('file_unknown', { detail: source.file });
  if (!isMedia(file.type)) return fail('not_media', { detail: file.type });
  return succeed({ source, type: file.type, name: file.name });
}

/** A name as a title: shortened, and without what a title must not hold. */
function titleOf(name: string): string {
  const short = [...name].slice(0, LIMITS.watchTitleLength).join('');
  const title = v.safeParse(WatchTitleSchema, short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' '));
  return title.success ? title.output : '…';
}

/** Why these can't be an item's subtitles; null: they can. */
function wrongSubtitles(state: StateView, subtitles: readonly Subtitles[]) {
  for (const { file } of subtitles) {
    const found = findFile(state, file);
    if (found === undefined) return fail('file_unknown', { detail: file });
    if (found.type !== 'text/vtt') return fail('not_media', { detail: found.type });
  }
  return null;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Most titles are the name of a file, which goes from the log with the file: so it goes when the item does, before or with it. */
function withoutTitle({ log }: ReactionContext, item: number): Decision {
  const event = log.read(item)?.event;
  return event === undefined ? {} : { rewrite: [{ seq: item, event: { ...event, title: '' } }] };
}

/** UTF-16 units of the list as it is told to everybody who comes. */
const sizeOf = (items: readonly unknown[]): number => JSON.stringify(items).length;

/** Whether the list, with this in place of what it has under the same id or at its end, is not too long to be told. */
function fits(state: StateView, item: Omit<ItemRow, 'by' | 'at' | 'failed'>): boolean {
  const others = itemsInOrder(state).filter(({ id }) => id !== item.id);
  return sizeOf([...others, item]) <= LIMITS.watchListLength;
}

/** That an item could not be played is no longer said of it. */
const mended = (item: number, by?: null): EventDraft =>
  happen('watch.failed', { item, reason: null }, by === null ? { by } : {});

/** Whoever could not play what is watched now plays it. */
function recovered(state: StateView, member: string): Decision {
  const { item, jump } = playbackOf(state);
  const row = item === null ? undefined : findItem(state, item);
  if (row?.failed?.by !== member || !isReady(state, member, jump)) return {};
  return { events: [mended(row.id, null)] };
}

/** What a removed file leaves of the list. */
function withoutFile(state: StateView, file: string): EventDraft[] {
  const rows = Array.from(state.table(itemTable).values());
  return rows.flatMap(({ id, source, subtitles }) => {
    if (source.kind === 'file' && source.file === file)
      return [happen('watch.removed', { item: id }, { by: null })];
    const others = subtitles.filter((one) => one.file !== file);
    if (others.length === subtitles.length) return [];
    return [happen('watch.subtitled', { item: id, subtitles: others }, { by: null })];
  });
}

/** Somebody watches no more. */
function gone(state: StateView, member: string): Decision {
  const before = viewingOf(state, member);
  if (before === undefined) return {};
  const { version } = before;
  return {
    events: [
      happen('watch.viewing', { member, viewing: null, version }, { about: member, by: null, forget: true }),
    ],
  };
}

function changeItem(state: State, id: number, to: Partial<ItemRow>): void {
  const row = findItem(state, id);
  if (row !== undefined) state.table(itemTable).set(itemKey(id), { ...row, ...to });
}

/** The list with an item put before another one; null: at its end. */
function moved(order: readonly number[], item: number, before: number | null): readonly number[] {
  const others = order.filter((id) => id !== item);
  const at = before === null ? others.length : others.indexOf(before);
  return others.toSpliced(at, 0, item);
}

/** Watching together: a list, and one state of what plays, from which everybody can tell at any moment where it is. */
export const watch: Feature = {
  name: 'watch',
  tables: watchTables,
  commands: {
    'watch.add': ({ state, fields }) => {
      const { source, title, duration, poster } = fields;
      if (orderOf(state).length >= LIMITS.watchItems)
        return fail('quota_exceeded', { detail: `${LIMITS.watchItems} items` });
      const found = find(state, source);
      if (!found.ok) return found;
      const { name, ...what } = found.value;
      const item = { ...what, title: title ?? titleOf(name), duration, hasPoster: poster !== undefined };
      if (!fits(state, { ...item, id: 0, subtitles: [] })) return tooLong;
      return decide({
        events: [
          happen('watch.added', item),
          ...(poster === undefined ? [] : [note(posterKept, { poster })]),
        ],
      });
    },
    'watch.remove': ({ state, fields: { item } }) =>
      findItem(state, item) === undefined
        ? unknown(item)
        : decide({ events: [happen('watch.removed', { item })] }),
    'watch.move': ({ state, fields: { item, before } }) => {
      for (const id of [item, before])
        if (id !== null && findItem(state, id) === undefined) return unknown(id);
      const order = orderOf(state);
      const isThere = item === before || isSame(order, moved(order, item, before));
      return decide(isThere ? {} : { events: [happen('watch.moved', { item, before })] });
    },
    'watch.subtitles': ({ state, fields: { item, subtitles } }) => {
      const row = findItem(state, item);
      if (row === undefined) return unknown(item);
      const wrong = wrongSubtitles(state, subtitles);
      if (wrong !== null) return wrong;
      if (isSame(row.subtitles, subtitles)) return decide({});
      if (!fits(state, { ...row, subtitles })) return tooLong;
      return decide({ events: [happen('watch.subtitled', { item, subtitles })] });
    },
    'watch.select': (context) => {
      const { state, fields } = context;
      const { item } = fields;
      const row = item === null ? null : findItem(state, item);
      if (row === undefined) return unknown(item ?? 0);
      if (row !== null && !mayOpen(state, row)) return fail('addresses_off');
      const chosen = steer(context, () => succeed(fromBeginning(item, fields.play)), false);
      // Whoever still can't play it will say so.
      if (!chosen.ok || !row?.failed) return chosen;
      return decide({ ...chosen.value, events: [mended(row.id), ...(chosen.value.events ?? [])] });
    },
    'watch.play': play,
    'watch.pause': (context) =>
      steer(context, ({ status }) => succeed(status === 'paused' ? null : { plays: false })),
    'watch.seek': (context) => {
      const { position } = context.fields;
      return steer(context, ({ item }) => {
        const duration = durationOf(context.state, item);
        if (duration !== null && position > duration)
          return fail('position_invalid', { detail: `it ends at ${duration} ms` });
        return succeed({ position, jumps: true });
      });
    },
    'watch.rate': (context) => {
      const { rate } = context.fields;
      return steer(context, (row) => succeed(row.rate === rate ? null : { rate }));
    },
    'watch.next': (context) =>
      steer(
        context,
        ({ item }) => {
          const next = itemAfter(context.state, item);
          return next === null
            ? fail('watch_unknown', { detail: 'it is the last one' })
            : succeed(fromBeginning(next, true));
        },
        false,
      ),
    'watch.policy': ({ state, fields }) => {
      const before = policyOf(state);
      const after = {
        autoplay: fields.autoplay ?? before.autoplay,
        waitForAll: fields.waitForAll ?? before.waitForAll,
      };
      return decide(isSame(before, after) ? {} : { events: [happen('watch.ruled', after)] });
    },
    'watch.view': ({ state, fields: { viewing, version }, actor }) => {
      if (actor.kind !== 'member' || findPresent(state, actor.id)?.presence !== 'online')
        return fail('member_gone');
      if (viewing === null) return decide(gone(state, actor.id));
      if (version > playbackOf(state).version)
        return fail('invalid', { detail: 'version: must be one that was told' });
      const member = actor.id;
      if (isSame(viewingOf(state, member), { viewing, version })) return decide({});
      return decide({
        events: [happen('watch.viewing', { member, viewing, version }, { about: member })],
      });
    },
    'watch.end': reachEnd,
    'watch.fail': ({ state, fields: { item, reason }, actor }) => {
      const row = findItem(state, item);
      if (row === undefined) return unknown(item);
      if (actor.kind !== 'member') return fail('not_allowed');
      return decide(row.failed === null ? { events: [happen('watch.failed', { item, reason })] } : {});
    },
    'watch.poster': ({ state, fields: { item } }) => {
      if (findItem(state, item) === undefined) return unknown(item);
      return decide({ result: { poster: state.table(posterTable).get(itemKey(item))?.poster ?? null } });
    },
  },
  internalCommands: watchDeadlines,
  internalEvents: [playbackSet, posterKept],
  apply: [
    apply('watch.added', (state, { seq: id, at, by = null, source, type, title, duration, hasPoster }) => {
      const row: ItemRow = {
        id,
        at,
        by,
        source,
        type,
        title,
        duration,
        hasPoster,
        subtitles: [],
        failed: null,
      };
      state.table(itemTable).set(itemKey(id), row);
      putOrder(state, [...orderOf(state), id]);
    }),
    applyInternal(posterKept, (state, { poster, seq }) =>
      state.table(posterTable).set(itemKey(seq), { poster }),
    ),
    apply('watch.removed', (state, { item }) => {
      state.table(itemTable).delete(itemKey(item));
      state.table(posterTable).delete(itemKey(item));
      putOrder(
        state,
        orderOf(state).filter((id) => id !== item),
      );
    }),
    apply('watch.moved', (state, { item, before }) => putOrder(state, moved(orderOf(state), item, before))),
    apply('watch.subtitled', (state, { item, subtitles }) => changeItem(state, item, { subtitles })),
    apply('watch.failed', (state, { item, reason, by = '' }) =>
      changeItem(state, item, { failed: reason === null ? null : { by, reason } }),
    ),
    applyInternal(playbackSet, (state, { row }) => putPlayback(state, row)),
    apply('watch.ruled', (state, { autoplay, waitForAll }) => putPolicy(state, { autoplay, waitForAll })),
    apply('room.ended', (state, { at }) => {
      if (playbackOf(state).status !== 'paused') putPlayback(state, restingRow(state, at));
    }),
  ],
  on: [
    on('file.removed', ({ state }, { file }) => ({ events: withoutFile(state, file) })),
    on('watch.removed', (context, { item }) => ({
      ...(playbackOf(context.state).item === item ? choseNothing(context) : {}),
      ...withoutTitle(context, item),
    })),
    on('watch.viewing', (context, { member }) => weigh(context, member)),
    on('watch.viewing', ({ state }, { member }) => recovered(state, member)),
    on('watch.ruled', (context, { waitForAll }) => (waitForAll ? weigh(context, null) : waitNoMore(context))),
    on('member.away', ({ state }, { member }) => gone(state, member)),
    on('member.left', (context, { member }) => {
      const { state } = context;
      const { events = [] } = gone(state, member);
      // To nobody nothing plays: whoever comes later finds it where the last one left.
      if (present(state).length > 0) return { events };
      // It rests first: nobody's going must make it play on.
      const { events: resting = [], deadlines = [] } = rest(context);
      return { events: [...resting, ...events], deadlines };
    }),
    // A new session says for itself that it watches.
    onInternal(sessionOpened, ({ state }, { member }) => gone(state, member)),
    on('room.reopened', ({ state }) => ({
      events: Array.from(state.table(memberTable).keys()).flatMap((id) => gone(state, id).events ?? []),
    })),
  ],
  snapshot: (state) => ({ watch: watchSnapshotOf(state) }),
};

import type { ReadyFrame } from '../protocol/frames.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import type { MediaAddresses, Playback, Viewing, WatchItem, WatchPolicy } from '../protocol/watch.ts';
import { atRest, DEFAULT_WATCH_POLICY, NOTHING_PLAYS } from '../protocol/watch-position.ts';

/** How it is with somebody who watches. `version`: what they are ready for. `at`: when they said so, server time in ms. */
export interface Viewer {
  readonly viewing: Viewing;
  readonly version: number;
  readonly at: number;
}

/** What is watched together. Never changed: each change makes a new one. */
export interface WatchView {
  /** The list, in its order. */
  readonly items: readonly WatchItem[];
  readonly playback: Playback;
  readonly policy: WatchPolicy;
  /** Whether addresses of other servers may be put on the list. */
  readonly addresses: MediaAddresses;
  /** By member: everybody who watches, you among them. */
  readonly viewers: ReadonlyMap<string, Viewer>;
}

/** What an event changes; null: nothing. */
type Change<T extends RoomEvent['t']> = (now: WatchView, event: RoomEvent<T>) => Partial<WatchView> | null;

const without = (viewers: WatchView['viewers'], member: string): WatchView['viewers'] =>
  new Map(Array.from(viewers).filter(([id]) => id !== member));

/** Whoever is gone watched until then. What they say since (known from `ready.latest`) stays. */
function viewerGone(
  { viewers }: WatchView,
  { member, at }: { readonly member: string; readonly at: number },
): Partial<WatchView> | null {
  const known = viewers.get(member);
  return known === undefined || known.at > at ? null : { viewers: without(viewers, member) };
}

function itemChanged({ items }: WatchView, item: number, to: Partial<WatchItem>): Partial<WatchView> {
  return { items: items.map((one) => (one.id === item ? { ...one, ...to } : one)) };
}

function itemMoved(
  { items }: WatchView,
  { item, before }: { readonly item: number; readonly before: number | null },
): Partial<WatchView> | null {
  const one = items.find(({ id }) => id === item);
  if (one === undefined) return null;
  const others = items.filter(({ id }) => id !== item);
  const at = before === null ? -1 : others.findIndex(({ id }) => id === before);
  return { items: others.toSpliced(at === -1 ? others.length : at, 0, one) };
}

function playbackChanged({ playback: before }: WatchView, event: RoomEvent<'watch.changed'>): Playback {
  const { version, jump, item, status, position, rate, waitsFor, until, at, by } = event;
  return {
    version,
    jump,
    item,
    status,
    position,
    rate,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(until === undefined ? {} : { until }),
    at,
    // Where nobody decided anew, what somebody decided before still holds.
    by: by ?? (version === before.version ? before.by : null),
  };
}

/** What each event does to what is watched. */
export const WATCH_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'watch.added': ({ items }, { seq: id, at, by, source, type, title, duration, hasPoster }) => {
    const item = { id, at, source, type, title, duration, hasPoster, subtitles: [], failed: null };
    return { items: [...items, by === undefined ? item : { ...item, by }] };
  },
  'watch.removed': ({ items }, { item }) => ({ items: items.filter(({ id }) => id !== item) }),
  'watch.moved': itemMoved,
  'watch.subtitled': (now, { item, subtitles }) => itemChanged(now, item, { subtitles }),
  'watch.failed': (now, { item, reason, by = '' }) =>
    itemChanged(now, item, { failed: reason === null ? null : { by, reason } }),
  'watch.changed': (now, event) => ({ playback: playbackChanged(now, event) }),
  'watch.ruled': (_, { autoplay, waitForAll }) => ({ policy: { autoplay, waitForAll } }),
  'watch.viewing': ({ viewers }, { member, viewing, version, at }) => {
    if (viewing !== null) return { viewers: new Map([...viewers, [member, { viewing, version, at }]]) };
    return viewers.has(member) ? { viewers: without(viewers, member) } : null;
  },
  'member.away': viewerGone,
  'member.left': viewerGone,
  'room.ended': ({ playback, items }, { at }) => {
    const duration = items.find(({ id }) => id === playback.item)?.duration ?? null;
    return { playback: atRest(playback, at, duration) };
  },
};

/** Who watches, of the newest of each latest-only event. */
export function readViewers(latest: readonly RoomEvent[]): WatchView['viewers'] {
  const viewers = new Map<string, Viewer>();
  for (const event of latest) {
    if (event.t !== 'watch.viewing' || event.viewing === null) continue;
    const { member, viewing, version, at } = event;
    viewers.set(member, { viewing, version, at });
  }
  return viewers;
}

/** What is watched, as a snapshot tells it. */
export const readWatch = ({ snapshot }: ReadyFrame, latest: readonly RoomEvent[]): WatchView => ({
  items: snapshot?.watch?.items ?? [],
  playback: snapshot?.watch?.playback ?? NOTHING_PLAYS,
  policy: snapshot?.watch?.policy ?? DEFAULT_WATCH_POLICY,
  addresses: snapshot?.watch?.addresses ?? 'off',
  viewers: readViewers(latest),
});

import type { View } from '../../src/client/view.ts';

const bySeq = <V>(map: ReadonlyMap<number, V>, from: number): [number, V][] =>
  Array.from(map).filter(([seq]) => seq >= from);

/** What a view may be behind with, or ahead of a snapshot, by design. */
export interface Loose {
  readonly whispered: boolean;
  /** Polls whose counts have changed and are told in a moment. */
  readonly counting: ReadonlySet<number>;
  /** Why somebody waits has changed and is told in a moment. */
  readonly placing: boolean;
}

/** What two views of the same member must have in common: all, but for what only one of them goes back to. */
export function comparable(view: View, other: View, { whispered, counting, placing }: Loose): unknown {
  const from = Math.max(view.earlier ?? 0, other.earlier ?? 0);
  const byId = <V>(map: ReadonlyMap<string, V>) => Array.from(map).sort(([a], [b]) => (a < b ? -1 : 1));
  const known = new Set(other.messages.map(({ seq }) => seq));
  const { polls } = view;
  const plain = {
    self: view.self,
    room: view.room,
    policy: view.policy,
    members: byId(view.members),
    names: byId(view.names).filter(([id]) => view.members.has(id)),
    count: view.count,
    media: byId(view.media),
    // What somebody wrote to one alone is told once; it hides that they write to all.
    typing: whispered ? [] : byId(view.typing),
    messages: view.messages.filter(({ seq }) => seq >= from),
    reactions: bySeq(view.reactions, from)
      .filter(([seq]) => known.has(seq))
      .sort(([a], [b]) => a - b)
      .map(([seq, one]) => [seq, Object.entries(one).sort()]),
    pins: Array.from(view.pins, ([seq, pin]) => [seq, other.pins.get(seq) === null ? null : pin]),
    polls: {
      all: Array.from(polls.all.values()),
      own: Array.from(polls.own).sort(([a], [b]) => a - b),
      tallies: Array.from(polls.tallies, ([id, { counts, voters }]) => ({ id, counts, voters }))
        .filter(({ id }) => !counting.has(id))
        .sort((a, b) => a.id - b.id),
    },
    watch: { ...view.watch, viewers: byId(view.watch.viewers) },
    call: view.call,
    calls: byId(view.calls),
    authority: view.authority,
    door: view.door,
    lobby: view.lobby.map(({ reason, ...row }) => (placing ? row : { ...row, reason })),
    waiting: view.waiting,
    hands: view.hands,
    spotlight: view.spotlight,
    requests: view.requests,
    slowSeconds: view.slowSeconds,
    passcode: view.passcode,
    schedule: view.schedule,
    ending: view.ending,
    breakouts: view.breakouts === null ? null : { ...view.breakouts, places: byId(view.breakouts.places) },
    breakoutOf: view.breakoutOf,
  };
  // Without entries that are undefined.
  return JSON.parse(JSON.stringify(plain)) as unknown;
}

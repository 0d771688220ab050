import type { Media } from '../../../../src/protocol/index.ts';

/** All alike, or whoever speaks large. */
export type Arrangement = 'grid' | 'speaker';

/** What a tile shows: somebody's camera (or their initial), or the screen that they share. */
export interface Tile {
  readonly key: string;
  readonly member: string;
  readonly kind: 'person' | 'screen';
}

export interface Seen {
  readonly id: string;
  readonly camera: boolean;
  readonly screen: boolean;
  /** Counted up each time that somebody begins to speak: who spoke last has the highest. */
  readonly spoke: number;
}

const tileOf = (member: string, kind: Tile['kind']): Tile => ({ key: `${kind} ${member}`, member, kind });

/**
 * What is shown, the most important first: what is shared, whoever is in the spotlight, who has a camera, the others; among
 * them who came first, so that nothing moves when somebody speaks. You come last: you know what you look like.
 */
export function tilesOf(people: readonly Seen[], self: string, spotlight: string | null): readonly Tile[] {
  const rank = (one: Seen): number => {
    if (one.id === self) return 3;
    if (one.id === spotlight) return 0;
    return one.camera ? 1 : 2;
  };
  const sorted = people.toSorted((a, b) => rank(a) - rank(b));
  return [
    ...sorted.filter(({ screen }) => screen).map(({ id }) => tileOf(id, 'screen')),
    ...sorted.map(({ id }) => tileOf(id, 'person')),
  ];
}

/**
 * Who is large: who was pressed on, what somebody else shares, who is in the spotlight, or who speaks; null: nobody, all are
 * alike. `speaker` undefined: it does not matter who speaks; null: nobody did yet.
 */
export function largeOf(
  tiles: readonly Tile[],
  options: {
    readonly self: string;
    readonly pinned: string | null;
    readonly spotlight: string | null;
    readonly speaker: string | null | undefined;
  },
): Tile | null {
  const { self, pinned, spotlight, speaker } = options;
  const find = (key: string | null) => tiles.find((tile) => tile.key === key) ?? null;
  const person = (id: string | null) => (id === null ? null : find(`person ${id}`));
  const chosen =
    find(pinned) ??
    tiles.find(({ kind, member }) => kind === 'screen' && member !== self) ??
    person(spotlight);
  if (chosen !== null || speaker === undefined) return chosen;
  return person(speaker) ?? tiles.find(({ member }) => member !== self) ?? null;
}

/**
 * Which tiles are shown where not all find room: those of whoever spoke last rather than the others of their kind, and you. They
 * stay in their order.
 */
export function shownOf(
  tiles: readonly Tile[],
  room: number,
  { self, spoke }: { readonly self: string; readonly spoke: (member: string) => number },
): { readonly shown: readonly Tile[]; readonly rest: number } {
  if (tiles.length <= room) return { shown: tiles, rest: 0 };
  // One place says how many more there are.
  const places = Math.max(1, room - 1);
  const weight = ({ member, kind }: Tile): number => {
    if (kind === 'screen') return Number.POSITIVE_INFINITY;
    if (member === self) return places > 1 ? Number.MAX_VALUE : -1;
    return spoke(member);
  };
  const chosen = new Set(tiles.toSorted((a, b) => weight(b) - weight(a)).slice(0, places));
  return { shown: tiles.filter((tile) => chosen.has(tile)), rest: tiles.length - places };
}

/** Who has spoken so far. */
export interface Spoken {
  readonly now: ReadonlySet<string>;
  /** By member: who began to speak last has the highest. */
  readonly order: ReadonlyMap<string, number>;
  /** Who is shown large for it; null: nobody but you has spoken. */
  readonly speaker: string | null;
}

export const SILENCE: Spoken = { now: new Set(), order: new Map(), speaker: null };

/** Who has spoken, after these are speaking `now`. Whoever is large stays so for as long as they speak. */
export function hearing(before: Spoken, now: ReadonlySet<string>, self: string): Spoken {
  const order = new Map(before.order);
  for (const id of now) if (!before.now.has(id)) order.set(id, Math.max(0, ...order.values()) + 1);
  const speaks = before.speaker !== null && now.has(before.speaker);
  const others = Array.from(now)
    .filter((id) => id !== self)
    .toSorted((a, b) => (order.get(b) ?? 0) - (order.get(a) ?? 0));
  return { now, order, speaker: speaks ? before.speaker : (others[0] ?? before.speaker) };
}

/** Width by height of a tile, where there is room for it; it may be as high as it is wide at 4 by 3. */
const SHAPE = 16 / 9;
const HIGHEST = 3 / 4;
/** Between two tiles, in CSS pixels. */
export const GAP = 8;

interface Grid {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

/** The size of the tiles of a grid (whole CSS pixels), as large as so many can be in a box. */
export function gridOf(count: number, width: number, height: number): Grid {
  let best: Grid = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: (width - GAP * (columns - 1)) / columns,
      height: (height - GAP * (rows - 1)) / rows,
    };
    const wide = Math.floor(Math.min(cell.width, cell.height * SHAPE));
    const high = Math.floor(Math.min(cell.height, wide * HIGHEST));
    if (wide * high > best.width * best.height) best = { columns, width: wide, height: high };
  }
  return best;
}

/** How many tiles a grid has room for, each at least so wide that a face can be told (CSS pixels). */
const LEAST_WIDTH = 150;
export function fitting(width: number, height: number): number {
  const columns = Math.max(1, Math.floor(width / LEAST_WIDTH));
  const rows = Math.max(1, Math.floor(height / (LEAST_WIDTH / SHAPE)));
  return Math.min(25, columns * rows);
}

/** What a member's buttons are about, in the order of the bar. */
export const SENT = ['microphone', 'camera', 'screen'] as const satisfies readonly Media[];

import { GAP, gridOf, type Tile } from '../tiles.ts';

/** Of the recorded picture, in its pixels. */
export const WIDTH = 1_280;
export const HEIGHT = 720;
/** More faces than these can't be told apart in it. */
const MOST = 16;
/** Of the row below a large one. */
const ROW = { width: 192, height: 108 } as const;

export interface Place {
  readonly tile: Tile;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where each tile stands in the recorded picture: all alike, or one large above a row of the others. */
export function placesOf(tiles: readonly Tile[], large: Tile | null): readonly Place[] {
  if (large === null) return gridPlaces(tiles.slice(0, MOST));
  const room = Math.floor((WIDTH - GAP) / (ROW.width + GAP));
  const others = tiles.filter(({ key }) => key !== large.key).slice(0, room);
  const height = HEIGHT - (others.length === 0 ? 2 * GAP : ROW.height + 3 * GAP);
  const left = (WIDTH - others.length * (ROW.width + GAP) + GAP) / 2;
  return [
    { tile: large, x: GAP, y: GAP, width: WIDTH - 2 * GAP, height },
    ...others.map((tile, at) => ({
      tile,
      x: left + at * (ROW.width + GAP),
      y: HEIGHT - ROW.height - GAP,
      ...ROW,
    })),
  ];
}

/** Rows of tiles; the last one in the middle where it is not full. */
function gridPlaces(tiles: readonly Tile[]): readonly Place[] {
  const { columns, width, height } = gridOf(tiles.length, WIDTH - 2 * GAP, HEIGHT - 2 * GAP);
  const rows = Math.ceil(tiles.length / columns);
  const top = (HEIGHT - rows * (height + GAP) + GAP) / 2;
  return tiles.map((tile, at) => {
    const row = Math.floor(at / columns);
    const inRow = Math.min(columns, tiles.length - row * columns);
    const left = (WIDTH - inRow * (width + GAP) + GAP) / 2;
    return { tile, x: left + (at % columns) * (width + GAP), y: top + row * (height + GAP), width, height };
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of a picture that fills a place (faces), or the part of the place that shows all of it (screens). */
export function coverOf(picture: Size, place: Omit<Place, 'tile'>, whole: boolean): readonly [Box, Box] {
  const by = (scale: number): Size => ({ width: place.width / scale, height: place.height / scale });
  const across = place.width / picture.width;
  const along = place.height / picture.height;
  if (whole) {
    const scale = Math.min(across, along);
    const shown = { width: picture.width * scale, height: picture.height * scale };
    return [{ x: 0, y: 0, ...picture }, centered(shown, place)];
  }
  const cut = by(Math.max(across, along));
  return [centered(cut, { x: 0, y: 0, ...picture }), place];
}

type Box = Omit<Place, 'tile'>;

const centered = (size: Size, within: Box): Box => ({
  x: within.x + (within.width - size.width) / 2,
  y: within.y + (within.height - size.height) / 2,
  ...size,
});

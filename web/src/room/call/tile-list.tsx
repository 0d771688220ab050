import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useView } from '../room-context.tsx';
import { useCallPhase, useRecorderState } from './call-context.tsx';
import { TileView } from './tile.tsx';
import { fitting, GAP, gridOf, shownOf, type Tile } from './tiles.ts';
import { useSize } from './use-size.ts';
import { watchSeen } from './watch-seen.ts';

/** Of a tile in a row, with the gap, in CSS pixels: on a phone smaller, so that there are some. */
const rowTile = (width: number): number => (width < 480 ? 112 : 168);
/** Below this height (CSS pixels) a row would leave the large one no room. */
const LEAST_WITH_ROW = 240;

type TilesProps = {
  tiles: readonly Tile[];
  large: Tile | null;
  /** In a row, with nobody large. */
  row: boolean;
  spoke: (member: string) => number;
  onPin?: (tile: Tile) => void;
};

/** The tiles, as many as find room. */
export function Tiles({ tiles, large, row, spoke, onPin }: TilesProps) {
  const { t } = useTranslation();
  const self = useView((view) => view.self.id);
  const box = useRef<HTMLDivElement>(null);
  const [width, height] = useSize(box);
  const isRow = row || large !== null;
  const others = large === null ? tiles : tiles.filter(({ key }) => key !== large.key);
  const hasRow = large === null || height >= LEAST_WITH_ROW;
  const room = isRow ? Math.max(1, Math.floor((width + GAP) / rowTile(width))) : fitting(width, height);
  const { shown, rest } = hasRow ? shownOf(others, room, { self, spoke }) : { shown: [], rest: 0 };
  useWanted(large === null ? shown : [large, ...shown]);
  const grid = gridOf(shown.length + (rest > 0 ? 1 : 0), width, height);
  const size = isRow ? undefined : { width: grid.width, height: grid.height };
  const pinning = onPin === undefined ? {} : { onPin };
  return (
    <div ref={box} className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
      {large === null ? null : (
        <ul aria-label={t('call.largeOne')} className="grid min-h-0 flex-1">
          <TileView key={large.key} tile={large} large {...pinning} />
        </ul>
      )}
      {shown.length === 0 ? null : (
        <ul
          aria-label={t('call.people')}
          className={
            isRow
              ? `grid auto-cols-[minmax(0,10rem)] grid-flow-col justify-center gap-2 ${row ? 'h-full' : 'h-24 shrink-0'}`
              : 'flex min-h-0 flex-1 flex-wrap content-center justify-center gap-2'
          }
        >
          {shown.map((tile) => (
            <TileView key={tile.key} tile={tile} {...(size === undefined ? {} : { size })} {...pinning} />
          ))}
          {rest > 0 ? (
            <li
              style={size}
              className="flex items-center justify-center rounded-xl border border-line bg-surface text-sm text-muted"
            >
              {t('call.more', { count: rest })}
            </li>
          ) : null}
        </ul>
      )}
    </div>
  );
}

/** What nobody sees here need not be sent. */
function useWanted(tiles: readonly Tile[]): void {
  const phase = useCallPhase();
  // A recording shows everybody.
  const all = useRecorderState() === 'on';
  const call = phase.at === 'on' ? phase.call : null;
  const wanted = Array.from(new Set(tiles.map(({ member }) => member)))
    .sort()
    .join(' ');
  useEffect(() => {
    if (call === null) return;
    return watchSeen(call, all ? null : wanted === '' ? [] : wanted.split(' '), document);
  }, [call, wanted, all]);
}

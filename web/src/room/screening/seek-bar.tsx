import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WatchItem } from '../../../../src/protocol/index.ts';
import { useChanges } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';
import { showTime, stretchesOf } from './show-time.ts';
import { type Following, usePlace } from './use-place.ts';

/** ms by which an arrow key moves. */
const STEP = 5_000;
const DIRECTIONS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
};

type SeekBarProps = {
  item: WatchItem | null;
  player: HTMLVideoElement | null;
  following: Following;
  disabled: boolean;
  describedBy: string | undefined;
};

/** ms; null: it is not known, or there is no end. */
function lengthOf(item: WatchItem | null, player: HTMLVideoElement | null): number | null {
  if (item === null) return null;
  if (item.duration !== null) return item.duration;
  const known = (player?.duration ?? Number.NaN) * 1_000;
  return Number.isFinite(known) && known > 0 ? Math.round(known) : null;
}

/** Where the film is, what of it is loaded, and a way to go elsewhere: everybody goes when it is let go. */
export function SeekBar({ item, player, following, disabled, describedBy }: SeekBarProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const version = useView(({ watch }) => watch.playback.version);
  const run = useChanges();
  const place = usePlace(following, player);
  const length = lengthOf(item, player);
  /** Where it was dragged to, until the room is there. */
  const [dragged, setDragged] = useState<number | null>(null);
  const target = useRef<number | null>(null);
  // Whatever was decided since, by whomever: that is where it is now.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of the version that counts.
  useEffect(() => {
    if (target.current === null) setDragged(null);
  }, [version, item?.id]);
  const at = dragged ?? place;
  const shown = Math.min(at, length ?? at);

  const drag = (to: number): void => {
    target.current = to;
    setDragged(to);
  };
  const letGo = (): void => {
    const to = target.current;
    target.current = null;
    if (to === null) return;
    void run(() => room.watch.seek(to)).then((done) => done || setDragged(null));
  };
  // The browser has taken the gesture for another one, such as scrolling.
  const drop = (): void => {
    target.current = null;
    setDragged(null);
  };
  // Screen readers change it without a key or a pointer that could be let go. (What React calls a change is each step of it.)
  const field = useRef<HTMLInputElement>(null);
  const changed = useRef(letGo);
  useEffect(() => {
    changed.current = letGo;
  });
  useEffect(() => {
    const input = field.current;
    const done = (): void => changed.current();
    input?.addEventListener('change', done);
    return () => input?.removeEventListener('change', done);
  }, []);
  const time = `${showTime(shown)}${length === null ? '' : ` / ${showTime(length)}`}`;
  return (
    <div className="flex items-center gap-3">
      <div className="relative flex h-8 min-w-0 flex-1 items-center">
        <div aria-hidden className="absolute inset-x-0 h-1 overflow-hidden rounded-full bg-line">
          {length === null || player === null
            ? null
            : stretchesOf(player.buffered, length).map(({ from, to }) => (
                <div
                  key={from}
                  className="absolute inset-y-0 bg-edge"
                  style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
                />
              ))}
          <div
            className="absolute inset-y-0 left-0 bg-accent"
            style={{ width: `${length === null ? 0 : (shown / length) * 100}%` }}
          />
        </div>
        <input
          ref={field}
          type="range"
          aria-label={t('screening.position')}
          aria-valuetext={time}
          aria-describedby={describedBy}
          min={0}
          max={length ?? 1}
          step={1}
          value={length === null ? 0 : shown}
          disabled={disabled || length === null}
          onChange={(event) => drag(Number(event.target.value))}
          onKeyDown={(event) => {
            const direction = DIRECTIONS[event.key];
            if (direction === undefined || length === null) return;
            event.preventDefault();
            drag(Math.min(length, Math.max(0, Math.round(shown) + direction * STEP)));
          }}
          onPointerUp={letGo}
          onPointerCancel={drop}
          onKeyUp={letGo}
          onBlur={letGo}
          className="seek-bar absolute inset-x-0 h-8 w-full disabled:cursor-not-allowed disabled:opacity-55"
        />
      </div>
      <span className="shrink-0 text-sm text-muted tabular-nums">{time}</span>
    </div>
  );
}

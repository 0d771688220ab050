import { Pause, Play, SkipForward } from 'lucide-react';
import type { RefObject } from 'react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { WatchItem } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useCan, useRoom, useView } from '../room-context.tsx';
import { OwnControls, SmallSelect } from './own-controls.tsx';
import { SeekBar } from './seek-bar.tsx';
import type { Following } from './use-place.ts';
import type { OwnSubtitles } from './use-subtitles.ts';

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

type ControlsProps = {
  item: WatchItem | null;
  player: HTMLVideoElement | null;
  following: Following;
  /** What fills the screen. */
  frame: RefObject<HTMLElement | null>;
  subtitles: OwnSubtitles;
};

/** Steers what everybody sees, and beside it what is one's own: volume, subtitles, size. */
export function Controls({ item, player, following, frame, subtitles }: ControlsProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const reason = useId();
  const { playback, items } = useView((view) => view.watch);
  const maySteer = useCan('watch');
  const [busy, run] = useAction();
  const off = !maySteer || item === null;
  const stands = playback.status === 'paused';
  const isLast = items.at(-1)?.id === item?.id;
  const described = maySteer ? undefined : reason;
  return (
    <fieldset aria-label={t('screening.controls')} className="min-w-0 border-0 py-2">
      <SeekBar item={item} player={player} following={following} disabled={off} describedBy={described} />
      <div className="flex flex-wrap items-center gap-1">
        <IconButton
          label={t(stands ? 'screening.play' : 'screening.pause')}
          icon={stands ? Play : Pause}
          disabled={off || busy}
          aria-describedby={described}
          onClick={() => void run(() => (stands ? room.watch.play() : room.watch.pause()))}
        />
        <IconButton
          label={t('screening.next')}
          icon={SkipForward}
          disabled={off || busy || isLast}
          aria-describedby={described}
          onClick={() => void run(() => room.watch.next())}
        />
        {maySteer || playback.rate !== 1 ? (
          <SmallSelect
            label={t('screening.rate')}
            value={String(playback.rate)}
            disabled={off}
            onChange={(rate) => void run(() => room.watch.setRate(Number(rate)))}
          >
            {[...new Set([...RATES, playback.rate])]
              .sort((a, b) => a - b)
              .map((rate) => (
                <option key={rate} value={rate}>
                  {t('screening.rateOf', { rate })}
                </option>
              ))}
          </SmallSelect>
        ) : null}
        <div className="ml-auto flex flex-wrap items-center justify-end gap-1">
          <OwnControls item={item} player={player} frame={frame} subtitles={subtitles} />
        </div>
      </div>
      {maySteer ? null : (
        <p id={reason} className="text-sm text-muted">
          {t('screening.mayNot')}
        </p>
      )}
    </fieldset>
  );
}

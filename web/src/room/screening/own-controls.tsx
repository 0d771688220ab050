import { Maximize, Minimize, PictureInPicture2, Volume2, VolumeX } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { WatchItem } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useFullscreen } from '../../ui/use-fullscreen.ts';
import { isAudio } from './kinds.ts';
import { usePlayer } from './use-player.ts';
import type { OwnSubtitles } from './use-subtitles.ts';

type SmallSelectProps = {
  label: string;
  value: string;
  disabled?: boolean;
  onChange: (value: string) => void;
  children: ReactNode;
};

/** A list to choose from, among buttons. */
export function SmallSelect({ label, value, disabled = false, onChange, children }: SmallSelectProps) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value)}
      className="h-tap max-w-24 rounded-lg border border-edge bg-surface px-2 text-sm sm:max-w-36 disabled:cursor-not-allowed disabled:opacity-55"
    >
      {children}
    </select>
  );
}

/** How a phone fills its screen with a video that can't do so with anything else; null: here nothing does. */
function fillerOf(player: HTMLVideoElement | null): (() => void) | null {
  if (player === null || !('webkitEnterFullscreen' in player)) return null;
  const { webkitEnterFullscreen: fill } = player;
  return typeof fill === 'function' ? () => fill.call(player) : null;
}

const hasPictureOf = (item: WatchItem | null): boolean => item !== null && !isAudio(item.type);

type OwnControlsProps = {
  item: WatchItem | null;
  player: HTMLVideoElement | null;
  frame: RefObject<HTMLElement | null>;
  subtitles: OwnSubtitles;
};

/** What everybody has for themselves: nobody else notices. */
export function OwnControls({ item, player, frame, subtitles }: OwnControlsProps) {
  const { t } = useTranslation();
  const fills = useFullscreen() !== null;
  const filler = document.fullscreenEnabled || !hasPictureOf(item) ? null : fillerOf(player);
  const hasPicture = hasPictureOf(item);
  // A browser may refuse, by its settings or for want of a press.
  const refused = (): void => toast(t('screening.refused'));
  return (
    <>
      <Volume player={player} />
      {item === null || item.subtitles.length === 0 ? null : (
        <SmallSelect
          label={t('screening.subtitles')}
          value={subtitles.chosen ?? ''}
          onChange={(file) => subtitles.choose(file === '' ? null : file)}
        >
          <option value="">{t('screening.noSubtitles')}</option>
          {item.subtitles.map(({ file, label }) => (
            <option key={file} value={file}>
              {label}
            </option>
          ))}
        </SmallSelect>
      )}
      {document.pictureInPictureEnabled && hasPicture ? (
        <IconButton
          label={t('screening.small')}
          icon={PictureInPicture2}
          onClick={() => {
            const changed =
              document.pictureInPictureElement === null
                ? player?.requestPictureInPicture()
                : document.exitPictureInPicture();
            changed?.catch(refused);
          }}
        />
      ) : null}
      {document.fullscreenEnabled ? (
        <IconButton
          label={t(fills ? 'screening.fullEnd' : 'screening.full')}
          icon={fills ? Minimize : Maximize}
          onClick={() => {
            const changed = fills ? document.exitFullscreen() : frame.current?.requestFullscreen();
            changed?.catch(refused);
          }}
        />
      ) : null}
      {filler === null ? null : (
        <IconButton
          label={t('screening.full')}
          icon={Maximize}
          onClick={() => {
            try {
              filler();
            } catch {
              refused();
            }
          }}
        />
      )}
    </>
  );
}

function Volume({ player }: { player: HTMLVideoElement | null }) {
  const { t } = useTranslation();
  usePlayer(player);
  const isMuted = player === null || player.muted || player.volume === 0;
  return (
    <div className="flex items-center">
      <IconButton
        label={t(isMuted ? 'screening.unmute' : 'screening.mute')}
        icon={isMuted ? VolumeX : Volume2}
        onClick={() => {
          if (player === null) return;
          player.muted = !isMuted;
          if (isMuted && player.volume === 0) player.volume = 1;
        }}
      />
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        aria-label={t('screening.volume')}
        value={isMuted ? 0 : player.volume}
        onChange={(event) => {
          if (player === null) return;
          player.volume = Number(event.target.value);
          player.muted = false;
        }}
        className="hidden h-tap w-20 accent-accent sm:block"
      />
    </div>
  );
}

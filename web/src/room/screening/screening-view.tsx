import './texts.ts';
import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/button.tsx';
import { FloatingReactions } from '../reactions/floating-reactions.tsx';
import { useView } from '../room-context.tsx';
import { Controls } from './controls.tsx';
import { MediaList } from './media-list.tsx';
import { Overlay } from './overlay.tsx';
import { useScreening } from './use-screening.ts';
import { useSubtitles } from './use-subtitles.ts';
import { WatchSettings } from './watch-settings.tsx';

/** Shows the texts of one that comes while the film is there. That it is the `default` is enough in Chromium, and not in Firefox. */
function show(element: HTMLTrackElement | null): void {
  if (element !== null) element.track.mode = 'showing';
}

/** What the room watches together: the picture with its controls, and below it the list. */
export default function ScreeningView({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [player, setPlayer] = useState<HTMLVideoElement | null>(null);
  // A player that has failed is replaced by another one.
  const [attempt, setAttempt] = useState(0);
  const following = useScreening(player);
  const { status, join } = following;
  const item = useView(({ watch }) => watch.items.find(({ id }) => id === watch.playback.item) ?? null);
  const subtitles = useSubtitles(item);
  return (
    <section
      aria-label={t('screening.title')}
      className="flex max-h-[50dvh] min-h-0 min-w-0 flex-col overflow-y-auto border-b border-line md:max-h-none md:flex-1 md:border-b-0"
    >
      <div className="flex items-center justify-between gap-2 px-3 pt-2 sm:px-4">
        <h2 dir="auto" className="min-w-0 truncate text-base font-semibold">
          {item?.title ?? t('screening.title')}
        </h2>
        <IconButton label={t('screening.close')} icon={X} onClick={onClose} />
      </div>
      <div
        ref={frame}
        className="group/frame flex shrink-0 flex-col bg-canvas px-3 sm:px-4 [&:fullscreen]:px-0 [&:fullscreen_video]:aspect-auto [&:fullscreen_video]:h-full [&:fullscreen_video]:max-h-none"
      >
        <div className="relative flex min-h-0 flex-1 items-center justify-center overflow-hidden rounded-lg border border-line bg-canvas group-[:fullscreen]/frame:rounded-none group-[:fullscreen]/frame:border-0 group-[:fullscreen]/frame:bg-[#000]">
          {/* biome-ignore lint/a11y/useMediaCaption: its texts are those that people share; of some films there are none */}
          <video
            key={attempt}
            ref={setPlayer}
            playsInline
            preload="auto"
            aria-label={item?.title ?? t('screening.title')}
            className="aspect-video max-h-[70dvh] w-full"
          >
            {subtitles.track !== null && (
              <track
                key={subtitles.track.url}
                ref={show}
                kind="subtitles"
                src={subtitles.track.url}
                srcLang={subtitles.track.language}
                label={subtitles.track.label}
              />
            )}
          </video>
          <Overlay item={item} status={status} onJoin={join} onRetry={() => setAttempt(attempt + 1)} />
          <FloatingReactions />
        </div>
        <div className="group-[:fullscreen]/frame:px-4">
          <Controls item={item} player={player} following={following} frame={frame} subtitles={subtitles} />
        </div>
      </div>
      <div className="px-3 pb-4 sm:px-4">
        <MediaList />
        <WatchSettings />
      </div>
    </section>
  );
}

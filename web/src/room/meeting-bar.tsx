import { Settings } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { openSettings } from '../settings/settings-open.ts';
import { BarButton } from './bar-button.tsx';
import { BreakoutsButton } from './breakouts/breakouts-button.tsx';
import { EnterButton, MediaButtons } from './call/media-buttons.tsx';
import { useStanding } from './call/use-standing.ts';
import { FilesButton } from './files/files-button.tsx';
import { HandButton } from './hands/hand-button.tsx';
import { PollsButton } from './polls/polls-button.tsx';
import { ReactionPicker } from './reactions/reaction-picker.tsx';
import { ScreeningButton } from './screening/screening-button.tsx';

/** What everybody does in a meeting beside writing. */
export function MeetingBar({
  watching,
  wide,
  onWatch,
  calling,
  centered = false,
}: {
  /** What is watched together is shown. */
  watching: boolean;
  /** There is room for the settings in the head of the page. */
  wide: boolean;
  onWatch: (shown: boolean) => void;
  /** You are in the call, which has a bar of its own. */
  calling: boolean;
  /** It stands below the bar of the call. */
  centered?: boolean;
}) {
  const { t } = useTranslation();
  const bar = useRef<HTMLFieldSetElement>(null);
  useStanding(bar, !calling);
  return (
    <fieldset ref={bar} aria-label={t('bar.title')} className="min-w-0 border-0 px-3 pb-1 sm:px-4">
      <div
        className={`mx-auto flex max-w-3xl flex-wrap items-center gap-0.5 sm:gap-1 ${centered ? 'justify-center' : ''}`}
      >
        {calling ? null : (
          <>
            <EnterButton />
            <MediaButtons />
            {/* Where there is less room the rest has a line of its own. */}
            <span className="h-0 basis-full lg:hidden" />
          </>
        )}
        <HandButton />
        <ReactionPicker />
        <FilesButton />
        <PollsButton />
        <BreakoutsButton />
        <ScreeningButton shown={watching} onShow={onWatch} />
        {wide || calling ? null : (
          <BarButton
            icon={Settings}
            label={t('app.settings')}
            word={t('bar.settings')}
            onClick={openSettings}
          />
        )}
      </div>
    </fieldset>
  );
}

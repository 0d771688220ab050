import { useTranslation } from 'react-i18next';
import { BreakoutsButton } from './breakouts/breakouts-button.tsx';
import { FilesButton } from './files/files-button.tsx';
import { HandButton } from './hands/hand-button.tsx';
import { PollsButton } from './polls/polls-button.tsx';
import { ReactionPicker } from './reactions/reaction-picker.tsx';
import { ScreeningButton } from './screening/screening-button.tsx';

/** What everybody does in a meeting beside writing. */
export function MeetingBar({
  watching,
  onWatch,
}: {
  /** What is watched together is shown. */
  watching: boolean;
  onWatch: (shown: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset aria-label={t('bar.title')} className="min-w-0 border-0 px-3 pb-1 sm:px-4">
      <div className="mx-auto flex max-w-3xl flex-wrap items-center gap-1">
        <HandButton />
        <ReactionPicker />
        <FilesButton />
        <PollsButton />
        <BreakoutsButton />
        <ScreeningButton shown={watching} onShow={onWatch} />
      </div>
    </fieldset>
  );
}

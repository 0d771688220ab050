import { LayoutGrid, Presentation, Settings } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { openSettings } from '../../settings/settings-open.ts';
import { BarButton } from '../bar-button.tsx';
import { LeaveButton, MediaButtons } from './media-buttons.tsx';
import { RecordButton } from './recording/record-button.tsx';
import type { Arrangement } from './tiles.ts';
import { useStanding } from './use-standing.ts';

type CallBarProps = {
  arrangement: Arrangement;
  /** null: there is nothing to arrange. */
  onArrange: ((arrangement: Arrangement) => void) | null;
  more?: ReactNode;
};

/** What one does in the call: what is sent, how it is shown, and the way out of it. */
export function CallBar({ arrangement, onArrange, more }: CallBarProps) {
  const { t } = useTranslation();
  const bar = useRef<HTMLFieldSetElement>(null);
  const next = arrangement === 'grid' ? 'speaker' : 'grid';
  useStanding(bar, true);
  return (
    <fieldset ref={bar} aria-label={t('call.bar')} className="min-w-0 border-0 px-1 pb-2 sm:px-2">
      <div className="flex flex-wrap items-center justify-center gap-0.5 max-[21rem]:gap-0 sm:gap-1">
        <MediaButtons />
        {onArrange === null ? null : (
          <BarButton
            icon={arrangement === 'grid' ? Presentation : LayoutGrid}
            label={t(`call.arrange.${next}`)}
            word={t(`bar.${next}`)}
            tight
            onClick={() => onArrange(next)}
          />
        )}
        <RecordButton />
        <BarButton
          icon={Settings}
          label={t('call.settings')}
          word={t('bar.settings')}
          tight
          onClick={openSettings}
        />
        <LeaveButton />
        {more}
      </div>
    </fieldset>
  );
}

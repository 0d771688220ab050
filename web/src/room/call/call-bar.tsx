import { LayoutGrid, PhoneOff, Presentation, Settings } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { openSettings } from '../../settings/settings-open.ts';
import { BarButton } from '../bar-button.tsx';
import { useCallSession } from './call-context.tsx';
import { MediaButtons } from './media-buttons.tsx';
import { RecordButton } from './recording/record-button.tsx';
import type { Arrangement } from './tiles.ts';

type CallBarProps = {
  arrangement: Arrangement;
  /** null: there is nothing to arrange. */
  onArrange: ((arrangement: Arrangement) => void) | null;
  more?: ReactNode;
};

/** What one does in the call: what is sent, how it is shown, and the way out of it. */
export function CallBar({ arrangement, onArrange, more }: CallBarProps) {
  const { t } = useTranslation();
  const session = useCallSession();
  const bar = useRef<HTMLFieldSetElement>(null);
  const next = arrangement === 'grid' ? 'speaker' : 'grid';
  // Whoever came in by a button stood on it, and it is gone: the same one is here.
  useEffect(() => {
    const pressed = session.takePressed();
    if (pressed === null || (document.activeElement ?? document.body) !== document.body) return;
    bar.current?.querySelector<HTMLElement>(`[data-media="${pressed}"]`)?.focus();
  }, [session]);
  return (
    <fieldset ref={bar} aria-label={t('call.bar')} className="min-w-0 border-0 px-2 pb-2">
      <div className="flex flex-wrap items-center justify-center gap-0.5 sm:gap-1">
        <MediaButtons />
        {onArrange === null ? null : (
          <BarButton
            icon={arrangement === 'grid' ? Presentation : LayoutGrid}
            label={t(`call.arrange.${next}`)}
            onClick={() => onArrange(next)}
          />
        )}
        <RecordButton />
        <BarButton icon={Settings} label={t('call.settings')} onClick={openSettings} />
        <BarButton icon={PhoneOff} label={t('call.leave')} onClick={() => session.leave()} />
        {more}
      </div>
    </fieldset>
  );
}

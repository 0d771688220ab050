import { AlarmClock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { useView } from '../room-context.tsx';

/** Warns that the meeting is about to end by its schedule. Read aloud when it comes. */
export function EndingBanner() {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const ending = useView((view) => view.ending);
  return (
    <div role="status">
      {ending === null ? null : (
        <p className="flex items-start gap-3 bg-warn-soft px-4 py-2 text-sm text-warn">
          <AlarmClock aria-hidden className="mt-0.5 size-4 shrink-0" />
          {t('room.ending', { time: new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(ending) })}
        </p>
      )}
    </div>
  );
}

import { CalendarPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../ui/button.tsx';

/** The meeting as a file for a calendar; there is one as soon as there is an opening time. */
export function CalendarLink({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <a
      href={`/v1/rooms/${encodeURIComponent(code)}/calendar.ics`}
      download
      className={buttonClass('secondary')}
    >
      <CalendarPlus aria-hidden className="size-4" />
      {t('invite.calendar')}
    </a>
  );
}

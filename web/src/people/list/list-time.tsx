import { useTranslation } from 'react-i18next';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { shortTime } from '../when.ts';

/** When something in a list was last moved. */
export function ListTime({ at }: { at: number }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  return (
    <time dateTime={new Date(at).toISOString()} className="shrink-0 text-xs text-muted">
      {shortTime(locale, at, Date.now(), t('people.yesterday'))}
    </time>
  );
}

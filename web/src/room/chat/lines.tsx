import { useTranslation } from 'react-i18next';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import type { NoticeContent } from '../activity.ts';
import { useNoticeText } from '../notice-text.ts';
import { Time } from './time.tsx';

export function NoticeLine({ notice, at }: { notice: NoticeContent; at: number }) {
  const text = useNoticeText();
  return (
    <li className="mt-3 flex flex-wrap items-baseline justify-center gap-x-2 text-center text-sm text-muted wrap-anywhere">
      <span>{text(notice)}</span>
      <Time at={at} />
    </li>
  );
}

const DAY = 86_400_000;

export function DayLine({ at }: { at: number }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const date = new Date(at);
  const isDay = (time: number) => new Date(time).toDateString() === date.toDateString();
  const now = Date.now();
  const text = isDay(now)
    ? t('chat.today')
    : isDay(now - DAY)
      ? t('chat.yesterday')
      : new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(date);
  return (
    <li className="mt-4 flex items-center gap-3 text-sm text-muted">
      <span aria-hidden className="h-px flex-1 bg-line" />
      {text}
      <span aria-hidden className="h-px flex-1 bg-line" />
    </li>
  );
}

import { useFormatLocale } from '../../app/use-format-locale.ts';

/** A time of day, short; the whole date for machines and on hover. */
export function Time({ at }: { at: number }) {
  const locale = useFormatLocale();
  const date = new Date(at);
  return (
    <time
      dateTime={date.toISOString()}
      title={new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(date)}
      className="text-xs whitespace-nowrap text-muted"
    >
      {new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(date)}
    </time>
  );
}

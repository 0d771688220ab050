const DAY = 86_400_000;
/** Days within which a weekday says it all. */
const WEEK = 6;

const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0);

/** Whole days between two times by the calendar on the wall; a change to summer time is none. */
export const daysBetween = (earlier: number, later: number): number =>
  Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);

/** How a time stands in a list: a time of day, yesterday, a weekday or a date; the shorter the nearer. */
export function shortTime(locale: string, at: number, now: number, yesterday: string): string {
  const days = daysBetween(at, now);
  const as = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options).format(at);
  // Another clock may be a little ahead.
  if (days <= 0) return as({ timeStyle: 'short' });
  if (days === 1) return yesterday;
  if (days <= WEEK) return as({ weekday: 'short' });
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return as(sameYear ? { day: 'numeric', month: 'short' } : { dateStyle: 'short' });
}

/** A time in a sentence, with its date where it is not today's. */
export function longTime(locale: string, at: number, now: number): string {
  const today = daysBetween(at, now) <= 0;
  return new Intl.DateTimeFormat(
    locale,
    today ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  ).format(at);
}

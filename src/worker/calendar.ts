import ical from 'ical-generator';
import type { StatusResponse } from '../protocol/http.ts';

/** ms: what a calendar shows of a meeting that says neither when it ends nor how long it lasts. */
const USUAL_LENGTH = 3_600_000;
const MINUTE = 60_000;

/**
 * The meeting as an iCalendar file, or null where no opening time says when it is. `link` is the page's address; no
 * secret is in it. The same room and host give the same UID, so that a newer file takes the place of an older one.
 */
export function calendarOf({ code, name, schedule }: StatusResponse, link: URL, now: number): string | null {
  if (schedule === undefined || schedule.opensAt === null) return null;
  const { opensAt, expiresAt, maxMinutes, title } = schedule;
  const ends = [expiresAt, maxMinutes === null ? null : opensAt + maxMinutes * MINUTE].filter(
    (end) => end !== null,
  );
  const calendar = ical({ prodId: { company: 'Parley', product: 'Parley', language: 'EN' } });
  calendar.createEvent({
    id: `${code}@${link.hostname}`,
    stamp: new Date(now),
    start: new Date(opensAt),
    end: new Date(ends.length === 0 ? opensAt + USUAL_LENGTH : Math.min(...ends)),
    summary: title ?? name,
    description: link.href,
    location: link.href,
    url: link.href,
  });
  return `${calendar.toString()}\r\n`;
}

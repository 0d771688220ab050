import type { AttendanceResponse } from '../protocol/index.ts';

/**
 * Begins of a cell that spreadsheets take for a formula, with the full-width forms that some of them fold
 * (OWASP, CSV injection).
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;
const NEEDS_QUOTES = /[",\r\n;\t]|^\s|\s$/u;

/** One cell by RFC 4180. Text that would run as a formula gets an apostrophe in front, so that it is shown as text. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value.trimStart()) || FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) || text.startsWith("'") ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The byte order mark, without which Excel does not read UTF-8. It begins a file. */
export const CSV_BEGIN = '\ufeff';
/** A row by RFC 4180, with CRLF. */
export const csvRow = (row: readonly (string | number)[]): string => `${row.map(cell).join(',')}\r\n`;

const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  CSV_BEGIN + rows.map(csvRow).join('');

export const iso = (time: number | null): string => (time === null ? '' : new Date(time).toISOString());
const minutesBetween = (from: number, to: number): number => Math.round(Math.max(0, to - from) / 600) / 100;

/** The attendance list as CSV: a row per stay, those in breakout rooms behind a member's others. Guests have no account. `now` (ms) ends the stays that go on, for their minutes. */
export function attendanceCsv({ attendees }: AttendanceResponse, now: number): string {
  return csv([
    [
      'Name',
      'Role',
      'Member',
      'Joined (UTC)',
      'Left (UTC)',
      'Minutes',
      'Total minutes',
      'Breakout room',
      'Account',
    ],
    ...attendees.flatMap(({ member, name, role, stays, minutes, breakouts = [], account = '' }) =>
      [...stays.map((stay) => ({ ...stay, breakout: '' })), ...breakouts].map(
        ({ joined, left, breakout }) => [
          name,
          role,
          member,
          iso(joined),
          iso(left),
          minutesBetween(joined, left ?? now),
          minutes,
          breakout,
          account,
        ],
      ),
    ),
  ]);
}

/** Content-Disposition for a download (RFC 6266): a plain name for old readers, the true one beside it in UTF-8. */
export function attachment(name: string, extension: string): string {
  // What no file system takes, or what would end the name early.
  const safe =
    name
      .replace(/[\p{C}\p{Z}/\\:*?"<>|]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'meeting';
  const plain =
    safe
      .normalize('NFKD')
      .replace(/[^\x20-\x7e]+/g, '')
      .replace(/[%;]/g, '')
      .trim() || 'meeting';
  const encoded = encodeURIComponent(safe.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}.${extension}"; filename*=UTF-8''${encoded}.${extension}`;
}

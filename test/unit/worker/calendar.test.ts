import { describe, expect, test } from 'vitest';
import { fail, type Schedule, succeed } from '../../../src/protocol/index.ts';
import { CODE, NOW, ORIGIN, problemOf, serve } from './fake-room.ts';

const path = `/v1/rooms/${CODE}/calendar.ics`;
const HOUR = 3_600_000;
const plan: Schedule = { opensAt: NOW + 24 * HOUR, expiresAt: null, maxMinutes: null, title: null };

function scheduled(schedule: Schedule | undefined, name = 'Physics') {
  const status = { code: CODE, status: 'open', members: 0, capacity: 100, createdAt: NOW } as const;
  return serve({
    status: async () => succeed({ ...status, name, ...(schedule === undefined ? {} : { schedule }) }),
  });
}
const linesOf = async (schedule: Schedule, name?: string) =>
  (await (await scheduled(schedule, name).fetch(path)).text()).split('\r\n');

describe('GET /v1/rooms/:code/calendar.ics', () => {
  test('is a file that calendars take, with the address of the page', async () => {
    const response = await scheduled(plan).fetch(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="Physics\.ics"/);
    const lines = (await response.text()).split('\r\n');
    expect(lines.at(0)).toBe('BEGIN:VCALENDAR');
    expect(lines.slice(-2)).toEqual(['END:VCALENDAR', '']);
    expect(lines).toEqual(
      expect.arrayContaining([
        'VERSION:2.0',
        `UID:${CODE}@meet.example`,
        'DTSTAMP:20261120T090000Z',
        'DTSTART:20261121T090000Z',
        'DTEND:20261121T100000Z',
        'SUMMARY:Physics',
        `LOCATION:${ORIGIN}/r/${CODE}`,
      ]),
    );
  });

  test.each<[string, Partial<Schedule>, string]>([
    ['at the end that is set', { expiresAt: NOW + 30 * HOUR }, '20261121T150000Z'],
    ['after the longest duration', { maxMinutes: 90 }, '20261121T103000Z'],
    ['at the earlier of both', { maxMinutes: 90, expiresAt: NOW + 25 * HOUR }, '20261121T100000Z'],
  ])('ends %s', async (_, more, end) => {
    expect(await linesOf({ ...plan, ...more })).toContain(`DTEND:${end}`);
  });

  test('takes the title, and lets no name break out of its line', async () => {
    expect(await linesOf({ ...plan, title: 'Lecture; 1, "waves"' })).toContain(
      'SUMMARY:Lecture\\; 1\\, "waves"',
    );
    const lines = await linesOf(plan, 'a\r\nATTACH:https://evil.example');
    expect(lines.filter((line) => line.startsWith('ATTACH'))).toEqual([]);
  });

  test.each<[string, Schedule | undefined]>([
    ['no schedule', undefined],
    ['no opening time', { ...plan, opensAt: null, expiresAt: NOW + HOUR }],
  ])('is not there where there is %s', async (_, schedule) => {
    expect(await problemOf(await scheduled(schedule).fetch(path))).toMatchObject({
      status: 404,
      code: 'not_found',
    });
  });

  test('is not there for a room that is not', async () => {
    const server = serve({ status: async () => fail('room_not_found') });
    expect(await problemOf(await server.fetch(path))).toMatchObject({ code: 'room_not_found' });
    const posted = await server.fetch(path, { method: 'POST' });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
  });
});

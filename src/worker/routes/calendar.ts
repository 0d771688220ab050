import { Hono } from 'hono';
import { refuse } from '../../protocol/index.ts';
import { calendarOf } from '../calendar.ts';
import { roomOf } from '../caller.ts';
import { attachment } from '../csv.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** The date of a scheduled room, for a calendar: what everybody with the code may know. */
export const calendarRoutes = new Hono<AppTypes>()
  .get('/:code/calendar.ics', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const status = await room.value.repeatable((stub) => stub.status());
    if (!status.ok) return deny(c, status.error);
    const link = new URL(`/r/${room.value.code}`, c.req.url);
    const text = calendarOf(status.value, link, c.get('services').clock.now());
    if (text === null) return deny(c, refuse('not_found', { detail: 'the room has no opening time' }));
    return c.body(text, 200, {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': attachment(status.value.name, 'ics'),
    });
  })
  .all('/:code/calendar.ics', onlyMethods('GET', 'HEAD'));

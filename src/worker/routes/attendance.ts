import { Hono } from 'hono';
import { refuse } from '../../protocol/index.ts';
import { callerOf, roomOf } from '../caller.ts';
import { attachment, attendanceCsv } from '../csv.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** Who was there and when, for the host: JSON, or CSV to open in a spreadsheet. */
export const attendanceRoutes = new Hono<AppTypes>()
  .get('/:code/attendance', holdOffGuessers, async (c) => {
    const format = c.req.query('format') ?? 'json';
    if (format !== 'json' && format !== 'csv') {
      return deny(c, refuse('invalid', { detail: 'format: must be json or csv' }));
    }
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const caller = await callerOf(c, room.value.code);
    if (!caller.ok) return deny(c, caller.error);
    const list = await room.value.repeatable((stub) => stub.attendance(caller.value));
    if (!list.ok) return deny(c, list.error);
    if (format === 'json') return c.json(list.value, 200);
    return c.body(attendanceCsv(list.value, c.get('services').clock.now()), 200, {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': attachment(`${list.value.room.name} attendance`, 'csv'),
    });
  })
  .all('/:code/attendance', onlyMethods('GET', 'HEAD'));

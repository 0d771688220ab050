import { Hono } from 'hono';
import { callerOf, roomOf } from '../caller.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** How a room is doing, for its hosts: what it did since it woke, and what waits where now. */
export const statsRoutes = new Hono<AppTypes>()
  .get('/:code/stats', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const caller = await callerOf(c, room.value.code);
    if (!caller.ok) return deny(c, caller.error);
    const stats = await room.value.repeatable((stub) => stub.stats(caller.value));
    return stats.ok ? c.json(stats.value, 200) : deny(c, stats.error);
  })
  .all('/:code/stats', onlyMethods('GET', 'HEAD'));

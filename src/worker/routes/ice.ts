import { Hono } from 'hono';
import { type IceResponse, refuse } from '../../protocol/index.ts';
import { memberOf, roomOf } from '../caller.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** What a member's calls need to find a way. */
export const iceRoutes = new Hono<AppTypes>()
  .get('/:code/ice', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const member = await memberOf(c, room.value.code);
    if (!member.ok) return deny(c, member.error);
    const { turn, turnAsked, clock, log } = c.get('services');
    const wait = await turnAsked.count(member.value, clock.now());
    if (wait > 0) return deny(c, refuse('rate_limited', { retry: wait }));
    // Somebody who was put out, or waits in the lobby, gets no way to send through the operator's server.
    const present = await room.value.repeatable((stub) => stub.member(member.value));
    if (!present.ok) return deny(c, present.error);
    if (present.value.presence === 'waiting') return deny(c, refuse('still_waiting'));
    try {
      return c.json<IceResponse>(await turn.issue(member.value, clock.now()), 200, {
        'cache-control': 'no-store',
      });
    } catch (error) {
      log('warn', 'turn.failed', { error });
      return deny(c, refuse('turn_failed'));
    }
  })
  .all('/:code/ice', onlyMethods('GET', 'HEAD'));

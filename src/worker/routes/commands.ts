import { Hono } from 'hono';
import { readCommand, refuse } from '../../protocol/index.ts';
import { readJson } from '../body.ts';
import { callerOf, roomOf } from '../caller.ts';
import { renderCommand } from '../command-answer.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** Any room command over plain HTTP: the same schema, gate and result as on the socket. */
export const commandsRoutes = new Hono<AppTypes>()
  .post('/:code/commands', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const caller = await callerOf(c, room.value.code);
    if (!caller.ok) return deny(c, caller.error);
    const body = await readJson(c.req.raw, false);
    if (!body.ok) return deny(c, body.error);
    const decoded = readCommand(body.value);
    if (!decoded.ok) return deny(c, decoded.error);
    const { command } = decoded;
    if (command.t === 'image.upload') return deny(c, refuse('binary_unexpected'));
    // With a member's number a command is done once however often it is sent.
    const call =
      command.n !== undefined && 'member' in caller.value ? room.value.repeatable : room.value.once;
    const outcome = await call((stub) => stub.run(caller.value, command));
    if (!outcome.ok) return deny(c, outcome.error);
    return c.body(renderCommand(outcome.value), 200, { 'content-type': 'application/json' });
  })
  .all('/:code/commands', onlyMethods('POST'));

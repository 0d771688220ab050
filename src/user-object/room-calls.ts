import type { Executor } from '../engine/outbox.ts';
import { roomAddress } from '../platform/room-address.ts';
import type { Host } from './host.ts';
import { CARD_EFFECT, type CardData } from './stay-rows.ts';
import { theSelf } from './tables.ts';

/** Tries after which a room that can't be reached goes on with the card that it has: about a quarter of an hour. */
const TRIES = 9;

/** Tells a room that this person is in what they are called now, and of their picture. */
export const tellRoom =
  (host: Host): Executor =>
  async (data, _id, attempts) => {
    const { code, former } = data as CardData;
    const { engine, env } = host;
    const { state } = engine() ?? {};
    const room = env.ROOMS === undefined ? null : roomAddress(env.ROOMS, code);
    if (state === undefined || room === null) return;
    const { id, name, avatar } = theSelf(state);
    try {
      const told = await room().accountChanged({ id, name, avatar }, former);
      if (!told.ok && told.error.retry !== undefined) throw new Error(told.error.message);
    } catch (error) {
      if (attempts + 1 < TRIES) throw error;
    }
  };

export const roomExecutors = (host: Host): Readonly<Record<string, Executor>> => ({
  [CARD_EFFECT]: tellRoom(host),
});

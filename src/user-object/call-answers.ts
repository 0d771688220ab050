import type { Executor } from '../engine/outbox.ts';
import { within } from '../platform/patience.ts';
import { roomAddress } from '../platform/room-address.ts';
import type { Host } from './host.ts';
import { theSelf } from './tables.ts';

/** The effect that tells a group what became of its call at this person. */
export const ANSWER_EFFECT = 'call.answer-group';

export interface AnswerToGroup {
  /** Code of the group. */
  readonly group: string;
  readonly meeting: string;
  readonly how: 'answered' | 'declined';
}

/** Tries after which the group is not told: whoever comes is seen, and for others the time is up. */
const TRIES = 3;
/** ms after which a call that hangs is given up. */
const PATIENCE = 5_000;

export const answerGroup =
  ({ engine, env }: Host): Executor =>
  async (data, _id, attempts) => {
    const { group, meeting, how } = data as AnswerToGroup;
    const state = engine()?.state;
    const address = env.ROOMS === undefined ? null : roomAddress(env.ROOMS, group);
    if (state === undefined || address === null) return;
    try {
      const told = await within(address().callAnswered(theSelf(state).id, meeting, how), PATIENCE);
      if (!told.ok && told.error.retry !== undefined) throw new Error(told.error.message);
    } catch (error) {
      if (attempts + 1 < TRIES) throw error;
    }
  };

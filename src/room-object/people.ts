import type { Engine } from '../engine/engine.ts';
import type { Executor } from '../engine/outbox.ts';
import { within } from '../platform/patience.ts';
import type { RoomNews } from '../platform/room-news.ts';
import type { UserNamespace, UserRpc } from '../platform/user-rpc.ts';
import { HOSTED_EFFECT, hostedNews, isListed, STAY_EFFECT, stayNews, type Teller } from './stay-rows.ts';

/** A person's object as a room sees it. */
export type PersonStub = Pick<UserRpc, 'told'>;
export type People = UserNamespace<PersonStub>;

/** Tries after which somebody who can't be reached is told no more: about a day. */
const TRIES = 30;
/** ms after which a call that hangs is given up, so that it holds nobody else's up. */
const PATIENCE = 5_000;

/**
 * Tells somebody's object, or rejects, so that it is tried again. What the object refuses is no use saying again.
 * `attempts`: how often it was tried in vain. `patience` in ms.
 */
export async function tellAccount(
  people: People | undefined,
  account: string,
  news: RoomNews,
  attempts: number,
  patience: number = PATIENCE,
): Promise<void> {
  if (people === undefined) return;
  try {
    const told = await within(people.getByName(account).told(account, news), patience);
    if (!told.ok && told.error.retry !== undefined) throw new Error(told.error.message);
  } catch (error) {
    if (attempts + 1 < TRIES) throw error;
  }
}

/** Carries out what `stays` has decided: the news are made when they are told. */
export function tellers(
  engine: () => Pick<Engine, 'state'> | null,
  people: () => People | undefined,
): Readonly<Record<string, Executor>> {
  const tell =
    (news: (state: Engine['state'], teller: Teller) => RoomNews): Executor =>
    async (data, _id, attempts) => {
      const { state } = engine() ?? {};
      const teller = data as Teller;
      if (state === undefined || !isListed(state)) return;
      await tellAccount(people(), teller.account, news(state, teller), attempts);
    };
  return { [STAY_EFFECT]: tell(stayNews), [HOSTED_EFFECT]: tell(hostedNews) };
}

import type { Outcome } from '../protocol/index.ts';
import type { KnownAccount } from './room-rpc.ts';

/** The call from a person's object to the rooms that they are in at this moment. */
export interface CardRpc {
  /**
   * Name or picture of the account are others now; `former`: what it was called before. Their devices there get the
   * picture, and those that go by such a name the new one: whoever took another name there keeps it.
   */
  accountChanged(account: KnownAccount, former: readonly string[]): Promise<Outcome<null>>;
}

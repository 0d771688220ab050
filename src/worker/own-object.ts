import type { Context } from 'hono';
import type { UserStub } from '../platform/user-rpc.ts';
import { type Outcome, succeed } from '../protocol/index.ts';
import { userOf } from './person.ts';
import type { AppTypes } from './services.ts';

/**
 * Has somebody's own object hear what has become of their account. That stands whether or not it hears; the log tells, and
 * what must not be lost the object finds out by itself: that a login is over when it looks after its devices, that the account
 * is deleted because it was told to expect that. Where this server has no people, nobody has to hear.
 */
export async function tellOwnObject(
  c: Context<AppTypes>,
  account: string,
  call: (user: UserStub) => Promise<Outcome<null>>,
): Promise<void> {
  const user = userOf(c, account);
  if (!user.ok) return;
  const { log } = c.get('services');
  try {
    const told = await user.value.repeatable(call);
    if (!told.ok) log('error', 'inbox.not_told', { account, code: told.error.code });
  } catch (error) {
    log('error', 'inbox.not_told', { account, error });
  }
}

/**
 * Has somebody's own object look, in a while, whether their account was deleted. Before that is done: where it can't be
 * reached, nothing may be.
 */
export async function announceFarewell(c: Context<AppTypes>, account: string): Promise<Outcome<null>> {
  const user = userOf(c, account);
  return user.ok ? user.value.repeatable((stub) => stub.expectFarewell()) : succeed(null);
}

/** Has the platform finish the work also where the client has gone meanwhile. Answers what it comes to. */
export function finish<T>(c: Context<AppTypes>, work: Promise<T>): Promise<T> {
  try {
    c.executionCtx.waitUntil(work.catch(() => undefined));
  } catch {
    // Tests call the app without a platform around it.
  }
  return work;
}

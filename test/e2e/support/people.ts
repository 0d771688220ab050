import { Accounts, ParleyError } from '../../../src/client/index.ts';

/** Settings of a server on which one address may do all that a test does. */
export const UNLIMITED = {
  RATE_REFUSALS_PER_MINUTE: '0',
  RATE_CREATIONS_PER_MINUTE: '0',
  RATE_LOGINS_PER_MINUTE: '0',
  RATE_REGISTRATIONS_PER_MINUTE: '0',
};

/** The password of everybody here: none of their user names is in it. */
export const PASSWORD = 'thirty grey pigeons';

/** Somebody new with an account, logged in on one device. They are called by their user name, unless told otherwise. */
export async function register(server: string, userName: string, name?: string): Promise<Accounts> {
  const accounts = new Accounts({ server });
  await accounts.register({ userName, password: PASSWORD, ...(name === undefined ? {} : { name }) });
  return accounts;
}

/** One more device of somebody with an account. */
export async function logIn(server: string, userName: string, password = PASSWORD): Promise<Accounts> {
  const accounts = new Accounts({ server });
  await accounts.logIn({ userName, password });
  return accounts;
}

/** Whoever is logged in; throws where nobody is. */
export function whoIs({ current }: Accounts) {
  if (current === null) throw new Error('nobody is logged in');
  return { ...current.account, token: current.token };
}

/** What a promise is refused with; 'none': it is not. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (error instanceof ParleyError) return error.code;
    throw error;
  }
}

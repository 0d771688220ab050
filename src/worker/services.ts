import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { createTokens, type Tokens } from '../platform/tokens.ts';
import type { Accounts, IdentityProvider } from './accounts/accounts.ts';
import { createAccounts } from './accounts/d1-accounts.ts';
import { createIdentity } from './accounts/identity.ts';
import { scryptPasswords } from './accounts/passwords.ts';
import type { Env } from './env.ts';
import { type AddressLimit, addressLimit, bucketLimit } from './limits.ts';
import { readSettings, type Settings } from './settings.ts';

/** What is read or made once from the settings and then serves every request. */
export interface Services {
  readonly settings: Settings;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts wrong secrets and codes, so that a school behind one address can still join. */
  readonly refusals: AddressLimit;
  readonly creations: AddressLimit;
  /** Counts whatever makes a password's hash but registering: each costs a tenth of a second of a core. */
  readonly logins: AddressLimit;
  readonly registrations: AddressLimit;
  /** Counts pictures of one account, by its id. */
  readonly avatars: AddressLimit;
  /** Null: this server has none. */
  readonly accounts: Accounts | null;
  /** Null: nobody else vouches for people. */
  readonly identity: IdentityProvider | null;
}

/** Enough for somebody who can't decide; each costs a put, a delete and a row. In each instance of the Worker. */
const AVATARS_PER_MINUTE = 20;

/** Types of every Hono app and handler of this Worker. */
export interface AppTypes {
  Bindings: Env;
  Variables: { services: Services };
}

/** What tests hand in, and the environment then does not decide. */
export type GivenServices = Partial<Pick<Services, 'accounts'>>;

/** Makes the services of an environment the first time it is seen; the platform hands us the same one for each request. */
export function createServices(clock: Clock, log: Log, given: GivenServices = {}): (env: Env) => Services {
  const made = new WeakMap<Env, Services>();
  return (env) => {
    const known = made.get(env);
    if (known !== undefined) return known;
    const settings = readSettings(env);
    const tokens = createTokens(env);
    const services: Services = {
      settings,
      tokens,
      clock,
      log,
      refusals: addressLimit(settings.refusalsPerMinute, env.REFUSALS),
      creations: addressLimit(settings.creationsPerMinute, env.CREATIONS),
      logins: addressLimit(settings.loginsPerMinute, env.LOGINS),
      registrations: addressLimit(settings.registrationsPerMinute, env.REGISTRATIONS),
      avatars: bucketLimit(AVATARS_PER_MINUTE),
      accounts:
        env.ACCOUNTS === undefined
          ? null
          : createAccounts({ db: env.ACCOUNTS, tokens, clock, passwords: scryptPasswords }),
      identity: settings.identity === null ? null : createIdentity(settings.identity),
      ...given,
    };
    made.set(env, services);
    return services;
  };
}

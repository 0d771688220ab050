import type { Clock } from '../platform/clock.ts';
import { createDirectory } from '../platform/d1-directory.ts';
import type { Directory } from '../platform/directory.ts';
import type { Log } from '../platform/log.ts';
import { createTokens, type Tokens } from '../platform/tokens.ts';
import { createTurn, type Turn } from '../platform/turn.ts';
import type { Accounts, IdentityProvider } from './accounts/accounts.ts';
import { createAccounts } from './accounts/d1-accounts.ts';
import { createIdentity } from './accounts/identity.ts';
import { scryptPasswords } from './accounts/passwords.ts';
import { createServerSecret } from './accounts/server-secret.ts';
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
  /** Counts new names and pictures of one account, by its id. */
  readonly changes: AddressLimit;
  /** Counts looks at one's own account and logins, and at who is there, by the account that looks. */
  readonly looks: AddressLimit;
  /** Null: this server has none. */
  readonly accounts: Accounts | null;
  /** Counts looks for other people, by the account that asks. */
  readonly lookups: AddressLimit;
  /** Where all people can be looked up. Null: this server has none. */
  readonly directory: Directory | null;
  /** Where calls that find no direct way get help from. */
  readonly turn: Turn;
  /** Counts what members ask of it, by the member. */
  readonly turnAsked: AddressLimit;
  /** Null: nobody else vouches for people. */
  readonly identity: IdentityProvider | null;
}

/** Enough for somebody who can't decide; each costs rows, and is told to all who know them. In each instance of the Worker. */
const CHANGES_PER_MINUTE = 20;

/** Enough for a page that is loaded anew every second, on two devices; each costs a few reads. In each instance of the Worker. */
const LOOKS_PER_MINUTE = 120;

/** Enough for a search that follows what is typed; too few to go through all names. In each instance of the Worker. */
const LOOKUPS_PER_MINUTE = 60;

/** Enough for a page that connects anew again and again; credentials of Cloudflare's cost a request each. In each instance of the Worker. */
const TURN_PER_MINUTE = 20;

/** Types of every Hono app and handler of this Worker. */
export interface AppTypes {
  Bindings: Env;
  Variables: { services: Services };
}

/** What tests hand in, and the environment then does not decide. */
export type GivenServices = Partial<Pick<Services, 'accounts' | 'directory'>>;

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
      changes: bucketLimit(CHANGES_PER_MINUTE),
      looks: bucketLimit(LOOKS_PER_MINUTE),
      lookups: bucketLimit(LOOKUPS_PER_MINUTE),
      turn: createTurn(settings.turn, settings.turnTtlSeconds),
      turnAsked: bucketLimit(TURN_PER_MINUTE),
      accounts:
        env.ACCOUNTS === undefined
          ? null
          : createAccounts({ db: env.ACCOUNTS, tokens, clock, passwords: scryptPasswords }),
      directory: env.ACCOUNTS === undefined ? null : createDirectory(env.ACCOUNTS),
      identity:
        settings.identity === null
          ? null
          : createIdentity(settings.identity, {
              idKey: env.ACCOUNTS === undefined ? null : createServerSecret(env.ACCOUNTS, 'provider ids'),
            }),
      ...given,
    };
    made.set(env, services);
    return services;
  };
}

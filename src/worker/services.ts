import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { createTokens, type Tokens } from '../platform/tokens.ts';
import type { Env } from './env.ts';
import { type AddressLimit, addressLimit } from './limits.ts';
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
}

/** Types of every Hono app and handler of this Worker. */
export interface AppTypes {
  Bindings: Env;
  Variables: { services: Services };
}

/** Makes the services of an environment the first time it is seen; the platform hands us the same one for each request. */
export function createServices(clock: Clock, log: Log): (env: Env) => Services {
  const made = new WeakMap<Env, Services>();
  return (env) => {
    const known = made.get(env);
    if (known !== undefined) return known;
    const settings = readSettings(env);
    const services: Services = {
      settings,
      tokens: createTokens(env),
      clock,
      log,
      refusals: addressLimit(settings.refusalsPerMinute, env.REFUSALS),
      creations: addressLimit(settings.creationsPerMinute, env.CREATIONS),
    };
    made.set(env, services);
    return services;
  };
}

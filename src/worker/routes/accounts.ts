import { type Context, Hono } from 'hono';
import { problem } from '../../platform/problem.ts';
import {
  type AccountsOffer,
  fail,
  LogInRequestSchema,
  type LogInResponse,
  type Outcome,
  RegisterRequestSchema,
  succeed,
} from '../../protocol/index.ts';
import type { Device } from '../accounts/accounts.ts';
import { readBody } from '../body.ts';
import { addressOf } from '../limits.ts';
import { finish, tellOwnObject } from '../own-object.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

const deviceOf = (c: Context<AppTypes>): Device => ({
  userAgent: c.req.header('user-agent') ?? '',
  address: addressOf(c.req.raw.headers),
});

async function register(c: Context<AppTypes>): Promise<Outcome<LogInResponse>> {
  const { accounts, settings, registrations, clock } = c.get('services');
  if (accounts === null) return fail('accounts_off');
  if (settings.registration === 'closed') return fail('registration_closed');
  const body = await readBody(c.req.raw, RegisterRequestSchema);
  if (!body.ok) return body;
  const device = deviceOf(c);
  const wait = await registrations.count(device.address, clock.now());
  if (wait > 0) return fail('rate_limited', { retry: wait });
  return accounts.register(body.value, device);
}

/** Logs in; the account's own object hears of the logins that made way for this one. */
async function logIn(c: Context<AppTypes>): Promise<Outcome<LogInResponse>> {
  const { accounts, logins, clock } = c.get('services');
  if (accounts === null) return fail('accounts_off');
  const body = await readBody(c.req.raw, LogInRequestSchema);
  if (!body.ok) return body;
  const device = deviceOf(c);
  const wait = await logins.count(device.address, clock.now());
  if (wait > 0) return fail('rate_limited', { retry: wait });
  const done = await accounts.logIn(body.value, device);
  if (!done.ok) return done;
  const { answer, ended } = done.value;
  if (ended.length > 0)
    await tellOwnObject(c, answer.account.id, (user) => user.signedOut({ logins: ended }));
  return succeed(answer);
}

/** What this server offers; registering. */
export const accountsRoutes = new Hono<AppTypes>()
  .get('/', (c) => {
    const { accounts, identity, settings } = c.get('services');
    return c.json<AccountsOffer>(
      {
        accounts: accounts !== null,
        registration: accounts !== null && settings.registration === 'open',
        provider: identity !== null,
        join: settings.joinAccess,
      },
      200,
    );
  })
  .post('/', async (c) => {
    const registered = await register(c);
    if (!registered.ok) return problem(registered.error);
    const { log } = c.get('services');
    log('info', 'account.registered', { account: registered.value.account.id });
    return c.json(registered.value, 201, { location: '/v1/me' });
  })
  .all('/', onlyMethods('GET', 'HEAD', 'POST'));

/** Logging in. */
export const loginsRoutes = new Hono<AppTypes>()
  .post('/', holdOffGuessers, async (c) => {
    const loggedIn = await finish(c, logIn(c));
    return loggedIn.ok ? c.json(loggedIn.value, 200) : deny(c, loggedIn.error);
  })
  .all('/', onlyMethods('POST'));

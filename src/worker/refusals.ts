import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { problem } from '../platform/problem.ts';
import { type ErrorCode, normalizeCode, type Refusal, refuse } from '../protocol/index.ts';
import { bearerOf } from './caller.ts';
import { addressOf } from './limits.ts';
import type { AppTypes } from './services.ts';

/** What somebody gets to hear who tries codes, tokens or keys until one fits. */
const GUESSES: ReadonlySet<ErrorCode> = new Set([
  'room_not_found',
  'not_enrolled',
  'token_invalid',
  'ticket_invalid',
  'host_key_wrong',
  'invite_invalid',
  'create_refused',
  'link_invalid',
  'login_required',
  'login_wrong',
]);

/** `login_required` is also what somebody hears who shows no token: that is no try. */
const isGuess = (c: Context<AppTypes>, { code }: Refusal): boolean =>
  GUESSES.has(code) && (code !== 'login_required' || bearerOf(c.req.raw.headers) !== null);

/** Answers with a problem. A wrong secret counts against the address, and beyond the limit is no longer looked at. */
export async function deny(c: Context<AppTypes>, refusal: Refusal): Promise<Response> {
  if (!isGuess(c, refusal)) return problem(refusal);
  const { refusals, clock } = c.get('services');
  const wait = await refusals.count(addressOf(c.req.raw.headers), clock.now());
  return problem(wait === 0 ? refusal : refuse('rate_limited', { retry: wait }));
}

/** For how many ms the address is still held off. */
function waiting(c: Context<AppTypes>): number {
  const { refusals, clock } = c.get('services');
  return refusals.waiting(addressOf(c.req.raw.headers), clock.now());
}

/**
 * Holds off an address that guessed too often: otherwise the limit would only hide the misses, and a hit would still
 * be told. Whoever shows a valid member token is let through, so that nobody can lock a meeting's people out by
 * guessing from beside them. An account's token is no such pass: with it all other codes could be tried.
 */
export const holdOffGuessers = createMiddleware<AppTypes>(async (c, next) => {
  const { clock, tokens } = c.get('services');
  const wait = waiting(c);
  if (wait > 0) {
    const code = normalizeCode(c.req.param('code') ?? '');
    const bearer = bearerOf(c.req.raw.headers);
    const member =
      code === null || bearer === null ? null : await tokens.verifyMember(bearer, code, clock.now());
    if (member === null) return problem(refuse('rate_limited', { retry: wait }));
  }
  return next();
});

/** The same where a token is all that can be guessed, and whoever needs none is not to wait. */
export const holdOffBearers = createMiddleware<AppTypes>(async (c, next) => {
  const wait = bearerOf(c.req.raw.headers) === null ? 0 : waiting(c);
  return wait > 0 ? problem(refuse('rate_limited', { retry: wait })) : next();
});

/** The last handler of a path: the method is none of those it has. */
export const onlyMethods =
  (...methods: readonly string[]) =>
  () =>
    problem(refuse('method_not_allowed'), { allow: methods.join(', ') });

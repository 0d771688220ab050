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
  'token_invalid',
  'ticket_invalid',
  'host_key_wrong',
  'invite_invalid',
  'create_refused',
  'link_invalid',
]);

/** Answers with a problem. A wrong secret counts against the address, and beyond the limit is no longer looked at. */
export async function deny(c: Context<AppTypes>, refusal: Refusal): Promise<Response> {
  if (!GUESSES.has(refusal.code)) return problem(refusal);
  const { refusals, clock } = c.get('services');
  const wait = await refusals.count(addressOf(c.req.raw.headers), clock.now());
  return problem(wait === 0 ? refusal : refuse('rate_limited', { retry: wait }));
}

/**
 * Holds off an address that guessed too often: otherwise the limit would only hide the misses, and a hit would still
 * be told. Whoever shows a valid member token is let through, so that nobody can lock a meeting's people out by
 * guessing from beside them.
 */
export const holdOffGuessers = createMiddleware<AppTypes>(async (c, next) => {
  const { refusals, clock, tokens } = c.get('services');
  const wait = refusals.waiting(addressOf(c.req.raw.headers), clock.now());
  if (wait > 0) {
    const code = normalizeCode(c.req.param('code') ?? '');
    const bearer = bearerOf(c.req.raw.headers);
    const member =
      code === null || bearer === null ? null : await tokens.verifyMember(bearer, code, clock.now());
    if (member === null) return problem(refuse('rate_limited', { retry: wait }));
  }
  return next();
});

/** The last handler of a path: the method is none of those it has. */
export const onlyMethods =
  (...methods: readonly string[]) =>
  () =>
    problem(refuse('method_not_allowed'), { allow: methods.join(', ') });

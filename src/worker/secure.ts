import { createMiddleware } from 'hono/factory';

/** For answers that are data and never a page. A route that needs another value sets its own. */
const HEADERS: readonly (readonly [string, string])[] = [
  [
    'content-security-policy',
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['x-frame-options', 'DENY'],
  // Answers name people and carry tokens: no cache on the way keeps them.
  ['cache-control', 'no-store'],
];

/** Not for the WebSocket route: the headers of a 101 that comes from an object can't be changed. */
export const secure = createMiddleware(async (c, next) => {
  await next();
  for (const [name, value] of HEADERS) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
});

import { createMiddleware } from 'hono/factory';
import type { AppTypes } from './services.ts';

/** The API, and files whose name changes with their content. */
const NO_VIEW = /^\/(?:v1|assets)(?:\/|$)/;

/**
 * Answers every path that is no file with the page, which sees for itself what it is asked for. The platform can do so too, but does
 * so for `/assets` as well: a browser that asks for a file between two versions would get the page in its place, with the word to
 * keep it for a year.
 */
export const servePage = createMiddleware<AppTypes>(async (c, next) => {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!isRead || NO_VIEW.test(c.req.path) || c.env.ASSETS === undefined) return await next();
  return await c.env.ASSETS.fetch(new Request(new URL('/', c.req.url), c.req.raw));
});

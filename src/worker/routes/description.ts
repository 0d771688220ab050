import { Hono } from 'hono';
import { problem } from '../../platform/problem.ts';
import { refuse } from '../../protocol/index.ts';
import { onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** Made by `npm run generate`. It travels with the page's files, so that it weighs nothing in the Worker. */
const FILE = '/generated/openapi.json';

/** The description of this API. */
export const descriptionRoutes = new Hono<AppTypes>()
  .get('/openapi.json', async (c) => {
    const found = await c.env.ASSETS?.fetch(new Request(new URL(FILE, c.req.url)));
    if (found?.status !== 200) return problem(refuse('not_found'));
    const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' };
    return new Response(found.body, { headers });
  })
  .all('/openapi.json', onlyMethods('GET', 'HEAD'));

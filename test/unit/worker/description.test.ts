import { describe, expect, test } from 'vitest';
import { openApi } from '../../../scripts/openapi.ts';
import { createApp } from '../../../src/worker/app.ts';
import { ORIGIN, problemOf, serve } from './fake-room.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const asset = (status: number, type: string): Fetcher => ({
  fetch: async (input) => {
    const { url } = new Request(input as Request);
    return url === `${ORIGIN}/generated/openapi.json`
      ? new Response('{"openapi":"3.1.0"}', { status, headers: { 'content-type': type } })
      : new Response(null, { status: 404 });
  },
  connect: () => {
    throw new Error('nobody connects to files');
  },
});

describe('the description of the API', () => {
  const description = openApi();

  test('has exactly the routes that the Worker has', () => {
    const described = Object.entries(description.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => `${method} ${path}`),
    );
    const routes = createApp()
      .routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect([...new Set(described)].sort()).toEqual([...new Set(routes)].sort());
  });

  test('points at nothing that is not there', () => {
    const refs = [...JSON.stringify(description).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(refs.length).toBeGreaterThan(50);
    const { schemas } = description.components;
    expect(refs.filter((name) => name === undefined || !(name in schemas))).toEqual([]);
  });

  test('says what a command is', () => {
    expect(description.components.schemas['chat.send']).toMatchObject({
      properties: {
        t: { const: 'chat.send' },
        body: {},
        to: { anyOf: [{ pattern: expect.any(String) }, { const: 'hosts' }] },
      },
      required: ['t', 'body'],
    });
  });
});

describe('GET /v1/openapi.json', () => {
  test('gives it to anybody', async () => {
    const response = await serve({}, { ASSETS: asset(200, 'application/json') }).fetch('/v1/openapi.json');
    expect(await response.json()).toEqual({ openapi: '3.1.0' });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  });

  test.each([
    ['no files', {}],
    ['no such file', { ASSETS: asset(404, 'application/json') }],
  ])('is not found where there are %s', async (_, vars) => {
    expect(await problemOf(await serve({}, vars).fetch('/v1/openapi.json'))).toMatchObject({
      code: 'not_found',
    });
  });
});

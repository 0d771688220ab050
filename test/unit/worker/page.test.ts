import { expect, test } from 'vitest';
import { ORIGIN, problemOf, serve } from './fake-room.ts';

/** Files that are there for `/` alone, as what the platform finds no file for comes to the Worker. */
function files(asked: string[]): Fetcher {
  return {
    fetch: async (input) => {
      const { url, method, headers } = new Request(input as Request);
      asked.push(`${method} ${url.slice(ORIGIN.length)} ${headers.get('if-none-match')}`);
      return new Response('<!doctype html>', { headers: { 'content-type': 'text/html', etag: '"1"' } });
    },
    connect: () => {
      throw new Error('nobody connects to files');
    },
  };
}

test.each(['/', '/r/abc-defg-hij', '/r/a%20b', '/people/with/a_1', '/nowhere', '/v1x', '/assetsx'])(
  'the page answers at %s, with its own headers and its own cache',
  async (path) => {
    const asked: string[] = [];
    const server = serve({}, { ASSETS: files(asked) });
    const response = await server.fetch(path, { headers: { 'if-none-match': '"1"' } });
    expect(await response.text()).toBe('<!doctype html>');
    expect(response.headers.get('content-security-policy')).toBeNull();
    expect(response.headers.get('cache-control')).toBeNull();
    expect(asked).toEqual(['GET / "1"']);
  },
);

test.each(['/assets/stage-Ab12Cd34.js', '/assets', '/v1', '/v1/nothing'])(
  'a file that is gone, or no route of the API, is not the page and is kept nowhere: %s',
  async (path) => {
    const asked: string[] = [];
    const response = await serve({}, { ASSETS: files(asked) }).fetch(path);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'not_found' });
    expect(asked).toEqual([]);
  },
);

test('the page is read and nothing else; a Worker without files has none', async () => {
  const asked: string[] = [];
  expect((await serve({}, { ASSETS: files(asked) }).fetch('/', { method: 'POST' })).status).toBe(404);
  expect((await serve({}, {}).fetch('/r/abc-defg-hij')).status).toBe(404);
  expect(asked).toEqual([]);
});

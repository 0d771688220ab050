import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import { succeed } from '../../../src/protocol/index.ts';
import { statsFixture } from '../../support/stats.ts';
import { ADA, bearer, CODE, problemOf, serve } from './fake-room.ts';

const path = `/v1/rooms/${CODE}/stats`;

describe('GET /v1/rooms/:code/stats', () => {
  test('is what the room says, for a host by token or by host key', async () => {
    const server = serve({ stats: async () => succeed(statsFixture) });
    const response = await server.fetch(path, { headers: bearer(await server.token()) });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(statsFixture);
    await server.fetch(path, { headers: bearer('hk_x') });
    expect(server.calls.made).toEqual([
      { method: 'stats', args: [{ member: ADA }] },
      { method: 'stats', args: [{ hostKeyHash: await sha256('hk_x') }] },
    ]);
  });

  test('is not for others', async () => {
    const server = serve();
    const headers = bearer(await server.token());
    expect(await problemOf(await server.fetch(path, { headers }))).toMatchObject({
      status: 403,
      code: 'role_required',
    });
    expect(await problemOf(await server.fetch(path))).toMatchObject({ status: 401, code: 'token_required' });
  });
});

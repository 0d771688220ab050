import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/protocol/index.ts';
import { fail, succeed } from '../../../src/protocol/index.ts';
import type { Accounts } from '../../../src/worker/accounts/accounts.ts';
import { bearer, CODE, problemOf, serve } from './fake-room.ts';

const ACCOUNT = { id: `a_${'a'.repeat(22)}`, userName: 'ada', name: 'Ada', avatar: null };
const TOKEN = `acc_${'t'.repeat(43)}`;
const AS_ADA = { ...bearer(TOKEN), 'cf-connecting-ip': '192.0.2.7' };

/** A server where Ada is logged in, and rooms answer as told. */
function served(answers: Parameters<typeof serve>[0], vars: Parameters<typeof serve>[1] = {}) {
  const known: Person[] = [];
  const accounts = {
    verify: async (token: string) => (token === TOKEN ? { account: ACCOUNT, login: 'l_1' } : null),
  } as unknown as Accounts;
  const directory = {
    putProviderPerson: async (person: Person) => {
      known.push(person);
    },
  } as never;
  const USERS = { getByName: () => ({ groups: async () => succeed({ groups: [] }) }) } as never;
  return { ...serve(answers, { USERS, ...vars }, { accounts, directory }), known };
}

describe('groups over HTTP', () => {
  test('need somebody with an account', async () => {
    const { fetch, send, calls } = served({});
    for (const response of [
      await fetch(`/v1/groups/${CODE}`),
      await send('POST', '/v1/groups', { name: 'x' }),
      await send('POST', `/v1/groups/${CODE}/enrol`, {}),
      await fetch(`/v1/groups/${CODE}/enrol`, { method: 'DELETE' }),
      await fetch('/v1/me/groups'),
      await fetch(`/v1/groups/${CODE}`, { headers: bearer('acc_wrong') }),
    ])
      expect(await problemOf(response)).toMatchObject({ code: 'login_required' });
    expect(calls.made).toEqual([]);
  });

  test('are asked for in the name of whoever the token says, and of nobody else', async () => {
    const { send, fetch, calls } = served({
      enrol: async () => succeed({ state: 'asked' }),
      unenrol: async () => succeed(null),
      look: async () => fail('room_not_found'),
    });
    const asked = await send(
      'POST',
      `/v1/groups/${CODE}/enrol`,
      { note: 'me', person: { id: 'a_other' } },
      AS_ADA,
    );
    expect(asked.status).toBe(202);
    await fetch(`/v1/groups/${CODE}/enrol`, { method: 'DELETE', headers: AS_ADA });
    await fetch(`/v1/groups/${CODE}`, { headers: AS_ADA });
    expect(calls.made.map(({ method, args }) => [method, ...args])).toEqual([
      ['enrol', ACCOUNT, 'me'],
      ['unenrol', ACCOUNT.id],
      ['look', ACCOUNT.id],
    ]);
  });

  test('are founded as the owner says, with a key that nobody is told', async () => {
    const { send, calls } = served({
      standing: async () => succeed({ group: CODE, name: 'Physics' } as never),
    });
    const response = await send('POST', '/v1/groups', { name: 'Physics', joining: 'request' }, AS_ADA);
    expect(response.status).toBe(201);
    expect(JSON.stringify(await response.json())).not.toContain('hk_');
    expect(calls.made[0]).toMatchObject({
      method: 'createRoom',
      args: [
        {
          name: 'Physics',
          group: {
            owner: ACCOUNT,
            joining: 'request',
            announcements: false,
            membersInvite: false,
            everybody: false,
          },
        },
      ],
    });
    for (const body of [{}, { name: '' }, { name: 'x', joining: 'sometimes' }])
      expect(await problemOf(await send('POST', '/v1/groups', body, AS_ADA))).toMatchObject({
        code: 'invalid',
      });
  });

  test('are founded only where accounts may make rooms, and so many in a minute', async () => {
    const closed = served({}, { CREATE_ACCESS: 'api-key', API_KEYS: 'k'.repeat(20) });
    expect(await problemOf(await closed.send('POST', '/v1/groups', { name: 'x' }, AS_ADA))).toMatchObject({
      code: 'create_refused',
    });
    const open = served(
      { standing: async () => succeed({ group: CODE } as never) },
      { RATE_CREATIONS_PER_MINUTE: '2' },
    );
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1)
      statuses.push((await open.send('POST', '/v1/groups', { name: 'x' }, AS_ADA)).status);
    expect(statuses).toEqual([201, 201, 429]);
  });

  test.each([
    ['look', (server: ReturnType<typeof served>) => server.fetch(`/v1/groups/${CODE}`, { headers: AS_ADA })],
    [
      'join',
      (server: ReturnType<typeof served>) => server.send('POST', `/v1/rooms/${CODE}/join`, {}, AS_ADA),
    ],
  ])('hold off whoever tries codes: %s', async (_, request) => {
    const server = served(
      { look: async () => fail('room_not_found'), admit: async () => fail('not_enrolled') },
      { RATE_REFUSALS_PER_MINUTE: '5' },
    );
    const statuses: number[] = [];
    for (let index = 0; index < 7; index += 1) statuses.push((await request(server)).status);
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.filter((status) => status === 429).length).toBeLessThanOrEqual(2);
  });
});

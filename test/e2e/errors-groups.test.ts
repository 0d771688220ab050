// Every error that groups bring, provoked over a real port. What is refused changes nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/protocol/index.ts';
import { GROUP_ERRORS } from '../support/people-errors.ts';
import type { Answer } from '../support/raw-client.ts';
import { expectProblem, provoked } from './support/problems.ts';
import { type Server, startServer } from './support/server.ts';
import { api, ask, askServer, come, type Somebody, VARS } from './support/somebody.ts';

describe('of a group', () => {
  let server: Server;
  let owner: Somebody;
  let other: Somebody;
  let group: string;
  let room: { code: string; hostKey: string };
  let member: string;
  let before: unknown;

  beforeAll(async () => {
    server = await startServer({ vars: { ...VARS, EVERYBODY_GROUP: 'All of us', ADMINISTRATORS: 'owner' } });
    askServer(server.url);
    owner = await come('owner');
    other = await come('other');
    const made = await ask<{ standing: { group: string } }>('POST', '/v1/groups', owner.token, {
      name: 'Few',
    });
    ({ group } = made.standing);
    room = await api.create();
    const joined = await api.join(group, {}, owner.token);
    member = joined.token;
    await api.connect(joined);
    before = await state();
  });
  afterAll(() => server.close());

  const state = () => ask('GET', `/v1/groups/${group}`, owner.token);
  const inGroup = (given: object) => api.command(group, member, given);
  const inRoom = (given: object) => api.command(room.code, room.hostKey, given);

  /** The group of everybody, once it is on somebody's list. */
  async function everybody(): Promise<string> {
    for (let attempt = 0; ; attempt += 1) {
      const { groups } = await ask<{ groups: { group: string; everybody: boolean }[] }>(
        'GET',
        '/v1/me/groups',
        other.token,
      );
      const found = groups.find((one) => one.everybody);
      if (found !== undefined) return found.group;
      if (attempt === 200) throw new Error('nobody was enrolled in the group of everybody');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test.each<[ErrorCode, string, () => Promise<Answer>]>([
    ['not_enrolled', 'joining from outside', () => join(group, other.token)],
    ['owner_stays', 'the owner leaves', () => leave(group, owner.token)],
    ['room_not_found', 'asking where only invited people come in', () => enrol(group, other.token)],
    ['enrolled_unknown', 'removing somebody else', () => inGroup({ t: 'group.remove', account: other.id })],
    [
      'enrolled_unknown',
      'a role for somebody else',
      () => inGroup({ t: 'group.role', account: other.id, role: 'admin' }),
    ],
    ['group_differs', 'ending it as a meeting', () => inGroup({ t: 'room.end' })],
    ['group_differs', 'a passcode for it', () => inGroup({ t: 'passcode.set', passcode: null })],
    ['not_a_group', 'inviting into a meeting', () => inRoom({ t: 'group.invite', account: other.id })],
    ['not_a_group', 'its people', () => inRoom({ t: 'group.members' })],
    ['group_fixed', 'leaving everybody', async () => leave(await everybody(), other.token)],
    [
      'request_unknown',
      'an answer to nobody',
      () => inGroup({ t: 'group.decide', account: other.id, accept: true }),
    ],
    ['login_required', 'a guest', () => enrol(group, `acc_${'x'.repeat(43)}`)],
  ])('%s: %s', async (expected, _, provoke) => {
    expectProblem(await provoke(), expected);
    expect(await state()).toEqual(before);
  });

  /** The owner opens another group, into which the other one has come, or asks to. */
  async function another(joining: 'open' | 'request'): Promise<{ code: string; owners: string }> {
    const { standing } = await ask<{ standing: { group: string } }>('POST', '/v1/groups', owner.token, {
      name: 'Another',
      joining,
    });
    const joined = await api.join(standing.group, {}, owner.token);
    await api.connect(joined);
    expect((await enrol(standing.group, other.token)).status).toBe(joining === 'open' ? 200 : 202);
    return { code: standing.group, owners: joined.token };
  }

  test('group_removed: whoever was taken out comes back by an invitation alone', async () => {
    const { code, owners } = await another('open');
    const remove = { t: 'group.remove', account: other.id };
    expect((await api.command(code, owners, remove)).status).toBe(200);
    expectProblem(await enrol(code, other.token), 'group_removed');
    expectProblem(await join(code, other.token), 'not_enrolled');
    expect((await api.command(code, owners, { t: 'group.invite', account: other.id })).status).toBe(200);
    expect((await enrol(code, other.token)).status).toBe(200);
  });

  test('group_declined: whoever was turned away asks again later, or is invited', async () => {
    const { code, owners } = await another('request');
    const no = { t: 'group.decide', account: other.id, accept: false };
    expect((await api.command(code, owners, no)).status).toBe(200);
    expectProblem(await enrol(code, other.token), 'group_declined');
    expect((await api.command(code, owners, { t: 'group.invite', account: other.id })).status).toBe(200);
    expect((await enrol(code, other.token)).status).toBe(200);
  });

  const join = (code: string, token: string) =>
    api.request('POST', `/v1/rooms/${code}/join`, { token, body: {} });
  const enrol = (code: string, token: string) => api.request('POST', `/v1/groups/${code}/enrol`, { token });
  const leave = (code: string, token: string) => api.request('DELETE', `/v1/groups/${code}/enrol`, { token });
});

test('every error of groups has been seen', () => {
  expect([...GROUP_ERRORS].filter((code) => !provoked.has(code))).toEqual([]);
});

import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ERRORS,
  type ErrorCode,
  IntroduceResponseSchema,
  PeopleResponseSchema,
} from '../../src/protocol/index.ts';
import { createApp } from '../../src/worker/app.ts';
import type { Env } from '../../src/worker/env.ts';
import { bodyOf, serve } from '../unit/worker/fake-room.ts';
import { emptyTables, PASSWORD } from './support/account-server.ts';
import { type Enlisted, enlist } from './support/crowd.ts';
import { ask, connect, type Device, register } from './support/inbox-sockets.ts';
import type { Frame } from './support/room-sockets.ts';

async function expectProblem(response: Response, code: ErrorCode): Promise<void> {
  expect(await response.json()).toMatchObject({ code });
  expect(response.status).toBe(ERRORS[code].status);
}
const find = (token: string, q: string) => ask(token, 'GET', `/v1/people?q=${encodeURIComponent(q)}`);
const meet = (token: string, whom: object) => ask(token, 'POST', '/v1/me/people', whom);
const namesIn = async (response: Response) =>
  (await bodyOf(response, PeopleResponseSchema)).people.map(({ userName }) => userName);

const eventsIn = ({ frames }: Device): Frame[] =>
  frames.flatMap((frame) => (frame.t === 'events' ? (frame.events as Frame[]) : []));
/** The next event of a kind that a device is told. */
async function hears(device: Device, t: string, fields: object = {}): Promise<void> {
  await expect
    .poll(() => eventsIn(device).filter((event) => event.t === t))
    .toContainEqual(expect.objectContaining({ t, ...fields }));
}

let ada: Enlisted;
let bob: Enlisted;
let eve: Enlisted;

beforeEach(async () => {
  await emptyTables();
  const people = await enlist('Ada', 'Bob', 'Eve', 'Adam');
  [ada, bob, eve] = people as [Enlisted, Enlisted, Enlisted];
});

describe('finding people', () => {
  it('is for whoever is logged in, and where there are accounts', async () => {
    for (const [method, path, body] of [
      ['GET', '/v1/people?q=bob', undefined],
      ['GET', '/v1/people/online', undefined],
      ['POST', '/v1/me/people', { userName: 'bob' }],
    ] as const) {
      await expectProblem(await ask(`acc_${'x'.repeat(43)}`, method, path, body), 'login_required');
      const without = serve();
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const headers = { 'content-type': 'application/json' };
      await expectProblem(await without.fetch(path, { ...init, headers }), 'accounts_off');
    }
  });

  it('who is there is looked at so often by one account, whichever pages; another is not held up by it', async () => {
    const looks: number[] = [];
    for (let number = 0; number < 130; number += 1)
      looks.push((await ask(ada.token, 'GET', `/v1/people/online?limit=${1 + (number % 2)}`)).status);
    expect(looks.slice(0, 120).every((status) => status === 200)).toBe(true);
    expect(looks.slice(-5)).toContain(429);
    await expectProblem(await ask(ada.token, 'GET', '/v1/people/online'), 'rate_limited');
    expect((await ask(bob.token, 'GET', '/v1/people/online')).status).toBe(200);
  });

  it('takes the whole user name, whatever its capitals, and no part of one', async () => {
    expect(await namesIn(await find(ada.token, 'bOB'))).toEqual(['Bob']);
    for (const q of ['bo', 'nobody', '%', 'Ada']) expect(await namesIn(await find(ada.token, q))).toEqual([]);
    for (const q of ['', ' ', 'x'.repeat(65)]) await expectProblem(await find(ada.token, q), 'invalid');
    await expectProblem(await ask(ada.token, 'GET', '/v1/people'), 'invalid');
  });

  it('takes a beginning where everybody may find everybody', async () => {
    const app = createApp();
    const vars = { ...env, PEOPLE_ACCESS: 'everybody' } as unknown as Env;
    const search = async (q: string) =>
      app.request(`/v1/people?q=${q}`, { headers: { authorization: `Bearer ${bob.token}` } }, vars);
    expect(await namesIn(await search('ad'))).toEqual(['Ada', 'Adam']);
    await expectProblem(await search('a'), 'invalid');
  });

  it('is limited for each account, so that nobody goes through all names', async () => {
    const statuses: number[] = [];
    for (let tried = 0; tried < 62; tried += 1) statuses.push((await find(eve.token, `name${tried}`)).status);
    expect(statuses.slice(0, 60).every((status) => status === 200)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect((await find(bob.token, 'eve')).status).toBe(200);
  });

  it('makes somebody known by user name or id, and nobody who does not exist', async () => {
    for (const whom of [{ userName: 'BOB' }, { account: bob.id }])
      expect(await bodyOf(await meet(ada.token, whom), IntroduceResponseSchema)).toEqual({
        person: bob.card,
      });
    for (const whom of [{ userName: 'nobody' }, { account: `a_${'x'.repeat(22)}` }])
      await expectProblem(await meet(ada.token, whom), 'person_unknown');
    await expectProblem(await meet(ada.token, { userName: 'ada' }), 'person_self');
    for (const wrong of [{}, { account: 'x' }, { userName: 7 }])
      await expectProblem(await meet(ada.token, wrong), 'invalid');
  });
});

describe('people', () => {
  const command = (device: Device, of: Enlisted, t: string, n: number) =>
    device.send({ t, n, account: of.id });

  it('become contacts, and hear of each other’s names, and of the end of an account', async () => {
    const carl = await register('carl');
    const [a, c] = [await connect(ada.token), await connect(carl.token)];
    expect(a.ready.snapshot).toMatchObject({ contacts: [], blocked: [], visible: true });
    a.send({ t: 'contact.ask', n: 1, account: carl.id, note: 'hello' });
    await a.next((frame) => frame.t === 'error' && frame.n === 1 && frame.code === 'person_unknown');
    await meet(ada.token, { userName: 'carl' });
    a.send({ t: 'contact.ask', n: 2, account: carl.id, note: 'hello' });
    await hears(c, 'contact.changed', { person: ada.card, state: 'asking', note: 'hello' });
    c.send({ t: 'contact.accept', n: 1, account: ada.id });
    await hears(a, 'contact.changed', { state: 'contact' });
    await ask(carl.token, 'PATCH', '/v1/me', { name: 'Charles' });
    const charles = expect.objectContaining({ id: carl.id, name: 'Charles' });
    await hears(a, 'person.changed', { person: charles });
    await hears(c, 'person.changed', { person: charles });
    const other = await connect(ada.token);
    expect(other.ready.snapshot).toMatchObject({
      contacts: [{ person: { name: 'Charles' }, state: 'contact' }],
    });
    expect((await ask(carl.token, 'DELETE', '/v1/me', { password: PASSWORD })).status).toBe(204);
    await hears(a, 'contact.removed', { account: carl.id, reason: 'deleted' });
  });

  it('are not told that they are blocked', async () => {
    const [a, e] = [await connect(ada.token), await connect(eve.token)];
    await meet(ada.token, { userName: 'eve' });
    await meet(eve.token, { userName: 'ada' });
    command(a, eve, 'person.block', 1);
    await hears(a, 'person.blocked');
    command(e, ada, 'contact.ask', 1);
    await hears(e, 'contact.changed', { state: 'asked' });
    command(a, eve, 'person.unblock', 2);
    await hears(a, 'person.unblocked');
    command(e, ada, 'contact.remove', 2);
    // What comes behind it has been taken, so the first question was, too.
    command(e, ada, 'contact.ask', 3);
    await hears(a, 'contact.changed', { state: 'asking' });
    const heard = ['person.blocked', 'person.unblocked', 'contact.changed'];
    expect(eventsIn(a).map(({ t }) => t)).toEqual(heard);
    expect(eventsIn(e).map(({ t }) => t)).toEqual(['contact.changed', 'contact.removed', 'contact.changed']);
  });

  it('reach nothing of each other with their tokens', async () => {
    const a = await connect(ada.token);
    const body = { device: a.id, command: { t: 'person.block', n: 1, account: bob.id } };
    const response = await ask(eve.token, 'POST', '/v1/me/commands', body);
    await expectProblem(response, 'device_unknown');
    expect(eventsIn(a)).toEqual([]);
  });
});

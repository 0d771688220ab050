// What HTTP lets in and what it doesn't: bodies, names, crowds.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Room } from '../../src/protocol/index.ts';
import { Api, problemOf } from '../support/raw-client.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let api: Api;
let code: string;
let hostKey: string;

beforeAll(async () => {
  server = await startServer({
    vars: { RATE_REFUSALS_PER_MINUTE: '0', RATE_CREATIONS_PER_MINUTE: '0', RATE_ERROR: '1000/1000' },
  });
  api = new Api(server.url);
  ({ code, hostKey } = await api.create());
});
afterAll(() => server.close());

const json = { 'content-type': 'application/json' };
const create = (body: unknown) => api.request('POST', '/v1/rooms', { body });
const join = (body: unknown) => api.request('POST', `/v1/rooms/${code}/join`, { body });

describe('making a room', () => {
  test.each([
    ['nothing', {}],
    ['no object', []],
    ['null', null],
    ['an empty name', { name: '  ' }],
    ['a name that hides', { name: 'Room\u202egnp' }],
    ['a name too long', { name: 'x'.repeat(121) }],
    ['a number as name', { name: 7 }],
    ['no seat', { name: 'x', capacity: 0 }],
    ['half a seat', { name: 'x', capacity: 1.5 }],
    ['too many seats', { name: 'x', capacity: 10_001 }],
    ['seats as text', { name: 'x', capacity: '10' }],
    ['negative retention', { name: 'x', retentionSeconds: -1 }],
    ['retention without end', { name: 'x', retentionSeconds: 31_536_001 }],
    ['another way to be empty', { name: 'x', whenEmpty: 'explode' }],
    ['a flag that is no flag', { name: 'x', policy: { chat: 'no' } }],
    ['a policy that is none', { name: 'x', policy: 'none' }],
    ['a region of nowhere', { name: 'x', region: 'moon' }],
    ['a jurisdiction of nowhere', { name: 'x', jurisdiction: 'moon' }],
  ])('with %s is refused', async (_, body) => {
    const answer = await create(body);
    expect(problemOf(answer)).toMatchObject({ status: 422, code: 'invalid', detail: expect.any(String) });
  });

  test('takes what it knows and passes over what it does not', async () => {
    const answer = await create({
      ...{ name: ' Zoe\u0308’s room ', capacity: 3, retentionSeconds: 60, whenEmpty: 'stay' },
      ...{
        policy: { chat: false, dance: true },
        colour: 'red',
        hostKey: 'mine',
        id: 'r_1',
        code: 'aaa-aaaa-aaa',
      },
    });
    expect(answer.status).toBe(201);
    const body = answer.body as { code: string; hostKey: string; room: Room };
    expect(body.room).toMatchObject({
      name: 'Zoë’s room',
      capacity: 3,
      retentionSeconds: 60,
      whenEmpty: 'stay',
    });
    expect(body.room.policy).toMatchObject({ chat: false, image: true });
    expect(body.room.policy).not.toHaveProperty('dance');
    expect(body.room).not.toHaveProperty('colour');
    expect(body.code).not.toBe('aaa-aaaa-aaa');
    expect(body.hostKey).not.toBe('mine');
  });

  test.each(['short', 'x'.repeat(201), 'with a blank in the middle'])(
    'with the Idempotency-Key %j is refused',
    async (key) => {
      const headers = { 'idempotency-key': key };
      const answer = await api.request('POST', '/v1/rooms', { body: { name: 'x' }, headers });
      expect(problemOf(answer).code).toBe('invalid');
    },
  );

  test('at the same time with the same key makes one', async () => {
    const headers = { 'idempotency-key': `race-${crypto.randomUUID()}` };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api.request('POST', '/v1/rooms', { body: { name: 'Race' }, headers })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });
});

describe('coming in', () => {
  test.each([
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['blanks', { name: '\u00a0 \u3000' }],
    ['a joiner alone', { name: '\u200d' }],
    ['a direction', { name: 'Ada\u202e' }],
    ['an isolate', { name: '\u2066Ada\u2069' }],
    ['a line feed', { name: 'Ada\nHost: yes' }],
    ['half a character', { name: 'Ada\ud83d' }],
    ['65 characters', { name: 'x'.repeat(65) }],
    ['65 emoji', { name: '😀'.repeat(65) }],
    ['a number', { name: 7 }],
    ['a list', { name: ['Ada'] }],
    ['a host key that is no text', { name: 'Ada', hostKey: 7 }],
    ['a host key without end', { name: 'Ada', hostKey: 'x'.repeat(129) }],
  ])('with %s is refused, in one step or two', async (_, body) => {
    expect(problemOf(await join(body))).toMatchObject({ status: 422, code: 'invalid' });
  });

  test.each([
    ['Zoe\u0308', 'Zoë'],
    [' Ada ', 'Ada'],
    ['😀'.repeat(64), '😀'.repeat(64)],
    ['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['__proto__', '__proto__'],
  ])('as %j makes %j', async (given, taken) => {
    const { member } = await api.join(code, { name: given });
    expect(member.name).toBe(taken);
  });

  test('nobody makes themselves what they are not', async () => {
    const joined = await api.join(code, {
      name: 'Eve',
      role: 'host',
      id: `m_${'0'.repeat(22)}`,
      account: 'root',
    });
    expect(joined.member).toMatchObject({ role: 'member', account: null, presence: 'joining' });
    expect(joined.member.id).not.toBe(`m_${'0'.repeat(22)}`);
  });

  test('two people of the same name are two', async () => {
    const room = await api.create();
    const [one, two] = [await api.enter(room.code, 'Ada'), await api.enter(room.code, 'Ada')];
    expect(one.id).not.toBe(two.id);
    expect(two.client.ready.snapshot?.roster.members.map(({ name }) => name)).toEqual(['Ada', 'Ada']);
    one.client.send({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'which?' } });
    expect(await two.client.expectEvent('chat.sent')).toMatchObject({ by: one.id });
    await api.request('POST', `/v1/rooms/${room.code}/leave`, { token: one.token });
    await two.client.expectEvent('member.left', ({ member }) => member === one.id);
    await two.client.barrier();
    expect(two.client.socket.readyState).toBe(two.client.socket.OPEN);
  });

  test('one code is one room, however it is written', async () => {
    for (const spelling of [code.toUpperCase(), code.replaceAll('-', ''), code.replaceAll('-', '%20')]) {
      const answer = await api.request('GET', `/v1/rooms/${spelling}`);
      expect(answer.body).toMatchObject({ code });
    }
  });
});

describe('bodies', () => {
  test.each([
    ['half an object', '{"name":"Ada"', json, 'bad_json'],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), json, 'bad_json'],
    ['a byte order mark', '\ufeff{"name":', json, 'bad_json'],
    ['a form', 'name=Ada', { 'content-type': 'application/x-www-form-urlencoded' }, 'media_type'],
    ['what looks like JSON', '{"name":"Ada"}', { 'content-type': 'text/json5' }, 'media_type'],
    ['more than the limit', `{"name":"${'x'.repeat(65_536)}"}`, json, 'body_too_large'],
    ['deep nesting', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, json, 'invalid'],
  ])('of %s are refused', async (_, body, headers, expected) => {
    const answer = await api.request('POST', `/v1/rooms/${code}/join`, { body, headers });
    expect(problemOf(answer).code).toBe(expected);
  });

  test('without an announced length end at the limit', async () => {
    const half = new Uint8Array(40_000).fill(32);
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of [half, half]) controller.enqueue(chunk);
        controller.close();
      },
    });
    const answer = await api.request('POST', `/v1/rooms/${code}/join`, { body, headers: json });
    expect(problemOf(answer).code).toBe('body_too_large');
  });

  test('keep to names of their own: a prototype is none', async () => {
    const body = '{"name":"Ada","__proto__":{"hostKey":"x"},"constructor":{"prototype":{"admin":true}}}';
    const answer = await api.request('POST', `/v1/rooms/${code}/join`, { body, headers: json });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ member: { role: 'member' } });
  });
});

describe('settings', () => {
  const patch = (body: object) => api.request('PATCH', `/v1/rooms/${code}`, { token: hostKey, body });

  test.each([
    { name: '' },
    { capacity: 'many' },
    { retentionSeconds: null },
    { whenEmpty: true },
    { policy: { chat: 1 } },
  ])('%j are refused whole, with what stands beside them', async (body) => {
    const before = await patch({});
    for (const wrong of [body, { name: 'Other', capacity: 5, policy: { image: false }, ...body }])
      expect(problemOf(await patch(wrong)).code).toBe('invalid');
    expect((await patch({})).body).toEqual(before.body);
  });
});

test('capacity is exact: of fifty who come at once, ten are let into a room of ten', async () => {
  const room = await api.create({ capacity: 10 });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      api.request('POST', `/v1/rooms/${room.code}/join`, { body: { name: `Guest ${index}` } }),
    ),
  );
  const letIn = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(letIn).toHaveLength(10);
  expect(refused.map((answer) => problemOf(answer).code)).toEqual(Array(40).fill('room_full'));
  const clients = await Promise.all(
    letIn.map(({ body }) => api.connect(body as { url: string; ticket: string })),
  );
  const status = await api.request('GET', `/v1/rooms/${room.code}`);
  expect(status.body).toMatchObject({ status: 'full', members: 10, capacity: 10 });
  for (const client of clients) client.close();
});

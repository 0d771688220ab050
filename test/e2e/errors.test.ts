// Every error of the table but those that have a file of their own (errors-door, errors-accounts, errors-people and others),
// provoked over a real port. What is refused changes nothing, and the room goes on.
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ERROR_CODES, ERRORS, type ErrorCode, ErrorFrameSchema } from '../../src/protocol/index.ts';
import { ACCOUNT_ERRORS } from '../support/account-errors.ts';
import { CALL_ERRORS } from '../support/call-errors.ts';
import { DOOR_ERRORS } from '../support/door-errors.ts';
import { FILE_ERRORS } from '../support/file-errors.ts';
import { INSIDE_ERRORS } from '../support/inside-errors.ts';
import { GROUP_ERRORS, PEOPLE_ERRORS } from '../support/people-errors.ts';
import { pngOfBytes, svg } from '../support/pictures.ts';
import { type Answer, Api, type Person, refusedUpgrade } from '../support/raw-client.ts';
import { SFU_ERRORS } from '../support/sfu-errors.ts';
import { WATCH_ERRORS } from '../support/watch-errors.ts';
import { expectProblem, OPEN, provoked } from './support/problems.ts';
import { type Server, startServer } from './support/server.ts';

const FAST = '10000/10000';
const NOBODY = `m_${'0'.repeat(22)}`;
const NO_IMAGE = `i_${'0'.repeat(22)}`;

describe('in a room', () => {
  let server: Server;
  let api: Api;
  let room: { code: string; hostKey: string };
  let host: Person;
  let ada: Person;
  let image: string;
  let before: string;
  let closedPoll: number;
  let n = 0;

  beforeAll(async () => {
    const rates = ['CHAT', 'CONTROL', 'QUERY', 'IMAGE', 'ERROR'].map((name) => [`RATE_${name}`, FAST]);
    server = await startServer({
      vars: {
        ...OPEN,
        ...Object.fromEntries(rates),
        RATE_MEDIA: '0.001/2',
        IMAGE_MAX_BYTES: '2000',
        IMAGE_ROOM_BYTES: '3000',
      },
    });
    api = new Api(server.url);
    room = await api.create({ name: 'Errors' });
    host = await api.enter(room.code, 'Host', room.hostKey);
    ada = await api.enter(room.code, 'Ada');
    const shared = await api.request('POST', path('/images'), {
      token: host.token,
      body: pngOfBytes(1_800),
      headers: { 'content-type': 'image/png' },
    });
    image = (shared.body as { event: { image: string } }).event.image;
    await host.client.ask({ t: 'policy.set', n: 1, policy: { screen: false } });
    const opened = await host.client.ask({
      t: 'poll.open',
      n: 2,
      question: 'Ready?',
      options: ['Yes', 'No'],
    });
    closedPoll = 'seq' in opened ? Number(opened.seq) : 0;
    await host.client.ask({ t: 'poll.close', n: 3, poll: closedPoll });
    await host.client.ask({ t: 'breakout.open', n: 4, names: ['Red'] });
  });
  afterAll(() => server.close());

  const path = (rest: string) => `/v1/rooms/${room.code}${rest}`;
  const socketUrl = () => `${server.url.replace('http', 'ws')}${path('/connect')}`;

  /** All that can be seen of the room. */
  async function state(): Promise<string> {
    const [settings, roster, history] = await Promise.all([
      api.request('PATCH', path(''), { token: host.token, body: {} }),
      api.command(room.code, host.token, { t: 'roster.page' }),
      api.command(room.code, host.token, { t: 'chat.history' }),
    ]);
    expect([settings.status, roster.status, history.status]).toEqual([200, 200, 200]);
    return JSON.stringify([settings.body, roster.body, history.body]);
  }

  beforeEach(async () => {
    before = await state();
  });
  afterEach(async () => {
    expect(await state()).toBe(before);
    const { client } = ada;
    n += 1;
    await client.ask({ t: 'member.rename', n, name: 'Eve' });
    n += 1;
    await client.ask({ t: 'member.rename', n, name: 'Ada' });
    await host.client.expectEvent('member.renamed', (event) => event.n === n);
  });

  const chat = (text: string) => ({ t: 'chat.send', body: { kind: 'text', text } });
  const padded = (length: number) => JSON.stringify({ ...chat('x'), pad: 'x'.repeat(length) });

  test.each<[ErrorCode, string, () => object | string]>([
    ['bad_json', 'words', () => 'hello'],
    ['bad_json', 'half a frame', () => '{"t":"chat.send"'],
    ['bad_frame', 'a list', () => '[]'],
    ['bad_frame', 'a frame without a name', () => ({ n: 1 })],
    ['frame_too_large', 'a frame over the limit', () => padded(65_536)],
    ['frame_too_large', 'a binary frame over the limit', () => new Uint8Array(1_200_000)],
    ['binary_unexpected', 'any bytes', () => new Uint8Array([1, 2, 3, 4, 5])],
    ['binary_unexpected', 'a picture as text', () => ({ t: 'image.upload', caption: 'x' })],
    ['unknown_command', 'a command of tomorrow', () => ({ t: 'dance', n: 5 })],
    ['invalid', 'a wrong type', () => ({ t: 'chat.send', body: 'x' })],
    ['invalid', 'a wrong number', () => ({ ...chat('x'), n: -1 })],
    ['invalid', 'a wrong policy', () => ({ t: 'policy.set', policy: { chat: 'no' } })],
    ['text_too_long', 'a text too long', () => chat('😀'.repeat(4_001))],
    ['not_allowed', 'a locked screen', () => ({ t: 'media.set', screen: true })],
    ['role_required', 'a member as host', () => ({ t: 'policy.set', policy: { chat: false } })],
    ['role_required', 'the end by a member', () => ({ t: 'room.end' })],
    ['member_unknown', 'a message to nobody', () => ({ ...chat('x'), to: NOBODY })],
    [
      'message_unknown',
      'deleting a message that is not there',
      () => ({ t: 'chat.delete', message: 99_999 }),
    ],
    [
      'request_unknown',
      'an answer that nobody asked for',
      () => ({ t: 'media.answer', request: 99_999, accept: true }),
    ],
    ['image_unknown', 'removing a picture that is not there', () => ({ t: 'image.remove', image: NO_IMAGE })],
    ['poll_unknown', 'a vote in no poll', () => ({ t: 'poll.vote', poll: 999_999, options: [0] })],
    ['breakout_unknown', 'the way to no breakout room', () => ({ t: 'breakout.choose', breakout: '9-1' })],
    ['poll_closed', 'a vote in a closed poll', () => ({ t: 'poll.vote', poll: closedPoll, options: [0] })],
    ['role_required', 'removing the picture of somebody else', () => ({ t: 'image.remove', image })],
  ])('%s on a socket: %s', async (code, _, frame) => {
    const { client } = ada;
    const from = client.frames.length;
    client.send(frame());
    const error = await client.expectFrame('error', () => true, from);
    expect(v.parse(ErrorFrameSchema, error)).toEqual(error);
    expect(error.code, JSON.stringify(error)).toBe(code);
    expect(error.message).toBe(ERRORS[code].message);
    provoked.add(code);
  });

  test('an error on a socket says which command it answers', async () => {
    n += 1;
    const answer = await ada.client.ask({ t: 'role.set', n, member: host.id, role: 'viewer' });
    expect(answer).toMatchObject({ t: 'error', n, code: 'role_required' });
  });

  type Case = [ErrorCode, string, () => Promise<Answer>];
  const post = (rest: string, more: Parameters<Api['request']>[2]) => () =>
    api.request('POST', path(rest), more);
  const upload = (bytes: Uint8Array | ReadableStream, type = 'image/png') =>
    api.request('POST', path('/images'), {
      token: ada.token,
      body: bytes,
      headers: { 'content-type': type },
    });
  const picture = (headers: Record<string, string>, query = '') =>
    api.request('GET', path(`/images/${image}${query}`), {
      ...(query === '' ? { token: ada.token } : {}),
      headers,
    });
  const command = (fields: object) => api.command(room.code, ada.token, fields);

  test.each<Case>([
    ['bad_json', 'half a body', () => api.request('POST', path('/join'), { body: '{', headers: json })],
    ['bad_frame', 'a command without a name', () => command([])],
    ['unknown_command', 'a command of tomorrow', () => command({ t: 'dance' })],
    ['binary_unexpected', 'a picture as a command', () => command({ t: 'image.upload' })],
    [
      'invalid',
      'a name that hides',
      () => api.request('POST', path('/join'), { body: { name: 'A\u202eb' } }),
    ],
    ['text_too_long', 'a text too long', () => command(chat('x'.repeat(4_001)))],
    ['not_allowed', 'a locked screen', () => lockedScreen()],
    ['role_required', 'a setting by a member', () => patch(ada.token)],
    [
      'role_required',
      'attendance for a member',
      () => api.request('GET', path('/attendance'), { token: ada.token }),
    ],
    ['role_required', 'stats for a member', () => api.request('GET', path('/stats'), { token: ada.token })],
    [
      'role_required',
      'a transcript for a member',
      () => api.request('GET', path('/export/transcript'), { token: ada.token }),
    ],
    ['breakouts_open', 'breakout rooms a second time', () => openBreakouts()],
    ['member_unknown', 'a role for nobody', () => setRole()],
    [
      'image_unknown',
      'a picture that is not there',
      () => api.request('GET', path(`/images/${NO_IMAGE}`), { token: ada.token }),
    ],
    [
      'version_unsupported',
      'a version of tomorrow',
      () => refusedUpgrade(`${socketUrl()}?name=Eve`, { protocols: ['parley.v9'] }),
    ],
    ['upgrade_required', 'a socket without a socket', () => api.request('GET', path('/connect?name=Eve'))],
    [
      'origin_refused',
      'another origin',
      () => refusedUpgrade(`${socketUrl()}?name=Eve`, { headers: { origin: 'https://elsewhere.example' } }),
    ],
    [
      'room_not_found',
      'a room that never was',
      () => api.request('POST', '/v1/rooms/aaa-aaaa-aaa/join', { body: { name: 'Eve' } }),
    ],
    [
      'room_not_found',
      'a socket to a room that never was',
      () => refusedUpgrade(socketUrl().replace(room.code, 'aaa-aaaa-aaa').concat('?name=Eve')),
    ],
    ['room_not_found', 'what is no code', () => api.request('GET', '/v1/rooms/lobby')],
    ['ticket_invalid', 'a ticket that was used', () => usedTicket()],
    ['ticket_invalid', 'no ticket', () => refusedUpgrade(socketUrl())],
    ['token_required', 'no token', post('/leave', {})],
    [
      'token_invalid',
      'somebody’s own token',
      post('/commands', { token: 'a.b.c', body: { t: 'roster.page' } }),
    ],
    ['token_invalid', 'the token of another room', () => tokenOfAnotherRoom()],
    ['host_key_wrong', 'a guessed key', post('/join', { body: { name: 'Eve', hostKey: 'hk_guessed' } })],
    ['host_key_wrong', 'a guessed key as bearer', () => patch('hk_guessed')],
    ['length_required', 'a picture of unknown length', () => upload(new Blob([pngOfBytes(900)]).stream())],
    ['image_too_large', 'a picture over the limit', () => upload(pngOfBytes(2_001))],
    ['image_type', 'an SVG', () => upload(svg, 'image/svg+xml')],
    ['image_type', 'an SVG that says it is a PNG', () => upload(svg)],
    ['image_type', 'a PNG that says it is a GIF', () => upload(pngOfBytes(900), 'image/gif')],
    ['quota_exceeded', 'a picture too many', () => upload(pngOfBytes(1_800, 2))],
    ['range_unsatisfiable', 'a part behind the end', () => picture({ range: 'bytes=5000-' })],
    ['precondition_failed', 'another picture', () => picture({ 'if-match': '"other"' })],
    ['link_invalid', 'a changed link', () => picture({}, `?exp=9999999999999&sig=${'A'.repeat(43)}`)],
    ['not_found', 'an address that is none', () => api.request('GET', '/v1/nowhere')],
    ['method_not_allowed', 'a method that is none', () => api.request('PUT', path(''), { body: {} })],
    [
      'media_type',
      'a body that is no JSON',
      post('/join', { body: 'name=Eve', headers: { 'content-type': 'text/plain' } }),
    ],
    ['body_too_large', 'a body over the limit', post('/join', { body: { name: 'x'.repeat(70_000) } })],
  ])('%s over HTTP: %s', async (code, _, provoke) => {
    expectProblem(await provoke(), code);
  });

  test('rate_limited: who does something too often waits', async () => {
    const { client } = ada;
    const answers = [];
    for (let times = 0; times < 4; times += 1) {
      n += 1;
      answers.push(await client.ask({ t: 'media.set', n, camera: false }));
    }
    const limited = answers.find((answer) => answer.t === 'error');
    expect(limited).toMatchObject({ code: 'rate_limited', retry: expect.any(Number) });
    expectProblem(await api.command(room.code, ada.token, { t: 'media.set', camera: false }), 'rate_limited');
  });

  const json = { 'content-type': 'application/json' };
  const patch = (token: string) =>
    api.request('PATCH', path(''), { token, body: { policy: { chat: false }, name: 'Mine' } });
  const lockedScreen = () => command({ t: 'media.set', screen: true });
  const openBreakouts = () => api.command(room.code, host.token, { t: 'breakout.open', names: ['Blue'] });
  const setRole = () => api.command(room.code, host.token, { t: 'role.set', member: NOBODY, role: 'viewer' });
  const tokenOfAnotherRoom = async () => {
    const other = await api.create();
    const { token } = await api.join(other.code, { name: 'Ada' });
    return api.command(room.code, token, { t: 'roster.page' });
  };
  const usedTicket = async () => {
    const other = await api.create();
    const joined = await api.join(other.code, { name: 'Ada' });
    (await api.connect(joined)).close();
    return refusedUpgrade(joined.url, { protocols: ['parley.v1', `parley.ticket.${joined.ticket}`] });
  };
});

test('create_refused: only those with a key make rooms, where it is so set', async () => {
  const server = await startServer({
    vars: { ...OPEN, CREATE_ACCESS: 'api-key', API_KEYS: 'a-key-of-at-least-16-characters' },
  });
  const api = new Api(server.url);
  const create = (token?: string) =>
    api.request('POST', '/v1/rooms', { body: { name: 'x' }, ...(token === undefined ? {} : { token }) });
  expectProblem(await create(), 'create_refused');
  expectProblem(await create('another-key-of-16-characters'), 'create_refused');
  expect((await create('a-key-of-at-least-16-characters')).status).toBe(201);
  await server.close();
});

test('internal: a server that is set up wrongly says that it is its own fault, and no more', async () => {
  const server = await startServer({ vars: { TOKEN_TTL_SECONDS: 'soon' } });
  const answer = await new Api(server.url).request('POST', '/v1/rooms', { body: { name: 'x' } });
  expectProblem(answer, 'internal');
  expect(JSON.stringify(answer.body)).not.toContain('TOKEN_TTL_SECONDS');
  await server.close();
});

test('every error of the table has been seen', () => {
  const elsewhere = [
    ...INSIDE_ERRORS,
    ...DOOR_ERRORS,
    ...ACCOUNT_ERRORS,
    ...PEOPLE_ERRORS,
    ...GROUP_ERRORS,
    ...WATCH_ERRORS,
    ...CALL_ERRORS,
    ...SFU_ERRORS,
    ...FILE_ERRORS,
  ];
  expect([...provoked, ...elsewhere].sort()).toEqual([...ERROR_CODES].sort());
});

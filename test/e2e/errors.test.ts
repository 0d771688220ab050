// Every error of the table but those of accounts (errors-accounts.test.ts) and of people (errors-people.test.ts),
// provoked over a real port. What is refused changes nothing, and the room goes on.
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ERROR_CODES, ERRORS, type ErrorCode, ErrorFrameSchema } from '../../src/protocol/index.ts';
import { ACCOUNT_ERRORS } from '../support/account-errors.ts';
import { CALL_ERRORS } from '../support/call-errors.ts';
import { FILE_ERRORS } from '../support/file-errors.ts';
import { INSIDE_ERRORS } from '../support/inside-errors.ts';
import { PEOPLE_ERRORS } from '../support/people-errors.ts';
import { pngOfBytes, svg } from '../support/pictures.ts';
import {
  type Answer,
  Api,
  type Person,
  problemOf,
  refusedUpgrade,
  waitingClient,
} from '../support/raw-client.ts';
import { SFU_ERRORS } from '../support/sfu-errors.ts';
import { WATCH_ERRORS } from '../support/watch-errors.ts';
import { type Server, startServer } from './support/server.ts';

const provoked = new Set<ErrorCode>();
const FAST = '10000/10000';
const OPEN = { RATE_REFUSALS_PER_MINUTE: '0', RATE_CREATIONS_PER_MINUTE: '0' };
const NOBODY = `m_${'0'.repeat(22)}`;
const NO_IMAGE = `i_${'0'.repeat(22)}`;
const body = { kind: 'text', text: 'x' };

/** A problem over HTTP: complete, with the status of the table, and with a time to wait exactly where that helps. */
function expectProblem(answer: Answer, code: ErrorCode): void {
  const problem = problemOf(answer);
  expect(problem.code, JSON.stringify(problem)).toBe(code);
  expect(answer.status).toBe(ERRORS[code].status);
  expect(problem.title).toBe(ERRORS[code].message);
  expect(problem.retry !== undefined).toBe(ERRORS[code].retry);
  expect(answer.headers.has('retry-after')).toBe(ERRORS[code].retry);
  provoked.add(code);
}

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

describe('at the door', () => {
  let server: Server;
  let api: Api;
  beforeAll(async () => {
    server = await startServer({
      vars: { ...OPEN, PENDING_CHARACTERS: '1', RATE_CHAT: FAST, RATE_ERROR: FAST },
    });
    api = new Api(server.url);
  });
  afterAll(() => server.close());

  const upgradeOf = (code: string) =>
    refusedUpgrade(`${server.url.replace('http', 'ws')}/v1/rooms/${code}/connect?name=Eve`);
  const joinOf = (code: string) => api.request('POST', `/v1/rooms/${code}/join`, { body: { name: 'Eve' } });

  test('room_full, before any upgrade, until somebody has left', async () => {
    const { code } = await api.create({ capacity: 1 });
    const ada = await api.enter(code, 'Ada');
    expectProblem(await joinOf(code), 'room_full');
    expectProblem(await upgradeOf(code), 'room_full');
    expect((await api.request('GET', `/v1/rooms/${code}`)).body).toMatchObject({
      status: 'full',
      members: 1,
    });
    await api.request('POST', `/v1/rooms/${code}/leave`, { token: ada.token });
    expect((await joinOf(code)).status).toBe(200);
  });

  test('room_locked, before any upgrade, and still_waiting in the lobby', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    const set = (rules: object) => api.command(code, host.token, { t: 'door.set', ...rules });
    await set({ locked: true });
    expectProblem(await joinOf(code), 'room_locked');
    expectProblem(await upgradeOf(code), 'room_locked');
    await set({ locked: false, entry: 'nobody' });
    const joined = await api.join(code, { name: 'Eve' });
    const eve = await waitingClient(joined);
    expectProblem(await api.command(code, joined.token, { t: 'chat.send', body }), 'still_waiting');
    await host.client.expectEvent('lobby.joined', (event) => JSON.stringify(event).includes('Eve'));
    eve.close();
  });

  test('banned, before any upgrade, until the ban is lifted; hosts find who tried in the audit trail', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    const eve = await api.enter(code, 'Eve');
    const ban = { t: 'member.ban', n: 1, member: eve.id };
    expect(await host.client.ask(ban)).toMatchObject({ t: 'member.left', reason: 'removed' });
    const again = () => api.request('POST', `/v1/rooms/${code}/join`, { token: eve.token, body: {} });
    expectProblem(await again(), 'banned');
    expectProblem(await again(), 'banned');
    expectProblem(
      await api.request('POST', `/v1/rooms/${code}/join`, { body: { name: 'Eve', hostKey: 'x'.repeat(43) } }),
      'host_key_wrong',
    );
    const trail = await api.command(code, host.token, { t: 'audit.page' });
    const { rows } = (trail.body as { result: { rows: { action: string; member: string | null }[] } }).result;
    expect(rows.map(({ action, member }) => [action, member])).toEqual([
      ['member.banned', eve.id],
      ['ban.refused', eve.id],
      ['host_key.refused', null],
    ]);
    await api.command(code, host.token, { t: 'ban.lift', n: 2, member: eve.id });
    expect((await again()).status).toBe(200);
  });

  test('not_open_yet, before any upgrade, for all but hosts', async () => {
    const { code, hostKey } = await api.create({ schedule: { opensAt: Date.now() + 3_600_000 } });
    expectProblem(await joinOf(code), 'not_open_yet');
    expectProblem(await upgradeOf(code), 'not_open_yet');
    expect((await api.enter(code, 'Host', hostKey)).id).toMatch(/^m_/);
  });

  test('passcode_required and passcode_wrong, and slower with each wrong one', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    const set = await host.client.ask({ t: 'passcode.set', n: 1, passcode: 'open sesame' });
    expect(set).toMatchObject({ t: 'passcode.changed', passcode: true });
    const guess = (passcode: string) =>
      api.request('POST', `/v1/rooms/${code}/join`, { body: { name: 'Eve', passcode } });
    expectProblem(await joinOf(code), 'passcode_required');
    expectProblem(await upgradeOf(code), 'passcode_required');
    expect((await guess('open sesame')).status).toBe(200);
    for (const wrong of ['1111', '2222', '3333']) expectProblem(await guess(wrong), 'passcode_wrong');
    expectProblem(await guess('4444'), 'rate_limited');
    const frames = JSON.stringify(host.client.events());
    expect(frames).not.toContain('sesame');
    expect(frames).not.toContain('scrypt');
  });

  test('invite_invalid: unknown, used up or revoked', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    const come = (invite: string) =>
      api.request('POST', `/v1/rooms/${code}/join`, { body: { name: 'Eve', invite } });
    const made = await host.client.ask({ t: 'invite.create', n: 1, role: 'viewer', uses: 1 });
    const { invite, secret } = ('result' in made ? made.result : {}) as { invite: string; secret: string };
    expectProblem(await come('guessed'), 'invite_invalid');
    const eve = await come(secret);
    expect(eve).toMatchObject({ status: 200, body: { member: { role: 'viewer' } } });
    expectProblem(await come(secret), 'invite_invalid');
    expect(await host.client.ask({ t: 'invite.revoke', n: 2, invite })).toMatchObject({ t: 'ok' });
    expectProblem(await come(secret), 'invite_invalid');
  });

  test('room_ended, before any upgrade, for whoever asks whatever', async () => {
    const { code, hostKey } = await api.create();
    const host = await api.enter(code, 'Host', hostKey);
    expect((await api.request('DELETE', `/v1/rooms/${code}`, { token: hostKey })).status).toBe(204);
    expectProblem(await joinOf(code), 'room_ended');
    expectProblem(await upgradeOf(code), 'room_ended');
    expectProblem(await api.command(code, host.token, { t: 'roster.page' }), 'room_ended');
    expectProblem(
      await api.request('POST', `/v1/rooms/${code}/join`, { token: host.token, body: {} }),
      'room_ended',
    );
    expectProblem(
      await api.request('PATCH', `/v1/rooms/${code}`, { token: hostKey, body: { name: 'x' } }),
      'room_ended',
    );
    expect((await api.request('GET', `/v1/rooms/${code}`)).body).toMatchObject({ status: 'ended' });
    expect(await host.client.closed).toMatchObject({ code: 4102 });
  });

  test('member_gone: whoever has left does nothing more until they come back', async () => {
    const { code } = await api.create();
    const ada = await api.enter(code, 'Ada');
    const ben = await api.enter(code, 'Ben');
    await api.request('POST', `/v1/rooms/${code}/leave`, { token: ada.token });
    expectProblem(await api.command(code, ada.token, { t: 'chat.send', body }), 'member_gone');
    expectProblem(await api.request('POST', `/v1/rooms/${code}/token`, { token: ada.token }), 'member_gone');
    await ben.client.barrier();
    expect(ben.client.events().map(({ t }) => t)).not.toContain('chat.sent');
    const back = await api.join(code, {}, ada.token);
    expect(back.member).toMatchObject({ id: ada.id, name: 'Ada' });
    await api.connect(back);
    expect((await api.command(code, ada.token, { t: 'chat.send', body })).status).toBe(200);
  });

  test('idempotency_mismatch: the same key for another room', async () => {
    const create = (name: string) =>
      api.request('POST', '/v1/rooms', {
        body: { name },
        headers: { 'idempotency-key': 'the-same-key-twice' },
      });
    const first = await create('Physics');
    const second = await create('Physics');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expectProblem(await create('Chemistry'), 'idempotency_mismatch');
  });

  test('busy: what does not fit into a commit is refused, each command by its number, and none is lost', async () => {
    const { code } = await api.create();
    const ada = await api.enter(code, 'Ada');
    const ben = await api.enter(code, 'Ben');
    const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
    for (const n of numbers) ada.client.send({ t: 'chat.send', n, body: { kind: 'text', text: `${n}` } });
    const answers = await Promise.all(numbers.map((n) => ada.client.answer(n)));
    const refused = answers.filter((answer) => answer.t === 'error');
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ code: 'busy', retry: expect.any(Number) });
    provoked.add('busy');
    await ben.client.barrier();
    const told = ben.client.events().flatMap(({ t, n }) => (t === 'chat.sent' ? [n] : []));
    expect(told).toEqual(answers.flatMap((answer) => (answer.t === 'chat.sent' ? [answer.n] : [])));
    expect(told.length + refused.length).toBe(200);
    expect(await ada.client.ask({ t: 'chat.send', n: 201, body })).toMatchObject({ t: 'chat.sent' });
  });
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
    ...ACCOUNT_ERRORS,
    ...PEOPLE_ERRORS,
    ...WATCH_ERRORS,
    ...CALL_ERRORS,
    ...SFU_ERRORS,
    ...FILE_ERRORS,
  ];
  expect([...provoked, ...elsewhere].sort()).toEqual([...ERROR_CODES].sort());
});

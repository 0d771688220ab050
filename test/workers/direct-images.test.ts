import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/protocol/index.ts';
import { jpeg, png, svg } from '../support/pictures.ts';
import { emptyTables } from './support/account-server.ts';
import { befriend } from './support/friends.ts';
import { ask, connect, type Device, type Person, register } from './support/inbox-sockets.ts';

const ORIGIN = 'http://parley.test';

let ada: Person;
let bob: Person;
let eve: Person;
let desk: Device;

const upload = (
  { token }: Person,
  query: Record<string, string>,
  bytes: Uint8Array = png,
  headers: Record<string, string> = {},
): Promise<Response> =>
  exports.default.fetch(`${ORIGIN}/v1/me/images?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-length': String(bytes.byteLength),
      'content-type': 'image/png',
      ...headers,
    },
    body: bytes,
  });
const get = (path: string, { token }: { token?: string } = {}): Promise<Response> =>
  exports.default.fetch(`${ORIGIN}${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
/** Sends a picture. Answers the path of it. */
async function send(query: Record<string, string> = {}): Promise<string> {
  const response = await upload(ada, { to: bob.id, ...query });
  expect(response.status).toBe(201);
  const { event } = (await response.json()) as { event: { body: { image: string } } };
  const path = `/v1/me/images/${event.body.image}`;
  expect(response.headers.get('location')).toBe(path);
  return path;
}
const stored = async (): Promise<string[]> =>
  (await env.PICTURES.list({ prefix: 'users/' })).objects.map(({ key }) => key);

async function expectProblem(response: Response, code: ErrorCode): Promise<void> {
  expect(await response.json()).toMatchObject({ code });
  expect(response.status).toBe(ERRORS[code].status);
}

beforeEach(async () => {
  await emptyTables();
  for (const key of await stored()) await env.PICTURES.delete(key);
  ada = await register('ada');
  bob = await register('bob');
  eve = await register('eve');
  desk = await connect(ada.token);
  await befriend(ada, bob, ['ada', 'bob']);
});

describe('a picture in a direct message', () => {
  it('is seen by the two of them, and by nobody else', async () => {
    const path = await send({ caption: 'look' });
    for (const person of [ada, bob]) {
      const seen = await get(path, person);
      expect(seen.status).toBe(200);
      expect(seen.headers.get('content-type')).toBe('image/png');
      expect(seen.headers.get('x-content-type-options')).toBe('nosniff');
      expect(new Uint8Array(await seen.arrayBuffer())).toEqual(png);
    }
    await expectProblem(await get(path, eve), 'image_unknown');
    await expectProblem(await get(path), 'login_required');
    await expectProblem(await get(`/v1/me/images/${bob.id}.i_${'x'.repeat(22)}`, ada), 'image_unknown');
    await expectProblem(await get('/v1/me/images/nothing', ada), 'image_unknown');
  });

  it('has a link that an <img> can use, for a while, made for the two only', async () => {
    const path = await send();
    const made = await ask(bob.token, 'POST', `${path}/link`);
    expect(made.status).toBe(200);
    const { url } = (await made.json()) as { url: string };
    const seen = await exports.default.fetch(url);
    expect(seen.status).toBe(200);
    await seen.body?.cancel();
    await expectProblem(await exports.default.fetch(url.replace('sig=', 'sig=x')), 'link_invalid');
    await expectProblem(await ask(eve.token, 'POST', `${path}/link`), 'image_unknown');
    await expectProblem(
      await exports.default.fetch(`${ORIGIN}${path}/link`, { method: 'POST' }),
      'login_required',
    );
  });

  it('goes with its message, and with the account of its author', async () => {
    const path = await send();
    const other = await upload(ada, { to: bob.id }, jpeg, { 'content-type': 'image/jpeg' });
    expect(other.status).toBe(201);
    expect(await stored()).toHaveLength(2);
    for (const key of await stored()) expect(key.startsWith(`users/${ada.id}/`)).toBe(true);
    desk.send({ t: 'direct.delete', n: 1, with: bob.id, message: 1 });
    await expect.poll(stored).toHaveLength(1);
    await expectProblem(await get(path, bob), 'image_unknown');
    const gone = await ask(ada.token, 'DELETE', '/v1/me', { password: 'correct horse battery staple' });
    expect(gone.status).toBe(204);
    await expect.poll(stored).toEqual([]);
  });

  it('is refused like one in a room, and then nothing is kept', async () => {
    await expectProblem(await upload(ada, { to: bob.id }, svg), 'image_type');
    await expectProblem(await upload(ada, { to: bob.id }, jpeg), 'image_type');
    await expectProblem(await upload(ada, {}), 'invalid');
    await expectProblem(await upload(ada, { to: 'bob' }), 'invalid');
    await expectProblem(await upload(ada, { to: bob.id, caption: 'x'.repeat(501) }), 'text_too_long');
    await expectProblem(await upload(ada, { to: eve.id }), 'person_unknown');
    await expectProblem(await upload(ada, { to: ada.id }), 'person_self');
    await expectProblem(await upload(ada, { to: bob.id }, png, { 'idempotency-key': 'short' }), 'invalid');
    await expectProblem(await upload({ id: '', token: 'nonsense' }, { to: bob.id }), 'login_required');
    await expect.poll(stored).toEqual([]);
  });

  it('is sent once, however often it is uploaded under one key', async () => {
    const again = { 'idempotency-key': 'k'.repeat(20) };
    const [first, second] = [
      await upload(ada, { to: bob.id }, png, again),
      await upload(ada, { to: bob.id }, png, again),
    ];
    expect(second.status).toBe(201);
    expect(await second.json()).toEqual(await first.json());
    expect(await stored()).toHaveLength(1);
    await expectProblem(
      await upload(ada, { to: bob.id }, jpeg, { ...again, 'content-type': 'image/jpeg' }),
      'idempotency_mismatch',
    );
  });
});

// The errors that can't be provoked over a port: the whole Worker with its rooms, but for one part that fails.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as v from 'valibot';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { CLOSE, type CloseName, ERRORS, type ErrorCode, ProblemSchema } from '../../src/protocol/index.ts';
import { createApp } from '../../src/worker/app.ts';
import { INSIDE_CLOSES, INSIDE_ERRORS } from '../support/inside-errors.ts';
import { pngOfBytes, streamOf } from '../support/pictures.ts';

const ORIGIN = 'http://parley.test';
const app = createApp();
const provoked = new Set<ErrorCode>();
const closes = new Set<CloseName>();

let code: string;
let token: string;
let socket: WebSocket;

type AppEnv = Parameters<typeof app.fetch>[1];

const fetchWith = async (bindings: object, path: string, init: RequestInit = {}): Promise<Response> =>
  app.fetch(new Request(`${ORIGIN}${path}`, init), { ...env, ...bindings } as AppEnv);

const json = { 'content-type': 'application/json' };
const bearer = () => ({ authorization: `Bearer ${token}` });

beforeEach(async () => {
  const created = await fetchWith({}, '/v1/rooms', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ name: 'Errors' }),
  });
  ({ code } = await created.json<{ code: string }>());
  const path = `/v1/rooms/${code}/join`;
  const joined = await fetchWith({}, path, { method: 'POST', headers: json, body: '{"name":"Ada"}' });
  const { token: mine, ticket } = await joined.json<{ token: string; ticket: string }>();
  token = mine;
  const opened = await fetchWith({}, `/v1/rooms/${code}/connect`, {
    headers: { upgrade: 'websocket', 'sec-websocket-protocol': `parley.v1, parley.ticket.${ticket}` },
  });
  expect(opened.status).toBe(101);
  if (opened.webSocket === null) throw new Error('no socket');
  socket = opened.webSocket;
  socket.accept();
});

async function expectProblem(response: Response, expected: ErrorCode): Promise<void> {
  const problem = v.parse(ProblemSchema, await response.json());
  expect(problem.code).toBe(expected);
  expect(response.status).toBe(ERRORS[expected].status);
  provoked.add(expected);
}

const upload = (bindings: object, body: BodyInit, size: number) =>
  fetchWith(bindings, `/v1/rooms/${code}/images`, {
    method: 'POST',
    headers: { ...bearer(), 'content-type': 'image/png', 'content-length': String(size) },
    body,
  });

/** What the room has to tell to those who come. */
async function history(): Promise<unknown[]> {
  const response = await fetchWith({}, `/v1/rooms/${code}/commands`, {
    method: 'POST',
    headers: { ...bearer(), ...json },
    body: '{"t":"chat.history"}',
  });
  const { result } = await response.json<{ result: { events: unknown[] } }>();
  return result.events;
}

test('image_broken_off: a picture that ends too soon, or breaks, leaves nothing', async () => {
  const bytes = pngOfBytes(20_000);
  await expectProblem(await upload({}, streamOf(bytes), 30_000), 'image_broken_off');
  await expectProblem(await upload({}, streamOf(bytes, 4_096, true), 30_000), 'image_broken_off');
  expect((await env.PICTURES.list()).objects).toEqual([]);
  expect(await history()).toEqual([]);
  expect((await upload({}, streamOf(bytes), 20_000)).status).toBe(201);
  expect(await history()).toHaveLength(1);
});

test('images_off: without an object store a room still meets', async () => {
  const bytes = pngOfBytes(900);
  await expectProblem(await upload({ PICTURES: undefined }, bytes, 900), 'images_off');
  const said = await fetchWith({ PICTURES: undefined }, `/v1/rooms/${code}/commands`, {
    method: 'POST',
    headers: { ...bearer(), ...json },
    body: '{"t":"chat.send","body":{"kind":"text","text":"x"}}',
  });
  expect(said.status).toBe(200);
});

test('overloaded: an object with too much to do is not asked again', async () => {
  let asked = 0;
  const refuse = () => {
    asked += 1;
    return Promise.reject(Object.assign(new Error('too much'), { overloaded: true, retryable: true }));
  };
  const ROOMS = { getByName: () => ({ status: refuse, fetch: refuse }) };
  await expectProblem(await fetchWith({ ROOMS }, `/v1/rooms/${code}`), 'overloaded');
  expect(asked).toBe(1);
  const upgrade = { headers: { upgrade: 'websocket', 'sec-websocket-protocol': 'parley.ticket.x.y' } };
  await expectProblem(await fetchWith({ ROOMS }, `/v1/rooms/${code}/connect`, upgrade), 'overloaded');
  expect((await fetchWith({}, `/v1/rooms/${code}`)).status).toBe(200);
});

test('too_large: the platform gives up a frame, and the room closes what the platform leaves open', async () => {
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
  await runInDurableObject(env.ROOMS.getByName(code), async (room, state) => {
    for (const one of state.getWebSockets()) await room.webSocketError(one);
  });
  expect((await closed).code).toBe(CLOSE.too_large.code);
  closes.add('too_large');
  expect((await fetchWith({}, `/v1/rooms/${code}`)).status).toBe(200);
});

afterAll(() => {
  expect([...closes].sort()).toEqual([...INSIDE_CLOSES].sort());
  expect([...provoked].sort()).toEqual([...INSIDE_ERRORS].sort());
});

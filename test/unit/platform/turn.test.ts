import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTurn } from '../../../src/platform/turn.ts';

const NOW = 1_800_000_000_500;
const never: typeof fetch = () => Promise.reject(new Error('nobody is to be asked'));

test('without anything there is no server', async () => {
  expect(await createTurn({ kind: 'stun', urls: [] }, 60, never).issue('m_1', NOW)).toEqual({
    iceServers: [],
    expiresAt: NOW + 60_000,
  });
  const stun = createTurn({ kind: 'stun', urls: ['stun:a'] }, 60, never);
  expect((await stun.issue('m_1', NOW)).iceServers).toEqual([{ urls: ['stun:a'] }]);
});

test('a TURN server of its own gets a user name with its end, and the password that follows from it', async () => {
  const turn = createTurn({ kind: 'own', urls: ['turn:a:3478'], secret: 'shared' }, 600, never);
  const { iceServers, expiresAt } = await turn.issue('m_1', NOW);
  const username = '1800000600:m_1';
  const credential = createHmac('sha1', 'shared').update(username).digest('base64');
  expect(iceServers).toEqual([{ urls: ['turn:a:3478'], username, credential }]);
  expect(expiresAt).toBe(NOW + 600_000);
});

const cloudflare = (status: number, body: unknown, asked: Request[] = []) =>
  createTurn(
    { kind: 'cloudflare', key: 'k/1', token: 'secret', api: 'https://turn.test/v1' },
    7_200,
    (input, init) => {
      asked.push(new Request(input, init));
      return Promise.resolve(Response.json(body, { status }));
    },
  );

test('the service gives its servers; ports that browsers refuse are left out', async () => {
  const asked: Request[] = [];
  const answer = {
    iceServers: [
      { urls: ['stun:s:3478', 'stun:s:53'] },
      { urls: ['turn:t:3478?transport=udp', 'turn:t:53?transport=udp'], username: 'u', credential: 'c' },
      { urls: 'turn:t:53' },
    ],
  };
  const { iceServers } = await cloudflare(201, answer, asked).issue('m_1', NOW);
  expect(iceServers).toEqual([
    { urls: ['stun:s:3478'] },
    { urls: ['turn:t:3478?transport=udp'], username: 'u', credential: 'c' },
  ]);
  const [request] = asked;
  expect(request?.url).toBe('https://turn.test/v1/turn/keys/k%2F1/credentials/generate-ice-servers');
  expect([request?.method, request?.headers.get('authorization')]).toEqual(['POST', 'Bearer secret']);
  expect(await request?.json()).toEqual({ ttl: 7_200 });
});

test('a service that refuses or answers something else is an error', async () => {
  await expect(cloudflare(401, {}).issue('m_1', NOW)).rejects.toThrow('401');
  await expect(cloudflare(201, { iceServers: { urls: [] } }).issue('m_1', NOW)).rejects.toThrow();
});

// The way into TURN: what members are given, and that a TURN server (coturn) lets them in with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTurnServer } from '../../scripts/chromium.ts';
import type { IceResponse, IceServer } from '../../src/protocol/index.ts';
import { Api, problemOf } from '../support/raw-client.ts';
import { launchBrowser } from './support/browser.ts';
import { freeFixedPort, type Server, startServer } from './support/server.ts';

const SHARED = 'what both know';
let turn: ChildProcess;
let port: number;
let service: HttpServer;
let browser: Browser;
let servers: { own: Server; bare: Server; cloudflare: Server };
/** What Cloudflare's service answers next. */
let answer: [status: number, body: unknown];
const asked: { url: string | undefined; authorization: string | undefined; body: string }[] = [];

async function startTurn(): Promise<ChildProcess> {
  const program = findTurnServer();
  if (program === undefined)
    throw new Error('unable to start a TURN server; `node scripts/ensure-browser.ts` says why');
  port = await freeFixedPort();
  const child = spawn(
    program,
    [
      ...['-n', '--use-auth-secret', `--static-auth-secret=${SHARED}`, '--realm=parley.test', '--no-cli'],
      ...[
        '--listening-ip=127.0.0.1',
        '--relay-ip=127.0.0.1',
        `--listening-port=${port}`,
        '--allow-loopback-peers',
      ],
      ...[
        '--no-tls',
        '--no-dtls',
        '--min-port=30100',
        '--max-port=30200',
        '--log-file=stdout',
        '--simple-log',
      ],
      ...['--pidfile=', '--userdb=:memory:'],
    ],
    { stdio: 'ignore' },
  );
  process.once('exit', () => child.kill());
  const over = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the TURN server ended with ${code}`)));
  });
  await Promise.race([over, answers()]);
  over.catch(() => {});
  return child;
}

/** Asks the TURN server for a binding (RFC 8489) until it answers. */
function answers(): Promise<void> {
  const question = Buffer.concat([Buffer.from('000100002112a442', 'hex'), Buffer.alloc(12, 7)]);
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    const timer = setInterval(() => socket.send(question, port, '127.0.0.1'), 50);
    socket.once('message', () => {
      clearInterval(timer);
      socket.close();
      resolve();
    });
  });
}

beforeAll(async () => {
  turn = await startTurn();
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      asked.push({ url: request.url, authorization: request.headers.authorization, body });
      response.writeHead(answer[0], { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer[1]));
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(service.address() as AddressInfo).port}/v1`;
  const [own, bare, cloudflare] = await Promise.all([
    startServer({ vars: { TURN_URLS: `turn:127.0.0.1:${port}?transport=udp`, TURN_SECRET: SHARED } }),
    startServer({ vars: { STUN_URLS: 'stun:stun.example.org:3478' } }),
    startServer({ vars: { TURN_KEY_ID: 'key', TURN_KEY_TOKEN: 'token', REALTIME_URL: api } }),
  ]);
  servers = { own, bare, cloudflare };
  browser = await launchBrowser();
});
afterAll(async () => {
  turn.kill();
  service.close();
  await Promise.all([browser.close(), ...Object.values(servers).map((server) => server.close())]);
});

async function iceOf(server: Server) {
  const api = new Api(server.url);
  const { code, hostKey } = await api.create();
  const { id, token, client } = await api.enter(code, 'Ada', hostKey);
  const get = (bearer = token) => api.request('GET', `/v1/rooms/${code}/ice`, { token: bearer });
  return { api, code, id, get, client };
}

test('two browsers that may only speak through the TURN server reach each other with what members get', async () => {
  const { id, get, client } = await iceOf(servers.own);
  const { status, body, headers } = await get();
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  const { iceServers, expiresAt } = body as IceResponse;
  expect(iceServers[0]?.username).toMatch(new RegExp(`^\\d{10}:${id}$`));
  expect(expiresAt - Date.now()).toBeGreaterThan(7_000_000);
  const page = await browser.newPage();
  await page.goto(servers.own.url);
  const connect = (servers: IceServer[]) =>
    page.evaluate(async (iceServers) => {
      // Absent fields are absent, as they came by JSON.
      const settings = { iceServers, iceTransportPolicy: 'relay' } as RTCConfiguration;
      const [a, b] = [new RTCPeerConnection(settings), new RTCPeerConnection(settings)];
      const channel = a.createDataChannel('word');
      const heard = new Promise<string>((resolve) => {
        b.ondatachannel = ({ channel: other }) => {
          other.onmessage = ({ data }) => resolve(String(data));
        };
      });
      channel.onopen = () => channel.send('through');
      const gathered = [a, b].map(
        (one) =>
          new Promise<void>((resolve) => {
            one.onicegatheringstatechange = () => {
              if (one.iceGatheringState === 'complete') resolve();
            };
          }),
      );
      await a.setLocalDescription();
      await gathered[0];
      const offer = a.localDescription;
      if (offer === null) throw new Error('no offer');
      await b.setRemoteDescription(offer);
      await b.setLocalDescription();
      await gathered[1];
      const answer = b.localDescription;
      if (answer === null) throw new Error('no answer');
      await a.setRemoteDescription(answer);
      const relays = offer.sdp.split('\r\n').filter((line) => line.includes('typ relay')).length;
      const word = relays === 0 ? null : await heard;
      for (const one of [a, b]) one.close();
      return { relays, word };
    }, servers);
  expect(await connect(iceServers)).toEqual({ relays: 1, word: 'through' });
  // With another password there is no way.
  expect(await connect(iceServers.map((one) => ({ ...one, credential: 'guessed' })))).toEqual({
    relays: 0,
    word: null,
  });
  await page.close();
  client.close();
});

test('by default nobody is asked for help; STUN alone is passed on', async () => {
  const { get, client } = await iceOf(servers.bare);
  expect((await get()).body).toMatchObject({ iceServers: [{ urls: ['stun:stun.example.org:3478'] }] });
  client.close();
});

test("Cloudflare's service is asked with the key, and its fault is told as one", async () => {
  const { get, client, api, code } = await iceOf(servers.cloudflare);
  const urls = ['turn:turn.cloudflare.com:3478?transport=udp'];
  answer = [201, { iceServers: [{ urls, username: 'u', credential: 'c' }] }];
  expect((await get()).body).toMatchObject({ iceServers: [{ urls, username: 'u', credential: 'c' }] });
  expect(asked).toEqual([
    {
      url: '/v1/turn/keys/key/credentials/generate-ice-servers',
      authorization: 'Bearer token',
      body: '{"ttl":7200}',
    },
  ]);
  answer = [401, {}];
  expect(problemOf(await get())).toMatchObject({ code: 'turn_failed', status: 502 });

  // Nobody else gets in by it: not without a token, not from the lobby, not after having been put out.
  expect(problemOf(await api.request('GET', `/v1/rooms/${code}/ice`)).code).toBe('token_required');
  expect(problemOf(await api.request('POST', `/v1/rooms/${code}/ice`)).code).toBe('method_not_allowed');
  const answers = await Promise.all(Array.from({ length: 25 }, () => get()));
  expect(answers.some(({ status }) => status === 429)).toBe(true);
  client.close();
  await client.closed;
  const { hostKey, code: other } = await api.create();
  const host = await api.enter(other, 'Ada', hostKey);
  const guest = await api.enter(other, 'Ben');
  await host.client.ask({ t: 'member.remove', member: guest.id, n: 1 });
  const put = await api.request('GET', `/v1/rooms/${other}/ice`, { token: guest.token });
  expect(problemOf(put).code).toBe('member_gone');
  host.client.close();
});

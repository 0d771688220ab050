// A call over the SFU, through the Worker and the room's object, against a server that answers as the SFU's API does. It carries no
// media: what is shown is who may ask for what, in which order, and that withdrawn rights end tracks over there.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/protocol/index.ts';
import { APP, FakeSfu, SECRET } from '../support/fake-sfu.ts';
import { type Answer, Api, type Person, problemOf } from '../support/raw-client.ts';
import { type Server, startServer } from './support/server.ts';

const stay = (name: string) => `c_${name.padEnd(22, '_')}`;
const CAMERA = { mid: '0', media: 'camera' };
const MICROPHONE = { mid: '1', media: 'microphone' };
const SDP = [
  'v=0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:0',
  'a=sendonly',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:1',
  'a=sendonly',
  '',
].join('\r\n');

const ANSWER = SDP.replaceAll('sendonly', 'recvonly');

/** A room whose call goes over the SFU: three are in it, where two may connect directly. */
class Call {
  readonly api: Api;
  readonly code: string;
  readonly people: Readonly<Record<'ada' | 'ben' | 'cyn', Person>>;
  #n = 0;

  private constructor(api: Api, code: string, people: Call['people']) {
    this.api = api;
    this.code = code;
    this.people = people;
  }

  static async begin(server: Server): Promise<Call> {
    const api = new Api(server.url);
    const { code, hostKey } = await api.create();
    const people = {
      ada: await api.enter(code, 'Ada', hostKey),
      ben: await api.enter(code, 'Ben'),
      cyn: await api.enter(code, 'Cyn'),
    };
    const call = new Call(api, code, people);
    for (const [name, person] of Object.entries(people))
      await person.client.ask({ t: 'call.enter', call: stay(name), n: call.next() });
    return call;
  }

  /** A number for a command that nobody has used. */
  next(): number {
    this.#n += 1;
    return this.#n;
  }

  post(who: Person, path: string, body: object): Promise<Answer> {
    return this.api.request('POST', `/v1/rooms/${this.code}/sfu/sessions${path}`, { body, token: who.token });
  }

  async session(name: keyof Call['people']): Promise<string> {
    const begun = await this.post(this.people[name], '', { call: stay(name) });
    expect(begun.status, JSON.stringify(begun.body)).toBe(201);
    return (begun.body as { session: string }).session;
  }

  close(): void {
    for (const { client } of Object.values(this.people)) client.close();
  }
}

const fake = new FakeSfu();
let server: Server;
let bare: Server;
beforeAll(async () => {
  const vars = {
    SFU_APP_ID: APP,
    SFU_APP_SECRET: SECRET,
    REALTIME_URL: await fake.listen(),
    CALL_DIRECT_MEMBERS: '2',
  };
  [server, bare] = await Promise.all([
    startServer({ vars }),
    // Half of one: the id without the secret.
    startServer({ vars: { CALL_DIRECT_MEMBERS: '2', SFU_APP_ID: APP } }),
  ]);
});
afterAll(async () => {
  await Promise.all([server.close(), bare.close(), fake.close()]);
});

function expectProblem(answer: Answer, code: ErrorCode, detail?: string): void {
  const problem = problemOf(answer);
  expect([problem.code, answer.status], JSON.stringify(problem)).toEqual([code, ERRORS[code].status]);
  if (detail !== undefined) expect(problem.detail).toBe(detail);
}

test('a member sends, another one receives, and a withdrawn right ends the track over there', async () => {
  const call = await Call.begin(server);
  const { ada, ben } = call.people;
  const [a, b] = [await call.session('ada'), await call.session('ben')];
  const published = await call.post(ben, `/${b}/publish`, { sdp: SDP, tracks: [CAMERA, MICROPHONE] });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  const { sdp, tracks } = published.body as { sdp: string; tracks: { mid: string; track: string }[] };
  expect([sdp, tracks.map(({ mid }) => mid)]).toEqual(['answer 0 1', ['0', '1']]);

  const told = await ada.client.expectEvent('sfu.published', (event) => event.member === ben.id);
  expect(told).toMatchObject({ session: b, tracks: [{ media: 'camera' }, { media: 'microphone' }] });
  const wanted = tracks.map(({ track }) => ({ member: ben.id, track }));
  const subscribed = await call.post(ada, `/${a}/subscribe`, {
    tracks: [{ ...wanted[0], rid: 'q' }, wanted[1]],
  });
  expect(subscribed.body).toMatchObject({ sdp: 'offer of 2', tracks: [{ mid: '0' }, { mid: '1' }] });
  expect((await call.post(ada, `/${a}/answer`, { sdp: ANSWER })).body).toEqual({});
  const layers = { tracks: [{ ...wanted[0], mid: '0', rid: 'f' }] };
  expect((await call.post(ada, `/${a}/layers`, layers)).body).toEqual({});
  expect((await call.post(ada, `/${a}/close`, { mids: ['1'], sdp: ANSWER })).body).toEqual({
    sdp: 'answer to the end',
  });

  // Somebody who comes later is told, too.
  const late = await call.api.enter(call.code, 'Dan');
  expect(late.client.ready.latest).toContainEqual(
    expect.objectContaining({ t: 'sfu.published', member: ben.id }),
  );
  late.client.close();

  await ada.client.ask({ t: 'rights.set', member: ben.id, rights: { camera: 'denied' }, n: call.next() });
  await ada.client.expectEvent(
    'sfu.published',
    ({ member, tracks: now }) => member === ben.id && Array.isArray(now) && now.length === 1,
  );
  await expect.poll(() => fake.open(b).map(({ mid }) => mid)).toEqual(['1']);
  expectProblem(await call.post(ben, `/${b}/publish`, { sdp: SDP, tracks: [CAMERA] }), 'not_allowed');

  await ada.client.ask({ t: 'member.remove', member: ben.id, n: call.next() });
  await expect.poll(() => fake.open(b)).toEqual([]);
  expectProblem(await call.post(ben, `/${b}/publish`, { sdp: SDP, tracks: [MICROPHONE] }), 'member_gone');
  expect(fake.calls.every(({ path }) => path !== '')).toBe(true);
  call.close();
});

describe('refused', () => {
  test('without an SFU, and with half of one, rooms meet, a call that is too large is refused, and so is every request', async () => {
    const api = new Api(bare.url);
    const { code, hostKey } = await api.create();
    const ada = await api.enter(code, 'Ada', hostKey);
    const people = [ada, await api.enter(code, 'Ben'), await api.enter(code, 'Cyn')];
    const answers = [];
    for (const [n, { client }] of people.entries())
      answers.push(await client.ask({ t: 'call.enter', call: stay(`p${n}`), n: 1 }));
    expect(answers.map((answer) => ('code' in answer ? answer.code : answer.t))).toEqual([
      'ok',
      'ok',
      'call_full',
    ]);
    const begun = await api.request('POST', `/v1/rooms/${code}/sfu/sessions`, {
      body: { call: stay('p0') },
      token: ada.token,
    });
    expectProblem(begun, 'sfu_off');
    for (const { client } of people) client.close();
  });

  test('what is not yours, not whole, too large, or refused by the SFU', async () => {
    const call = await Call.begin(server);
    const { ada, ben } = call.people;
    const session = await call.session('ben');
    const publish = { sdp: SDP, tracks: [CAMERA, MICROPHONE] };
    expectProblem(await call.post(ada, `/${session}/publish`, publish), 'sfu_session_unknown');
    expectProblem(await call.post(ben, '/none/publish', publish), 'sfu_session_unknown');
    expectProblem(await call.post(ben, '/no%20id/publish', publish), 'sfu_session_unknown');
    expectProblem(await call.post(ben, '', { call: stay('other') }), 'peer_gone');
    expectProblem(await call.post(ben, `/${session}/publish`, { ...publish, tracks: [] }), 'invalid');
    expectProblem(
      await call.post(ben, `/${session}/publish`, { ...publish, tracks: [CAMERA] }),
      'signal_invalid',
    );
    expectProblem(await call.post(ben, `/${session}/answer`, { sdp: 'x'.repeat(262_145) }), 'invalid');
    expectProblem(await call.post(ben, `/${session}/answer`, { sdp: 'x'.repeat(530_000) }), 'body_too_large');
    const unsigned = await call.api.request('POST', `/v1/rooms/${call.code}/sfu/sessions`, {
      body: { call: stay('ben') },
    });
    expectProblem(unsigned, 'token_required');
    const wrong = await call.api.request('GET', `/v1/rooms/${call.code}/sfu/sessions`, { token: ben.token });
    expectProblem(wrong, 'method_not_allowed');
    fake.next.push([200, { errorCode: 'session_error', errorDescription: 'closed' }]);
    expectProblem(await call.post(ben, `/${session}/publish`, publish), 'sfu_failed', 'session_error');
    fake.next.push([503, 'no JSON']);
    expectProblem(await call.post(ben, `/${session}/publish`, publish), 'sfu_failed', 'http_503');
    expect((await call.post(ben, `/${session}/publish`, publish)).status).toBe(200);
    call.close();
  });
});

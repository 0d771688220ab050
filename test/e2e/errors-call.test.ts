// Every error of the call, provoked over a real port: over a socket and over HTTP. What is refused changes nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/protocol/index.ts';
import { CALL_ERRORS } from '../support/call-errors.ts';
import { SIMULCAST_OFFER } from '../support/chromium-sdp.ts';
import { Api, type Person, problemOf } from '../support/raw-client.ts';
import { type Server, startServer } from './support/server.ts';

const provoked = new Set<ErrorCode>();

interface Given {
  readonly t: string;
  readonly [field: string]: unknown;
}

const stay = (name: string): string => `c_${name.padEnd(22, '-')}`;
const CANDIDATE = { kind: 'candidate', candidate: '' };

/** A server with a room: its host, and three others who are in the call. */
class Meeting {
  readonly #server: Server;
  readonly #api: Api;
  #code = '';
  readonly people = new Map<string, Person>();
  n = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.#api = new Api(server.url);
  }

  static async begin(vars: Readonly<Record<string, string>>): Promise<Meeting> {
    return new Meeting(await startServer({ vars: { RATE_CREATIONS_PER_MINUTE: '0', ...vars } }));
  }

  /** A new room on the same server. */
  async room(): Promise<void> {
    const room = await this.#api.create({ name: 'Call' });
    this.#code = room.code;
    this.people.set('host', await this.#api.enter(room.code, 'Host', room.hostKey));
    for (const name of ['ada', 'ben', 'cleo']) {
      this.people.set(name, await this.#api.enter(room.code, name));
      await this.ask(name, { t: 'call.enter', call: stay(name) });
    }
  }

  person(name: string): Person {
    const person = this.people.get(name);
    if (person === undefined) throw new Error(`${name} is not there`);
    return person;
  }

  /** The receipt of a command: its event, `ok` or `error`. */
  async ask(name: string, command: Given): Promise<Readonly<Record<string, unknown>>> {
    this.n += 1;
    return { ...(await this.person(name).client.ask({ ...command, n: this.n })) };
  }

  /** Refused over the socket and over HTTP alike, without a trace. */
  async refuses(code: ErrorCode, name: string, command: Given): Promise<void> {
    const before = await this.#state();
    const error = await this.ask(name, command);
    expect(error).toMatchObject({ t: 'error', code, message: ERRORS[code].message });
    const answer = await this.#api.command(this.#code, this.person(name).token, command);
    expect(problemOf(answer).code).toBe(code);
    expect(answer.status).toBe(ERRORS[code].status);
    expect(await this.#state()).toBe(before);
    provoked.add(code);
  }

  signal(from: string, to: string, signal: object, more: object = {}): Given {
    const ids = { to: this.person(to).id, call: stay(from), peer: stay(to) };
    return { t: 'signal.send', ...ids, signal, ...more };
  }

  /** All that can be seen of the call, by somebody who comes anew. */
  async #state(): Promise<string> {
    const late = await this.#api.join(this.#code, { name: 'Late' });
    const client = await this.#api.connect(late);
    client.close();
    return JSON.stringify([client.ready.snapshot?.call, client.ready.latest]);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

describe('where there is no SFU', () => {
  let meeting: Meeting;
  beforeAll(async () => {
    meeting = await Meeting.begin({ CALL_DIRECT_CAMERAS: '1', CALL_DIRECT_MEMBERS: '3' });
  });
  beforeEach(() => meeting.room());
  afterAll(() => meeting.close());

  test('call_full: one camera, and one member, more than a direct call takes', async () => {
    await meeting.ask('ada', { t: 'media.set', camera: true });
    await meeting.refuses('call_full', 'ben', { t: 'media.set', camera: true });
    await meeting.refuses('call_full', 'ben', { t: 'media.set', screen: true });
    await meeting.refuses('call_full', 'host', { t: 'call.enter', call: stay('host') });
  });

  test('peer_gone: one of the two is not in the call under this id', async () => {
    const wrong = meeting.signal('ada', 'ben', CANDIDATE, { peer: stay('cleo') });
    await meeting.refuses('peer_gone', 'ada', wrong);
    await meeting.refuses('peer_gone', 'ada', meeting.signal('ada', 'host', CANDIDATE));
    await meeting.refuses('peer_gone', 'host', meeting.signal('host', 'ada', CANDIDATE));
  });

  test('signal_invalid: what sends and is not declared, or no description at all', async () => {
    const offer = { kind: 'description', type: 'offer', sdp: SIMULCAST_OFFER, media: { '1': 'camera' } };
    await meeting.refuses('signal_invalid', 'ada', meeting.signal('ada', 'ben', offer));
    const nothing = { ...offer, sdp: 'hello' };
    await meeting.refuses('signal_invalid', 'ada', meeting.signal('ada', 'ben', nothing));
  });

  test('recording_taken: while another host records', async () => {
    await meeting.ask('host', { t: 'role.set', member: meeting.person('ada').id, role: 'cohost' });
    await meeting.ask('ada', { t: 'recording.start' });
    await meeting.refuses('recording_taken', 'host', { t: 'recording.start' });
  });
});

test('call_moded: what would go directly, while the call goes through the SFU', async () => {
  const meeting = await Meeting.begin({
    CALL_DIRECT_MEMBERS: '2',
    SFU_APP_ID: 'an app',
    SFU_APP_SECRET: 'a secret',
  });
  await meeting.room();
  await meeting.refuses('call_moded', 'ada', meeting.signal('ada', 'ben', CANDIDATE));
  await meeting.close();
});

test('every error of the call has been seen', () => {
  expect([...CALL_ERRORS].filter((code) => !provoked.has(code))).toEqual([]);
});

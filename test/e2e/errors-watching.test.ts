// Every error of watching together, provoked over a real port: over a socket and over HTTP. What is refused changes nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/protocol/index.ts';
import { Api, type Person, problemOf } from '../support/raw-client.ts';
import { WATCH_ERRORS } from '../support/watch-errors.ts';
import { type Server, startServer } from './support/server.ts';

const provoked = new Set<ErrorCode>();

interface Given {
  readonly t: string;
  readonly [field: string]: unknown;
}

/** A server with a room in which a film of a minute plays. */
class Evening {
  readonly #server: Server;
  readonly #api: Api;
  readonly #code: string;
  readonly host: Person;
  readonly other: Person;
  n = 0;
  film = 0;
  paper = '';

  private constructor(server: Server, api: Api, code: string, host: Person, other: Person) {
    this.#server = server;
    this.#api = api;
    this.#code = code;
    this.host = host;
    this.other = other;
  }

  static async begin(vars: Readonly<Record<string, string>>): Promise<Evening> {
    const server = await startServer({ vars });
    const api = new Api(server.url);
    const room = await api.create({ name: 'Cinema' });
    const host = await api.enter(room.code, 'Host', room.hostKey);
    const other = await api.enter(room.code, 'Other');
    const evening = new Evening(server, api, room.code, host, other);
    await evening.ask(host, { t: 'policy.set', policy: { watch: true } });
    const file = await evening.share('film.mp4', 'video/mp4');
    evening.paper = await evening.share('paper.pdf', 'application/pdf');
    const added = await evening.ask(host, {
      t: 'watch.add',
      source: { kind: 'file', file },
      duration: 60_000,
    });
    evening.film = Number(added.seq);
    await evening.ask(host, { t: 'watch.select', item: evening.film });
    return evening;
  }

  /** The receipt of a command: its event, `ok` or `error`. */
  async ask(who: Person, command: Given): Promise<Readonly<Record<string, unknown>>> {
    this.n += 1;
    return { ...(await who.client.ask({ ...command, n: this.n })) };
  }

  async share(name: string, type: string): Promise<string> {
    const body = new TextEncoder().encode(name);
    const answer = await this.#api.request('POST', `/v1/rooms/${this.#code}/files`, {
      token: this.host.token,
      body,
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(body.length),
        'upload-metadata': `filename ${btoa(name)},filetype ${btoa(type)}`,
        'content-type': 'application/offset+octet-stream',
      },
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return (answer.body as { event: { file: string } }).event.file;
  }

  /** Refused over the socket and over HTTP alike, without a trace. */
  async refuses(code: ErrorCode, command: Given): Promise<void> {
    const before = await this.#state();
    const error = await this.ask(this.host, command);
    expect(error).toMatchObject({ t: 'error', code, message: ERRORS[code].message });
    const answer = await this.#api.command(this.#code, this.host.token, command);
    expect(problemOf(answer).code).toBe(code);
    expect(answer.status).toBe(ERRORS[code].status);
    expect(await this.#state()).toBe(before);
    provoked.add(code);
  }

  /** All that can be seen of what is watched, by somebody who comes anew. */
  async #state(): Promise<string> {
    const late = await this.#api.join(this.#code, { name: 'Late' });
    const client = await this.#api.connect(late);
    client.close();
    return JSON.stringify(client.ready.snapshot?.watch);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

const address = (url: string) => ({ t: 'watch.add', source: { kind: 'address', url, type: 'video/mp4' } });

describe('watching together', () => {
  let evening: Evening;
  beforeAll(async () => {
    evening = await Evening.begin({ MEDIA_ADDRESSES: 'https' });
  });
  afterAll(() => evening.close());

  test.each([
    'http://media.video.org/a.mp4',
    'https://192.168.1.1/a.mp4',
    'https://localhost/a.mp4',
    'https://me@media.video.org/a.mp4',
    'https://media.video.org:8443/a.mp4',
    'https://[::1]/a.mp4',
    // 127.0.0.1 as one number.
    'https://2130706433/a.mp4',
    'https://printer.local/a.mp4',
    'javascript:alert(1)',
    'data:video/mp4;base64,AAAA',
    'film.mp4',
  ])('address_refused: %s', (url) => evening.refuses('address_refused', address(url)));

  test('not_media: a paper', () =>
    evening.refuses('not_media', { t: 'watch.add', source: { kind: 'file', file: evening.paper } }));

  test('position_invalid: behind the end', () =>
    evening.refuses('position_invalid', { t: 'watch.seek', position: 60_001 }));

  // Infinity and what is not a number have no way to be written in JSON but these.
  test.each([-1, 0.5, null, 'NaN', 172_800_001])('invalid: a position of %s', (position) =>
    evening.refuses('invalid', { t: 'watch.seek', position }),
  );

  test.each([0, -1, 4.5, null])('invalid: a rate of %s', (rate) =>
    evening.refuses('invalid', { t: 'watch.rate', rate }),
  );

  test('watch_unknown: what is not on the list', () =>
    evening.refuses('watch_unknown', { t: 'watch.select', item: 999_999 }));

  test('watch_stale: the second of two who steer', async () => {
    const base = 1;
    await evening.ask(evening.other, { t: 'watch.seek', position: 30_000, base });
    await evening.refuses('watch_stale', { t: 'watch.pause', base });
  });
});

test('addresses_off: where the server takes none', async () => {
  const evening = await Evening.begin({});
  await evening.refuses('addresses_off', address('https://media.video.org/a.mp4'));
  await evening.close();
});

test('every error of watching together has been seen', () => {
  expect([...WATCH_ERRORS].filter((code) => !provoked.has(code))).toEqual([]);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

// An SFU's HTTP API as Cloudflare Realtime's OpenAPI description gives it: same paths, statuses and shapes, also errors inside a
// 200. By itself it forwards no media: descriptions go in and out as texts. With `SfuMedia` it does.

export const APP = 'app-1';
export const SECRET = 'sfu-secret';

interface Track {
  readonly location: 'local' | 'remote';
  readonly mid: string;
  readonly trackName: string;
  readonly sessionId?: string;
  status: 'active' | 'inactive';
}

interface Asked {
  readonly location?: string;
  readonly mid?: string;
  readonly trackName?: string;
  readonly sessionId?: string;
  readonly simulcast?: Readonly<Record<string, string>>;
}
interface Body {
  readonly sessionDescription?: { readonly type: string; readonly sdp: string };
  readonly tracks?: readonly Asked[];
  readonly force?: boolean;
}

export interface SfuCall {
  readonly method: string;
  /** Behind `/apps/<app>/`. */
  readonly path: string;
  readonly body: Body | null;
}

/** What does the work behind the API: sessions are connections, named by the id of the session. */
export interface SfuMedia {
  begin(session: string): Promise<void>;
  /** Takes an offer; answers the answer. */
  push(session: string, offer: string): Promise<string>;
  /** Forwards sections of other sessions; answers an offer, and the section of each. */
  pull(
    session: string,
    sources: readonly { readonly session: string; readonly mid: string }[],
  ): Promise<{ readonly offer: string; readonly mids: readonly string[] }>;
  settle(session: string, answer: string): Promise<void>;
  end(session: string, mids: readonly string[]): Promise<void>;
}

type Reply = readonly [status: number, body: unknown];
const fault = (errorCode: string): object => ({ errorCode, errorDescription: `because of ${errorCode}` });

export class FakeSfu {
  readonly calls: SfuCall[] = [];
  readonly sessions = new Map<string, Track[]>();
  /** What the next calls answer instead: `null` lets one through. A function is asked what to answer, in its time. */
  readonly next: (Reply | null | (() => Promise<Reply | null>))[] = [];
  readonly #media: SfuMedia | null;
  #count = 0;
  #server: Server | null = null;

  constructor(media: SfuMedia | null = null) {
    this.#media = media;
  }

  /** As `fetch`. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    return this.answer(request);
  };

  /** Serves on a port of this machine; answers the API's address. */
  async listen(): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', async () => {
        const body = Buffer.concat(chunks);
        const { method = 'GET', url = '/', headers } = incoming;
        const response = await this.answer(
          new Request(`http://sfu.test${url}`, {
            method,
            headers: { authorization: headers.authorization ?? '' },
            ...(body.length === 0 ? {} : { body }),
          }),
        );
        outgoing.writeHead(response.status, { 'content-type': 'application/json' });
        outgoing.end(await response.text());
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
  }

  /** The tracks of a session that go on. */
  open(session: string): readonly Track[] {
    return (this.sessions.get(session) ?? []).filter(({ status }) => status === 'active');
  }

  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const path = pathname.replace(`/v1/apps/${APP}/`, '');
    const text = await request.text();
    const body: Body | null = text === '' ? null : JSON.parse(text);
    if (request.headers.get('authorization') !== `Bearer ${SECRET}` || path === pathname)
      return Response.json(fault('unauthorized'), { status: 401 });
    this.calls.push({ method: request.method, path, body });
    const planned = this.next.shift() ?? null;
    const instead = typeof planned === 'function' ? await planned() : planned;
    const [status, answer] = instead ?? (await this.#take(request.method, path, body));
    return Response.json(answer, { status });
  }

  async #take(method: string, path: string, body: Body | null): Promise<Reply> {
    if (method === 'POST' && path === 'sessions/new') {
      this.#count += 1;
      const sessionId = `s${this.#count}`.padEnd(32, '0');
      this.sessions.set(sessionId, []);
      await this.#media?.begin(sessionId);
      return [201, { sessionId }];
    }
    const [, session = '', rest = ''] = /^sessions\/([^/]+)\/?(.*)$/.exec(path) ?? [];
    const tracks = this.sessions.get(session);
    if (tracks === undefined) return [404, fault('not_found_error')];
    if ((body?.tracks?.length ?? 0) > 64) return [400, fault('too_many_tracks')];
    switch (`${method} ${rest}`) {
      case 'GET ':
        return [200, { tracks, dataChannels: [] }];
      case 'POST tracks/new':
        return body?.sessionDescription === undefined
          ? this.#pull(session, tracks, body?.tracks ?? [])
          : this.#push(session, tracks, body.sessionDescription.sdp, body.tracks ?? []);
      case 'PUT renegotiate':
        await this.#media?.settle(session, body?.sessionDescription?.sdp ?? '');
        return [200, {}];
      case 'PUT tracks/update':
        return [200, { tracks: (body?.tracks ?? []).map(({ mid, trackName }) => ({ mid, trackName })) }];
      case 'PUT tracks/close':
        return this.#end(session, tracks, body);
      default:
        return [404, fault('not_found_error')];
    }
  }

  async #push(session: string, tracks: Track[], offer: string, asked: readonly Asked[]): Promise<Reply> {
    const text = `answer ${asked.map(({ mid }) => mid).join(' ')}`;
    const sdp = (await this.#media?.push(session, offer)) ?? text;
    for (const { mid = '', trackName = '' } of asked) {
      // A section carries one track.
      for (const before of tracks) if (before.mid === mid) before.status = 'inactive';
      tracks.push({ location: 'local', mid, trackName, status: 'active' });
    }
    return [
      200,
      {
        requiresImmediateRenegotiation: false,
        sessionDescription: { type: 'answer', sdp },
        tracks: asked.map(({ mid, trackName }) => ({ mid, trackName })),
      },
    ];
  }

  async #pull(session: string, tracks: Track[], asked: readonly Asked[]): Promise<Reply> {
    const places = asked.flatMap(({ sessionId = '', trackName = '' }) => {
      const source = this.open(sessionId).find((one) => one.trackName === trackName);
      return source === undefined ? [] : [{ session: sessionId, mid: source.mid, trackName }];
    });
    const isAny = places.length > 0;
    const media = isAny ? await this.#media?.pull(session, places) : undefined;
    const mids = media?.mids ?? places.map((_, index) => String(tracks.length + index));
    const answered = asked.map(({ sessionId = '', trackName = '' }) => {
      const index = places.findIndex((one) => one.session === sessionId && one.trackName === trackName);
      const mid = mids[index];
      if (mid === undefined) return { sessionId, trackName, ...fault('track_not_found_error') };
      tracks.push({ location: 'remote', mid, trackName, sessionId, status: 'active' });
      return { sessionId, trackName, mid };
    });
    const sdp = media?.offer ?? `offer of ${tracks.length}`;
    return [
      200,
      {
        requiresImmediateRenegotiation: isAny,
        ...(isAny ? { sessionDescription: { type: 'offer', sdp } } : {}),
        tracks: answered,
      },
    ];
  }

  async #end(session: string, tracks: Track[], body: Body | null): Promise<Reply> {
    await this.#media?.end(
      session,
      (body?.tracks ?? []).map(({ mid = '' }) => mid),
    );
    const offer = body?.sessionDescription?.sdp;
    const answer = offer === undefined ? undefined : await this.#media?.push(session, offer);
    const answered = (body?.tracks ?? []).map(({ mid = '' }) => {
      const track = tracks.find((one) => one.mid === mid && one.status === 'active');
      if (track === undefined) return { mid, ...fault('close_track_error') };
      track.status = 'inactive';
      return { mid };
    });
    return [
      200,
      {
        requiresImmediateRenegotiation: false,
        tracks: answered,
        ...(body?.sessionDescription === undefined
          ? {}
          : { sessionDescription: { type: 'answer', sdp: answer ?? 'answer to the end' } }),
      },
    ];
  }
}

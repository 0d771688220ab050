import * as v from 'valibot';
import { readRealtimeUrl } from './realtime.ts';

/** A track that a session sends to the SFU: `mid` names its section of the offer, `name` is ours. */
export interface SentTrack {
  readonly mid: string;
  readonly name: string;
}
/** A track that a session wants from another session. `rid`: which of several sizes it prefers. */
export interface WantedTrack {
  readonly session: string;
  readonly name: string;
  readonly rid?: string;
}
/** What came of one track. `fault`: the SFU's own code where it refused this one and took the others. */
export type TrackOutcome = { readonly mid: string } | { readonly fault: string };

/** The SFU refused, could not be reached, or answered what can't be understood. `code` is its own word for it. */
export class SfuFault extends Error {
  readonly code: string;
  constructor(code: string, description: string) {
    super(`unable to use the SFU; ${code}: ${description}`);
    this.name = 'SfuFault';
    this.code = code;
  }
}

/**
 * A selective forwarding unit: it takes each picture once and hands it to all who want it. Every call may reject with
 * an SfuFault. Calls about one session have to come one after another.
 */
export interface Sfu {
  /** Begins a session: one browser's connection to the SFU. Answers its id. */
  begin(): Promise<string>;
  /** Takes the offer of a browser that sends tracks; answers the SFU's answer (SDP) and what came of each, in order. */
  publish(
    session: string,
    offer: string,
    tracks: readonly SentTrack[],
  ): Promise<{ readonly answer: string; readonly tracks: readonly TrackOutcome[] }>;
  /** Asks for tracks of others; answers the SFU's offer (null: nothing has to be negotiated), and what came of each. */
  subscribe(
    session: string,
    tracks: readonly WantedTrack[],
  ): Promise<{ readonly offer: string | null; readonly tracks: readonly TrackOutcome[] }>;
  /** Gives the browser's answer to an offer of the SFU. */
  answer(session: string, answer: string): Promise<void>;
  /** Prefers another size of a track that is received. */
  prefer(session: string, tracks: readonly (WantedTrack & { readonly mid: string })[]): Promise<void>;
  /**
   * Ends tracks of a session, also those that are ended already. With the browser's `offer` the end is negotiated and
   * the SFU's answer comes back; without, it is ended at the SFU alone.
   */
  close(session: string, mids: readonly string[], offer?: string): Promise<string | null>;
  /** The sections that a session has open; none where the SFU knows the session no more. */
  open(session: string): Promise<readonly string[]>;
}

/** ms for an answer: the SFU itself waits up to 5 s for a browser's connection. */
const WITHIN = 10_000;

const FAULT = { errorCode: v.optional(v.string()), errorDescription: v.optional(v.string()) };
const DescriptionSchema = v.object({ type: v.string(), sdp: v.string() });
const SessionSchema = v.object({ ...FAULT, sessionId: v.string() });
const TracksSchema = v.object({
  ...FAULT,
  sessionDescription: v.optional(DescriptionSchema),
  tracks: v.optional(v.array(v.object({ ...FAULT, mid: v.optional(v.string()) })), []),
});
const StateSchema = v.object({
  ...FAULT,
  tracks: v.optional(v.array(v.object({ mid: v.optional(v.string()), status: v.optional(v.string()) })), []),
});
const FaultSchema = v.object(FAULT);

/** What a track that is ended already answers to being ended. */
const ENDED_ALREADY = 'close_track_error';
/** HTTP statuses that say of a session that it is gone. */
const GONE: ReadonlySet<number> = new Set([404, 410]);

const faultIn = ({ errorCode, errorDescription }: v.InferOutput<typeof FaultSchema>): SfuFault | null =>
  errorCode === undefined || errorCode === '' ? null : new SfuFault(errorCode, errorDescription ?? '');

const outcomeOf = (track: v.InferOutput<typeof TracksSchema>['tracks'][number] | undefined): TrackOutcome => {
  const fault = track === undefined ? null : faultIn(track);
  if (fault !== null) return { fault: fault.code };
  return track?.mid === undefined ? { fault: 'no_answer' } : { mid: track.mid };
};

export interface SfuSettings {
  readonly app: string;
  readonly secret: string;
  /** The API's address up to and without `/apps`. */
  readonly api: string;
}

/** The texts of settings and secrets that say how the SFU is reached. */
export interface SfuVars {
  readonly SFU_APP_ID?: string;
  /** Secret: of the SFU's application. */
  readonly SFU_APP_SECRET?: string;
  readonly REALTIME_URL?: string;
}

/** How the SFU is reached; null: there is none. Throws where the settings are not whole. */
export function readSfu(vars: SfuVars): SfuSettings | null {
  const app = vars.SFU_APP_ID?.trim() ?? '';
  const secret = vars.SFU_APP_SECRET?.trim() ?? '';
  if (app === '') return null;
  if (secret === '')
    throw new Error('unable to use SFU_APP_ID; set the secret SFU_APP_SECRET, or leave both out');
  return { app, secret, api: readRealtimeUrl(vars) };
}

/** Cloudflare Realtime's SFU by its HTTP API (as of its OpenAPI description 2024-05-21). */
export class HttpSfu implements Sfu {
  readonly #settings: SfuSettings;
  readonly #fetch: typeof fetch;

  constructor(settings: SfuSettings, fetcher: typeof fetch = (...request) => fetch(...request)) {
    this.#settings = settings;
    this.#fetch = fetcher;
  }

  async begin(): Promise<string> {
    return (await this.#call('POST', 'sessions/new', SessionSchema)).sessionId;
  }

  async publish(session: string, offer: string, tracks: readonly SentTrack[]) {
    const answered = await this.#of(session, 'POST', 'tracks/new', TracksSchema, {
      sessionDescription: { type: 'offer', sdp: offer },
      tracks: tracks.map(({ mid, name }) => ({ location: 'local', mid, trackName: name })),
    });
    const { sessionDescription: answer } = answered;
    if (answer === undefined) throw new SfuFault('no_answer', 'it took the tracks without a description');
    return { answer: answer.sdp, tracks: tracks.map((_, index) => outcomeOf(answered.tracks[index])) };
  }

  async subscribe(session: string, tracks: readonly WantedTrack[]) {
    const answered = await this.#of(session, 'POST', 'tracks/new', TracksSchema, {
      tracks: tracks.map(toRemote),
    });
    return {
      offer: answered.sessionDescription?.sdp ?? null,
      tracks: tracks.map((_, index) => outcomeOf(answered.tracks[index])),
    };
  }

  async answer(session: string, answer: string): Promise<void> {
    await this.#of(session, 'PUT', 'renegotiate', FaultSchema, {
      sessionDescription: { type: 'answer', sdp: answer },
    });
  }

  async prefer(session: string, tracks: readonly (WantedTrack & { readonly mid: string })[]): Promise<void> {
    const answered = await this.#of(session, 'PUT', 'tracks/update', TracksSchema, {
      tracks: tracks.map((track) => ({ ...toRemote(track), mid: track.mid })),
    });
    for (const track of answered.tracks) {
      const fault = faultIn(track);
      if (fault !== null) throw fault;
    }
  }

  async close(session: string, mids: readonly string[], offer?: string): Promise<string | null> {
    const answered = await this.#of(session, 'PUT', 'tracks/close', TracksSchema, {
      tracks: mids.map((mid) => ({ mid })),
      force: offer === undefined,
      ...(offer === undefined ? {} : { sessionDescription: { type: 'offer', sdp: offer } }),
    });
    for (const track of answered.tracks) {
      const fault = faultIn(track);
      if (fault !== null && fault.code !== ENDED_ALREADY) throw fault;
    }
    return answered.sessionDescription?.sdp ?? null;
  }

  async open(session: string): Promise<readonly string[]> {
    const response = await this.#request('GET', `sessions/${encodeURIComponent(session)}`);
    if (GONE.has(response.status)) {
      await response.body?.cancel();
      return [];
    }
    const { tracks } = await read(response, StateSchema);
    return tracks.flatMap(({ mid, status }) => (mid === undefined || status === 'inactive' ? [] : [mid]));
  }

  #of<T extends v.GenericSchema<unknown, object>>(
    session: string,
    method: 'POST' | 'PUT',
    path: string,
    schema: T,
    body: object,
  ): Promise<v.InferOutput<T>> {
    return this.#call(method, `sessions/${encodeURIComponent(session)}/${path}`, schema, body);
  }

  async #call<T extends v.GenericSchema<unknown, object>>(
    method: 'POST' | 'PUT',
    path: string,
    schema: T,
    body?: object,
  ): Promise<v.InferOutput<T>> {
    return read(await this.#request(method, path, body), schema);
  }

  async #request(method: string, path: string, body?: object): Promise<Response> {
    const { app, secret, api } = this.#settings;
    try {
      return await this.#fetch(`${api}/apps/${encodeURIComponent(app)}/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${secret}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(WITHIN),
      });
    } catch (error) {
      throw new SfuFault('unreachable', error instanceof Error ? error.message : String(error));
    }
  }
}

const toRemote = ({ session, name, rid }: WantedTrack): object => ({
  location: 'remote',
  sessionId: session,
  trackName: name,
  ...(rid === undefined
    ? {}
    : // Where the size is not there (its sender has a bad line) the next smaller one that is.
      {
        simulcast: { preferredRid: rid, priorityOrdering: 'asciibetical', ridNotAvailable: 'asciibetical' },
      }),
});

/** The body of an answer. An error can stand in it whatever the status says. */
async function read<T extends v.GenericSchema<unknown, object>>(
  response: Response,
  schema: T,
): Promise<v.InferOutput<T>> {
  const body: unknown = await response.json().catch(() => null);
  const fault = v.safeParse(FaultSchema, body);
  const found = fault.success ? faultIn(fault.output) : null;
  if (found !== null) throw found;
  if (!response.ok) throw new SfuFault(`http_${response.status}`, 'it gave no reason');
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) throw new SfuFault('not_understood', 'its answer has another form than expected');
  return parsed.output;
}

import type { CloseName } from '../protocol/close-codes.ts';
import type { ErrorCode, Problem } from '../protocol/errors.ts';
import { SHARED_ERRORS, type SharedErrorCode } from '../protocol/shared-errors.ts';
import { type Is, isCount, isText, optional, shape } from './shape.ts';

/**
 * What the SDK itself can find wrong. network: no answer came. closed: the connection is over. aborted: you called it off.
 * unreadable: a file that was changed or removed since it was chosen, or a stream that failed. size_unknown: a stream without
 * `size`. size_differs: a stream that had more or fewer bytes than its `size`, or a file that is not that of the upload to go on.
 */
const OWN_ERRORS = {
  network: 'unable to reach the server; check the connection',
  closed: 'unable to do this; the connection to the room is closed',
  aborted: 'unable to finish; it was called off',
  unreadable: 'unable to read the file; it was changed, moved or removed meanwhile, choose it again',
  size_unknown:
    'unable to upload a stream of unknown length; say how many bytes it has as `size`, or collect it into a Blob',
  size_differs: 'unable to upload this; it has another size than was said',
} as const;
/** What `openCall` can find wrong; it brings the text, so that who does not call need not load it. */
export type CallErrorCode = 'no_webrtc';
export type OwnErrorCode = keyof typeof OWN_ERRORS | CallErrorCode;
/** What is found here, too; of the server's other errors it says the text itself. */
type FoundHere = keyof typeof OWN_ERRORS | SharedErrorCode;

interface ErrorDetails {
  /** ms to wait before trying again. */
  readonly retry?: number | undefined;
  /** What exactly is wrong. */
  readonly detail?: string | undefined;
  /** HTTP status, where an HTTP answer said it. */
  readonly status?: number | undefined;
  readonly message?: string | undefined;
}

/** Everything that goes wrong comes as this error; `code` is stable, `message` is for people. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: ErrorCode | OwnErrorCode;
  // Declared, not made: what is not known is not there.
  declare readonly retry?: number;
  declare readonly detail?: string;
  declare readonly status?: number;

  constructor(code: FoundHere, details?: ErrorDetails);
  constructor(code: ErrorCode | OwnErrorCode, details: ErrorDetails & { readonly message: string });
  constructor(code: ErrorCode | OwnErrorCode, { retry, detail, status, message }: ErrorDetails = {}) {
    super(message ?? (isFoundHere(code) ? textOfOwn(code) : code));
    this.code = code;
    if (retry !== undefined) this.retry = retry;
    if (detail !== undefined) this.detail = detail;
    if (status !== undefined) this.status = status;
  }
}

const isOwn = (code: string): code is keyof typeof OWN_ERRORS => Object.hasOwn(OWN_ERRORS, code);
const isFoundHere = (code: string): code is FoundHere => isOwn(code) || Object.hasOwn(SHARED_ERRORS, code);
const textOfOwn = (code: FoundHere): string => (isOwn(code) ? OWN_ERRORS[code] : SHARED_ERRORS[code].message);

/** Why a command or a join can't go on after the connection closed. */
export const closedError = (code: number, reason: string, name: CloseName | null): ParleyError =>
  new ParleyError('closed', { detail: `${code} ${name ?? ''} ${reason}`.replace(/\s+/g, ' ').trim() });

const WAITING_HELPS: ReadonlySet<string> = new Set([
  'network',
  'rate_limited',
  'busy',
  'overloaded',
  'internal',
]);
/** Whether the same request may succeed later without anybody doing anything. */
export const waitingHelps = (error: ParleyError): boolean => WAITING_HELPS.has(error.code);

/** ms after which a request without an answer counts as failed. Uploads have no such limit. */
const REQUEST_TIMEOUT = 15_000;

/** Lets Node end although this timer runs; browsers have no such thing. */
export function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref();
}

export interface ServerOptions {
  /** Origin of the server, such as `https://meet.example`; in a browser it may be left out: where the page came from. */
  readonly server?: string;
  readonly fetch?: typeof fetch;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below `/v1`. */
  readonly path: string;
  /** Sent as Authorization: Bearer. */
  readonly bearer?: string | undefined;
  readonly json?: unknown;
  readonly body?: Blob | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** ms after which it counts as failed where nothing is sent; 15 s where it is not said. */
  readonly timeout?: number;
}

/** An answer as status and text, however it was fetched. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Value of Retry-After. */
  readonly retryAfter: string | null;
}

const isProblem = shape<Problem>({
  code: isText,
  title: isText,
  detail: optional(isText),
  retry: optional(isCount),
});

/** Reads problem details, or makes the best of an answer that has none (a proxy's page). */
function problemOf(answer: Answer): ParleyError {
  const { status } = answer;
  const problem = parseJson(answer.text);
  if (isProblem(problem)) {
    const { code, detail, retry, title } = problem;
    return new ParleyError(code, { status, detail, retry, message: title });
  }
  const seconds = Number(answer.retryAfter);
  const retry = answer.retryAfter !== null && seconds > 0 ? seconds * 1_000 : undefined;
  if (status === 429) return new ParleyError('rate_limited', { status, retry });
  if (status >= 500) return new ParleyError('overloaded', { status, retry });
  return new ParleyError('not_found', { status, detail: `the server answered ${status} without saying why` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Takes an answer apart: the text of a success, or the error it stands for. */
export function textOf(answer: Answer): string {
  if (answer.status >= 200 && answer.status < 300) return answer.text;
  throw problemOf(answer);
}

/** Reads the JSON of an answer, which has to be what was asked for. */
export function readJson<T>(text: string, is: Is<T>): T {
  const answer = parseJson(text);
  if (is(answer)) return answer;
  throw new ParleyError('network', { detail: 'the answer is not of this protocol; is the address right?' });
}

/** An answer's text; rejects with the error that it stands for. */
export const readText = async (response: Response): Promise<string> =>
  textOf({
    status: response.status,
    text: await response.text(),
    retryAfter: response.headers.get('retry-after'),
  });

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** The HTTP side of one server. */
export class Http {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  /** Whether the caller brought a fetch of their own; then nothing else may make requests. */
  readonly hasOwnFetch: boolean;

  /** `server` is an origin, such as `https://meet.example`; left out, in a browser: where the page came from. */
  constructor(server: string | undefined, ownFetch: typeof fetch | undefined) {
    this.#base = (server ?? '').replace(/\/+$/, '');
    // Browsers want fetch called on the window, not on this object.
    this.#fetch = ownFetch ?? ((input, init) => fetch(input, init));
    this.hasOwnFetch = ownFetch !== undefined;
  }

  address(path: string): string {
    return `${this.#base}/v1${path}`;
  }

  /** Makes an address that the server gave complete. */
  absolute(url: string): string {
    return url.startsWith('/') ? this.#base + url : url;
  }

  /** Resolves with a success's text; rejects with the server's error, `network` or `aborted`. */
  text(call: Call): Promise<string> {
    return this.#ask(call, readText);
  }

  /** Hands the answer, whatever it says, to `read`. After `begun` was called it may take as long as it takes. */
  read<T>(call: Call, read: (response: Response, begun: () => void) => Promise<T>): Promise<T> {
    return this.#ask(call, read);
  }

  /** A success's bytes, which a browser need not hold in memory; once it has begun it may take as long as it takes. */
  blob(call: Call): Promise<Blob> {
    return this.#ask(call, async (response, begun) => {
      if (!response.ok) await readText(response);
      begun();
      return response.blob();
    });
  }

  async #ask<T>(
    { method = 'POST', path, bearer, json, body, headers, signal, timeout: patience = REQUEST_TIMEOUT }: Call,
    read: (response: Response, begun: () => void) => Promise<T>,
  ): Promise<T> {
    const timeout = new AbortController();
    const abort = (): void => timeout.abort();
    if (isAborted(signal)) throw new ParleyError('aborted');
    signal?.addEventListener('abort', abort);
    const timer = body === undefined ? setTimeout(abort, patience) : undefined;
    try {
      const content = json === undefined ? body : JSON.stringify(json);
      const response = await this.#fetch(this.address(path), {
        method,
        headers: {
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
        signal: timeout.signal,
        ...(content === undefined ? {} : { body: content }),
      });
      return await read(response, () => clearTimeout(timer));
    } catch (error) {
      if (error instanceof ParleyError) throw error;
      if (isAborted(signal)) throw new ParleyError('aborted');
      throw new ParleyError('network', { detail: error instanceof Error ? error.message : undefined });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  async json<T>(call: Call, is: Is<T>): Promise<T> {
    return readJson(await this.text(call), is);
  }
}

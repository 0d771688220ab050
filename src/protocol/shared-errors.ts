export interface ErrorSpec {
  /** HTTP status where the error answers a request. */
  readonly status: number;
  /** Whether waiting and trying the same again can help. */
  readonly retry: boolean;
  /** What happened and what to do. Follows the pattern "unable to …; …". */
  readonly message: string;
}

export const error = (status: number, message: string, retry = false): ErrorSpec => ({
  status,
  message,
  retry,
});

/** Errors of the server that a client finds by itself as well. They stand apart so that it need not carry the texts of all. */
export const SHARED_ERRORS = {
  busy: error(503, 'unable to take this now; the room is catching up, try again shortly', true),
  rate_limited: error(429, 'unable to take this now; wait before you send more', true),
  still_waiting: error(403, 'unable to do this yet; you are in the lobby until a host lets you in'),
  login_required: error(
    401,
    'unable to tell who you are; log in and send the token as Authorization: Bearer',
  ),
  not_found: error(404, 'unable to find this address; see the API description'),
  overloaded: error(503, 'unable to reach the room; it has too much to do, wait and try again', true),
  file_hash: error(
    422,
    'unable to share the file; the whole does not match the hash it was announced with, begin the upload anew',
  ),
  file_incomplete: error(
    409,
    'unable to share the file; some of its parts were not kept, send those again',
    true,
  ),
} as const satisfies Record<string, ErrorSpec>;
export type SharedErrorCode = keyof typeof SHARED_ERRORS;

import { ParleyError, waitingHelps } from './http.ts';

/** What went wrong with a part on its way: it is sent again. */
const AGAIN: ReadonlySet<string> = new Set([
  'file_broken_off',
  'file_checksum',
  'file_part_differs',
  'file_incomplete',
]);
export const UNKNOWN: ReadonlySet<string> = new Set(['upload_unknown']);
/** What was there from an earlier time is gone, or was of another file: it is begun anew. */
export const ANEW: ReadonlySet<string> = new Set([
  'upload_unknown',
  'file_unknown',
  'file_hash',
  'idempotency_mismatch',
]);
export const INCOMPLETE: ReadonlySet<string> = new Set(['file_incomplete']);
/** Who comes back to the room can go on. */
export const SEAT: ReadonlySet<string> = new Set([
  'token_invalid',
  'token_required',
  'member_gone',
  'closed',
]);

/** Whether the same request is worth another try. */
export const mayTryAgain = (error: unknown): error is ParleyError =>
  error instanceof ParleyError && (waitingHelps(error) || AGAIN.has(error.code));

export const isCode = (error: unknown, codes: ReadonlySet<string>): boolean =>
  error instanceof ParleyError && codes.has(error.code);

import { fail, type Outcome, succeed } from '../protocol/index.ts';

/** Long enough that two clients don't draw the same one. */
const KEY = /^[\x21-\x7e]{16,200}$/;

/** The Idempotency-Key of a request, or null where it has none. */
export function readIdempotencyKey(headers: Headers): Outcome<string | null> {
  const key = headers.get('idempotency-key');
  return key === null || KEY.test(key)
    ? succeed(key)
    : fail('invalid', { detail: 'Idempotency-Key: must be 16 to 200 visible ASCII characters' });
}

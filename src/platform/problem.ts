import { ERRORS, type Refusal } from '../protocol/index.ts';

/**
 * A refusal as an HTTP response: RFC 9457 problem details with our stable `code`, and `Retry-After` in whole seconds
 * where waiting helps.
 */
export function problem(refusal: Refusal, more: Readonly<Record<string, string>> = {}): Response {
  const { status } = ERRORS[refusal.code];
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...more,
  });
  if (refusal.retry !== undefined)
    headers.set('retry-after', String(Math.max(1, Math.ceil(refusal.retry / 1_000))));
  // RFC 9110, 15.5.2: a 401 says how to do better.
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  return new Response(
    JSON.stringify({
      type: `urn:parley:error:${refusal.code}`,
      title: refusal.message,
      status,
      code: refusal.code,
      detail: refusal.detail,
      retry: refusal.retry,
    }),
    { status, headers },
  );
}

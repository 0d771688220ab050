import type { AllowedOrigins } from './settings.ts';

/**
 * Whether a page of this origin may talk to us. Requests without an Origin header come from no page (scripts, devices)
 * and are none of the browser's business.
 */
export function isAllowedOrigin(origin: string | null, requestUrl: string, allowed: AllowedOrigins): boolean {
  if (origin === null || allowed === 'any') return true;
  return origin === new URL(requestUrl).origin || allowed.has(origin);
}

/**
 * Why a device can't be had. denied: the person, the browser's settings or the system does not allow it. missing: there is none, or
 * it was unplugged. busy: another program has it. insecure: the page came over http, where browsers give no devices. failed: the
 * browser could not, and does not say more.
 */
export type DeviceFailure = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

/** What browsers throw (W3C "Media Capture and Streams", 10.2.1, and "Screen Capture", 5.1). */
const FAILURES: Readonly<Record<string, DeviceFailure>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
};

/** The reason in an error of a browser. */
export function failureOf(error: unknown): DeviceFailure {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
  return typeof name === 'string' ? (FAILURES[name] ?? 'failed') : 'failed';
}

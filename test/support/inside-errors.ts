import type { CloseName, ErrorCode } from '../../src/protocol/index.ts';

/**
 * Errors that no client can bring about on a whole server, or never gets to read: an upload that broke off, a room's
 * object that is overloaded, a server without an object store. They are provoked inside workerd; all others over a
 * real port.
 */
export const INSIDE_ERRORS: readonly ErrorCode[] = ['image_broken_off', 'images_off', 'overloaded'];

/** The same for close codes: a proxy on the way stops a frame of that size before the room sees it. */
export const INSIDE_CLOSES: readonly CloseName[] = ['too_large'];

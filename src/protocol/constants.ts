import type { CallState } from './call.ts';

/* What both sides count on and no schema says. A client that has no use for schemas takes it from here. */

/** Sent by a client and answered by the platform without waking the room. The exact texts. */
export const PING = 'ping';
export const PONG = 'pong';

/** ms after which a client takes somebody who did not say so again as typing no longer. */
export const TYPING_FOR = 6_000;

/** What somebody is called whose account is deleted, where something is kept of them. Clients may say it in their own words. */
export const DELETED_NAME = 'Deleted account';

/** Before anything was told. */
export const NO_CALL: CallState = { mode: 'direct', sfu: false, recording: null };

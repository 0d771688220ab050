import { base64url } from 'jose';

const PREFIX = 'acc_';
const SECRET_BYTES = 32;

/** Draws the token of a login: `acc_` and 43 base64url characters. */
export const drawAccountToken = (): string =>
  `${PREFIX}${base64url.encode(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))}`;

/** Whether a bearer is meant as the token of a login; no other token of ours begins like this. */
export const looksLikeAccountToken = (bearer: string): boolean => bearer.startsWith(PREFIX);

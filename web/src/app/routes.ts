import { normalizeCode } from '../../../src/protocol/index.ts';

export type Route =
  | { readonly name: 'home' }
  /** `code` in its one spelling; null where what stands in the path can't be one. */
  | { readonly name: 'room'; readonly code: string | null; readonly written: string }
  | { readonly name: 'unknown' };

const ROOM = /^\/r\/([^/]+)\/?$/;

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export function matchRoute(path: string): Route {
  if (path === '/' || path === '') return { name: 'home' };
  const written = ROOM.exec(path)?.[1];
  if (written === undefined) return { name: 'unknown' };
  const text = decode(written);
  return { name: 'room', code: normalizeCode(text), written: text };
}

export const roomPath = (code: string): string => `/r/${code}`;

/** The secret of an invitation in a link, or in what stands behind its `#`. Null: there is none. */
export function readInviteSecret(text: string): string | null {
  const secret = /#invite=([^\s&#]+)/.exec(text)?.[1];
  return secret === undefined ? null : decode(secret);
}

/** The code in what somebody pasted: a code, or the link to a room, whatever stands around it. Null: neither. */
export function readInvite(text: string): string | null {
  const link = /\/r\/([\w%.-]+)/.exec(text)?.[1];
  return normalizeCode(link === undefined ? text.trim() : decode(link));
}

import { normalizeCode } from '../../../src/protocol/index.ts';

export type Route =
  | { readonly name: 'home' }
  /** `code` in its one spelling; null where what stands in the path can't be one. */
  | { readonly name: 'room'; readonly code: string | null; readonly written: string }
  /** Chats and groups; `open`: the one that is shown, by the other's account id or by the group's code. */
  | { readonly name: 'people'; readonly open: Opened | null }
  | { readonly name: 'unknown' };

export type Opened =
  | { readonly kind: 'person'; readonly account: string }
  | { readonly kind: 'group'; readonly code: string };

const ROOM = /^\/r\/([^/]+)\/?$/;
const PEOPLE = /^\/people\/?$/;
const PERSON = /^\/people\/with\/([ax]_[\w-]{22})\/?$/;
const GROUP = /^\/people\/group\/([^/]+)\/?$/;

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
  if (written === undefined) return matchPeople(path) ?? { name: 'unknown' };
  const text = decode(written);
  return { name: 'room', code: normalizeCode(text), written: text };
}

function matchPeople(path: string): Route | null {
  if (PEOPLE.test(path)) return { name: 'people', open: null };
  const account = PERSON.exec(path)?.[1];
  if (account !== undefined) return { name: 'people', open: { kind: 'person', account } };
  const group = GROUP.exec(path)?.[1];
  const code = group === undefined ? null : normalizeCode(decode(group));
  return code === null ? null : { name: 'people', open: { kind: 'group', code } };
}

export const PEOPLE_PATH = '/people';
/** The conversation with somebody. */
export const personPath = (account: string): string => `${PEOPLE_PATH}/with/${account}`;
export const groupPath = (code: string): string => `${PEOPLE_PATH}/group/${code}`;
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

import { randomId } from '../platform/codes.ts';
import type { Log } from '../platform/log.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { type Account, IMAGE_TYPES, type Outcome, succeed } from '../protocol/index.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Picture } from './image-response.ts';

/** 128 random bits, base64url: the picture's address is all that is needed to see it, and can't be guessed. */
const KEY = /^[\w-]{22}$/;
const PATH = '/v1/avatars/';
/** A fault of the store mostly passes at once; what fails so often is left to the caller. */
const TRIES = 3;

const pathOf = (key: string): string => `${PATH}${key}`;
const objectOf = (key: string): string => `avatars/${key}`;

/** Where the pictures of accounts are kept, and whose is to change. */
export interface AvatarOf {
  /** Id of the account. */
  readonly account: string;
  readonly accounts: Pick<Accounts, 'setAvatar'>;
  readonly store: ObjectStore;
  readonly log: Log;
}

/**
 * Deletes the picture at this path (`/v1/avatars/<key>`); one that is gone is no error, and no other path names a
 * picture of ours. Tried again where the store fails, because nothing sweeps what is left behind; rejects where it
 * goes on failing.
 */
export async function deleteAvatar(store: ObjectStore, path: string): Promise<void> {
  const key = path.startsWith(PATH) ? path.slice(PATH.length) : '';
  if (!KEY.test(key)) return;
  for (let tried = 1; ; tried += 1) {
    try {
      await store.delete([objectOf(key)]);
      return;
    } catch (error) {
      if (tried === TRIES) throw error;
    }
  }
}

/** Deletes a picture that the account has no more. The change stands whether or not that works; the log tells. */
export async function discardAvatar(
  { account, store, log }: Omit<AvatarOf, 'accounts'>,
  path: string | null,
): Promise<void> {
  if (path === null) return;
  try {
    await deleteAvatar(store, path);
  } catch (error) {
    // Without the key: who has it can see the picture.
    log('error', 'avatar.left_behind', { account, error });
  }
}

/** Gives the account a picture, or none: answers as it is then. The one before is deleted. */
async function setAvatar(of: AvatarOf, path: string | null): Promise<Outcome<Account>> {
  const set = await of.accounts.setAvatar(of.account, path);
  if (!set.ok) return set;
  await discardAvatar(of, set.value.before);
  return succeed(set.value.account);
}

/**
 * Stores a picture by `put`, under the object key that it is given, and gives it to the account. In this order
 * nobody's picture is ever one that is not there; a picture that came to be nobody's is deleted.
 */
export async function replaceAvatar(
  of: AvatarOf,
  put: (objectKey: string) => Promise<Outcome<unknown>>,
): Promise<Outcome<Account>> {
  const key = randomId('');
  const stored = await put(objectOf(key));
  if (!stored.ok) return stored;
  let isSet = false;
  try {
    const set = await setAvatar(of, pathOf(key));
    isSet = set.ok;
    return set;
  } finally {
    // Also where it is not known whether it was set: an address without a picture harms less than a picture that can't
    // be taken back.
    if (!isSet) await discardAvatar(of, pathOf(key));
  }
}

/** Takes the account's picture away. */
export const removeAvatar = (of: AvatarOf): Promise<Outcome<Account>> => setAvatar(of, null);

/** The picture with this key, as far as the request's headers ask for it; null: there is none. */
export async function readAvatar(store: ObjectStore, key: string, headers: Headers): Promise<Picture | null> {
  if (!KEY.test(key)) return null;
  const stored = await store.get(objectOf(key), headers);
  const type = IMAGE_TYPES.find((known) => known === stored?.type);
  return stored === null || type === undefined ? null : { id: key, type, stored };
}

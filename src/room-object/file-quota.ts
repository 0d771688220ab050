import type { StateView } from '../engine/state.ts';
import { LIMITS, type Refusal, refuse } from '../protocol/index.ts';
import { isSamePerson } from './account-rows.ts';
import { fileTable, sharedFiles, type UploadRow, uploadsOf, uploadTable } from './file-rows.ts';
import { settingsOf } from './tables.ts';

interface Held {
  readonly key: string | null;
  readonly size: number;
  readonly by: string;
}

/** Bytes that files take up, with those on their way; what is stored once counts once. */
function bytesHeld(rows: Iterable<Held>): number {
  const sizes = new Map<string, number>();
  for (const { key, size } of rows) if (key !== null) sizes.set(key, size);
  let sum = 0;
  for (const size of sizes.values()) sum += size;
  return sum;
}

/** Why a room takes no further file; null: it does. Those that were removed do not count. */
export function tooMany(state: StateView): Refusal | null {
  const count = state.table(fileTable).count('shared') + state.table(uploadTable).size;
  return count < LIMITS.files ? null : refuse('quota_exceeded', { detail: `${LIMITS.files} files` });
}

/**
 * Why a file of `size` bytes can't be taken from `member`; null: it can. What was let in has its room for as long as it is
 * on its way, so no upload runs out of it in the middle.
 */
export function tooMuch(state: StateView, member: string, size: number): Refusal | null {
  const { files } = settingsOf(state);
  if (size > files.one) return refuse('file_too_large', { detail: `${files.one} bytes` });
  if (uploadsOf(state, member).length >= LIMITS.uploads)
    return refuse('rate_limited', { detail: `${LIMITS.uploads} uploads at a time` });
  const uploads: Iterable<Readonly<UploadRow>> = state.table(uploadTable).values();
  const held: readonly Held[] = [...sharedFiles(state), ...uploads];
  if (bytesHeld(held) + size > files.room)
    return refuse('quota_exceeded', { detail: `${files.room} bytes in this room` });
  const own = held.filter(({ by }) => isSamePerson(state, by, member));
  if (bytesHeld(own) + size > files.member)
    return refuse('quota_exceeded', { detail: `${files.member} bytes from one person` });
  return tooMany(state);
}

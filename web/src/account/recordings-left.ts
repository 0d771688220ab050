import { ownerNow } from '../room/call/recording/owner.ts';
import { recordingsOf } from '../room/storage.ts';

const loadArchive = async () => (await import('../room/call/recording/archive.ts')).archive;

/** Recordings that nothing but this browser has. */
export interface Left {
  readonly count: number;
  /** Deletes them, but for what another tab is busy with. */
  forget(): Promise<void>;
}

/**
 * Those of whoever is logged in; null: there are none. Where that can't be found out, as without a network, nothing is known of
 * any: they stay, and wait for their owner.
 */
export async function recordingsLeft(load = loadArchive): Promise<Left | null> {
  const owner = ownerNow();
  if (recordingsOf(owner).codes().length === 0) return null;
  const archive = await load().catch(() => null);
  const left = (await archive?.left(owner)) ?? [];
  if (archive === null || left.length === 0) return null;
  const forget = async () => {
    const faults: unknown[] = [];
    // One that can't be deleted keeps none of the others.
    for (const { key } of left) await archive.forget(key).catch((error: unknown) => faults.push(error));
    if (faults.length > 0) throw faults[0];
  };
  return { count: left.length, forget };
}

import { deadlineTable, effectTable } from '../engine/deadlines.ts';
import { DELETE_OBJECTS, deleteObjects } from '../engine/images.ts';
import { type Executor, follow } from '../engine/outbox.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { ANSWER_EFFECT, answerGroup } from './call-answers.ts';
import { ERASURE_TELLING } from './features/direct-erasure.ts';
import { FAREWELL_EFFECT, hearFarewell, PURGE_EFFECT } from './features/self.ts';
import { groupExecutors } from './group-calls.ts';
import type { Host } from './host.ts';
import { LINK_EFFECT } from './links.ts';
import { carryTo } from './peers.ts';
import { presenceExecutors } from './presence-calls.ts';
import { roomExecutors } from './room-calls.ts';
import { theSelf } from './tables.ts';

/** Tries of the purge that wait for everything else: about an hour and a half, for those who can't be reached at once. */
const WAITS = 12;

/** Asks the directory whether the account was deleted. Tried again until it answers. */
const lookForFarewell =
  (host: Host): Executor =>
  async () => {
    const state = host.engine()?.state;
    if (state === undefined || host.directory === null) return undefined;
    const farewell = await host.directory.farewellOf(theSelf(state).id);
    return farewell === null ? undefined : follow(hearFarewell, farewell);
  };

/** Who carries out which effect of a person's object. A capability with effects adds its line here. */
export const executorsOf = (
  host: Host,
  objects: ObjectStore | null,
  purge: () => Promise<void>,
): Readonly<Record<string, Executor>> => ({
  [DELETE_OBJECTS]: deleteObjects(objects),
  [LINK_EFFECT]: carryTo(host),
  ...presenceExecutors(host),
  [ANSWER_EFFECT]: answerGroup(host),
  ...groupExecutors(host),
  ...roomExecutors(host),
  [FAREWELL_EFFECT]: lookForFarewell(host),
  [PURGE_EFFECT]: async (_data, _id, attempts) => {
    const state = host.engine()?.state;
    const left = state?.table(effectTable).size ?? 0;
    const isTelling = state?.table(deadlineTable).has(ERASURE_TELLING) === true;
    if (attempts < WAITS && (left > 1 || isTelling))
      throw new Error('others have yet to be told that the person is gone');
    await purge();
  },
});

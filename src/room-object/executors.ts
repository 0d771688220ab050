import { effectTable } from '../engine/deadlines.ts';
import type { Engine } from '../engine/engine.ts';
import { DELETE_OBJECTS, deleteObjects } from '../engine/images.ts';
import type { Executor } from '../engine/outbox.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { PURGE_EFFECT } from './features/lifecycle.ts';
import { DISCARD_FILE, FINISH_FILE } from './file-commands.ts';
import { type People, tellers } from './people.ts';
import { CLOSE_TRACKS } from './sfu-rows.ts';
import { HOSTED_EFFECT, STAY_EFFECT } from './stay-rows.ts';

/** What a room has to say to people, and to take out of the object store, before its last trace is gone. */
const LAST_WORDS: ReadonlySet<string> = new Set([
  STAY_EFFECT,
  HOSTED_EFFECT,
  DISCARD_FILE,
  FINISH_FILE,
  CLOSE_TRACKS,
]);
/** ms for an effect: a room's pictures are many, and what it says to other rooms is given up by itself after 10 s. */
export const EFFECT_WITHIN = 30_000;
/** Tries of the purge that wait for those, about half a minute. */
const WAITS = 4;

export interface ExecutorOptions {
  readonly engine: () => Pick<Engine, 'state'> | null;
  readonly objects: ObjectStore | null;
  readonly people: () => People | undefined;
  /** Removes everything the room ever kept. */
  readonly purge: () => Promise<void>;
}

/** Who carries out which effect of a room. */
export const executorsOf = ({
  engine,
  objects,
  people,
  purge,
}: ExecutorOptions): Readonly<Record<string, Executor>> => ({
  [DELETE_OBJECTS]: deleteObjects(objects),
  [PURGE_EFFECT]: async (_data, _id, attempts) => {
    const effects = Array.from(engine()?.state.table(effectTable).values() ?? []);
    if (attempts < WAITS && effects.some(({ kind }) => LAST_WORDS.has(kind)))
      throw new Error('people have yet to be told, or the object store to be tidied');
    await purge();
  },
  ...tellers(engine, people),
});

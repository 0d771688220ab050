import {
  applyInternal,
  type Decision,
  deadline,
  decide,
  type Feature,
  type InternalCommand,
  internalCommand,
  note,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import type { Farewell } from '../../platform/directory.ts';
import type { Person } from '../../protocol/index.ts';
import { selfChanged, selfMade, selfRemoved } from '../internal-events.ts';
import { findSelf, isRemoved, SELF_KEY, selfTable, theSelf } from '../tables.ts';

/** The effect that removes everything that was ever kept here. */
export const PURGE_EFFECT = 'purge';
/** The effect that asks the directory whether the account was deleted. */
export const FAREWELL_EFFECT = 'farewell';
const FAREWELL = 'farewell';
/**
 * ms until the directory is asked, from when the account may be deleted: whatever was to happen in a database has happened by
 * then, or never will.
 */
const FAREWELL_AFTER = 600_000;

const cardOf = ({ id, userName, name, avatar }: Readonly<Person>): Person => ({ id, userName, name, avatar });

const lookForFarewell: InternalCommand<object> = internalCommand('self.look-for-farewell', () =>
  decide({ effects: [{ id: FAREWELL_EFFECT, kind: FAREWELL_EFFECT, data: {} }] }),
);
const farewellLook = (now: number) => deadline(FAREWELL, now + FAREWELL_AFTER, lookForFarewell, {});

/**
 * The account may be deleted at any moment from now on. Written down before it is, so that this object finds out, whether or
 * not anybody is left to tell it.
 */
export const expectFarewell: InternalCommand<object> = internalCommand(
  'self.expect-farewell',
  ({ state, now }) => decide(isRemoved(state) ? {} : { deadlines: [farewellLook(now)] }),
);

/**
 * Makes this object that of a person; where it is, tells what has changed of them. They may have been deleted between the
 * look at the directory and this: an object that is made looks for that itself.
 */
export const setSelf: InternalCommand<{ readonly person: Person }> = internalCommand(
  'self.set',
  ({ state, fields, now }) => {
    const person = cardOf(fields.person);
    const row = findSelf(state);
    if (row === undefined)
      return decide({ events: [note(selfMade, { person })], deadlines: [farewellLook(now)] });
    const before = cardOf(row);
    const isSame =
      before.userName === person.userName && before.name === person.name && before.avatar === person.avatar;
    return decide(isSame ? {} : { events: [note(selfChanged, { person, before })] });
  },
);

const remove = (state: StateView): Decision =>
  isRemoved(state)
    ? {}
    : {
        events: [note(selfRemoved, {})],
        effects: [{ id: PURGE_EFFECT, kind: PURGE_EFFECT, data: {} }],
        close: [{ member: 'all', as: 'signed_out' }],
      };

/** The account was deleted: what others were told goes, then everything here. Doing it twice does nothing more. */
export const removeSelf: InternalCommand<object> = internalCommand('self.remove', ({ state }) =>
  decide(remove(state)),
);

/** The directory says that the account was deleted. What was made for somebody who came again after that stays. */
export const hearFarewell: InternalCommand<Farewell> = internalCommand(
  'self.hear-farewell',
  ({ state, fields: { at, isBack } }) => decide(isBack && theSelf(state).createdAt > at ? {} : remove(state)),
);

/** Whose object this is. */
export const self: Feature = {
  name: 'self',
  tables: [selfTable],
  commands: {},
  internalCommands: [setSelf, expectFarewell, lookForFarewell, hearFarewell, removeSelf],
  internalEvents: [selfMade, selfChanged, selfRemoved],
  apply: [
    applyInternal(selfMade, (state, { person, at }) =>
      state.table(selfTable).set(SELF_KEY, { ...person, createdAt: at }),
    ),
    applyInternal(selfChanged, (state, { person }) =>
      state.table(selfTable).set(SELF_KEY, { ...theSelf(state), ...person }),
    ),
    applyInternal(selfRemoved, (state, { at }) =>
      state.table(selfTable).set(SELF_KEY, { ...theSelf(state), removedAt: at }),
    ),
  ],
};

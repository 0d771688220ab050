import { internalEvent } from '../engine/feature.ts';
import type { Person } from '../protocol/index.ts';

/** This object was made, for this person. */
export const selfMade = internalEvent<{ readonly person: Person }>('self.made');

/** The person's own name, user name or picture have changed. */
export const selfChanged = internalEvent<{ readonly person: Person; readonly before: Person }>(
  'self.changed',
);

/** The person's account was deleted: whatever others keep because of them is to go, and then this object. */
export const selfRemoved = internalEvent<object>('self.removed');

/**
 * A device is connected. `first`: none of the person's devices was, before. A device that changes its socket without
 * having been away is not told of.
 */
export const deviceOpened = internalEvent<{ readonly device: string; readonly first: boolean }>(
  'device.opened',
);

/** A device is connected no longer. `last`: now none of them is. */
export const deviceClosed = internalEvent<{ readonly device: string; readonly last: boolean }>(
  'device.closed',
);

/** A device was forgotten: its id means nothing here any more. It was not connected. */
export const deviceForgotten = internalEvent<{ readonly device: string }>('device.forgotten');

/** Somebody else's name, user name or picture as this person knows them from here on; `isNew`: they were not known. */
export const personLearned = internalEvent<{ readonly person: Person; readonly isNew: boolean }>(
  'person.learned',
);

/** Somebody else's account exists no longer. What waited for them is dropped with this. */
export const personGone = internalEvent<{ readonly account: string }>('person.gone');

/** Somebody's account is deleted, as they say themselves: what they are called goes from everything that is kept here. */
export const personErased = internalEvent<{ readonly account: string }>('person.erased');

/** Somebody has taken what was carried to them, up to this number: it waits no longer. */
export const carriedTo = internalEvent<{ readonly to: string; readonly upTo: number }>('link.carried-to');

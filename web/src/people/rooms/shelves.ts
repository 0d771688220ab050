import type { Favourite, Meeting } from '../../../../src/protocol/index.ts';

/** The rooms of somebody, each in one place: the first that it fits. */
export interface Shelves {
  /** Somebody invites them, and they were not there yet. */
  readonly invited: readonly Meeting[];
  /** Rooms that open later, the next one first. */
  readonly scheduled: readonly Meeting[];
  /** Rooms that are theirs. */
  readonly hosted: readonly Meeting[];
  readonly recent: readonly Meeting[];
}

const isScheduled = ({ schedule, endedAt }: Meeting, now: number): boolean =>
  endedAt === null && (schedule?.opensAt ?? 0) > now;
const isInvitation = ({ invitedBy, enteredAt, endedAt }: Meeting): boolean =>
  invitedBy !== null && enteredAt === null && endedAt === null;

/** Puts a list, which comes newest first, on its shelves. */
export function shelve(meetings: readonly Meeting[], now: number): Shelves {
  const shelfOf = (meeting: Meeting): keyof Shelves => {
    if (isScheduled(meeting, now)) return 'scheduled';
    if (isInvitation(meeting)) return 'invited';
    return meeting.hosted ? 'hosted' : 'recent';
  };
  const shelves = Object.groupBy(meetings, shelfOf);
  const scheduled = (shelves.scheduled ?? []).sort(
    (a, b) => (a.schedule?.opensAt ?? 0) - (b.schedule?.opensAt ?? 0),
  );
  return {
    invited: shelves.invited ?? [],
    scheduled,
    hosted: shelves.hosted ?? [],
    recent: shelves.recent ?? [],
  };
}

/** Favourites that are rooms, by code, with the name that the room has now where it is known. */
export function favouriteRooms(
  favourites: readonly Favourite[],
  meetings: readonly Meeting[],
): readonly { readonly code: string; readonly name: string }[] {
  const names = new Map(meetings.map(({ code, name }) => [code, name]));
  return favourites
    .filter(({ kind }) => kind === 'room')
    .map(({ id, title }) => ({ code: id, name: names.get(id) ?? title }));
}

import type { Breakouts as AsTold, BreakoutOf } from '../protocol/breakouts.ts';
import type { Snapshot } from '../protocol/frames.ts';
import type { RoomEvent } from '../protocol/registry.ts';

/** Breakout rooms of a meeting. Times are the server's, in ms. */
export interface Breakouts extends Omit<AsTold, 'rooms' | 'places'> {
  /** In their order. */
  readonly rooms: readonly AsTold['rooms'][number][];
  /** By member: the room where they belong. Who is not in it belongs in the main room. */
  readonly places: ReadonlyMap<string, string>;
}

/** What is known of breakout rooms, from either side. */
export interface BreakoutView {
  /** null: there are none. */
  readonly breakouts: Breakouts | null;
  /** In a breakout room: its meeting. null in all other rooms. */
  readonly breakoutOf: BreakoutOf | null;
}

type BreakoutEvent = RoomEvent<
  'breakout.opened' | 'breakout.changed' | 'breakout.assigned' | 'breakout.closing' | 'breakout.closed'
>;

function changed(
  known: Breakouts,
  event: Exclude<BreakoutEvent, { readonly t: 'breakout.opened' }>,
): Breakouts | null {
  switch (event.t) {
    case 'breakout.closed':
      return null;
    case 'breakout.changed': {
      const { breakout, state } = event;
      return {
        ...known,
        rooms: known.rooms.map((room) => (room.id === breakout ? { ...room, state } : room)),
      };
    }
    case 'breakout.assigned': {
      const places = new Map(known.places);
      for (const [member, breakout] of Object.entries(event.members)) {
        if (breakout === null) places.delete(member);
        else places.set(member, breakout);
      }
      return { ...known, places };
    }
    case 'breakout.closing':
      return { ...known, closesAt: event.closesAt };
  }
}

/** What an event makes of it. */
export function breakoutsChanged(
  { breakouts, breakoutOf }: BreakoutView,
  event: BreakoutEvent,
): BreakoutView {
  if (event.t === 'breakout.opened') {
    const { assign, closesAt, at } = event;
    const rooms = event.rooms.map((room) => ({ ...room, state: 'opening' as const }));
    return { breakouts: { assign, openedAt: at, closesAt, rooms, places: new Map() }, breakoutOf };
  }
  return {
    breakouts: breakouts === null ? null : changed(breakouts, event),
    breakoutOf:
      breakoutOf !== null && event.t === 'breakout.closing'
        ? { ...breakoutOf, closesAt: event.closesAt }
        : breakoutOf,
  };
}

/** Breakout rooms as a snapshot tells them. */
export const readBreakouts = ({ breakouts, breakoutOf }: Snapshot): BreakoutView => ({
  breakouts:
    breakouts === undefined ? null : { ...breakouts, places: new Map(Object.entries(breakouts.places)) },
  breakoutOf: breakoutOf ?? null,
});

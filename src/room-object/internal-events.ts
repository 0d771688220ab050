import { internalEvent } from '../engine/feature.ts';

/** A member has a new session, whether or not anybody is told of a join or a return. */
export const sessionOpened = internalEvent<{ readonly member: string; readonly session: number }>(
  'session.opened',
);

/** A ticket was given out, and with it a seat to those who have none. */
export const seatHeld = internalEvent<{
  readonly member: string;
  readonly name: string;
  readonly role: 'host' | 'member';
  readonly ticket: string;
  readonly expiresAt: number;
  readonly address: string | null;
}>('seat.held');

/** A held seat was not taken in time. */
export const seatReleased = internalEvent<{ readonly member: string }>('seat.released');

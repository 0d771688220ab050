import type { StateView } from '../engine/state.ts';
import { everyDevice } from './account-rows.ts';
import { banOf } from './ban-rows.ts';
import { enrolledOf, wasRemoved } from './enrolment-rows.ts';

/**
 * Whether somebody was shown the door, with whatever device: banned, removed, sent to the lobby and not let in again, or
 * removed from the group. Who merely left or is away was not. True also of a member that the room does not know.
 */
export function isPutOut(state: StateView, member: string): boolean {
  const devices = everyDevice(state, member);
  const [row] = devices;
  if (row === undefined || devices.some(({ mustWait }) => mustWait === true)) return true;
  const { id, account } = row;
  if (banOf(state, id, account) !== undefined) return true;
  return account !== null && wasRemoved(state, account) && enrolledOf(state, account) === undefined;
}

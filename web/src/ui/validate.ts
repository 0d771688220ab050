import * as v from 'valibot';
import { LIMITS, NameSchema, RoomNameSchema } from '../../../src/protocol/index.ts';

/** What is wrong with a name, as a key of the texts; null: nothing. The rule is the server's own. */
export type NameFault = 'home.nameMissing' | 'home.nameWrong' | null;

const check = (schema: typeof NameSchema, text: string): NameFault => {
  if (text.trim() === '') return 'home.nameMissing';
  return v.is(schema, text) ? null : 'home.nameWrong';
};

export const checkName = (text: string): NameFault => check(NameSchema, text);
export const checkRoomName = (text: string): NameFault => check(RoomNameSchema, text);

/** Seats as somebody wrote them; `default` where the field is empty, null where it is no such number. */
export function readCapacity(text: string): number | 'default' | null {
  const trimmed = text.trim();
  if (trimmed === '') return 'default';
  const seats = Number(trimmed);
  return Number.isInteger(seats) && seats >= 1 && seats <= LIMITS.capacity ? seats : null;
}

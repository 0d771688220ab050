import { internalEvent } from '../engine/feature.ts';
import { defineTable } from '../engine/state.ts';

/** Meetings that this person is in at this moment, with at least one device, by the room's code. */
export interface StayRow {
  /** The room's name. */
  readonly name: string;
  /** ms; since when. */
  readonly since: number;
}
export const stayTable = defineTable<StayRow>('stays');

/** The effect that tells a meeting of a new name or picture, by the room's code. */
export const CARD_EFFECT = 'meeting.card';
export interface CardData {
  readonly code: string;
  /** What the person was called before, since the room was last told. */
  readonly former: readonly string[];
}
export const cardEffectId = (code: string): string => `card ${code}`;

/** The person has come into a meeting. */
export const stayBegan = internalEvent<{
  readonly code: string;
  readonly name: string;
  /** ms; when. */
  readonly since: number;
}>('stay.began');

/** The person has left a meeting, or it has been heard of no more. */
export const stayEnded = internalEvent<{ readonly code: string }>('stay.ended');

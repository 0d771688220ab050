import type { Snapshot } from '../protocol/frames.ts';
import type { Schedule } from '../protocol/schedule.ts';

/** What the room asks for at the door, and how long it lasts. */
export interface Times {
  /** Whether whoever comes in anew is asked for a passcode. */
  readonly passcode: boolean;
  /** null: there is none. */
  readonly schedule: Schedule | null;
  /** When the meeting ends, by the server's clock in ms, once that was announced; null before. */
  readonly ending: number | null;
}

export const readTimes = ({ passcode, schedule, ending }: Snapshot): Times => ({
  passcode: passcode ?? false,
  schedule: schedule ?? null,
  ending: ending ?? null,
});

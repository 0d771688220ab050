import { sumOf, type Usage } from './price.ts';

/** What one of each costs with one server. Without: the server has nothing of the kind. */
export type Costs = {
  join: Partial<Usage>;
  message: Partial<Usage>;
  media: Partial<Usage>;
  reconnect: Partial<Usage>;
  leave: Partial<Usage>;
  picture: Partial<Usage>;
  view: Partial<Usage>;
  /** A look for dead connections. */
  sweep: Partial<Usage>;
};

/** A meeting of an hour. */
export const HOUR = {
  people: 50,
  /** By each person. */
  messages: 20,
  mediaSwitches: 6,
  reconnects: 2,
  /** In the room. Everybody looks at each of them once; the browser keeps it. */
  pictures: 5,
  pictureBytes: 1_048_576,
  /** For how long messages and pictures are kept afterwards: the default retention. */
  keptDays: 7,
  seconds: 3600,
} as const;

/** A row of a message with its envelope, in the database. */
const MESSAGE_BYTES = 250;
const DAYS_OF_A_MONTH = 30;
export const DAY_SECONDS = 86_400;

export type Hour = { readonly [Name in keyof typeof HOUR]: number };

/**
 * What the meeting uses.
 *
 * @param active Seconds for which the object is billed; the whole hour where a message keeps it from sleeping.
 * @param keeps Whether messages are kept.
 */
export function usageOfHour(
  costs: Costs,
  { active, keeps, sweepSeconds }: { active: number; keeps: boolean; sweepSeconds: number | null },
  hour: Hour = HOUR,
): Usage {
  const { people, messages, mediaSwitches, reconnects, pictures, pictureBytes, keptDays, seconds } = hour;
  const months = keptDays / DAYS_OF_A_MONTH;
  return sumOf([
    [people, costs.join],
    [people * messages, costs.message],
    [people * mediaSwitches, costs.media],
    [people * reconnects, costs.reconnect],
    [people, costs.leave],
    [pictures, costs.picture],
    [pictures * people, costs.view],
    [sweepSeconds === null ? 0 : seconds / sweepSeconds, costs.sweep],
    [1, { seconds: active }],
    [keeps ? people * messages : 0, { storedByteMonths: MESSAGE_BYTES * months }],
    [pictures, { bucketByteMonths: pictureBytes * months }],
  ]);
}

/** A day on which members are connected and nobody says anything. */
export function usageOfSilentDay(sweep: Partial<Usage>, sweepSeconds: number): Usage {
  return sumOf([[DAY_SECONDS / sweepSeconds, sweep]]);
}

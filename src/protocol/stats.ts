import * as v from 'valibot';
import { CountSchema, TimeSchema } from './define.ts';
import { MemberIdSchema } from './ids.ts';

/** How often values came, by size. `upTo` is the largest value that a class holds; null: whatever is larger. */
export const HistogramSchema = v.object({
  count: CountSchema,
  sum: v.number(),
  most: v.number(),
  classes: v.array(v.object({ upTo: v.nullable(v.number()), count: CountSchema })),
});
export type HistogramStats = v.InferOutput<typeof HistogramSchema>;

const DecidedSchema = v.object({ taken: CountSchema, refused: CountSchema });
const RateSchema = v.object({ perSecond: v.number(), burst: v.number() });

/**
 * GET /v1/rooms/:code/stats: how a room is doing. Sums and maxima are counted in memory since the room's object woke
 * (`since`); a room that slept begins anew. Sizes of frames and of what waits are in UTF-16 units, times in ms.
 */
export const StatsResponseSchema = v.object({
  room: v.object({ id: v.string(), endedAt: v.nullable(TimeSchema) }),
  at: TimeSchema,
  since: TimeSchema,
  /** As it is now. */
  now: v.object({
    sessions: v.object({ joining: CountSchema, live: CountSchema, lagging: CountSchema }),
    /** Sockets, those that are closing included: their bytes are held until they are gone. */
    sockets: CountSchema,
    unsentBytes: CountSchema,
    mostUnsentBytes: CountSchema,
    /** Those who are behind, at most 20, the furthest first. */
    lagging: v.array(
      v.object({
        member: MemberIdSchema,
        unsentBytes: CountSchema,
        /** Events that they have yet to be told. */
        behind: CountSchema,
      }),
    ),
    /** What waits for a commit: events, answers, people who come in. */
    waiting: CountSchema,
    waitingCharacters: CountSchema,
    /** What the log holds. */
    logEvents: CountSchema,
    logCharacters: CountSchema,
  }),
  commands: v.object({
    durable: DecidedSchema,
    ephemeral: DecidedSchema,
    query: DecidedSchema,
    /** Sent again after they had been accepted. */
    repeated: CountSchema,
    /** Refused because too much waited for a commit. */
    busy: CountSchema,
    /** Frames that were no command. */
    unreadable: CountSchema,
    /** Over the rate of a member; `join`: over that of the room. */
    limited: v.object({
      chat: CountSchema,
      control: CountSchema,
      media: CountSchema,
      query: CountSchema,
      image: CountSchema,
      file: CountSchema,
      signal: CountSchema,
      join: CountSchema,
    }),
  }),
  events: v.object({
    public: CountSchema,
    private: CountSchema,
    ephemeral: CountSchema,
    latest: CountSchema,
    /** Latest-only ones that a lagging member is never told, because a newer one took their place. */
    merged: CountSchema,
  }),
  commits: v.object({
    events: HistogramSchema,
    rows: HistogramSchema,
    ms: HistogramSchema,
    /** The most that waited for one commit. */
    mostWaitingCharacters: CountSchema,
  }),
  frames: v.object({
    /** Handed to sockets. */
    characters: HistogramSchema,
    /** Of them, read from the log for somebody who was behind. */
    replayed: CountSchema,
    /** From a commit until everybody was told who could take it. */
    ms: HistogramSchema,
  }),
  sessions: v.object({
    opened: CountSchema,
    /** Went on where they were. */
    resumed: CountSchema,
    /** Came anew, with a snapshot. */
    snapshots: CountSchema,
    /** Came back, and got a snapshot: what they missed could not be shown to be all. */
    unproven: CountSchema,
    /** How often somebody could not take more and was left to catch up. */
    lagged: CountSchema,
    /** Ended by the client, the network, or with the room's memory. */
    lost: CountSchema,
    /** Closed by the room, by the name of the close code. */
    closed: v.record(v.string(), CountSchema),
  }),
  /** What applies here; set by whoever runs the server. */
  budgets: v.object({
    slowBytes: CountSchema,
    slowHardBytes: CountSchema,
    slowRoomBytes: CountSchema,
    slowMs: CountSchema,
    pendingCharacters: CountSchema,
    socketsPerMember: CountSchema,
    rates: v.record(v.string(), RateSchema),
  }),
});
export type StatsResponse = v.InferOutput<typeof StatsResponseSchema>;

import type { HistogramStats, StatsResponse } from '../../src/protocol/index.ts';

const histogram: HistogramStats = {
  count: 2,
  sum: 5,
  most: 4,
  classes: [
    { upTo: 1, count: 1 },
    { upTo: null, count: 1 },
  ],
};

/** Stats as a room might answer with. */
export const statsFixture: StatsResponse = {
  room: { id: 'r_1', endedAt: null },
  at: 2_000,
  since: 1_000,
  now: {
    sessions: { joining: 0, live: 2, lagging: 1 },
    sockets: 3,
    unsentBytes: 300_000,
    mostUnsentBytes: 300_000,
    lagging: [{ member: `m_${'a'.repeat(22)}`, unsentBytes: 300_000, behind: 12 }],
    waiting: 0,
    waitingCharacters: 0,
    logEvents: 20,
    logCharacters: 4_000,
  },
  commands: {
    durable: { taken: 20, refused: 1 },
    ephemeral: { taken: 2, refused: 0 },
    query: { taken: 1, refused: 0 },
    repeated: 0,
    busy: 0,
    unreadable: 0,
    limited: { chat: 1, control: 0, media: 0, query: 0, image: 0, file: 0, signal: 0, join: 0 },
  },
  events: { public: 20, private: 0, ephemeral: 2, latest: 0, merged: 0 },
  commits: { events: histogram, rows: histogram, ms: histogram, mostWaitingCharacters: 900 },
  frames: { characters: histogram, replayed: 1, ms: histogram },
  sessions: {
    opened: 3,
    resumed: 1,
    snapshots: 2,
    unproven: 0,
    lagged: 1,
    lost: 1,
    closed: { too_slow: 0, replaced: 1 },
  },
  budgets: {
    slowBytes: 262_144,
    slowHardBytes: 4_194_304,
    slowRoomBytes: 16_777_216,
    slowMs: 30_000,
    pendingCharacters: 1_048_576,
    socketsPerMember: 5,
    rates: { chat: { perSecond: 10, burst: 40 } },
  },
};

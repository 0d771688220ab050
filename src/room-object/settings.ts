import type { Rate } from '../engine/rate-limit.ts';
import type { Budget } from '../engine/send-budget.ts';
import type { RateClass } from '../protocol/index.ts';

/** The texts of wrangler.toml's [vars] that a room reads; each is explained there. */
export interface RoomVars {
  readonly DEFAULT_CAPACITY?: string;
  readonly DEFAULT_RETENTION_SECONDS?: string;
  readonly AWAY_GRACE_SECONDS?: string;
  readonly SEAT_SECONDS?: string;
  readonly EMPTY_GRACE_SECONDS?: string;
  readonly UNUSED_GRACE_SECONDS?: string;
  readonly LOG_EVENTS?: string;
  readonly LOG_CHARACTERS?: string;
  readonly LOG_AGE_SECONDS?: string;
  readonly PENDING_CHARACTERS?: string;
  readonly SLOW_BYTES?: string;
  readonly SLOW_HARD_BYTES?: string;
  readonly SLOW_ROOM_BYTES?: string;
  readonly SLOW_SECONDS?: string;
  readonly SWEEP_SECONDS?: string;
  readonly SILENT_SECONDS?: string;
  readonly SOCKETS_PER_MEMBER?: string;
  readonly RATE_CHAT?: string;
  readonly RATE_CONTROL?: string;
  readonly RATE_MEDIA?: string;
  readonly RATE_QUERY?: string;
  readonly RATE_IMAGE?: string;
  readonly RATE_ERROR?: string;
  readonly RATE_JOIN?: string;
  readonly IMAGE_MAX_BYTES?: string;
  readonly IMAGE_ROOM_BYTES?: string;
}

export interface RoomSettings {
  readonly capacity: number;
  readonly retentionSeconds: number;
  /** ms, as all times below. */
  readonly awayGrace: number;
  readonly seat: number;
  readonly emptyGrace: number;
  readonly unusedGrace: number;
  readonly log: { readonly events: number; readonly size: number; readonly age: number };
  readonly pending: number;
  readonly budget: Budget;
  readonly sweep: number;
  readonly silent: number;
  readonly socketsPerMember: number;
  readonly rates: Readonly<Record<RateClass | 'error' | 'join', Rate>>;
  readonly imageBytes: number;
  readonly imageRoomBytes: number;
}

function whole(vars: RoomVars, name: keyof RoomVars, standard: number, least = 0): number {
  const text = vars[name];
  if (text === undefined || text === '') return standard;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`unable to read the setting ${name}; give a whole number from ${least}`);
  }
  return value;
}

const seconds = (vars: RoomVars, name: keyof RoomVars, standard: number, least = 0): number =>
  whole(vars, name, standard, least) * 1_000;

/** Reads "10/30": ten a second on average, thirty at once. */
function rate(vars: RoomVars, name: keyof RoomVars, standard: string): Rate {
  const found = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(vars[name] ?? standard);
  const perSecond = Number(found?.[1]);
  const burst = Number(found?.[2]);
  if (!(perSecond > 0) || !(burst >= 1)) {
    throw new Error(`unable to read the setting ${name}; give "per second/burst", for example "${standard}"`);
  }
  return { perSecond, burst };
}

/** The settings of all rooms; a wrong text throws rather than falls back. */
export const readRoomSettings = (vars: RoomVars): RoomSettings => ({
  capacity: whole(vars, 'DEFAULT_CAPACITY', 100, 1),
  retentionSeconds: whole(vars, 'DEFAULT_RETENTION_SECONDS', 604_800),
  awayGrace: seconds(vars, 'AWAY_GRACE_SECONDS', 45),
  seat: seconds(vars, 'SEAT_SECONDS', 30, 1),
  emptyGrace: seconds(vars, 'EMPTY_GRACE_SECONDS', 600),
  unusedGrace: seconds(vars, 'UNUSED_GRACE_SECONDS', 86_400, 1),
  log: {
    events: whole(vars, 'LOG_EVENTS', 100_000, 1),
    size: whole(vars, 'LOG_CHARACTERS', 67_108_864, 1),
    age: seconds(vars, 'LOG_AGE_SECONDS', 2_592_000, 1),
  },
  pending: whole(vars, 'PENDING_CHARACTERS', 1_048_576, 1),
  budget: {
    softBytes: whole(vars, 'SLOW_BYTES', 262_144, 1),
    hardBytes: whole(vars, 'SLOW_HARD_BYTES', 4_194_304, 1),
    roomBytes: whole(vars, 'SLOW_ROOM_BYTES', 16_777_216, 1),
    patience: seconds(vars, 'SLOW_SECONDS', 30, 1),
  },
  sweep: seconds(vars, 'SWEEP_SECONDS', 300, 1),
  silent: seconds(vars, 'SILENT_SECONDS', 120, 1),
  socketsPerMember: whole(vars, 'SOCKETS_PER_MEMBER', 5, 1),
  rates: {
    chat: rate(vars, 'RATE_CHAT', '10/40'),
    control: rate(vars, 'RATE_CONTROL', '10/40'),
    media: rate(vars, 'RATE_MEDIA', '10/40'),
    query: rate(vars, 'RATE_QUERY', '10/40'),
    image: rate(vars, 'RATE_IMAGE', '0.5/10'),
    error: rate(vars, 'RATE_ERROR', '2/40'),
    join: rate(vars, 'RATE_JOIN', '500/2000'),
  },
  imageBytes: whole(vars, 'IMAGE_MAX_BYTES', 10_485_760, 1),
  imageRoomBytes: whole(vars, 'IMAGE_ROOM_BYTES', 524_288_000),
});

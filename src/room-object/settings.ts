import {
  type ObjectSettings,
  type ObjectVars,
  readObjectSettings,
  seconds,
  whole,
} from '../engine/settings.ts';

/** The texts of wrangler.toml's [vars] that a room reads; each is explained there. */
export interface RoomVars extends ObjectVars {
  readonly DEFAULT_CAPACITY?: string;
  readonly DEFAULT_RETENTION_SECONDS?: string;
  readonly AWAY_GRACE_SECONDS?: string;
  readonly EMPTY_GRACE_SECONDS?: string;
  readonly UNUSED_GRACE_SECONDS?: string;
  readonly LOG_EVENTS?: string;
  readonly LOG_CHARACTERS?: string;
  readonly LOG_AGE_SECONDS?: string;
  readonly GROUP_LOG_EVENTS?: string;
  readonly GROUP_LOG_CHARACTERS?: string;
  readonly GROUP_LOG_AGE_SECONDS?: string;
  readonly IMAGE_MAX_BYTES?: string;
  readonly IMAGE_ROOM_BYTES?: string;
}

export interface RoomSettings extends ObjectSettings {
  readonly capacity: number;
  readonly retentionSeconds: number;
  /** ms, as all times below. */
  readonly awayGrace: number;
  readonly emptyGrace: number;
  readonly unusedGrace: number;
  readonly log: { readonly events: number; readonly size: number; readonly age: number };
  /** The same of a group, whose log outlives its meetings. */
  readonly groupLog: RoomSettings['log'];
  readonly imageBytes: number;
  readonly imageRoomBytes: number;
  /** Whether people with an account have an object of their own that can be told of this room. */
  readonly people: boolean;
}

/** The settings of all rooms; a wrong text throws rather than falls back. `people`: what can't be said by a text. */
export const readRoomSettings = (vars: RoomVars, people = false): RoomSettings => ({
  ...readObjectSettings(vars),
  capacity: whole(vars, 'DEFAULT_CAPACITY', 100, 1),
  retentionSeconds: whole(vars, 'DEFAULT_RETENTION_SECONDS', 604_800),
  awayGrace: seconds(vars, 'AWAY_GRACE_SECONDS', 45),
  emptyGrace: seconds(vars, 'EMPTY_GRACE_SECONDS', 600),
  unusedGrace: seconds(vars, 'UNUSED_GRACE_SECONDS', 86_400, 1),
  log: {
    events: whole(vars, 'LOG_EVENTS', 100_000, 1),
    size: whole(vars, 'LOG_CHARACTERS', 67_108_864, 1),
    age: seconds(vars, 'LOG_AGE_SECONDS', 2_592_000, 1),
  },
  groupLog: {
    events: whole(vars, 'GROUP_LOG_EVENTS', 500_000, 1),
    size: whole(vars, 'GROUP_LOG_CHARACTERS', 268_435_456, 1),
    age: seconds(vars, 'GROUP_LOG_AGE_SECONDS', 31_536_000, 1),
  },
  imageBytes: whole(vars, 'IMAGE_MAX_BYTES', 10_485_760, 1),
  imageRoomBytes: whole(vars, 'IMAGE_ROOM_BYTES', 524_288_000),
  people,
});

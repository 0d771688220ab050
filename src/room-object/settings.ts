import {
  type ObjectSettings,
  type ObjectVars,
  readObjectSettings,
  seconds,
  whole,
} from '../engine/settings.ts';
import { readSfu, type SfuVars } from '../platform/sfu.ts';
import {
  FILE_MOST_BYTES,
  FILE_STANDARD_BYTES,
  MEDIA_ADDRESSES,
  type MediaAddresses,
} from '../protocol/index.ts';

/** The texts of wrangler.toml's [vars] that a room reads; each is explained there. */
export interface RoomVars extends ObjectVars, SfuVars {
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
  readonly FILE_MAX_BYTES?: string;
  readonly FILE_ROOM_BYTES?: string;
  readonly FILE_MEMBER_BYTES?: string;
  readonly FILE_UPLOAD_SECONDS?: string;
  readonly MEDIA_ADDRESSES?: string;
  readonly CALL_DIRECT_CAMERAS?: string;
  readonly CALL_DIRECT_MEMBERS?: string;
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
  /** Bytes of one file, of all files of the room, and of those of one person in it. */
  readonly files: { readonly one: number; readonly room: number; readonly member: number };
  /** For how long an upload waits for its next part. */
  readonly uploadFor: number;
  /** Whether videos and audios of other servers may be watched. */
  readonly mediaAddresses: MediaAddresses;
  /** What a call takes in which each connects to each: cameras that are on, shared screens among them, and members. */
  readonly direct: { readonly cameras: number; readonly members: number };
  /** Whether there is an SFU, through which larger calls go. */
  readonly sfu: boolean;
  /** Whether people with an account have an object of their own that can be told of this room. */
  readonly people: boolean;
}

function readMediaAddresses({ MEDIA_ADDRESSES: given = '' }: RoomVars): MediaAddresses {
  const found = MEDIA_ADDRESSES.find((value) => value === given);
  if (found !== undefined || given === '') return found ?? 'off';
  throw new Error('unable to read the setting MEDIA_ADDRESSES; give "off" or "https"');
}

/** Object stores give unfinished uploads up by themselves: R2 after seven days. Seconds. */
const LONGEST_UPLOAD = 518_400;

function readFileLimits(vars: RoomVars): Pick<RoomSettings, 'files' | 'uploadFor'> {
  const one = whole(vars, 'FILE_MAX_BYTES', FILE_STANDARD_BYTES);
  if (one > FILE_MOST_BYTES)
    throw new Error(`unable to read the setting FILE_MAX_BYTES; give at most ${FILE_MOST_BYTES}`);
  const uploadFor = seconds(vars, 'FILE_UPLOAD_SECONDS', 86_400, 1);
  if (uploadFor > LONGEST_UPLOAD * 1_000)
    throw new Error(`unable to read the setting FILE_UPLOAD_SECONDS; give at most ${LONGEST_UPLOAD}`);
  const room = whole(vars, 'FILE_ROOM_BYTES', 21_474_836_480);
  const member = whole(vars, 'FILE_MEMBER_BYTES', 10_737_418_240);
  return { files: { one, room, member }, uploadFor };
}

/** Half an SFU is none: rooms meet without, and the shell says what is missing. */
function hasSfu(vars: RoomVars): boolean {
  try {
    return readSfu(vars) !== null;
  } catch {
    return false;
  }
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
  ...readFileLimits(vars),
  mediaAddresses: readMediaAddresses(vars),
  direct: {
    cameras: whole(vars, 'CALL_DIRECT_CAMERAS', 6, 1),
    members: whole(vars, 'CALL_DIRECT_MEMBERS', 16, 2),
  },
  sfu: hasSfu(vars),
  people,
});

import * as v from 'valibot';
import {
  type ObjectSettings,
  type ObjectVars,
  readObjectSettings,
  seconds,
  whole,
} from '../engine/settings.ts';
import { LIMITS, RoomNameSchema } from '../protocol/index.ts';

const ACCOUNT = /^[ax]_[\w-]{22}$/;

/** The texts of wrangler.toml's [vars] that a person's object reads; each is explained there. */
export interface UserVars extends ObjectVars {
  readonly INBOX_LOG_EVENTS?: string;
  readonly INBOX_LOG_CHARACTERS?: string;
  readonly INBOX_LOG_AGE_SECONDS?: string;
  readonly INBOX_IMAGE_BYTES?: string;
  readonly IMAGE_MAX_BYTES?: string;
  readonly PEOPLE_ACCESS?: string;
  readonly EVERYBODY_GROUP?: string;
  readonly ADMINISTRATORS?: string;
  readonly PRESENCE_GRACE_SECONDS?: string;
}

/** Whom people may find, see and write to: their contacts and the people of their groups, or everybody here. */
export type PeopleAccess = 'contacts' | 'everybody';

export interface UserSettings extends ObjectSettings {
  /** `age` in ms. */
  readonly log: { readonly events: number; readonly size: number; readonly age: number };
  readonly peopleAccess: PeopleAccess;
  /** Bytes of one picture, and of all that one person has sent. */
  readonly imageBytes: number;
  readonly imagesBytes: number;
  /** The group that everybody belongs to; null: there is none. */
  readonly everybody: Everybody | null;
  /** ms; for so long nobody is told that the last device has gone. */
  readonly presenceGrace: number;
}

/** Everybody's group: what it is called, and who writes there, by user names in small letters and by account ids. */
interface Everybody {
  readonly name: string;
  readonly administrators: ReadonlySet<string>;
}

/** Reads EVERYBODY_GROUP and ADMINISTRATORS; a wrong text throws. */
function readEverybody(vars: Pick<UserVars, 'EVERYBODY_GROUP' | 'ADMINISTRATORS'>): Everybody | null {
  const name = vars.EVERYBODY_GROUP?.trim() ?? '';
  if (name === '') return null;
  const parsed = v.safeParse(RoomNameSchema, name);
  if (!parsed.success)
    throw new Error(
      `unable to read EVERYBODY_GROUP; it is a name of 1 to ${LIMITS.roomNameLength} characters`,
    );
  const names = (vars.ADMINISTRATORS ?? '').split(',').map((text) => text.trim());
  const administrators = new Set(
    names.filter((text) => text !== '').map((text) => (ACCOUNT.test(text) ? text : text.toLowerCase())),
  );
  if (administrators.size > LIMITS.groupAdmins)
    throw new Error(`unable to read ADMINISTRATORS; it names ${LIMITS.groupAdmins} people at most`);
  return { name: parsed.output, administrators };
}

/** Reads PEOPLE_ACCESS; a wrong text throws. */
export function readPeopleAccess(text: string | undefined): PeopleAccess {
  const given = text?.trim() ?? '';
  if (given === '' || given === 'contacts') return 'contacts';
  if (given === 'everybody') return given;
  throw new Error('unable to read PEOPLE_ACCESS; it is "contacts" or "everybody"');
}

/** The settings of all people's objects; a wrong text throws rather than falls back. */
export const readUserSettings = (vars: UserVars): UserSettings => ({
  ...readObjectSettings(vars),
  log: {
    events: whole(vars, 'INBOX_LOG_EVENTS', 1_000_000, 1),
    size: whole(vars, 'INBOX_LOG_CHARACTERS', 1_073_741_824, 1),
    age: seconds(vars, 'INBOX_LOG_AGE_SECONDS', 31_536_000, 1),
  },
  peopleAccess: readPeopleAccess(vars.PEOPLE_ACCESS),
  imageBytes: whole(vars, 'IMAGE_MAX_BYTES', 10_485_760, 1),
  imagesBytes: whole(vars, 'INBOX_IMAGE_BYTES', 524_288_000),
  everybody: readEverybody(vars),
  presenceGrace: seconds(vars, 'PRESENCE_GRACE_SECONDS', 20),
});

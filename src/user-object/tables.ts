import { defineTable, type StateView } from '../engine/state.ts';
import type { Person } from '../protocol/index.ts';
import type { UserSettings } from './settings.ts';

/** Whose object this is: one row, under the key `self`. */
export interface SelfRow extends Person {
  /** ms; when this object was made. */
  readonly createdAt: number;
  /** ms; when the account was deleted: this object is about to go. Absent: it was not. */
  readonly removedAt?: number;
}
export const selfTable = defineTable<SelfRow>('self');
export const SELF_KEY = 'self';

/** The person, or undefined where none was ever made. */
export const findSelf = (state: StateView): Readonly<SelfRow> | undefined =>
  state.table(selfTable).get(SELF_KEY);

/** The person, where there must be one: handlers run only in objects of people who exist. */
export function theSelf(state: StateView): Readonly<SelfRow> {
  const self = findSelf(state);
  if (self === undefined) throw new Error('a handler ran without a person');
  return self;
}

/** Whether the account was deleted: this object has nothing left to do but to go. */
export const isRemoved = (state: StateView): boolean => theSelf(state).removedAt !== undefined;

/** Tabs, apps and bots of this account, by device id. */
export interface DeviceRow {
  readonly id: string;
  /** The login by which it came last, by id; null: none of ours. */
  readonly login: string | null;
  /** Whether a socket stands, by what is written. */
  readonly online: boolean;
  /** Number of the newest session; frames of any other are dropped. */
  readonly session: number;
  /** ms; when its connection last began or ended. */
  readonly seenAt: number;
  /** The ticket that opens the next session, once. */
  readonly ticket: { readonly secret: string; readonly expiresAt: number } | null;
}
export const deviceTable = defineTable<DeviceRow, 'online'>('devices', { online: ({ online }) => online });

/** Everybody this object knows by name: whom commands may speak of. By account id. */
export const peopleTable = defineTable<Person>('people');
export const knownPerson = (state: StateView, account: string): Readonly<Person> | undefined =>
  state.table(peopleTable).get(account);

/** People whom this person has blocked, by account id. Key present: blocked. */
export const blockedTable = defineTable<{ readonly at: number }>('blocked');
export const isBlocked = (state: StateView, account: string): boolean =>
  state.table(blockedTable).has(account);

/** contact: both agreed. asked: we asked them. asking: they ask us. By account id. */
export interface ContactRow {
  readonly account: string;
  readonly state: 'contact' | 'asked' | 'asking';
  /** ms; since when. */
  readonly since: number;
  /** What was said with the question; '' : nothing. */
  readonly note: string;
  /** Number of the link item that carries this person's own last question; absent: they put none. */
  readonly question?: number;
}
export const contactTable = defineTable<ContactRow, ContactRow['state']>('contacts', {
  contact: ({ state }) => state === 'contact',
  asked: ({ state }) => state === 'asked',
  asking: ({ state }) => state === 'asking',
});
export const isContact = (state: StateView, account: string): boolean =>
  state.table(contactTable).get(account)?.state === 'contact';

/** The settings of all people's objects, put beside the state on wake so that handlers can decide by them; never stored. */
export const settingsTable = defineTable<UserSettings>('settings');
export const SETTINGS_KEY = 'settings';

export function settingsOf(state: StateView): Readonly<UserSettings> {
  const settings = state.table(settingsTable).get(SETTINGS_KEY);
  if (settings === undefined) throw new Error('the settings were not put beside the state');
  return settings;
}

import type { EffectDraft } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import type { HostedNews, StayNews } from '../platform/room-news.ts';
import { accountOf, devicesOf } from './account-rows.ts';
import { authorityOf } from './authority-rows.ts';
import { parentOf } from './breakout-rows.ts';
import { findGroup } from './enrolment-rows.ts';
import { findSchedule, toSchedule } from './schedule-rows.ts';
import { findRoom, isPresent, settingsOf, theRoom } from './tables.ts';

/** Those whose own objects know that they host this room: one row, under the key `hosts`. */
export interface ToldHostsRow {
  readonly accounts: readonly string[];
}
export const toldHostsTable = defineTable<ToldHostsRow>('told_hosts');
export const TOLD_HOSTS_KEY = 'hosts';

/** What the effects are about. Nothing of what is told: that is looked up when it is. */
export interface Teller {
  readonly account: string;
  /** ms; when it came to what is to be told. */
  readonly at: number;
}
export const STAY_EFFECT = 'people.stay';
export const HOSTED_EFFECT = 'people.hosted';

/** Tells somebody's object whether they are in. */
export const tellStay = (account: string, at: number): EffectDraft => ({
  id: `stay ${account}`,
  kind: STAY_EFFECT,
  data: { account, at } satisfies Teller,
});
/** Tells somebody's object whether they host this room, and how it is. */
export const tellHosted = (account: string, at: number): EffectDraft => ({
  id: `hosted ${account}`,
  kind: HOSTED_EFFECT,
  data: { account, at } satisfies Teller,
});

/**
 * Whether people's objects are told of this room. In a breakout room they are in the meeting that it belongs to, and to
 * have a group open is not to be in a meeting.
 */
export const isListed = (state: StateView): boolean =>
  settingsOf(state).people && parentOf(state) === undefined && findGroup(state) === undefined;

/** The devices of an account that are in. */
export const isIn = (state: StateView, account: string): boolean =>
  devicesOf(state, account, undefined).some(isPresent);

/** The accounts that host this room by right: the one that made it, and the one whose room it has become. */
export function hostsOf(state: StateView): readonly string[] {
  const made = findRoom(state)?.owner ?? null;
  const owns = accountOf(state, authorityOf(state).owner);
  return [...(made === null ? [] : [made]), ...(owns === null || owns === made ? [] : [owns])];
}

function meetingOf(state: StateView, at: number) {
  const { code, name, endedAt } = theRoom(state);
  const schedule = findSchedule(state);
  return { code, name, schedule: schedule === undefined ? null : toSchedule(schedule), endedAt, at };
}

/** What the object of somebody is told of their being here. */
export const stayNews = (state: StateView, { account, at }: Teller): StayNews => ({
  kind: 'stay',
  ...meetingOf(state, at),
  isIn: isIn(state, account),
});

/** What the object of somebody is told of a room that they host, or did. */
export function hostedNews(state: StateView, { account, at }: Teller): HostedNews {
  const { endedAt, retentionSeconds } = theRoom(state);
  return {
    kind: 'hosted',
    ...meetingOf(state, at),
    isHost: hostsOf(state).includes(account),
    keptUntil: endedAt === null ? null : endedAt + retentionSeconds * 1_000,
  };
}

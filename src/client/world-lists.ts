import type { RoomEvent } from '../protocol/registry.ts';
import { met } from './world-people.ts';
import type { Change, World } from './world-state.ts';

const newestFirst = (a: { readonly at: number }, b: { readonly at: number }): number => b.at - a.at;

const callOver = (world: World, call: string): Partial<World> => ({
  ringing: world.ringing.filter((ringing) => ringing.call !== call),
});

/** What each event does to calls, meetings and favourites. */
export const LIST_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'call.ringing': (world, { call, from, group, code, name, invite, until }) => {
    const ringing = {
      call,
      from,
      code,
      name,
      until,
      ...(group === undefined ? {} : { group }),
      ...(invite === undefined ? {} : { invite }),
    };
    return {
      people: met(world.people, from),
      ringing: [...world.ringing.filter((other) => other.call !== call), ringing],
    };
  },
  'call.over': (world, { call }) => callOver(world, call),
  'call.placed': (world, { call, to, code, name, until }) => ({
    placed: [...world.placed.filter((other) => other.call !== call), { call, to, code, name, until }],
  }),
  'call.settled': (world, { call }) => ({ placed: world.placed.filter((other) => other.call !== call) }),
  'meeting.noted': (world, { meeting }) => ({
    people: met(world.people, meeting.invitedBy),
    meetings: [meeting, ...world.meetings.filter(({ code }) => code !== meeting.code)].sort(newestFirst),
  }),
  'meeting.forgotten': (world, { code }) => ({
    meetings: world.meetings.filter((meeting) => meeting.code !== code),
  }),
  'meeting.invited': (world, { meeting, from }) => ({
    people: met(world.people, from),
    meetings: [meeting, ...world.meetings.filter(({ code }) => code !== meeting.code)].sort(newestFirst),
  }),
  'favourite.added': (world, { favourite }) => ({
    favourites: [
      favourite,
      ...world.favourites.filter(({ kind, id }) => kind !== favourite.kind || id !== favourite.id),
    ].sort(newestFirst),
  }),
  'favourite.removed': (world, { kind, id }) => ({
    favourites: world.favourites.filter((other) => other.kind !== kind || other.id !== id),
  }),
};

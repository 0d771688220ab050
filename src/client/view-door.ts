import type { Waiting } from '../protocol/door.ts';
import type { ReadyFrame, WaitingFrame } from '../protocol/frames.ts';
import { PERMISSIONS, type Policy, type Role } from '../protocol/permissions.ts';

export const isHostRole = (role: Role): boolean => role === 'host' || role === 'cohost';

/** Those who wait, in the order of coming, with one more of them. */
export function lobbyJoined(lobby: readonly Waiting[], waiting: Waiting): readonly Waiting[] {
  return [...lobbyLeft(lobby, waiting.id), waiting].sort(
    (a, b) => a.since - b.since || (a.id < b.id ? -1 : 1),
  );
}

export const lobbyLeft = (lobby: readonly Waiting[], member: string): readonly Waiting[] =>
  lobby.filter(({ id }) => id !== member);

const NOTHING = Object.fromEntries(PERMISSIONS.map((permission) => [permission, false])) as Policy;

/** What somebody in the lobby may know, as the first frame of an empty room in which nobody may do anything. */
export function asEmptyRoom({ v, epoch, private: own, acked, self, room }: WaitingFrame): ReadyFrame {
  return {
    t: 'ready',
    v,
    epoch,
    seq: 0,
    private: own,
    recovered: false,
    acked,
    self: { ...self, role: 'member', account: null, presence: 'online', joinedAt: 0, rights: {} },
    policy: NOTHING,
    latest: [],
    snapshot: {
      room: {
        ...room,
        id: '',
        createdAt: 0,
        capacity: 0,
        retentionSeconds: 0,
        whenEmpty: 'end',
        policy: NOTHING,
      },
      roster: { members: [], count: 0, next: null },
      history: [],
      names: {},
    },
    direct: [],
    earlier: null,
  };
}

import type { Gate, MayHear } from '../engine/dispatcher.ts';
import {
  type CommandSpec,
  type CommandType,
  can,
  commandSpec,
  groupMeetingCommands,
  groupsCommands,
  NOT_IN_A_GROUP,
  type Refusal,
  type Role,
  refuse,
} from '../protocol/index.ts';
import { findGroup } from './enrolment-rows.ts';
import { findPresent, memberTable, theRoom } from './tables.ts';

const AUTHORITY: Readonly<Record<'host' | 'hosts', readonly Role[]>> = {
  host: ['host'],
  hosts: ['host', 'cohost'],
};

/** What is done otherwise in a group, and how. */
const OTHERWISE: ReadonlyMap<CommandSpec, string> = new Map(
  Object.entries(NOT_IN_A_GROUP).map(([t, way]) => [commandSpec(t as CommandType), way]),
);
const FOR_GROUPS: ReadonlySet<CommandSpec> = new Set(
  Object.keys({ ...groupsCommands, ...groupMeetingCommands }).map((t) => commandSpec(t as CommandType)),
);

/** Whether the command has nothing to do with a room of this kind. */
function wrongKind(state: Parameters<Gate>[0], spec: CommandSpec): Refusal | null {
  if (findGroup(state) === undefined) return FOR_GROUPS.has(spec) ? refuse('not_a_group') : null;
  const detail = OTHERWISE.get(spec);
  return detail === undefined ? null : refuse('group_differs', { detail });
}

/**
 * The one place where rights are asked, before any handler. Whoever holds the host key has the host's authority but
 * is nobody in the room, so they may command but not take part.
 */
export const gate: Gate = (state, actor, spec, fields): Refusal | null => {
  const room = theRoom(state);
  if (room.endedAt !== null) return refuse('room_ended');
  if (actor.kind === 'system') return null;
  const wrong = wrongKind(state, spec);
  if (wrong !== null) return wrong;
  // The schema has made sure that these fields belong to this command.
  const needed = spec.needs(fields as never);
  if (actor.kind === 'host-key') {
    return spec.forHostKey ? null : refuse('not_allowed', { detail: 'join the room to take part' });
  }
  const member = findPresent(state, actor.id);
  if (member === undefined) {
    if (state.table(memberTable).get(actor.id)?.presence !== 'waiting') return refuse('member_gone');
    return spec.whileWaiting ? null : refuse('still_waiting');
  }
  if (spec.authority !== null && !AUTHORITY[spec.authority].includes(member.role)) {
    return refuse('role_required', { detail: spec.authority === 'host' ? 'host' : 'host or co-host' });
  }
  const missing = needed.find((permission) => !can(member, room.policy, permission));
  return missing === undefined ? null : refuse('not_allowed', { detail: missing });
};

/** Host and co-host, and whoever shows the host key. */
export const hasAuthority = (role: Role): boolean => AUTHORITY.hosts.includes(role);

/** All that somebody in the lobby is told, beside their first frame. */
const FOR_THE_LOBBY: ReadonlySet<string> = new Set(['lobby.placed', 'lobby.refused', 'member.dismissed']);

/** Whoever has been sent to the lobby hears no more of what was begun before: answers, results, messages. */
export const mayHear: MayHear = (state, member, t) =>
  FOR_THE_LOBBY.has(t) || state.table(memberTable).get(member)?.presence !== 'waiting';

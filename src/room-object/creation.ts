import type { Engine } from '../engine/engine.ts';
import { SYSTEM } from '../engine/feature.ts';
import { randomId } from '../platform/codes.ts';
import type { Created, CreateRoom } from '../platform/room-rpc.ts';
import { fail, LIMITS, type Outcome, succeed } from '../protocol/index.ts';
import { foundGroup } from './enrolment-commands.ts';
import { groupPolicy } from './enrolment-rows.ts';
import { adopt } from './features/breakout-room.ts';
import { type CreateFields, createRoom } from './features/lifecycle.ts';
import { adoptMeeting } from './features/meeting-room.ts';
import { theRoom, toRoom } from './tables.ts';

/** What of a new room follows from its being a group. */
const asGroup = ({ group, capacity }: CreateRoom): Partial<CreateFields> =>
  group === undefined
    ? {}
    : {
        owner: group.owner?.id,
        capacity: capacity ?? LIMITS.capacity,
        whenEmpty: 'stay',
        policy: groupPolicy(group.announcements),
        schedule: undefined,
      };

/** What an object answers that is asked to make a room and has one. */
export function madeBefore(engine: Pick<Engine, 'state'>, { fingerprint }: CreateRoom): Outcome<Created> {
  const room = theRoom(engine.state);
  if (fingerprint === null || room.fingerprint === null) return succeed({ taken: true });
  if (fingerprint !== room.fingerprint) return fail('idempotency_mismatch');
  return succeed({ taken: false, room: toRoom(room) });
}

/** Makes the room of a new object. */
export async function makeRoom(
  engine: Pick<Engine, 'state' | 'perform' | 'settled'>,
  request: CreateRoom,
): Promise<Outcome<Created>> {
  const fields: CreateFields = {
    id: randomId('r_'),
    code: request.code,
    name: request.name,
    hostKeyHash: request.hostKeyHash,
    fingerprint: request.fingerprint,
    owner: request.owner,
    capacity: request.capacity,
    retentionSeconds: request.retentionSeconds,
    whenEmpty: request.whenEmpty,
    policy: request.policy ?? {},
    schedule: request.schedule,
    ...asGroup(request),
  };
  const made = engine.perform(createRoom, fields, SYSTEM);
  // In the same commit: there is no moment in which it is a room for anybody.
  if (made.ok && request.parent !== undefined) engine.perform(adopt, request.parent, SYSTEM);
  if (made.ok && request.meetingOf !== undefined) engine.perform(adoptMeeting, request.meetingOf, SYSTEM);
  if (made.ok && request.group !== undefined) engine.perform(foundGroup, request.group, SYSTEM);
  await engine.settled();
  return made.ok ? succeed({ taken: false, room: toRoom(theRoom(engine.state)) }) : made;
}

import { enter, inTurn, openRoom, quiet } from './admission.ts';
import type { Connection, Listener } from './connection.ts';
import type { Target } from './jobs.ts';

/** People on their way in at any moment. */
const ENTERING = 50;

/** Nobody is told of newcomers any more when so long nothing has come. */
const SILENCE_MS = 200;

/** Lets all members in and waits until the room is at rest; they hear from then on. */
export async function everybody(
  target: Target,
  members: number,
  listenerOf: (member: number) => Listener,
): Promise<Connection[]> {
  const connections = await enterAll(target, members, () => ({}));
  await quiet(connections, SILENCE_MS);
  for (const [member, connection] of connections.entries()) connection.listener = listenerOf(member);
  return connections;
}

/** Lets all members in; they hear from their coming on. */
export async function enterAll(
  target: Target,
  members: number,
  listenerOf: (member: number) => Listener,
): Promise<Connection[]> {
  const room = await openRoom(target, members);
  return inTurn(members, ENTERING, (member) =>
    enter(room, { form: 'one-step', listener: listenerOf(member) }),
  );
}

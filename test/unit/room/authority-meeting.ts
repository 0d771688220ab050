import type { CommandInput } from '../../../src/protocol/index.ts';
import { memberTable } from '../../../src/room-object/tables.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

export const KEY = { kind: 'host-key' } as const;
export let room: Room;

/** A new meeting, of a host, a co-host, Ada and Ben, who came in this order. */
export function newMeeting(): void {
  room = new Room();
  for (const name of ['host', 'co', 'ada', 'ben']) {
    room.enter(name, name === 'host' ? { hostKey: HOST_KEY } : {});
    room.now += 1;
  }
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.take();
}

export const role = (name: string) => room.member(name)?.role;
/** Everybody whose role is host, in the room or not: never more than one. */
export const hosts = () =>
  Array.from(room.state.table(memberTable).values())
    .filter((member) => member.role === 'host')
    .map(({ name }) => name);
export const rules = (settings: CommandInput<'authority.set'>) => {
  room.command('host', { t: 'authority.set', ...settings });
  room.take();
};
export const leave = (name: string) => room.command(name, { t: 'member.leave' });

import { type Jurisdiction, jurisdictionOf, type REGIONS } from '../protocol/index.ts';
import type { FileRpc } from './file-rpc.ts';
import type { GroupRpc } from './group-rpc.ts';
import type { RoomRpc } from './room-rpc.ts';
import type { SfuRpc } from './sfu-rpc.ts';

/** A room's object as the Worker sees it: its calls, and `fetch` for the WebSocket upgrade. */
export interface RoomStub extends RoomRpc, GroupRpc, FileRpc, SfuRpc {
  fetch(request: Request): Promise<Response>;
}

export type Region = (typeof REGIONS)[number];

/** The part of a Durable Object namespace that rooms need. */
export interface RoomNamespace<Stub = RoomStub> {
  getByName(name: string, options?: { locationHint?: Region }): Stub;
  jurisdiction(jurisdiction: Jurisdiction): RoomNamespace<Stub>;
}

/** The rooms of a jurisdiction, or null where the platform has none: workerd by itself (local runs) throws this. */
function roomsWithin<Stub>(
  rooms: RoomNamespace<Stub>,
  jurisdiction: Jurisdiction,
): RoomNamespace<Stub> | null {
  try {
    return rooms.jurisdiction(jurisdiction);
  } catch (error) {
    if (error instanceof Error && error.message.includes('not implemented')) return null;
    throw error;
  }
}

/**
 * The way to a room's object, by its normalized code: gives a new stub each time. A code that names a jurisdiction
 * leads to an object that can't leave it; null where this platform can't promise that. `region` is where the room
 * should live; it counts only on the very first call to a room.
 */
export function roomAddress<Stub>(
  rooms: RoomNamespace<Stub>,
  code: string,
  region?: Region,
): (() => Stub) | null {
  const jurisdiction = jurisdictionOf(code);
  const home = jurisdiction === null ? rooms : roomsWithin(rooms, jurisdiction);
  if (home === null) return null;
  return () => (region === undefined ? home.getByName(code) : home.getByName(code, { locationHint: region }));
}

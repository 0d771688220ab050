import { codeFrom } from '../platform/codes.ts';
import { hmac, hmacKey, sha256 } from '../platform/hash.ts';
import type { CreateRoom, RoomRpc } from '../platform/room-rpc.ts';
import { jurisdictionOf } from '../protocol/index.ts';
import type { RoomRow } from './tables.ts';

/** Codes that are tried where one is taken. */
const CODES = 5;

export interface ChildRoom {
  /** What it is for: with `id` it tells the rooms that one room makes from each other. */
  readonly purpose: string;
  readonly id: string;
  readonly request: Omit<CreateRoom, 'code' | 'hostKeyHash' | 'fingerprint'>;
}

/**
 * Makes a room that another room wants, and answers its code. Code and key are worked out from what only the other room
 * knows, so that a repeated try comes to the same room. Rejects where none could be made.
 */
export async function makeChild(
  parent: Readonly<RoomRow>,
  { purpose, id, request }: ChildRoom,
  create: (request: CreateRoom) => ReturnType<RoomRpc['createRoom']>,
): Promise<string> {
  const secret = await hmacKey(new Uint8Array(new TextEncoder().encode(parent.hostKeyHash)));
  const derive = (what: string) => hmac(secret, `${what}\n${parent.id}\n${id}`);
  const hostKeyHash = await sha256(await derive(`${purpose} key`));
  const fingerprint = await sha256(await derive(purpose));
  for (let index = 0; index < CODES; index += 1) {
    const code = codeFrom(await derive(`${purpose} code ${index}`), jurisdictionOf(parent.code));
    if (code === null) continue;
    const made = await create({ ...request, code, hostKeyHash, fingerprint });
    if (made.ok && !made.value.taken) return code;
    if (!made.ok && made.error.code !== 'idempotency_mismatch') throw new Error(made.error.message);
  }
  throw new Error('every code was taken');
}

import type { CreateRequest, CreateResponse, StatusResponse } from '../protocol/http.ts';
import type { Room } from '../protocol/room.ts';
import { type AccountOption, withAccount } from './account-option.ts';
import { Http, type ServerOptions } from './http.ts';
import { isCount, isRecord, isText, shape } from './shape.ts';

const isCreated = shape<CreateResponse>({ code: isText, link: isText, hostKey: isText, room: isRecord });
const isStatus = shape<StatusResponse>({ code: isText, name: isText, status: isText, members: isCount });
const isUpdated = shape<{ readonly room: Room }>({ room: isRecord });

export interface CreateOptions extends ServerOptions, CreateRequest {
  /** Where the server lets only holders of one create rooms. It is sent in place of an account's token. */
  readonly apiKey?: string;
  /**
   * Whose room it is: they arrive as host without the key. A token, or the `Accounts` of whoever is logged in; with
   * nobody logged in, or left out, a guest makes it.
   */
  readonly account?: AccountOption;
  /** Repeating the same request with the same key makes no second room. */
  readonly idempotencyKey?: string;
}

/** Makes a room. Rejects with a ParleyError. `hostKey` in the answer is shown this once. */
export function createRoom(options: CreateOptions): Promise<CreateResponse> {
  const { server, fetch, apiKey, account, idempotencyKey, ...request } = options;
  const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  const http = new Http(server, fetch);
  const create = (bearer: string | undefined) =>
    http.json({ path: '/rooms', bearer, json: request, headers }, isCreated);
  return apiKey === undefined ? withAccount(account, create) : create(apiKey);
}

/** What anybody with the code may know of a room. Rejects with a ParleyError. */
export function roomStatus({
  server,
  fetch,
  code,
}: ServerOptions & { readonly code: string }): Promise<StatusResponse> {
  return new Http(server, fetch).json(
    { method: 'GET', path: `/rooms/${encodeURIComponent(code)}` },
    isStatus,
  );
}

/** Opens an ended room again, as long as it is kept. `bearer`: the host key, or the host's member token. Rejects with a ParleyError. */
export async function reopenRoom({
  server,
  fetch,
  code,
  bearer,
}: ServerOptions & { readonly code: string; readonly bearer: string }): Promise<Room> {
  const path = `/rooms/${encodeURIComponent(code)}/reopen`;
  return (await new Http(server, fetch).json({ path, bearer }, isUpdated)).room;
}

/**
 * The address that somebody with an invitation opens. The secret stands behind the `#`, where no server and no log sees
 * it. `link` is the room's, as `createRoom` answers it.
 */
export const inviteLink = (link: string, secret: string): string =>
  `${link}#invite=${encodeURIComponent(secret)}`;

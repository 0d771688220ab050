import type { ExportFormat, ExportKind } from '../protocol/exports.ts';
import type { AttendanceResponse } from '../protocol/http.ts';
import type { StatsResponse } from '../protocol/stats.ts';
import { type Call, Http, type ServerOptions } from './http.ts';
import { isLink } from './links.ts';
import { isRecord, listOf, shape } from './shape.ts';

const isAttendance = shape<AttendanceResponse>({ room: isRecord, attendees: listOf(isRecord) });
const isStats = shape<StatsResponse>({ now: isRecord, commands: isRecord });

/** In whose name something of a room is asked for. */
interface Asking {
  readonly http: Http;
  /** The room's path below `/v1`. */
  readonly path: string;
  readonly token: string;
}

/** A request for something of the room. */
const ask = ({ path, token }: Asking, rest: string): Call => ({
  method: 'GET',
  path: `${path}/${rest}`,
  bearer: token,
});

export function fetchAttendance(
  session: Asking,
  format: 'json' | 'csv',
): Promise<AttendanceResponse | string> {
  const call = ask(session, `attendance?format=${format}`);
  return format === 'csv' ? session.http.text(call) : session.http.json(call, isAttendance);
}

export const fetchStats = (session: Asking): Promise<StatsResponse> =>
  session.http.json(ask(session, 'stats'), isStats);

export const fetchExport = <K extends ExportKind>(
  session: Asking,
  what: K,
  format: ExportFormat<K>,
): Promise<Blob> => session.http.blob(ask(session, `export/${what}?format=${format}`));

/** A signed address of a picture, and until when it is good, ms. */
export async function fetchLink(session: Asking, image: string): Promise<{ url: string; expiresAt: number }> {
  const { path, token } = session;
  const { url, expiresAt } = await session.http.json(
    { path: `${path}/images/${encodeURIComponent(image)}/link`, bearer: token },
    isLink,
  );
  return { url: session.http.absolute(url), expiresAt };
}

/** What a host takes home of a room: `RoomConnection` has it for those inside, `roomRecords` for those who are not. */
export interface RoomRecords {
  /** Who was there and when. */
  attendance(format: 'json' | 'csv'): Promise<AttendanceResponse | string>;
  /** See `RoomConnection.export`. */
  export<K extends ExportKind>(what: K, format?: ExportFormat<K>): Promise<Blob>;
}

/**
 * The records of a room without going in, as after its end, when it lets nobody in. `bearer`: the host key, or a host's member
 * token. What is asked for rejects with a ParleyError.
 */
export function roomRecords({
  server,
  fetch,
  code,
  bearer,
}: ServerOptions & { readonly code: string; readonly bearer: string }): RoomRecords {
  const http = new Http(server, fetch);
  const asking: Asking = { http, path: `/rooms/${encodeURIComponent(code)}`, token: bearer };
  return {
    attendance: (format) => fetchAttendance(asking, format),
    export: <K extends ExportKind>(what: K, format: ExportFormat<K> = 'json') =>
      fetchExport(asking, what, format),
  };
}

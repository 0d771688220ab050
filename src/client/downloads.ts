import type { ExportFormat, ExportKind } from '../protocol/exports.ts';
import type { AttendanceResponse } from '../protocol/http.ts';
import type { StatsResponse } from '../protocol/stats.ts';
import type { Call } from './http.ts';
import { isLink } from './links.ts';
import type { Session } from './session.ts';
import { isRecord, listOf, shape } from './shape.ts';

const isAttendance = shape<AttendanceResponse>({ room: isRecord, attendees: listOf(isRecord) });
const isStats = shape<StatsResponse>({ now: isRecord, commands: isRecord });

/** A request for something of the room, in the name of its member. */
const ask = ({ path, token }: Session, rest: string): Call => ({
  method: 'GET',
  path: `${path}/${rest}`,
  bearer: token,
});

export function fetchAttendance(
  session: Session,
  format: 'json' | 'csv',
): Promise<AttendanceResponse | string> {
  const call = ask(session, `attendance?format=${format}`);
  return format === 'csv' ? session.http.text(call) : session.http.json(call, isAttendance);
}

export const fetchStats = (session: Session): Promise<StatsResponse> =>
  session.http.json(ask(session, 'stats'), isStats);

export const fetchExport = <K extends ExportKind>(
  session: Session,
  what: K,
  format: ExportFormat<K>,
): Promise<Blob> => session.http.blob(ask(session, `export/${what}?format=${format}`));

/** A signed address of a picture, and until when it is good, ms. */
export async function fetchLink(
  session: Session,
  image: string,
): Promise<{ url: string; expiresAt: number }> {
  const { path, token } = session;
  const { url, expiresAt } = await session.http.json(
    { path: `${path}/images/${encodeURIComponent(image)}/link`, bearer: token },
    isLink,
  );
  return { url: session.http.absolute(url), expiresAt };
}

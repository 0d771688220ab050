import { type Context, Hono } from 'hono';
import type { Caller, ExportCursor, ExportPage } from '../../platform/room-rpc.ts';
import {
  EXPORT_FORMATS,
  type ExportEntries,
  type ExportFormat,
  type ExportKind,
  type Outcome,
  type Refusal,
  refuse,
} from '../../protocol/index.ts';
import { callerOf, type RoomAtHand, roomOf } from '../caller.ts';
import { attachment } from '../csv.ts';
import { type Writer, writerOf } from '../export-text.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

const TYPES: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8; header=present',
  txt: 'text/plain; charset=utf-8',
};

/** The format that was asked for, where this export comes in it. */
const formatOf = (what: ExportKind, asked = 'json'): ExportFormat | null =>
  EXPORT_FORMATS[what].find((format) => format === asked) ?? null;

/** Pages one after the other, each asked for when the last one has been read: no more than one is ever held. */
async function streamed<K extends ExportKind>(
  writer: Writer<ExportEntries[K]>,
  ask: (cursor: ExportCursor | null) => Promise<Outcome<ExportPage<K>>>,
  broken: (refusal: Refusal) => void,
): Promise<Outcome<{ readonly room: string; readonly body: ReadableStream<Uint8Array> }>> {
  // Whoever may not have it learns so before anything is sent.
  const first = await ask(null);
  if (!first.ok) return first;
  const { room } = first.value;
  const encoder = new TextEncoder();
  let text = writer.begin(room) + writer.page(first.value.entries);
  let cursor = first.value.next;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (text === '' && cursor !== null) {
          const page = await ask(cursor);
          if (!page.ok) {
            broken(page.error);
            throw new Error(`the export broke off: ${page.error.code}`);
          }
          text = writer.page(page.value.entries);
          cursor = page.value.next;
        }
        const isLast = cursor === null;
        const bytes = encoder.encode(isLast ? text + writer.end() : text);
        text = '';
        if (bytes.byteLength > 0) controller.enqueue(bytes);
        if (isLast) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { ok: true, value: { room, body } };
}

async function answer(
  c: Context<AppTypes>,
  { what, format }: { readonly what: ExportKind; readonly format: ExportFormat },
  room: RoomAtHand,
  caller: Caller,
): Promise<Response> {
  const writer = writerOf(what, format);
  if (writer === null) return deny(c, refuse('invalid', { detail: 'format' }));
  const made = await streamed(
    writer,
    (cursor) => room.repeatable((stub) => stub.exportPage(caller, what, cursor)),
    ({ code }) => c.get('services').log('warn', 'export.broken', { what, code }),
  );
  if (!made.ok) return deny(c, made.error);
  return c.body(made.value.body, 200, {
    'content-type': TYPES[format],
    'content-disposition': attachment(`${made.value.room} ${what}`, format),
  });
}

const exporting = (what: ExportKind) => async (c: Context<AppTypes>) => {
  const format = formatOf(what, c.req.query('format'));
  if (format === null) {
    const known = EXPORT_FORMATS[what].join(', ');
    return deny(c, refuse('invalid', { detail: `format: must be one of ${known}` }));
  }
  const room = roomOf(c);
  if (!room.ok) return deny(c, room.error);
  const caller = await callerOf(c, room.value.code);
  if (!caller.ok) return deny(c, caller.error);
  return answer(c, { what, format }, room.value, caller.value);
};

/** What was said, asked and done in a room, for its hosts to take home; streamed, however long it is. */
export const exportsRoutes = new Hono<AppTypes>()
  .get('/:code/export/transcript', holdOffGuessers, exporting('transcript'))
  .get('/:code/export/polls', holdOffGuessers, exporting('polls'))
  .get('/:code/export/audit', holdOffGuessers, exporting('audit'))
  .all('/:code/export/transcript', onlyMethods('GET', 'HEAD'))
  .all('/:code/export/polls', onlyMethods('GET', 'HEAD'))
  .all('/:code/export/audit', onlyMethods('GET', 'HEAD'));

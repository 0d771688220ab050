import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { FilePlace } from '../../platform/file-rpc.ts';
import type { StoredObject } from '../../platform/object-store.ts';
import { problem } from '../../platform/problem.ts';
import {
  FileIdSchema,
  fail,
  isPlayable,
  type LinkResponse,
  type Outcome,
  succeed,
} from '../../protocol/index.ts';
import { callerOf, memberOf, roomOf } from '../caller.ts';
import { readNear } from '../file-copies.ts';
import { emptyObject, fileResponse } from '../file-response.ts';
import { fileStoreOf } from '../file-store.ts';
import { linkOpens, linkResponse, type Reader } from '../image-access.ts';
import { finish } from '../own-object.ts';
import { isForOtherPages } from '../pictures.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** The file that the path names. */
function fileOf(c: Context<AppTypes>): Outcome<string> {
  const id = v.safeParse(FileIdSchema, c.req.param('file'));
  return id.success ? succeed(id.output) : fail('file_unknown');
}

/** Who reads a file: a member by token, or whoever has the signed link that a member was given. */
async function readerOf(
  c: Context<AppTypes>,
  code: string,
  file: string,
): Promise<
  | { readonly ok: true; readonly member: string; readonly byLink: boolean }
  | Extract<Reader, { readonly ok: false }>
> {
  const holder = c.req.query('for') ?? '';
  const link = await linkOpens(c, code, file, holder);
  if (link !== null) return link.ok ? { ok: true, member: holder, byLink: true } : link;
  const member = await memberOf(c, code);
  return member.ok
    ? { ok: true, member: member.value, byLink: false }
    : { ok: false, error: member.error, guess: true };
}

/** The bytes of a file, for somebody who may have them. */
async function stored(c: Context<AppTypes>, place: FilePlace): Promise<Outcome<StoredObject>> {
  const { key } = place;
  if (key === null) return succeed(emptyObject());
  const store = fileStoreOf(c);
  if (!store.ok) return store;
  const found = await readNear(store.value, c.req.raw, { ...place, key }, (work) => finish(c, work));
  // Removed a moment ago.
  return found === null ? fail('file_unknown') : succeed(found);
}

/** Files: fetch, link to, remove. */
export const filesRoutes = new Hono<AppTypes>()
  .all('/:code/files', onlyMethods('POST', 'OPTIONS'))
  // Hono answers HEAD by this, too. No one is held off here: there is nothing to guess, and a player shows no token.
  .get('/:code/files/:file', async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const file = fileOf(c);
    if (!file.ok) return deny(c, file.error);
    const reader = await readerOf(c, room.value.code, file.value);
    if (!reader.ok) return reader.guess ? deny(c, reader.error) : problem(reader.error);
    const { member, byLink } = reader;
    const place = await room.value.repeatable((stub) =>
      stub.file('read', { member, file: file.value, byLink }),
    );
    // A player asks again and again by the link that it has: that is nobody guessing.
    if (!place.ok) return byLink ? problem(place.error) : deny(c, place.error);
    const found = await stored(c, place.value);
    if (!found.ok) return deny(c, found.error);
    const { name, type } = place.value;
    // A page can be sent to a link, but not with a token: only what a link opens is there to be shown in one.
    const inline = byLink && c.req.query('inline') === '1';
    const shown = { name, type, stored: found.value, inline };
    return fileResponse(c.req.raw, shown, { crossOrigin: isForOtherPages(c) });
  })
  .delete('/:code/files/:file', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const file = fileOf(c);
    if (!file.ok) return deny(c, file.error);
    const caller = await callerOf(c, room.value.code);
    if (!caller.ok) return deny(c, caller.error);
    const fields = { file: file.value };
    const removed = await room.value.once((stub) => stub.run(caller.value, { t: 'file.remove', fields }));
    return removed.ok ? c.body(null, 204) : deny(c, removed.error);
  })
  .all('/:code/files/:file', onlyMethods('GET', 'HEAD', 'DELETE'))
  .post('/:code/files/:file/link', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const file = fileOf(c);
    if (!file.ok) return deny(c, file.error);
    const { code } = room.value;
    const member = await memberOf(c, code);
    if (!member.ok) return deny(c, member.error);
    const found = await room.value.repeatable((stub) =>
      stub.file('read', { member: member.value, file: file.value, byLink: false }),
    );
    if (!found.ok) return deny(c, found.error);
    const { settings } = c.get('services');
    // What is played is asked for piece by piece, until it ends.
    const seconds = isPlayable(found.value.type) ? settings.fileLinkSeconds : settings.linkTtlSeconds;
    const path = `/v1/rooms/${code}/files/${file.value}`;
    const options = { seconds, holder: member.value };
    return c.json<LinkResponse>(await linkResponse(c, code, file.value, path, options), 200);
  })
  .all('/:code/files/:file/link', onlyMethods('POST'));

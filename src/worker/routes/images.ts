import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { problem } from '../../platform/problem.ts';
import {
  CaptionSchema,
  type ImageResponse,
  type LinkResponse,
  NumberSchema,
  type Outcome,
  type RoomEvent,
  refuse,
  refuseIssues,
  succeed,
} from '../../protocol/index.ts';
import { callerOf, memberOf, type RoomAtHand, roomOf } from '../caller.ts';
import { discard } from '../discard.ts';
import { readIdempotencyKey } from '../idempotency.ts';
import { imageOf, linkResponse, readerOf } from '../image-access.ts';
import { pictureResponse } from '../image-response.ts';
import { bringImage } from '../image-upload.ts';
import { announcedSize, isForOtherPages, storeOf } from '../pictures.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

const QuerySchema = v.object({
  caption: v.optional(CaptionSchema, ''),
  n: v.optional(
    v.pipe(v.string(), v.digits('must be a whole number from 1'), v.transform(Number), NumberSchema),
  ),
});

interface Ask {
  /** Bytes. */
  readonly size: number;
  readonly caption: string;
  readonly n?: number;
  readonly request?: string;
}

/** Seconds for which a browser may keep a room's picture: whoever may read it has seen it. */
const A_YEAR = 31_536_000;

/** What a request asks for, known before its body is read. */
function readAsk(c: Context<AppTypes>): Outcome<Ask> {
  const size = announcedSize(c, c.get('services').settings.imageMaxBytes);
  if (!size.ok) return size;
  const query = v.safeParse(QuerySchema, c.req.query(), { abortEarly: true });
  if (!query.success) return { ok: false, error: refuseIssues(query.issues) };
  const request = readIdempotencyKey(c.req.raw.headers);
  if (!request.ok) return request;
  const { caption, n } = query.output;
  return succeed({
    size: size.value,
    caption,
    ...(n === undefined ? {} : { n }),
    ...(request.value === null ? {} : { request: request.value }),
  });
}

/** Asks the room, stores the bytes, tells the room. */
async function upload(
  c: Context<AppTypes>,
  room: RoomAtHand,
  member: string,
): Promise<Outcome<RoomEvent<'image.shared'>>> {
  const read = readAsk(c);
  if (!read.ok) return read;
  const ask = read.value;
  const isRepeatable = ask.request !== undefined || ask.n !== undefined;
  return bringImage(c, ask.size, {
    ask: () => (isRepeatable ? room.repeatable : room.once)((stub) => stub.askImage(member, ask)),
    share: (image, meta) => room.repeatable((stub) => stub.shareImage(member, image, meta)),
    cancel: async (image) => {
      await room.repeatable(async (stub) => {
        await stub.cancelImage(member, image);
        return succeed(null);
      });
    },
    gone: 'room_not_found',
  });
}

/** Pictures: share, see, link to, remove. */
export const imagesRoutes = new Hono<AppTypes>()
  .post('/:code/images', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const member = await memberOf(c, room.value.code);
    if (!member.ok) return deny(c, member.error);
    const shared = await upload(c, room.value, member.value);
    await discard(c.req.raw);
    if (!shared.ok) return deny(c, shared.error);
    const location = `/v1/rooms/${room.value.code}/images/${shared.value.image}`;
    return c.json<ImageResponse>({ event: shared.value }, 201, { location });
  })
  .all('/:code/images', onlyMethods('POST'))
  // Hono answers HEAD by this, too. No one is held off here: there is nothing to guess, and an <img> shows no token.
  .get('/:code/images/:id', async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const image = imageOf(c);
    if (!image.ok) return deny(c, image.error);
    const reader = await readerOf(c, room.value.code, image.value);
    if (!reader.ok) return reader.guess ? deny(c, reader.error) : problem(reader.error);
    const store = storeOf(c);
    if (!store.ok) return deny(c, store.error);
    const found = await room.value.repeatable((stub) => stub.readImage(reader.member, image.value));
    if (!found.ok) return deny(c, found.error);
    const stored = await store.value.get(found.value.key, c.req.raw.headers);
    // Removed a moment ago.
    if (stored === null) return deny(c, refuse('image_unknown'));
    const picture = { id: image.value, type: found.value.type, stored };
    return pictureResponse(c.req.raw, picture, { crossOrigin: isForOtherPages(c), maxAge: A_YEAR });
  })
  .delete('/:code/images/:id', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const image = imageOf(c);
    if (!image.ok) return deny(c, image.error);
    const caller = await callerOf(c, room.value.code);
    if (!caller.ok) return deny(c, caller.error);
    const fields = { image: image.value };
    const removed = await room.value.once((stub) => stub.run(caller.value, { t: 'image.remove', fields }));
    return removed.ok ? c.body(null, 204) : deny(c, removed.error);
  })
  .all('/:code/images/:id', onlyMethods('GET', 'HEAD', 'DELETE'))
  .post('/:code/images/:id/link', holdOffGuessers, async (c) => {
    const room = roomOf(c);
    if (!room.ok) return deny(c, room.error);
    const image = imageOf(c);
    if (!image.ok) return deny(c, image.error);
    const { code } = room.value;
    const member = await memberOf(c, code);
    if (!member.ok) return deny(c, member.error);
    const found = await room.value.repeatable((stub) => stub.readImage(member.value, image.value));
    if (!found.ok) return deny(c, found.error);
    const path = `/v1/rooms/${code}/images/${image.value}`;
    return c.json<LinkResponse>(await linkResponse(c, code, image.value, path), 200);
  })
  .all('/:code/images/:id/link', onlyMethods('POST'));

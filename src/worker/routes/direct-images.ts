import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { problem } from '../../platform/problem.ts';
import {
  AccountIdSchema,
  CaptionSchema,
  DirectImageIdSchema,
  fail,
  type ImageResponse,
  type LinkResponse,
  type Outcome,
  type Refusal,
  type RoomEvent,
  refuse,
  refuseIssues,
  succeed,
} from '../../protocol/index.ts';
import { discard } from '../discard.ts';
import { readIdempotencyKey } from '../idempotency.ts';
import { linkOpens, linkResponse } from '../image-access.ts';
import { pictureResponse } from '../image-response.ts';
import { bringImage } from '../image-upload.ts';
import { meOf, userOf } from '../person.ts';
import { announcedSize, isForOtherPages, storeOf } from '../pictures.ts';
import { deny, holdOffBearers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

const QuerySchema = v.object({ to: AccountIdSchema, caption: v.optional(CaptionSchema, '') });

/** Seconds for which a browser may keep a picture: whoever may read it has seen it. */
const A_YEAR = 31_536_000;

/** Whose picture the path names, and which of theirs. */
interface Named {
  readonly account: string;
  readonly image: string;
}

function namedBy(c: Context<AppTypes>): Outcome<Named> {
  const id = v.safeParse(DirectImageIdSchema, c.req.param('id'));
  if (!id.success) return fail('image_unknown');
  const [account = '', image = ''] = id.output.split('.');
  return succeed({ account, image });
}

/** What a request asks for, known before its body is read. */
function readAsk(c: Context<AppTypes>) {
  const size = announcedSize(c, c.get('services').settings.imageMaxBytes);
  if (!size.ok) return size;
  const query = v.safeParse(QuerySchema, c.req.query(), { abortEarly: true });
  if (!query.success) return { ok: false as const, error: refuseIssues(query.issues) };
  const request = readIdempotencyKey(c.req.raw.headers);
  if (!request.ok) return request;
  const { to, caption } = query.output;
  return succeed({
    to,
    size: size.value,
    caption,
    ...(request.value === null ? {} : { request: request.value }),
  });
}

/** Asks the own object, stores the bytes, has the message sent. */
async function upload(c: Context<AppTypes>): Promise<Outcome<RoomEvent<'direct.sent'>>> {
  const me = await meOf(c);
  if (!me.ok) return me;
  const ask = readAsk(c);
  if (!ask.ok) return ask;
  const { user } = me.value;
  const call = ask.value.request === undefined ? user.once : user.repeatable;
  return bringImage(c, ask.value.size, {
    ask: () => call((stub) => stub.askImage(ask.value)),
    share: (image, meta) => user.repeatable((stub) => stub.shareImage(image, meta)),
    cancel: async (image) => {
      await user.repeatable((stub) => stub.cancelImage(image));
    },
    gone: 'image_unknown',
  });
}

/** Who reads a picture: whoever has a signed link (null: the link vouches), or one of the two by their token. */
async function readerOf(
  c: Context<AppTypes>,
  { account, image }: Named,
): Promise<
  | { readonly ok: true; readonly reader: string | null }
  | { readonly ok: false; readonly error: Refusal; readonly guess: boolean }
> {
  const link = await linkOpens(c, account, image);
  if (link !== null) return link.ok ? { ok: true, reader: null } : link;
  const me = await meOf(c);
  return me.ok ? { ok: true, reader: me.value.person.id } : { ok: false, error: me.error, guess: true };
}

/** Where the picture is, for this reader: the object of its author knows. */
async function locate(c: Context<AppTypes>, { account, image }: Named, reader: string | null) {
  const author = userOf(c, account);
  return author.ok ? author.value.repeatable((stub) => stub.readImage(reader, image)) : author;
}

/** Pictures in direct messages: send, see, link to. They go with their message, by `direct.delete`. */
export const directImagesRoutes = new Hono<AppTypes>()
  .post('/', holdOffBearers, async (c) => {
    const sent = await upload(c);
    await discard(c.req.raw);
    if (!sent.ok) return deny(c, sent.error);
    const { body } = sent.value;
    const location = body.kind === 'image' ? { location: `/v1/me/images/${body.image}` } : {};
    return c.json<ImageResponse<'direct.sent'>>({ event: sent.value }, 201, location);
  })
  .all('/', onlyMethods('POST'))
  // Hono answers HEAD by this, too. No one is held off here: an <img> shows no token.
  .get('/:id', async (c) => {
    const named = namedBy(c);
    if (!named.ok) return deny(c, named.error);
    const reader = await readerOf(c, named.value);
    if (!reader.ok) return reader.guess ? deny(c, reader.error) : problem(reader.error);
    const store = storeOf(c);
    if (!store.ok) return deny(c, store.error);
    const found = await locate(c, named.value, reader.reader);
    if (!found.ok) return deny(c, found.error);
    const stored = await store.value.get(found.value.key, c.req.raw.headers);
    // Deleted a moment ago.
    if (stored === null) return deny(c, refuse('image_unknown'));
    const picture = { id: named.value.image, type: found.value.type, stored };
    return pictureResponse(c.req.raw, picture, { crossOrigin: isForOtherPages(c), maxAge: A_YEAR });
  })
  .all('/:id', onlyMethods('GET', 'HEAD'))
  .post('/:id/link', holdOffBearers, async (c) => {
    const named = namedBy(c);
    if (!named.ok) return deny(c, named.error);
    const me = await meOf(c);
    if (!me.ok) return deny(c, me.error);
    const found = await locate(c, named.value, me.value.person.id);
    if (!found.ok) return deny(c, found.error);
    const { account, image } = named.value;
    const path = `/v1/me/images/${account}.${image}`;
    return c.json<LinkResponse>(await linkResponse(c, account, image, path), 200);
  })
  .all('/:id/link', onlyMethods('POST'));

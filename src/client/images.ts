import { ImageResponseSchema, type LinkResponse } from '../protocol/http.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import { type Http, ParleyError, readJson } from './http.ts';
import { type ProgressOptions, sendFile, uploadTried } from './upload.ts';
import type { Envelope } from './vocabulary.ts';

export interface UploadOptions extends ProgressOptions {
  readonly caption?: string;
}

interface Upload extends UploadOptions {
  /** Path below `/v1`, without the caption. */
  readonly path: string;
  /** What stands in the query besides the caption. */
  readonly query?: Readonly<Record<string, string>>;
  /** The token of the moment: it may be renewed between two tries. */
  readonly token: () => string;
  readonly file: Blob | Uint8Array;
}

/** 128 random bits. (`crypto.randomUUID` is missing on pages that come over plain HTTP.) */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a picture is told by. */
type PictureEvent = 'image.shared' | 'direct.sent';

/** Shares a picture over HTTP. Passing faults are tried again under one Idempotency-Key: it can't be shared twice. */
export async function uploadImage<T extends PictureEvent>(
  http: Http,
  upload: Upload,
  t: T,
): Promise<RoomEvent<T>> {
  const { caption, file, token, signal, query } = upload;
  const search = new URLSearchParams({ ...query, ...(caption === undefined ? {} : { caption }) }).toString();
  const path = upload.path + (search === '' ? '' : `?${search}`);
  const headers = { 'idempotency-key': randomKey() };
  return uploadTried(
    async () =>
      readShared(await sendFile(http, { method: 'POST', path, bearer: token(), file, headers }, upload), t),
    signal,
  );
}

const isOf = <T extends PictureEvent>(event: Envelope, t: T): event is Envelope & RoomEvent<T> =>
  event.t === t && event.seq !== undefined;

function readShared<T extends PictureEvent>(text: string, t: T): RoomEvent<T> {
  const { event } = readJson(text, ImageResponseSchema);
  if (isOf(event, t)) return event;
  throw new ParleyError('network', { detail: 'the answer is not the event of a picture' });
}

/** ms before its end at which a link is no longer handed out: a page needs time to load the picture. */
const LINK_MARGIN = 30_000;

/** Signed addresses of pictures, each asked for once for as long as it is good. */
export class ImageLinks {
  readonly #ask: (image: string) => Promise<LinkResponse>;
  readonly #links = new Map<string, { readonly url: Promise<string>; goodUntil: number }>();

  constructor(ask: (image: string) => Promise<LinkResponse>) {
    this.#ask = ask;
  }

  url(image: string): Promise<string> {
    const known = this.#links.get(image);
    if (known !== undefined && Date.now() < known.goodUntil) return known.url;
    const answer = this.#ask(image);
    const link = { url: answer.then(({ url }) => url), goodUntil: Number.POSITIVE_INFINITY };
    this.#links.set(image, link);
    answer.then(
      ({ expiresAt }) => {
        link.goodUntil = expiresAt - LINK_MARGIN;
      },
      () => {
        if (this.#links.get(image) === link) this.#links.delete(image);
      },
    );
    return link.url;
  }
}

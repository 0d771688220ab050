import { ImageResponseSchema, type LinkResponse } from '../protocol/http.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import { type Http, ParleyError, readJson } from './http.ts';
import { type ProgressOptions, sendFile, uploadTried } from './upload.ts';
import { isKnown } from './view.ts';

export interface UploadOptions extends ProgressOptions {
  readonly caption?: string;
}

interface Upload extends UploadOptions {
  readonly path: string;
  /** The member token of the moment: it may be renewed between two tries. */
  readonly token: () => string;
  readonly file: Blob | Uint8Array;
}

/** 128 random bits. (`crypto.randomUUID` is missing on pages that come over plain HTTP.) */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Shares a picture over HTTP. Passing faults are tried again under one Idempotency-Key: it can't be shared twice. */
export async function uploadImage(http: Http, upload: Upload): Promise<RoomEvent<'image.shared'>> {
  const { caption, file, token, signal } = upload;
  const path = upload.path + (caption === undefined ? '' : `?caption=${encodeURIComponent(caption)}`);
  const headers = { 'idempotency-key': randomKey() };
  return uploadTried(
    async () =>
      readShared(await sendFile(http, { method: 'POST', path, bearer: token(), file, headers }, upload)),
    signal,
  );
}

function readShared(text: string): RoomEvent<'image.shared'> {
  const { event } = readJson(text, ImageResponseSchema);
  if (isKnown(event) && event.t === 'image.shared') return event;
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

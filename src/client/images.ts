import { ImageResponseSchema, type LinkResponse } from '../protocol/http.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import { type Answer, type Http, ParleyError, readJson, textOf, waitingHelps } from './http.ts';
import { isKnown } from './view.ts';

export interface UploadOptions {
  readonly caption?: string;
  /** Told as the bytes go out; where requests have no progress (Node) only at the beginning and the end. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  /** Calls it off: rejects with `aborted`. */
  readonly signal?: AbortSignal;
}

interface Upload extends UploadOptions {
  readonly path: string;
  /** The member token of the moment: it may be renewed between two tries. */
  readonly token: () => string;
  readonly file: Blob | Uint8Array;
}

/** Tries of one upload in all; each is the same request to the server, so it can't be shared twice. */
const TRIES = 3;
/** ms before the second try, and twice that before the third, where the server does not say how long. */
const PAUSE = 1_000;

/** 128 random bits. (`crypto.randomUUID` is missing on pages that come over plain HTTP.) */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const sizeOf = (file: Blob | Uint8Array): number => (file instanceof Blob ? file.size : file.byteLength);

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new ParleyError('aborted'));
    });
  });
}

const mayTryAgain = (error: ParleyError): boolean => waitingHelps(error) || error.code === 'image_broken_off';

/** Shares a picture over HTTP. Passing faults are tried again under one Idempotency-Key. */
export async function uploadImage(http: Http, upload: Upload): Promise<RoomEvent<'image.shared'>> {
  const key = randomKey();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return readShared(await sendImage(http, upload, key));
    } catch (error) {
      if (!(error instanceof ParleyError) || !mayTryAgain(error) || attempt === TRIES) throw error;
      await pause(error.retry ?? PAUSE * attempt, upload.signal);
    }
  }
}

function readShared(text: string): RoomEvent<'image.shared'> {
  const { event } = readJson(text, ImageResponseSchema);
  if (isKnown(event) && event.t === 'image.shared') return event;
  throw new ParleyError('network', { detail: 'the answer is not the event of a picture' });
}

async function sendImage(http: Http, upload: Upload, key: string): Promise<string> {
  const { file, caption, onProgress, signal } = upload;
  const path = upload.path + (caption === undefined ? '' : `?caption=${encodeURIComponent(caption)}`);
  const headers = {
    'content-type': file instanceof Blob && file.type !== '' ? file.type : 'application/octet-stream',
    'idempotency-key': key,
  };
  // A copy where the bytes may be shared memory, which can't be sent.
  const body = file instanceof Blob ? file : new Uint8Array(file);
  const bearer = upload.token();
  if (typeof XMLHttpRequest === 'function' && !http.hasOwnFetch) {
    const request = {
      address: http.address(path),
      headers: { ...headers, authorization: `Bearer ${bearer}` },
      body,
    };
    return textOf(await sendWithProgress(request, onProgress, signal));
  }
  const total = sizeOf(file);
  onProgress?.(0, total);
  const text = await http.text({ path, bearer, body, headers, signal });
  onProgress?.(total, total);
  return text;
}

/** In a browser: fetch has no progress of what goes out, XMLHttpRequest has. */
function sendWithProgress(
  request: {
    readonly address: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Blob | Uint8Array<ArrayBuffer>;
  },
  onProgress: UploadOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new ParleyError('aborted'));
    const xhr = new XMLHttpRequest();
    const abort = (): void => xhr.abort();
    signal?.addEventListener('abort', abort);
    xhr.open('POST', request.address);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener('progress', ({ loaded, total }) => onProgress?.(loaded, total));
    xhr.addEventListener('load', () =>
      resolve({
        status: xhr.status,
        text: xhr.responseText,
        retryAfter: xhr.getResponseHeader('retry-after'),
      }),
    );
    xhr.addEventListener('error', () => reject(new ParleyError('network')));
    xhr.addEventListener('abort', () => reject(new ParleyError('aborted')));
    xhr.addEventListener('loadend', () => signal?.removeEventListener('abort', abort));
    xhr.send(request.body);
  });
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

import type { RoomEvent } from '../protocol/registry.ts';
import { isEnvelope } from './frames.ts';
import { type Http, ParleyError, readJson } from './http.ts';
import { shape } from './shape.ts';
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

const isShared = shape<{ readonly event: Envelope }>({ event: isEnvelope });

const isOf = <T extends PictureEvent>(event: Envelope, t: T): event is Envelope & RoomEvent<T> =>
  event.t === t && event.seq !== undefined;

function readShared<T extends PictureEvent>(text: string, t: T): RoomEvent<T> {
  const { event } = readJson(text, isShared);
  if (isOf(event, t)) return event;
  throw new ParleyError('network', { detail: 'the answer is not the event of a picture' });
}

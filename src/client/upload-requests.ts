import type { UploadState } from '../protocol/files.ts';
import type { UploadResponse, UploadsResponse } from '../protocol/http.ts';
import { base64 } from './file-hash.ts';
import { isEnvelope } from './frames.ts';
import { type Http, ParleyError, readJson } from './http.ts';
import { isCount, isText, listOf, shape } from './shape.ts';
import { sendFile } from './upload.ts';
import type { Envelope } from './vocabulary.ts';

/** What is asked for with a new upload. */
export interface NewUpload {
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Hash of the whole where it is known, base64url. */
  readonly hash: string | null;
  /** Whether the others are told how far it is. */
  readonly announce: boolean;
}

/** Some bytes on their way, and their SHA-256 where it is known. */
export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hash: Uint8Array | null;
}

interface Sending {
  readonly signal: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}

/**
 * ms after which a request counts as lost: without a byte going out, where it is known how many go out; without an answer,
 * once all are out; and where nothing is known of what goes out, in all.
 */
const STALLED = { seen: 60_000, answer: 120_000, blind: 900_000 } as const;

/** ms: longer than a server waits for a file to be put together. */
const LOOK_TIMEOUT = 60_000;

const metadata = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, text]) => `${name} ${base64(new TextEncoder().encode(text))}`)
    .join(',');

const checksum = ({ hash }: Piece): Readonly<Record<string, string>> =>
  hash === null ? {} : { 'upload-checksum': `sha256 ${base64(hash)}` };

const isState = shape<UploadState>({
  upload: isText,
  partSize: isCount,
  parts: listOf(isCount),
  offset: isCount,
});
const isUpload = shape<{ readonly upload: UploadState }>({ upload: isState });
const isShared = shape<{ readonly event: Envelope }>({ event: isEnvelope });
const areUploads = shape<UploadsResponse>({ uploads: listOf(isState) });
const isAnswer = (value: unknown): value is { readonly upload: UploadState } | { readonly event: Envelope } =>
  isUpload(value) || isShared(value);

function readUpload(text: string): UploadResponse {
  const answer = readJson(text, isAnswer);
  if ('upload' in answer) return answer;
  const { event } = answer;
  // The event that everybody is told, by the server's own word; its fields are those of its type.
  if (event.t === 'file.shared' && event.seq !== undefined) return { event } as UploadResponse;
  throw new ParleyError('network', { detail: 'the answer is not the event of a file' });
}

/** The requests of uploads of one room: tus, and single parts beside it. */
export class UploadRequests {
  readonly #http: Http;
  readonly #path: string;
  readonly #token: () => string;

  /** `path` is the room's path below `/v1`; `token` answers with the token of the moment. */
  constructor(http: Http, path: string, token: () => string) {
    this.#http = http;
    this.#path = path;
    this.#token = token;
  }

  /** Begins an upload, or goes on with the one that has this key. `piece`: the whole of a small file. */
  async create(
    key: string,
    { name, type, size, hash, announce }: NewUpload,
    piece: Piece | null,
    { signal, onBytes }: Sending,
  ): Promise<UploadResponse> {
    const path = `${this.#path}/files`;
    const headers = {
      'tus-resumable': '1.0.0',
      'idempotency-key': key,
      'upload-length': String(size),
      'upload-metadata': metadata({
        filename: name,
        filetype: type,
        ...(hash === null ? {} : { sha256: hash }),
        ...(announce ? { announce: '1' } : {}),
      }),
    };
    if (piece === null)
      return readUpload(await this.#http.text({ path, bearer: this.#token(), headers, signal }));
    const all = { ...headers, 'content-type': 'application/offset+octet-stream', ...checksum(piece) };
    return this.#send('POST', path, all, piece, { signal, ...(onBytes === undefined ? {} : { onBytes }) });
  }

  /** Brings part `n`; whoever brings the last one that was missing is answered with the event. */
  part(upload: string, n: number, piece: Piece, sending: Sending): Promise<UploadResponse> {
    const path = `${this.#path}/uploads/${upload}/parts/${n}`;
    const headers = { 'content-type': 'application/octet-stream', ...checksum(piece) };
    return this.#send('PUT', path, headers, piece, sending);
  }

  /** How an upload stands. Where all is there the server waits a while for what becomes of it. */
  async look(upload: string, signal: AbortSignal): Promise<UploadResponse> {
    const path = `${this.#path}/uploads/${upload}`;
    const bearer = this.#token();
    return readUpload(await this.#http.text({ method: 'GET', path, bearer, signal, timeout: LOOK_TIMEOUT }));
  }

  async mine(): Promise<readonly UploadState[]> {
    const call = { method: 'GET', path: `${this.#path}/uploads`, bearer: this.#token() } as const;
    return (await this.#http.json(call, areUploads)).uploads;
  }

  /** Gives an upload up: what came of it is deleted. */
  async drop(upload: string): Promise<void> {
    await this.#http.text({
      method: 'DELETE',
      path: `${this.#path}/uploads/${upload}`,
      bearer: this.#token(),
      headers: { 'tus-resumable': '1.0.0' },
    });
  }

  /** Removes a file that was shared, as `file.remove` does. */
  async remove(file: string): Promise<void> {
    await this.#http.text({
      method: 'DELETE',
      path: `${this.#path}/files/${file}`,
      bearer: this.#token(),
    });
  }

  /** Sends bytes; rejects with `network` where they stop going out. */
  async #send(
    method: 'POST' | 'PUT',
    path: string,
    headers: Readonly<Record<string, string>>,
    { bytes }: Piece,
    { signal, onBytes }: Sending,
  ): Promise<UploadResponse> {
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const goOn = (sent: number): void => {
      clearTimeout(timer);
      const isSeen = sent < bytes.byteLength ? STALLED.seen : STALLED.answer;
      timer = setTimeout(abort, sent === 0 ? STALLED.blind : isSeen);
    };
    const onProgress = (sent: number): void => {
      goOn(sent);
      onBytes?.(sent);
    };
    goOn(0);
    try {
      const upload = { method, path, bearer: this.#token(), file: bytes, headers };
      return readUpload(await sendFile(this.#http, upload, { onProgress, signal: stop.signal }));
    } catch (error) {
      const isStalled = error instanceof ParleyError && error.code === 'aborted' && !signal.aborted;
      throw isStalled ? new ParleyError('network', { detail: 'the bytes do not go out' }) : error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}

import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import type { RoomConnection } from '../../../src/client/index.ts';
import {
  FILE_PART_BYTES,
  type FileInfo,
  partCount,
  partSize,
  type UploadState,
} from '../../../src/protocol/index.ts';
import { ADA, FakeServer, problem, type Request } from './fake-server.ts';

export const PART = FILE_PART_BYTES;

/** Bytes that differ from one seed to the next, and from one part to the next. */
export function bytesOf(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 4_096) bytes[at] = (seed * 31 + at / 4_096) % 251;
  return bytes;
}

/** Compared at once: a matcher looks at each byte as at a property. */
export const isSame = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.compare(a, b) === 0;

const sha = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
/** The hash of a file, made by other means than the client's. */
export function fileHash(bytes: Uint8Array): string {
  if (bytes.byteLength <= PART) return sha(bytes).toString('base64url');
  const parts = Array.from({ length: partCount(bytes.byteLength) }, (_, n) =>
    sha(bytes.subarray(n * PART, n * PART + partSize(bytes.byteLength, n))),
  );
  return sha(Buffer.concat(parts)).toString('base64url');
}

interface Upload {
  readonly id: string;
  readonly key: string | null;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly hash: string | null;
  readonly announce: boolean;
  readonly parts: Map<number, Uint8Array>;
}

/** What a test does to a request: an answer instead of what it asks for, an error, or nothing. */
type Fault = (request: Request) => Response | Error | undefined;

const id = (letter: string, number: number): string => `${letter}_${String(number).padStart(22, '0')}`;

async function bodyOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Blob) return new Uint8Array(await body.arrayBuffer());
  return body instanceof Uint8Array ? new Uint8Array(body) : new Uint8Array(0);
}

/** A server in memory that takes files as the real one does. */
export class FileServer extends FakeServer {
  readonly uploads = new Map<string, Upload>();
  readonly files = new Map<string, { readonly info: FileInfo; readonly bytes: Uint8Array }>();
  /** By Idempotency-Key: uploads that have become files. */
  readonly #done = new Map<string, string>();
  #number = 0;
  /** Asked before a request is carried out, and after it was. */
  before: Fault = () => undefined;
  after: Fault = () => undefined;
  /** Makes part requests wait; for those that are to be open at once. */
  delay: (n: number) => number = () => 0;
  /** None is answered before so many have been open: hashing takes real time, which the clock of the test does not know. */
  together = 1;
  /** Part requests that are open, and the most there ever were. */
  open = 0;
  most = 0;

  override readonly fetch: typeof fetch = async (input, init) => {
    const request: Request = {
      url: String(input),
      method: init?.method ?? 'GET',
      headers: new Headers(init?.headers),
      body: init?.body,
    };
    this.requests.push(request);
    const aborted = new Promise<never>((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
    aborted.catch(() => undefined);
    const stopped = this.before(request);
    if (stopped instanceof Error) throw stopped;
    const response = stopped ?? (await Promise.race([this.#answer(request), aborted]));
    const lost = this.after(request);
    if (lost instanceof Error) throw lost;
    return lost ?? response;
  };

  /** The requests of one kind, as "PUT parts/1". */
  get asked(): string[] {
    return this.requests
      .map(
        ({ method, url }) =>
          `${method} ${url.replace(/^.*\/rooms\/[^/]+\/?/, '').replace(/[uf]_\d+\/?/, '')}`,
      )
      .filter((line) => /files|uploads/.test(line));
  }
  /** Numbers of parts, in order, each as often as it was sent. */
  get partsSent(): number[] {
    return this.requests
      .filter(({ method }) => method === 'PUT')
      .map(({ url }) => Number(url.split('/').at(-1)))
      .sort((a, b) => a - b);
  }

  /** Upload-Metadata of the newest upload that was asked for. */
  get metadata(): string {
    const asked = this.requests.findLast(({ headers }) => headers.has('upload-metadata'));
    return asked?.headers.get('upload-metadata') ?? '';
  }

  /** Puts a file into the room by another way. */
  has(name: string, bytes: Uint8Array): FileInfo {
    this.#number += 1;
    const info: FileInfo = {
      file: id('f', this.#number),
      name,
      type: 'application/octet-stream',
      size: bytes.byteLength,
      hash: fileHash(bytes),
      by: ADA.id,
      at: this.#number,
      seq: 10 + this.#number,
    };
    this.files.set(info.file, { info, bytes });
    return info;
  }

  async #answer(request: Request): Promise<Response> {
    const { method } = request;
    const path = new URL(request.url).pathname.replace(/^\/v1\/rooms\/[^/]+\//, '').split('/');
    if (path[0] === 'files' && path.length === 1) return this.#create(request);
    if (path[0] === 'uploads' && path.length === 1)
      return Response.json({ uploads: Array.from(this.uploads.values(), (upload) => this.state(upload)) });
    if (path[0] === 'uploads' && path[2] === 'parts')
      return this.#put(path[1] ?? '', Number(path[3]), request);
    if (path[0] === 'uploads') return this.#one(method, path[1] ?? '');
    if (path[0] === 'files' && path[2] === 'link')
      return Response.json({ url: `/v1/rooms/x/files/${path[1]}?sig=1`, expiresAt: Date.now() + 3_600_000 });
    if (path[0] === 'files') return this.#file(request, path[1] ?? '');
    return this.admit();
  }

  state({ id: upload, name, type, size, parts }: Upload): UploadState {
    const stored = [...parts.keys()].sort((a, b) => a - b);
    const gap = stored.findIndex((n, index) => n !== index);
    const before = gap === -1 ? stored.length : gap;
    const offset = Math.min(before * PART, size);
    return { upload, name, type, size, partSize: PART, parts: stored, offset, expiresAt: 9e12 };
  }

  #event(file: string): object | undefined {
    const info = this.files.get(file)?.info;
    return info === undefined ? undefined : { t: 'file.shared', ...info };
  }

  async #create({ headers, body }: Request): Promise<Response> {
    const key = headers.get('idempotency-key');
    const size = Number(headers.get('upload-length'));
    const texts = new Map(
      (headers.get('upload-metadata') ?? '').split(',').map((pair): [string, string] => {
        const [name = '', text = ''] = pair.split(' ');
        return [name, Buffer.from(text, 'base64').toString()];
      }),
    );
    const done = key === null ? undefined : this.#done.get(key);
    if (done !== undefined) {
      const event = this.#event(done);
      return event === undefined ? problem('file_unknown', 404) : Response.json({ event }, { status: 201 });
    }
    let upload = Array.from(this.uploads.values()).find((one) => one.key === key);
    if (upload === undefined) {
      const hash = texts.get('sha256') ?? null;
      for (const { info, bytes } of [...this.files.values()])
        if (info.hash === hash && info.size === size)
          return this.#share(this.has(texts.get('filename') ?? '', bytes), key);
      this.#number += 1;
      const more = { hash, announce: texts.get('announce') === '1', parts: new Map() };
      upload = { id: id('u', this.#number), key, name: '', type: '', size, ...more };
      upload = { ...upload, name: texts.get('filename') ?? '', type: texts.get('filetype') ?? '' };
      this.uploads.set(upload.id, upload);
      if (size === 0) return this.#finish(upload, 201);
    }
    const bytes = await bodyOf(body);
    if (bytes.byteLength === 0 || upload.parts.size > 0)
      return Response.json({ upload: this.state(upload) }, { status: 201 });
    upload.parts.set(0, bytes);
    return this.#finish(upload, 201);
  }

  #share(info: FileInfo, key: string | null): Response {
    if (key !== null) this.#done.set(key, info.file);
    return Response.json({ event: this.#event(info.file) }, { status: 201 });
  }

  #finish(upload: Upload, status = 200): Response {
    if (upload.parts.size < partCount(upload.size))
      return Response.json({ upload: this.state(upload) }, { status });
    const parts = this.state(upload).parts.map((n) => upload.parts.get(n) ?? new Uint8Array(0));
    const bytes = new Uint8Array(Buffer.concat(parts));
    this.uploads.delete(upload.id);
    if (upload.hash !== null && upload.hash !== fileHash(bytes)) return problem('file_hash', 422);
    const info = this.has(upload.name, bytes);
    const file = upload.id.replace('u', 'f');
    this.files.delete(info.file);
    this.files.set(file, { info: { ...info, file, type: upload.type }, bytes });
    if (upload.key !== null) this.#done.set(upload.key, file);
    return Response.json({ event: this.#event(file) }, { status });
  }

  async #put(name: string, n: number, { headers, body }: Request): Promise<Response> {
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    while (this.most < this.together) await new Promise((resolve) => setTimeout(resolve, 50));
    const wait = this.delay(n);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    this.open -= 1;
    const upload = this.uploads.get(name);
    if (upload === undefined) return this.#one('GET', name);
    const bytes = await bodyOf(body);
    if (bytes.byteLength !== partSize(upload.size, n)) return problem('file_broken_off', 400);
    if (headers.get('upload-checksum') !== `sha256 ${sha(bytes).toString('base64')}`)
      return problem('file_checksum', 460);
    upload.parts.set(n, bytes);
    return this.#finish(upload);
  }

  #one(method: string, name: string): Response {
    const upload = this.uploads.get(name);
    if (upload === undefined) {
      const event = this.#event(name.replace('u', 'f'));
      return event === undefined || method === 'DELETE'
        ? problem('upload_unknown', 404)
        : Response.json({ event });
    }
    if (method !== 'DELETE') return Response.json({ upload: this.state(upload) });
    this.uploads.delete(name);
    return new Response(null, { status: 204 });
  }

  #file({ method, headers }: Request, file: string): Response {
    const found = this.files.get(file);
    if (found === undefined) return problem('file_unknown', 404);
    if (method === 'DELETE') {
      this.files.delete(file);
      return new Response(null, { status: 204 });
    }
    const etag = `"${found.info.hash}"`;
    const from = Number(/^bytes=(\d+)-$/.exec(headers.get('range') ?? '')?.[1] ?? 0);
    const isRange = from > 0 && headers.get('if-range') === etag;
    const bytes = new Uint8Array(isRange ? found.bytes.subarray(from) : found.bytes);
    const { size } = found.info;
    const range = { 'content-range': `bytes ${from}-${size - 1}/${size}` };
    return new Response(bytes, {
      status: isRange ? 206 : 200,
      headers: { etag, ...(isRange ? range : {}) },
    });
  }
}

/** A server with somebody in a room, and a time that passes only as the test lets it. */
export async function begin(): Promise<{ server: FileServer; room: RoomConnection }> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  // At once: platforms make them on other threads, and on a busy machine the test's time would run out before those had theirs.
  vi.spyOn(crypto.subtle, 'digest').mockImplementation(async (_, bytes) => {
    const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
    return new Uint8Array(sha(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))).buffer;
  });
  const server = new FileServer();
  const room = await server.join();
  server.socket.answersPings = true;
  server.requests.length = 0;
  return { server, room };
}

export function end(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
}

/** Lets time pass until a promise is settled; waits are not waited for. */
export async function soon<T>(promise: Promise<T>): Promise<T> {
  let isOpen = true;
  const end = () => {
    isOpen = false;
  };
  promise.then(end, end);
  for (let turn = 0; isOpen; turn += 1) {
    if (turn > 20_000) throw new Error('it never came to an end');
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(50);
  }
  return promise;
}

/** Lets time pass until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; !isSo(); turn += 1) {
    if (turn > 20_000) throw new Error('it never came to be so');
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(1);
  }
}

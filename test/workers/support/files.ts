import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { afterEach, beforeEach, expect } from 'vitest';
import { hashOfParts } from '../../../src/platform/part-hash.ts';
import { R2Store } from '../../../src/platform/r2-store.ts';
import {
  FILE_PART_BYTES,
  type FileInfo,
  partCount,
  type RoomEvent,
  type UploadState,
} from '../../../src/protocol/index.ts';
import { create, enter, type Frame, type Member } from './room-sockets.ts';

// Files through everything: the Worker, a real room, a real socket and a real bucket.

export const ORIGIN = 'http://parley.test';
export const PART = FILE_PART_BYTES;
export const store = new R2Store(env.PICTURES);
export const keys = () => store.list('');

export const fetch = (path: string, init: RequestInit = {}): Promise<Response> =>
  exports.default.fetch(new Request(path.startsWith('http') ? path : `${ORIGIN}${path}`, init));

/** Bytes that look like none others with another seed. */
export function bytesFrom(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  const words = new Uint32Array(bytes.buffer, 0, Math.floor(size / 4));
  let state = seed * 2_654_435_761 || 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  for (let index = words.length * 4; index < size; index += 1) bytes[index] = seed + index;
  return bytes;
}

export const partOf = (bytes: Uint8Array<ArrayBuffer>, n: number): Uint8Array<ArrayBuffer> =>
  bytes.subarray(n * PART, (n + 1) * PART);

/** Whether they are the same: an assertion over millions of numbers takes all memory. */
export const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && one.every((byte, index) => byte === other[index]);

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
/** A link with another signature, whatever it begins with. */
export const forged = (url: string): string =>
  url.replace(/sig=(.)/, (_, first: string) => `sig=${first === 'A' ? 'B' : 'A'}`);
export const encoded = (text: string): string => base64(new TextEncoder().encode(text));
const digest = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
/** As Upload-Checksum has it. */
export const checksumOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  `sha256 ${base64(await digest(bytes))}`;
const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** The hash of a file, as a client makes it. */
export async function fileHash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hashes = Array.from({ length: partCount(bytes.byteLength) }, async (_, n) =>
    urlSafe(base64(await digest(partOf(bytes, n)))),
  );
  return hashOfParts(await Promise.all(hashes));
}

export interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly upload?: UploadState;
  readonly event?: RoomEvent<'file.shared'>;
  readonly headers: Headers;
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  const fields = text === '' ? {} : (JSON.parse(text) as object);
  return { ...fields, status, headers };
}

export interface Wanted {
  readonly name?: string;
  readonly type?: string;
  readonly hash?: string;
  readonly announce?: boolean;
}

const metadata = ({ name, type, hash, announce }: Wanted): string =>
  Object.entries({
    filename: name,
    filetype: type,
    sha256: hash,
    announce: announce === true ? '1' : undefined,
  })
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${encoded(value)}`]))
    .join(',');

/** A member with a socket and a token. */
export class Sender {
  readonly code: string;
  readonly member: Member;
  readonly token: string;
  #n = 0;

  static async enter(code: string, name: string): Promise<Sender> {
    return new Sender(code, await enter(code, name));
  }
  constructor(code: string, member: Member, token = String(member.first.token)) {
    this.code = code;
    this.member = member;
    this.token = token;
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'tus-resumable': '1.0.0',
      ...Object.fromEntries(new Headers(init.headers)),
    };
    return fetch(path.startsWith('http') ? path : `/v1/rooms/${this.code}${path}`, { ...init, headers });
  }
  async ask(
    path: string,
    method: string,
    headers: Record<string, string> = {},
    body?: BodyInit,
  ): Promise<Answer> {
    const length =
      body instanceof Uint8Array
        ? { 'content-length': String(body.byteLength) }
        : ({} as Record<string, string>);
    const sent = { ...length, ...headers };
    return answerOf(
      await this.request(path, { method, headers: sent, ...(body === undefined ? {} : { body }) }),
    );
  }

  begin(size: number, wanted: Wanted = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('/files', 'POST', {
      'upload-length': String(size),
      'upload-metadata': metadata(wanted),
      ...headers,
    });
  }
  /** Begins, and answers what the upload is called. */
  async begun(size: number, wanted: Wanted = {}, headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.begin(size, wanted, headers);
    if (answer.upload === undefined) throw new Error(`not begun: ${JSON.stringify(answer)}`);
    return answer.upload.upload;
  }
  /** The whole in one request. */
  send(
    bytes: Uint8Array<ArrayBuffer>,
    wanted: Wanted = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.ask(
      '/files',
      'POST',
      {
        'upload-length': String(bytes.byteLength),
        'upload-metadata': metadata(wanted),
        'content-type': 'application/offset+octet-stream',
        ...headers,
      },
      bytes,
    );
  }
  async sent(bytes: Uint8Array<ArrayBuffer>, wanted: Wanted = {}): Promise<RoomEvent<'file.shared'>> {
    const answer = await this.send(bytes, wanted);
    if (answer.event === undefined) throw new Error(`not shared: ${JSON.stringify(answer)}`);
    return answer.event;
  }
  put(upload: string, n: number, bytes: BodyInit, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask(`/uploads/${upload}/parts/${n}`, 'PUT', headers, bytes);
  }
  patch(
    upload: string,
    offset: number,
    bytes: BodyInit,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.ask(
      `/uploads/${upload}`,
      'PATCH',
      { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', ...headers },
      bytes,
    );
  }
  async head(upload: string): Promise<Answer> {
    return answerOf(await this.request(`/uploads/${upload}`, { method: 'HEAD' }));
  }
  look(upload: string): Promise<Answer> {
    return this.ask(`/uploads/${upload}`, 'GET');
  }
  async read(file: string, headers: Record<string, string> = {}): Promise<Uint8Array> {
    const response = await this.request(`/files/${file}`, { headers });
    expect(response.status).toBe(200);
    return new Uint8Array(await response.arrayBuffer());
  }
  async list(fields: object = {}): Promise<FileInfo[]> {
    const { result } = (await this.command({ t: 'file.list', ...fields })) as {
      result: { files: FileInfo[] };
    };
    return result.files;
  }
  async command(command: object): Promise<unknown> {
    const response = await this.request('/commands', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    return response.json();
  }
  say(command: object): void {
    this.#n += 1;
    this.member.send({ n: this.#n, ...command });
  }

  /** Events of this kind that it was told. */
  heard(t: string): Frame[] {
    return this.member.frames
      .flatMap(({ events }) => (events ?? []) as Frame[])
      .filter((event) => event.t === t);
  }
  async hears(t: string, count = 1): Promise<Frame> {
    await expect.poll(() => this.heard(t).length, { interval: 5 }).toBeGreaterThanOrEqual(count);
    const event = this.heard(t)[count - 1];
    if (event === undefined) throw new Error('not heard');
    return event;
  }
}

export interface World {
  readonly code: string;
  readonly hostKey: string;
  readonly ada: Sender;
  readonly ben: Sender;
  /** A command of whoever has the host key. */
  asHost(command: object): Promise<void>;
}

/** Rooms that a test has made. */
const made: { readonly code: string; readonly hostKey: string }[] = [];

/** Ends the rooms of a test, whatever it has left in them, and looks that then the bucket is empty. */
async function leaveNothing(): Promise<void> {
  const open: { key: string; multipart: string }[] = [];
  for (const { code, hostKey } of made.splice(0)) {
    open.push(...(await multiparts(code).catch(() => [])));
    for (const command of [{ t: 'room.update', retentionSeconds: 0 }, { t: 'room.end' }])
      await fetch(`/v1/rooms/${code}/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
      });
  }
  await nothingLeft(open);
}

export async function meet(settings: object = {}): Promise<World> {
  const room = await create(settings);
  made.push(room);
  const { code, hostKey } = room;
  const ada = await Sender.enter(code, 'Ada');
  const ben = await Sender.enter(code, 'Ben');
  const asHost = async (command: object) => {
    const response = await fetch(`/v1/rooms/${code}/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    expect(response.status).toBe(200);
  };
  return { code, hostKey, ada, ben, asHost };
}

export let world: World;
export let ada: Sender;
export let ben: Sender;
/** Each test of the file has a room of its own, in which Ada and Ben are, and leaves nothing in the bucket. */
export function meetInEachTest(): void {
  beforeEach(async () => {
    world = await meet();
    ({ ada, ben } = world);
  });
  afterEach(leaveNothing);
}

const stub = (code: string) => env.ROOMS.getByName(code);
export const inRoom = <T>(code: string, look: (sql: SqlStorage) => T): Promise<T> =>
  runInDurableObject(stub(code), (_room, { storage }: DurableObjectState) => look(storage.sql));

/** The multipart uploads that the room knows of. The bucket tells nobody which there are. */
export const multiparts = (code: string): Promise<{ key: string; multipart: string }[]> =>
  inRoom(code, (sql) =>
    sql
      .exec<{ json: string }>("SELECT json FROM state WHERE tbl = 'uploads'")
      .toArray()
      .map(({ json }) => JSON.parse(json) as { key: string; multipart: string | null })
      .flatMap(({ key, multipart }) => (multipart === null ? [] : [{ key, multipart }])),
  );

/** Whether the bucket holds parts of an upload still. */
export const isOpen = async ({ key, multipart }: { key: string; multipart: string }): Promise<boolean> => {
  try {
    await env.PICTURES.resumeMultipartUpload(key, multipart).uploadPart(9_999, new Uint8Array(1));
    return true;
  } catch {
    return false;
  }
};

/** Nothing is left over in the bucket: no object, and of the uploads named no part. */
export async function nothingLeft(
  uploads: readonly { key: string; multipart: string }[] = [],
): Promise<void> {
  await expect.poll(keys).toEqual([]);
  for (const upload of uploads) await expect.poll(() => isOpen(upload)).toBe(false);
}

/** Puts the object out of memory, as a kill does: what is on disk stays. */
export const killRoom = (code: string) => evictDurableObject(stub(code), { webSockets: 'hibernate' });

/** Moves everything that was done about uploads, and every deadline, to the beginning of time, and wakes the room. */
export async function passTime(code: string): Promise<void> {
  await inRoom(code, (sql) => {
    sql.exec(
      "UPDATE state SET json = json_set(json, '$.at', 0) WHERE tbl IN ('deadlines', 'uploads', 'parts')",
    );
  });
  await killRoom(code);
  await runDurableObjectAlarm(stub(code));
}

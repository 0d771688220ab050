import type { Engine } from '../engine/engine.ts';
import { asMember, SYSTEM } from '../engine/feature.ts';
import type { Executor } from '../engine/outbox.ts';
import { randomId } from '../platform/codes.ts';
import type { FileAnswers, FileRequests, FileRpc, PartPlace, UploadResult } from '../platform/file-rpc.ts';
import type { ObjectStore, PartStore } from '../platform/object-store.ts';
import { hashOfParts } from '../platform/part-hash.ts';
import { fail, type Outcome, partSize, type Refusal, refuse, succeed } from '../protocol/index.ts';
import {
  askFile,
  DISCARD_FILE,
  type Discard,
  dropUpload,
  FINISH_FILE,
  type FileAsked,
  type Finish,
  loseParts,
  loseUpload,
  mayPut,
  openUpload,
  type Refused,
  recordPart,
  shareFile,
} from './file-commands.ts';
import {
  fileKey,
  fileOf,
  findFile,
  findUpload,
  isWhole,
  locateFile,
  partKey,
  partTable,
  sharedFiles,
  storedParts,
  toFileEvent,
  toUploadState,
  type UploadRow,
  uploadOf,
  uploadsOf,
  uploadTable,
} from './file-rows.ts';
import { findPresent, theRoom } from './tables.ts';

/** What is needed of an engine. */
type Room = Pick<Engine, 'state' | 'perform' | 'settled' | 'consistent'>;
type Store = ObjectStore & PartStore;

/** ms for which the last part of a file waits until it is shared; after that its sender asks again. */
const FINISH_WITHIN = 25_000;

/** Parts of which it is known how often they were begun; forgetting it costs a rare upload that parts come again. */
const TRIES_KEPT = 20_000;

export interface FilesOptions {
  /** null: there is no room. */
  readonly engine: () => Room | null;
  /** null: this server has no object store. */
  readonly store: () => Store | null;
  /** A refusal for a member who asks too often. */
  readonly limit: (member: string) => Refusal | null;
  /** ms; for tests. */
  readonly patience?: number;
}

type Handlers = {
  readonly [K in keyof FileRequests]: (
    room: Room,
    request: FileRequests[K],
  ) => Promise<Outcome<FileAnswers[K]>>;
};
type Ended = (refusal: Refusal | null) => void;

const refusedIn = (result: unknown): Refusal | null =>
  typeof result === 'object' && result !== null && 'refused' in result ? (result as Refused).refused : null;

/** Brings files from asking to sharing. Their bytes go from the Worker to the object store and never through here. */
export class Files implements FileRpc {
  readonly #options: FilesOptions;
  readonly #handlers: Handlers;
  /** Requests that wait for what becomes of an upload whose parts are all there. */
  readonly #waiting = new Map<string, Set<Ended>>();
  /** Multipart uploads that are being begun. */
  readonly #opening = new Map<string, Promise<Outcome<string>>>();
  /** By part: how often it was begun since the object woke. Where more than once, the store may have another try than we know. */
  readonly #tries = new Map<string, number>();
  readonly executors: Readonly<Record<string, Executor>>;

  constructor(options: FilesOptions) {
    this.#options = options;
    this.#handlers = {
      ask: (room, request) => this.#ask(room, request),
      look: (room, request) => this.#look(room, request),
      mine: (room, { member }) => this.#mine(room, member),
      begin: (room, request) => this.#begin(room, request),
      record: (room, request) => this.#record(room, request),
      drop: (room, request) => this.#drop(room, request),
      gone: (room, request) => this.#gone(room, request),
      read: (room, request) => this.#consistent(room, () => locateFile(room.state, request)),
    };
    this.executors = {
      [FINISH_FILE]: (data) => this.#finish(data as Finish),
      [DISCARD_FILE]: (data) => this.#discard(data as Discard),
    };
  }

  file<K extends keyof FileRequests>(call: K, request: FileRequests[K]): Promise<Outcome<FileAnswers[K]>> {
    const room = this.#options.engine();
    if (room === null) return Promise.resolve(fail('room_not_found'));
    if (this.#options.store() === null) return Promise.resolve(fail('files_off'));
    return this.#handlers[call](room, request);
  }

  async #ask(room: Room, { member, ask }: FileRequests['ask']): Promise<Outcome<UploadResult>> {
    const limited = this.#options.limit(member);
    if (limited !== null) return { ok: false, error: limited };
    const key = fileKey(theRoom(room.state), randomId(''));
    const asked = room.perform(askFile, { ...ask, upload: randomId('u_'), key }, asMember(member));
    await room.settled();
    if (!asked.ok) return asked;
    // The handler's result is what it says it is.
    const result = asked.value.result as FileAsked;
    return this.#result(room, member, result.state === 'shared' ? uploadOf(result.file) : result.upload);
  }

  /** How an upload stands, from a state that is on disk. */
  #result(room: Room, member: string, upload: string): Promise<Outcome<UploadResult>> {
    const { state } = room;
    return this.#consistent(room, (): Outcome<UploadResult> => {
      const file = findFile(state, fileOf(upload));
      if (file !== undefined) return succeed({ state: 'shared', upload, event: toFileEvent(file) });
      const row = findUpload(state, member, upload);
      if (row === undefined) return fail('upload_unknown');
      const { metadata } = row;
      const more = metadata === undefined ? {} : { metadata };
      return succeed({ state: 'open', upload: toUploadState(state, row), ...more });
    });
  }

  async #look(room: Room, { member, upload, wait }: FileRequests['look']): Promise<Outcome<UploadResult>> {
    if (findPresent(room.state, member) === undefined) return fail('member_gone');
    const row = findUpload(room.state, member, upload);
    const ends = wait && row !== undefined && isWhole(room.state, row);
    const refused = ends ? await this.#ended(upload) : null;
    return refused === null ? this.#result(room, member, upload) : { ok: false, error: refused };
  }

  async #mine(room: Room, member: string): Promise<Outcome<FileAnswers['mine']>> {
    const { state } = room;
    return this.#consistent(room, () =>
      findPresent(state, member) === undefined
        ? fail('member_gone')
        : succeed(uploadsOf(state, member).map((row) => toUploadState(state, row))),
    );
  }

  async #begin(room: Room, { member, upload, n }: FileRequests['begin']): Promise<Outcome<PartPlace>> {
    const file = findFile(room.state, fileOf(upload));
    if (file !== undefined) return fail('upload_unknown', { detail: 'it is finished' });
    const allowed = mayPut(room.state, member, upload, n);
    if (!allowed.ok) return allowed;
    const row = allowed.value;
    const size = partSize(row.size, n);
    const stored = room.state.table(partTable).get(partKey(upload, n));
    if (stored !== undefined) return succeed({ state: 'have', size, hash: stored.hash });
    const multipart = await this.#open(room, row);
    if (!multipart.ok) return multipart;
    const part = partKey(upload, n);
    if (this.#tries.size >= TRIES_KEPT) this.#tries.clear();
    this.#tries.set(part, (this.#tries.get(part) ?? 0) + 1);
    return succeed({ state: 'send', size, key: row.key, multipart: multipart.value, number: n + 1 });
  }

  /** The multipart upload of the object store, begun where there is none: once, however many parts come first. */
  #open(room: Room, row: Readonly<UploadRow>): Promise<Outcome<string>> {
    if (row.multipart !== null) return Promise.resolve(succeed(row.multipart));
    const known = this.#opening.get(row.id);
    if (known !== undefined) return known;
    const opening = this.#openNew(room, row).finally(() => this.#opening.delete(row.id));
    this.#opening.set(row.id, opening);
    return opening;
  }

  async #openNew(room: Room, { id, key, type }: Readonly<UploadRow>): Promise<Outcome<string>> {
    const store = this.#options.store();
    if (store === null) return fail('files_off');
    const multipart = await store.beginParts(key, type);
    const done = room.perform(openUpload, { upload: id, multipart }, SYSTEM);
    await room.settled();
    if (done.ok) return succeed(room.state.table(uploadTable).get(id)?.multipart ?? multipart);
    // Given up while the store answered: nobody knows of it but this.
    await store.abortParts(key, multipart);
    return done;
  }

  async #record(
    room: Room,
    { member, upload, n, size, etag, hash }: FileRequests['record'],
  ): Promise<Outcome<UploadResult>> {
    const done = room.perform(recordPart, { upload, n, size, etag, hash }, asMember(member));
    const refused = done.ok ? refusedIn(done.value.result) : done.error;
    const row = room.state.table(uploadTable).get(upload);
    // Asked before the commit: the effect follows right after it.
    const ends = refused === null && row !== undefined && isWhole(room.state, row);
    const ended = ends ? this.#ended(upload) : null;
    await room.settled();
    // Said once more, because the answer that it is shared was lost.
    if (refused?.code === 'upload_unknown') return this.#result(room, member, upload);
    const why = refused ?? (await ended);
    return why === null ? this.#result(room, member, upload) : { ok: false, error: why };
  }

  async #gone(
    room: Room,
    { member, upload, multipart }: FileRequests['gone'],
  ): Promise<Outcome<UploadResult>> {
    room.perform(loseUpload, { upload, multipart }, asMember(member));
    await room.settled();
    return this.#look(room, { member, upload, wait: true });
  }

  async #drop(room: Room, { member, upload }: FileRequests['drop']): Promise<Outcome<null>> {
    const isThere = findUpload(room.state, member, upload) !== undefined;
    room.perform(dropUpload, { upload }, asMember(member));
    await room.settled();
    return isThere ? succeed(null) : fail('upload_unknown');
  }

  /** What becomes of an upload whose parts are all there: null, or why it came to nothing. Null also where that takes too long. */
  #ended(upload: string): Promise<Refusal | null> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(upload) ?? new Set<Ended>();
      this.#waiting.set(upload, waiting);
      const ended: Ended = (refusal) => {
        clearTimeout(timer);
        waiting.delete(ended);
        if (waiting.size === 0) this.#waiting.delete(upload);
        resolve(refusal);
      };
      const timer = setTimeout(() => ended(null), this.#options.patience ?? FINISH_WITHIN);
      waiting.add(ended);
    });
  }

  #end(upload: string, refusal: Refusal | null): void {
    for (const ended of Array.from(this.#waiting.get(upload) ?? [])) ended(refusal);
    for (const part of Array.from(this.#tries.keys()))
      if (part.startsWith(`${upload} `)) this.#tries.delete(part);
  }

  /** Puts the parts of an upload together and has the file shared. Rejects where the store can't be reached: tried again. */
  async #finish(finish: Finish): Promise<void> {
    const room = this.#options.engine();
    const store = this.#options.store();
    if (room === null) return;
    if (store === null) throw new Error('unable to share the file; this server has no object store now');
    const { upload } = finish;
    const row = room.state.table(uploadTable).get(upload);
    if (row?.multipart == null || !isWhole(room.state, row)) {
      if (row === undefined) await this.#tidy(room, finish);
      return this.#end(upload, null);
    }
    const stored = storedParts(room.state, row).parts.map((n) => ({
      number: n + 1,
      ...(room.state.table(partTable).get(partKey(upload, n)) ?? { etag: '', hash: '' }),
    }));
    const hash = await hashOfParts(stored.map((part) => part.hash));
    if (row.hash !== null && row.hash !== hash) return this.#giveUp(room, upload, refuse('file_hash'));
    const completed = await store.completeParts(row.key, row.multipart, stored);
    if (completed === 'gone') return this.#giveUp(room, upload, refuse('upload_unknown'));
    if (completed === 'mismatch') return this.#again(room, row);
    const done = room.perform(shareFile, { upload, hash }, SYSTEM);
    await room.settled();
    await this.#tidy(room, finish);
    this.#end(upload, done.ok ? refusedIn(done.value.result) : done.error);
  }

  /** Given up while the store put it together, it would stay there, and nobody would know of it. */
  async #tidy(room: Room, { key, multipart }: Discard): Promise<void> {
    if (!sharedFiles(room.state).some((file) => file.key === key)) await this.#discard({ key, multipart });
  }

  async #giveUp(room: Room, upload: string, why: Refusal): Promise<void> {
    room.perform(dropUpload, { upload }, SYSTEM);
    await room.settled();
    this.#end(upload, why);
  }

  /** The store has other parts than we know: those that came more than once have to come again, or all, where that is forgotten. */
  async #again(room: Room, row: Readonly<UploadRow>): Promise<void> {
    const { parts } = storedParts(room.state, row);
    const twice = parts.filter((n) => (this.#tries.get(partKey(row.id, n)) ?? 0) > 1);
    room.perform(loseParts, { upload: row.id, parts: twice.length > 0 ? twice : parts }, SYSTEM);
    await room.settled();
    this.#end(row.id, refuse('file_incomplete'));
  }

  async #discard({ key, multipart }: Discard): Promise<void> {
    const store = this.#options.store();
    if (store === null) return;
    if (multipart !== null) await store.abortParts(key, multipart);
    await store.delete([key]);
  }

  #consistent<T>(room: Room, compute: () => Outcome<T>): Promise<Outcome<T>> {
    return new Promise((resolve) => room.consistent(compute, resolve));
  }
}

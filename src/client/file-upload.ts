import { FILE_PART_BYTES, partCount, partSize } from '../protocol/file-parts.ts';
import type { UploadState } from '../protocol/files.ts';
import type { UploadResponse } from '../protocol/http.ts';
import type { RoomEvent } from '../protocol/registry.ts';
import { canHash, hashOfParts, isEqual, sha256 } from './file-hash.ts';
import type { FileSource } from './file-source.ts';
import { ParleyError, waitingHelps } from './http.ts';
import { discardUpload } from './upload-discard.ts';
import { ANEW, INCOMPLETE, isCode, mayTryAgain, SEAT, UNKNOWN } from './upload-faults.ts';
import type { UploadMemory } from './upload-memory.ts';
import type { Meter } from './upload-meter.ts';
import type { NewUpload, Piece, UploadRequests } from './upload-requests.ts';

type Shared = RoomEvent<'file.shared'>;

/** Parts that are on their way, or being hashed, at once. */
const AT_ONCE = 3;
/** Tries of one request in all. With the waits between them it is given up after some two minutes. */
const TRIES = 9;
/** ms before the second try, and twice that before each one after, up to the most; where the server does not say how long. */
const WAIT = { first: 500, most: 30_000 } as const;
/** How often the parts that are missing are asked for and sent, and how often it is begun anew. */
const ROUNDS = 5;
const BEGINNINGS = 2;

export interface FileUploadOptions {
  readonly requests: UploadRequests;
  readonly source: FileSource;
  readonly file: Pick<NewUpload, 'name' | 'type' | 'announce'>;
  readonly memory: UploadMemory;
  /** The upload to go on with, where the caller knows it. */
  readonly upload: string | undefined;
  /** Whether the room may have this content: then the hash is made first, and nothing is sent where it has. */
  readonly isExpected: () => Promise<boolean>;
  readonly meter: Meter;
  /** Gives it up, and stops it for now. */
  readonly signal: AbortSignal | undefined;
  readonly pause: AbortSignal | undefined;
  /** Resolves after so many ms, or earlier when the connection comes back. */
  readonly wait: (ms: number) => Promise<void>;
  /** As Math.random. */
  readonly random: () => number;
}

/** Brings one file to the room: asks for an upload, or goes on with one, sends the parts that are missing, gives it up. */
export class FileUpload {
  readonly #options: FileUploadOptions;
  readonly #source: FileSource;
  /** Ends all requests of one beginning. */
  #stop = new AbortController();
  /** By part; what was not read is not there. */
  readonly #hashes: (Uint8Array<ArrayBuffer> | undefined)[] = [];
  #key = '';
  /** The only part of a small file, once it was read. */
  #small: Piece | null = null;
  /** Whether the server may know of it. */
  #isBegun = false;
  #upload: string | null;
  /** Parts that are stored. */
  #stored = new Set<number>();
  #shared: Shared | null = null;
  /** Whether any part of what is shared was sent here: if not, it is not ours to remove. */
  #hasSent = false;

  constructor(options: FileUploadOptions) {
    this.#options = options;
    this.#source = options.source;
    const { upload } = options;
    const known = upload === undefined ? options.memory.known() : { upload };
    this.#upload = known !== null && 'upload' in known ? known.upload : null;
    if (known === null || !('key' in known)) return;
    // The server may know of it before anything is asked for here.
    this.#key = known.key;
    this.#isBegun = true;
  }

  /** Resolves with the event that everybody is told. Rejects with a ParleyError. */
  async run(): Promise<Shared> {
    const { signal, pause, memory } = this.#options;
    const stop = (): void => this.#stop.abort();
    signal?.addEventListener('abort', stop);
    pause?.addEventListener('abort', stop);
    try {
      if (signal?.aborted === true || pause?.aborted === true) throw new ParleyError('aborted');
      const event = await this.#begunAnew();
      await this.#prove(event);
      memory.forget();
      this.#options.meter.begin('finishing', this.#source.size);
      return event;
    } catch (error) {
      stop();
      throw await this.#failed(error);
    } finally {
      signal?.removeEventListener('abort', stop);
      pause?.removeEventListener('abort', stop);
      this.#source.close();
    }
  }

  /** What is left behind after an error: nothing, or, where it can go on later, what is stored. */
  async #failed(error: unknown): Promise<unknown> {
    const { signal, pause, memory } = this.#options;
    if (signal?.aborted === true) {
      await this.#discard();
      return new ParleyError('aborted');
    }
    if (pause?.aborted === true) return new ParleyError('aborted');
    if (isCode(error, SEAT) || (error instanceof ParleyError && waitingHelps(error))) return error;
    await this.#discard();
    memory.forget();
    return error;
  }

  async #begunAnew(): Promise<Shared> {
    const { memory, upload, signal, pause } = this.#options;
    if (upload !== undefined) memory.keep(upload);
    const name = memory.name();
    if ('upload' in name) this.#upload = name.upload;
    else this.#key = name.key;
    for (let beginning = 1; ; beginning += 1) {
      try {
        return await this.#brought();
      } catch (error) {
        if (!isCode(error, ANEW)) throw error;
        this.#goOn(signal, pause);
        this.#stop = new AbortController();
        const finished = isCode(error, UNKNOWN) ? await this.#finished() : null;
        if (finished !== null) return finished;
        if (!this.#source.isRepeatable || beginning === BEGINNINGS) throw error;
        this.#key = memory.renew();
        this.#isBegun = false;
        this.#upload = null;
      }
    }
  }

  /** The file that the upload has become by another hand, such as another tab; null: it is gone. */
  async #finished(): Promise<Shared | null> {
    if (this.#upload === null) return null;
    try {
      this.#take(await this.#tried(() => this.#look()));
      return this.#shared;
    } catch (error) {
      if (isCode(error, UNKNOWN)) return null;
      throw error;
    }
  }

  async #brought(): Promise<Shared> {
    this.#take(await this.#begin(await this.#known()));
    for (let round = 1; this.#shared === null; round += 1) {
      if (round > 1) this.#take(await this.#tried(() => this.#look()));
      if (this.#shared !== null) break;
      this.#mayGoRound(round);
      if (round > 2) await this.#waited(this.#options.wait(WAIT.first * 2 ** round));
      await this.#sendMissing();
    }
    return this.#shared;
  }

  /** Throws where there is no use in sending what is missing once more. */
  #mayGoRound(round: number): void {
    const isWhole = this.#missing.length === 0;
    // The server still puts it together: what is stored stays.
    if (round > ROUNDS) throw new ParleyError(isWhole ? 'overloaded' : 'file_incomplete');
    if (round > 1 && !isWhole && !this.#source.isRepeatable)
      throw new ParleyError('file_incomplete', { detail: 'a stream can not be read again' });
  }

  get #missing(): number[] {
    const all = Array.from({ length: partCount(this.#source.size) }, (_, n) => n);
    return all.filter((n) => !this.#stored.has(n));
  }

  /** The hash of the whole before anything is sent, where that may spare sending; else null. */
  async #known(): Promise<string | null> {
    const { size, isRepeatable } = this.#source;
    if (!canHash() || !isRepeatable || this.#upload !== null) return null;
    if (size > FILE_PART_BYTES && !(await this.#unlessStopped(this.#options.isExpected()))) return null;
    await this.#readAll();
    return this.#whole();
  }

  /** Reads what was not read yet, for its hash. */
  async #readAll(): Promise<void> {
    const { meter } = this.#options;
    const { size } = this.#source;
    const all = Array.from({ length: partCount(size) }, (_, n) => n);
    const unread = all.filter((n) => this.#hashes[n] === undefined);
    if (unread.length === 0) return;
    const isLong = size > FILE_PART_BYTES;
    const left = unread.reduce((sum, n) => sum + partSize(size, n), 0);
    if (isLong) meter.begin('reading', size - left);
    await this.#each(unread, async (n) => {
      await this.#read(n);
      if (isLong) meter.settle(n, partSize(size, n));
    });
  }

  /** The hash of the whole; null where not every part was read. */
  async #whole(): Promise<string | null> {
    const read = this.#hashes.filter((hash) => hash !== undefined);
    return read.length === partCount(this.#source.size) && canHash() ? hashOfParts(read) : null;
  }

  async #read(n: number): Promise<Piece> {
    if (this.#small !== null) return this.#small;
    const bytes = await this.#source.part(n);
    const hash = canHash() ? await sha256(bytes) : null;
    const before = this.#hashes[n];
    if (before !== undefined && hash !== null && !isEqual(before, hash)) throw new ParleyError('unreadable');
    if (hash !== null) this.#hashes[n] = hash;
    this.#goOn();
    const piece = { bytes, hash };
    if (this.#source.size <= FILE_PART_BYTES) this.#small = piece;
    return piece;
  }

  #goOn(...signals: readonly (AbortSignal | undefined)[]): void {
    if (signals.length === 0 && this.#stop.signal.aborted) throw new ParleyError('aborted');
    if (signals.some((signal) => signal?.aborted === true)) throw new ParleyError('aborted');
  }

  async #begin(hash: string | null): Promise<UploadResponse> {
    const { requests, file, meter } = this.#options;
    const { size } = this.#source;
    if (this.#upload !== null) return this.#sameSize(await this.#tried(() => this.#look()));
    const isSmall = size > 0 && size <= FILE_PART_BYTES;
    const piece = isSmall ? await this.#read(0) : null;
    const asked = { ...file, size, hash: isSmall ? await this.#whole() : hash };
    meter.begin('sending', 0);
    this.#isBegun = true;
    const { signal } = this.#stop;
    const onBytes = (bytes: number) => meter.move(0, bytes);
    try {
      return await this.#tried(() => requests.create(this.#key, asked, piece, { signal, onBytes }));
    } catch (error) {
      // It was refused, so there is nothing to take back.
      const isRefused = error instanceof ParleyError && error.status !== undefined && !mayTryAgain(error);
      if (isRefused) this.#isBegun = false;
      throw error;
    }
  }

  /** An upload that is to go on must be one of this file, as far as can be told. */
  #sameSize(found: UploadResponse): UploadResponse {
    const { size } = 'event' in found ? found.event : found.upload;
    if (size === this.#source.size) return found;
    // It is somebody else's file, so to say: it stays as it is.
    this.#upload = null;
    throw new ParleyError('size_differs', { detail: `${size} bytes` });
  }

  #look(): Promise<UploadResponse> {
    return this.#options.requests.look(this.#upload ?? '', this.#stop.signal);
  }

  /** Takes what the server says of the whole upload. */
  #take(answer: UploadResponse): void {
    if ('event' in answer) {
      this.#shared = answer.event;
      return;
    }
    const { upload } = answer;
    this.#upload = upload.upload;
    this.#stored = new Set(upload.parts);
    this.#options.meter.begin('sending', this.#bytesOf(upload));
  }

  #bytesOf({ parts, size }: UploadState): number {
    return parts.reduce((sum, n) => sum + partSize(size, n), 0);
  }

  /** Sends what is missing, several parts at once. What is there is only read where the hash of the whole still needs it. */
  async #sendMissing(): Promise<void> {
    const all = Array.from({ length: partCount(this.#source.size) }, (_, n) => n);
    // A stream is read in order, whatever of it is there.
    const isToRead = canHash() || !this.#source.isRepeatable;
    const wanted = all.filter((n) => !this.#stored.has(n) || (isToRead && this.#hashes[n] === undefined));
    await this.#each(wanted, async (n) => {
      const piece = await this.#read(n);
      if (!this.#stored.has(n)) await this.#sendPart(n, piece);
    });
    if (this.#shared === null) this.#options.meter.begin('finishing', this.#source.size);
  }

  async #sendPart(n: number, piece: Piece): Promise<void> {
    const { meter } = this.#options;
    let isLost = false;
    const answer = await this.#tried(async () => {
      try {
        // Whether it arrived is not known, only that its answer did not: asking is cheaper than sending.
        const known = isLost ? await this.#look() : null;
        isLost = false;
        if (known !== null && ('event' in known || known.upload.parts.includes(n))) return known;
        return await this.#put(n, piece);
      } catch (error) {
        meter.settle(n, 0);
        isLost = error instanceof ParleyError && waitingHelps(error);
        // It came, and something is missing that was there: the next round sees what.
        if (isCode(error, INCOMPLETE)) return null;
        throw error;
      }
    });
    this.#stored.add(n);
    this.#hasSent = true;
    meter.settle(n, piece.bytes.byteLength);
    if (answer !== null && 'event' in answer) this.#shared = answer.event;
  }

  #put(n: number, piece: Piece): Promise<UploadResponse> {
    const { requests, meter } = this.#options;
    const onBytes = (bytes: number) => meter.move(n, bytes);
    return requests.part(this.#upload ?? '', n, piece, { signal: this.#stop.signal, onBytes });
  }

  /** Works on several at once; with the first that fails all end. */
  async #each(list: readonly number[], work: (n: number) => Promise<void>): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let n = list[next]; n !== undefined; n = list[next]) {
        next += 1;
        this.#goOn();
        await work(n);
      }
    };
    let failed: { readonly error: unknown } | null = null;
    const workers = Array.from({ length: Math.min(AT_ONCE, list.length) }, () =>
      worker().catch((error: unknown) => {
        failed ??= { error };
        this.#stop.abort();
      }),
    );
    await Promise.all(workers);
    // Written in a function of its own, which the compiler does not follow.
    const first = failed as { readonly error: unknown } | null;
    if (first !== null) throw first.error;
  }

  /** Repeats a request after passing faults. */
  async #tried<T>(work: () => Promise<T>): Promise<T> {
    const { wait, random } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#goOn();
        return await work();
      } catch (error) {
        if (!mayTryAgain(error) || attempt === TRIES || this.#stop.signal.aborted) throw error;
        const backoff = Math.min(WAIT.most, WAIT.first * 2 ** (attempt - 1)) * (0.5 + random() / 2);
        await this.#waited(wait(Math.max(error.retry ?? 0, backoff)));
      }
    }
  }

  /** Waits, but not once it is stopped. */
  async #waited(waiting: Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
      signal.addEventListener('abort', stop);
    });
    await Promise.race([waiting, stopped]);
    signal.removeEventListener('abort', stop);
  }

  /** The same for what is asked, which is to have no answer then. */
  async #unlessStopped<T>(asked: Promise<T>): Promise<T> {
    await this.#waited(asked.then(() => undefined));
    this.#goOn();
    return asked;
  }

  /** Whether what the room has is what was read here: parts of an earlier time may have been of another file. */
  async #prove({ hash, file }: Shared): Promise<void> {
    if (canHash() && this.#source.isRepeatable) await this.#readAll();
    const own = await this.#whole();
    if (own === null || own === hash) return;
    if (this.#hasSent) {
      this.#shared = null;
      await this.#options.requests.remove(file);
    }
    throw new ParleyError('file_hash');
  }

  /** Takes back whatever has come of it. */
  #discard(): Promise<void> {
    const { requests, memory, file, wait } = this.#options;
    memory.forget();
    // It was shared whole before: somebody else's work, so to say.
    if (this.#shared !== null && !this.#hasSent) return Promise.resolve();
    const what = { ...file, size: this.#source.size, hash: null };
    const asked = this.#isBegun ? { key: this.#key, what } : null;
    const left = { file: this.#shared?.file ?? null, upload: this.#upload, asked };
    return discardUpload(requests, left, wait);
  }
}

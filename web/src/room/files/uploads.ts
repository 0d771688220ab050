import type { FileUploadOptions, TransferProgress, UploadStorage } from '../../../../src/client/index.ts';
import type { UploadState } from '../../../../src/protocol/index.ts';
import { codeOf } from '../../app/errors.ts';

/** How it is with a file that is to be shared. */
export type RowState =
  /** Others go first. */
  | { readonly is: 'waiting' }
  | { readonly is: 'sending'; readonly progress: TransferProgress | null }
  | { readonly is: 'paused'; readonly progress: TransferProgress | null }
  | { readonly is: 'failed'; readonly error: unknown }
  /** From an earlier time or another device: the server has a part of it, and the page has to be given the file once more. */
  | { readonly is: 'left'; readonly received: number };

export interface UploadRow {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly state: RowState;
}

/** What is needed of a room's connection. */
export interface SendingRoom {
  uploadFile(file: File, options: FileUploadOptions): Promise<unknown>;
  readonly files: {
    unfinished(): Promise<readonly UploadState[]>;
    abandon(upload: string): Promise<void>;
    giveUp(file: File, options: Pick<FileUploadOptions, 'storage'>): Promise<void>;
  };
}

interface Job {
  readonly id: number;
  readonly file: File | null;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** The upload to go on with, where only the server knows of it. */
  readonly upload: string | null;
  state: RowState;
  stop: AbortController;
  pause: AbortController;
}

/** Files that go at once; each in several parts. */
const AT_ONCE = 2;

const bytesIn = ({ parts, partSize, size }: UploadState): number =>
  parts.reduce((sum, n) => sum + Math.min(partSize, size - n * partSize), 0);

/** The files on their way to one room, from being chosen to being shared. It is there as long as the room, whatever is shown. */
export class FileUploads {
  readonly #room: SendingRoom;
  readonly #storage: UploadStorage;
  readonly #listeners = new Set<() => void>();
  readonly #jobs: Job[] = [];
  #next = 1;
  #list: readonly UploadRow[] = [];
  #shared = 0;
  readonly #sharedFiles = new WeakSet<File>();
  /** Whether the others are told how far they are. */
  announce = true;

  constructor(room: SendingRoom, storage: UploadStorage) {
    this.#room = room;
    this.#storage = storage;
  }

  get list(): readonly UploadRow[] {
    return this.#list;
  }
  /** How many have been shared since the page is open. */
  get shared(): number {
    return this.#shared;
  }
  /** Whether this one was; one that is in the list no longer and was not was given up. */
  hasShared(file: File): boolean {
    return this.#sharedFiles.has(file);
  }
  get isBusy(): boolean {
    return this.#jobs.some(({ state }) => state.is === 'sending' || state.is === 'waiting');
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes files. One that was left from an earlier time, by its name and size, goes on. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      const left = this.#jobs.find(
        ({ state, name, size }) => state.is === 'left' && name === file.name && size === file.size,
      );
      if (left !== undefined) this.#remove(left);
      const { name, type, size } = file;
      this.#put({ file, name, type, size, upload: left?.upload ?? null, state: { is: 'waiting' } });
    }
    this.#goOn();
  }

  /** Shows what the server has of uploads that this page knows nothing of. */
  async findLeft(): Promise<void> {
    const unfinished = await this.#room.files.unfinished();
    for (const one of unfinished) {
      const isKnown = this.#jobs.some(
        ({ upload, name, size }) => upload === one.upload || (name === one.name && size === one.size),
      );
      if (isKnown) continue;
      const { name, type, size, upload } = one;
      this.#put({ file: null, name, type, size, upload, state: { is: 'left', received: bytesIn(one) } });
    }
    this.#tell();
  }

  pause(id: number): void {
    const job = this.#find(id);
    if (job?.state.is !== 'sending' && job?.state.is !== 'waiting') return;
    const progress = job.state.is === 'sending' ? job.state.progress : null;
    job.state = { is: 'paused', progress };
    job.pause.abort();
    this.#goOn();
  }

  /** Goes on after a pause or a failure, with what is there. */
  resume(id: number): void {
    const job = this.#find(id);
    if (job?.state.is !== 'paused' && job?.state.is !== 'failed') return;
    job.state = { is: 'waiting' };
    job.pause = new AbortController();
    this.#goOn();
  }

  /** Gives one up: nothing of it stays on the server. */
  cancel(id: number): void {
    const job = this.#find(id);
    if (job === undefined) return;
    const { is } = job.state;
    this.#remove(job);
    if (is === 'sending') job.stop.abort();
    else this.#giveUp(job);
    this.#goOn();
  }

  /** Where the server can't be reached it gives an upload up by itself, later. */
  #giveUp({ file, upload }: Job): void {
    const given =
      file !== null
        ? this.#room.files.giveUp(file, { storage: this.#storage })
        : upload !== null
          ? this.#room.files.abandon(upload)
          : Promise.resolve();
    given.catch(() => undefined);
  }

  #find(id: number): Job | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  #put(job: Omit<Job, 'id' | 'stop' | 'pause'>): void {
    this.#jobs.push({ ...job, id: this.#next, stop: new AbortController(), pause: new AbortController() });
    this.#next += 1;
  }

  #remove(job: Job): void {
    const at = this.#jobs.indexOf(job);
    if (at !== -1) this.#jobs.splice(at, 1);
  }

  #goOn(): void {
    const sending = this.#jobs.filter(({ state }) => state.is === 'sending').length;
    const waiting = this.#jobs.filter(({ state }) => state.is === 'waiting');
    for (const job of waiting.slice(0, AT_ONCE - sending)) void this.#send(job);
    this.#tell();
  }

  async #send(job: Job): Promise<void> {
    const { file, stop, pause, upload } = job;
    if (file === null) return;
    job.state = { is: 'sending', progress: null };
    const isStill = () => job.pause === pause && job.state.is === 'sending';
    const onProgress = (progress: TransferProgress): void => {
      if (!isStill()) return;
      job.state = { is: 'sending', progress };
      this.#tell();
    };
    const more = upload === null ? {} : { upload };
    const options = { signal: stop.signal, pause: pause.signal, storage: this.#storage, onProgress };
    try {
      await this.#room.uploadFile(file, { ...options, ...more, announce: this.announce });
      // Paused in the very moment in which it was shared: it is shared.
      this.#shared += 1;
      this.#sharedFiles.add(file);
      this.#remove(job);
    } catch (error) {
      if (isStill() && codeOf(error) !== 'aborted') job.state = { is: 'failed', error };
    }
    this.#goOn();
  }

  #tell(): void {
    this.#list = this.#jobs.map(({ id, name, type, size, state }) => ({ id, name, type, size, state }));
    for (const listener of this.#listeners) listener();
  }
}

import { fileType } from '../protocol/file-parts.ts';
import type { FileInfo, UploadState } from '../protocol/files.ts';
import type { CommandInput, CommandResult, RoomEvent } from '../protocol/registry.ts';
import { query } from './asking.ts';
import type { DownloadOptions } from './file-download.ts';
import type { FileInput, FileSource } from './file-source.ts';
import { transfers } from './later.ts';
import { isLink, Links } from './links.ts';
import { MemoryStorage, type UploadStorage } from './memory-storage.ts';
import type { Session } from './session.ts';
import type { UploadMemory } from './upload-memory.ts';
import type { TransferProgress } from './upload-meter.ts';
import type { UploadRequests } from './upload-requests.ts';
import { listed } from './view-files.ts';

export interface FileUploadOptions {
  /** Left out: the name of a `File`, else "file". */
  readonly name?: string;
  /** Media type. Left out: that of a Blob, else application/octet-stream. */
  readonly type?: string;
  /** Bytes of a stream, which has to have exactly so many. */
  readonly size?: number;
  /** Told at most ten times a second. */
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Calls it off: it rejects with `aborted` when what was stored is deleted. */
  readonly signal?: AbortSignal;
  /** Stops it for now: it rejects with `aborted`, and to upload the same file again goes on with it. */
  readonly pause?: AbortSignal;
  /** Tells the others how far it is, in `state.files.uploads`. */
  readonly announce?: boolean;
  /** Where it is kept that it is under way, such as `localStorage`. Left out: in this connection's memory. */
  readonly storage?: UploadStorage;
  /** Goes on with this upload, one of `unfinished`. It must be of the same file; where its size differs it is `size_differs`. */
  readonly upload?: string;
}

/** Pages that are looked through for a file of the same size; in a room with more files one is thought to be there. */
const PAGES_SEEN = 10;

/** The files of a room: listed, fetched, uploaded. How many there are and the newest stand in `state.files`. */
export class RoomFiles {
  readonly #session: Session;
  readonly #storage = new MemoryStorage();
  readonly #links = new Links((file) => this.#link(file, false));

  /** @internal Use `room.files`. */
  constructor(session: Session) {
    this.#session = session;
  }

  /** A page of the files, at most 100; hand `next` back as `after` for the one behind it. */
  list(page: CommandInput<'file.list'> = {}): Promise<CommandResult<'file.list'>> {
    const isWhole = (page.search ?? '') === '';
    return query(this.#session, 'file.list', page, (view, result) => (isWhole ? listed(view, result) : view));
  }

  /**
   * An address that needs no token, good for a while: it saves the file. `inline`: a player or a page shows it; each time it is
   * another one, for a film takes long, and one that was good for a minute more would end in its middle.
   */
  async url(file: string, { inline = false }: { readonly inline?: boolean } = {}): Promise<string> {
    return inline ? (await this.#link(file, true)).url : this.#links.url(file);
  }

  /** Fetches a file into memory, with progress; after a drop it goes on. For large ones give the browser the `url`. */
  async download(
    { file, size, type }: Pick<FileInfo, 'file' | 'size' | 'type'>,
    options: DownloadOptions = {},
  ): Promise<Blob> {
    const session = this.#session;
    const { downloadFile } = await transfers();
    const path = `${session.path}/files/${encodeURIComponent(file)}`;
    const wait = (ms: number) => this.#wait(ms);
    return downloadFile(session.http, { ...options, path, token: () => session.token, size, type, wait });
  }

  /** Your own uploads that are not finished, from all your devices. */
  async unfinished(): Promise<readonly UploadState[]> {
    return (await this.#requests()).mine();
  }

  /** Gives up an upload that is not finished: what is stored of it is deleted. */
  async abandon(upload: string): Promise<void> {
    await (await this.#requests()).drop(upload);
  }

  /**
   * Shares a file of any type and size; resolves with its event. It goes in parts of 8 MiB, several at once, and what fails is
   * tried again. What is stored already is not sent again: after a drop, a reload or in another tab call it with the same file.
   * Nor is it where the room has the same content. Errors after which it can go on later: `network`, `overloaded` and those of
   * a seat that was lost. After all others, as after `signal`, nothing is left on the server.
   */
  async upload(input: FileInput, options: FileUploadOptions = {}): Promise<RoomEvent<'file.shared'>> {
    const { FileUpload, Meter, sourceOf } = await transfers();
    const source = sourceOf(input, options.size);
    const file = describe(source, options);
    const memory = await this.#remember(source, file.name, options).catch((error: unknown) => {
      source.close();
      throw error;
    });
    const upload = new FileUpload({
      requests: await this.#requests(),
      source,
      file,
      memory,
      upload: options.upload,
      isExpected: () => this.#hasSize(source.size),
      meter: new Meter('sending', source.size, options.onProgress),
      signal: options.signal,
      pause: options.pause,
      wait: (ms) => this.#wait(ms),
      random: Math.random,
    });
    return upload.run();
  }

  /** Gives up the upload of a file that was stopped: what is stored of it is deleted. It must be named and stored as it was then. */
  async giveUp(input: Blob, options: Pick<FileUploadOptions, 'name' | 'storage'> = {}): Promise<void> {
    const { discardUpload, sourceOf } = await transfers();
    const source = sourceOf(input, undefined);
    const file = describe(source, options);
    const memory = await this.#remember(source, file.name, options);
    const known = memory.known();
    if (known === null) return;
    memory.forget();
    const upload = 'upload' in known ? known.upload : null;
    const asked =
      'key' in known ? { key: known.key, what: { ...file, size: source.size, hash: null } } : null;
    await discardUpload(await this.#requests(), { file: null, upload, asked }, (ms) => this.#wait(ms));
  }

  async #requests(): Promise<UploadRequests> {
    const { UploadRequests } = await transfers();
    const session = this.#session;
    return new UploadRequests(session.http, session.path, () => session.token);
  }

  async #remember(
    source: FileSource,
    name: string,
    { storage = this.#storage }: Pick<FileUploadOptions, 'storage'>,
  ): Promise<UploadMemory> {
    const { fingerprintOf, UploadMemory } = await transfers();
    return new UploadMemory(storage, this.#session.state.room.code, await fingerprintOf(source, name));
  }

  /** Whether the room has a file of this size: only then it can have this one. Where that is not known it is thought to. */
  async #hasSize(size: number): Promise<boolean> {
    const { newest, count } = this.#session.state.files;
    if (newest.some((file) => file.size === size)) return true;
    if (newest.length >= count) return false;
    let after: string | undefined;
    for (let page = 1; page <= PAGES_SEEN; page += 1) {
      const more = after === undefined ? {} : { after };
      const found = await this.list({ order: 'size', ...more }).catch(() => null);
      if (found === null) return true;
      if (found.files.some((file) => file.size === size)) return true;
      const smallest = found.files.at(-1)?.size ?? 0;
      if (found.next === null || smallest < size) return false;
      after = found.next;
    }
    return true;
  }

  async #link(file: string, isInline: boolean): Promise<{ url: string; expiresAt: number }> {
    const { http, path, token } = this.#session;
    const { url, expiresAt } = await http.json(
      { path: `${path}/files/${encodeURIComponent(file)}/link`, bearer: token },
      isLink,
    );
    return { url: http.absolute(isInline ? `${url}&inline=1` : url), expiresAt };
  }

  /** Resolves after so many ms, or when the connection is back: then requests get through, too. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(over, ms);
      const stop = this.#session.emitter.on('on connection', () => {
        if (this.#session.state.connection.status === 'online') over();
      });
    });
  }
}

/** What a file is called, and of which type it is. */
const describe = (source: FileSource, { name, type, announce }: FileUploadOptions) => ({
  name: name ?? source.name ?? 'file',
  type: fileType(type ?? source.type ?? ''),
  announce: announce === true,
});

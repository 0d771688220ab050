/** The folder of all recordings, in the browser's "origin private file system". */
const FOLDER = 'recordings';

type Folder = FileSystemDirectoryHandle;

/** Where the recordings of an owner lie, a folder for each meeting. Rejects where this browser keeps no files, or they are not there. */
async function folderOf(owner: string, create: boolean): Promise<Folder> {
  const root = await navigator.storage.getDirectory();
  const all = await root.getDirectoryHandle(FOLDER, { create });
  return all.getDirectoryHandle(owner, { create });
}

/** Sorted by name. */
async function handlesIn<Handle extends FileSystemHandle>(
  folder: Folder,
  kind: new () => Handle,
): Promise<Handle[]> {
  const found: Handle[] = [];
  for await (const handle of folder.values()) if (handle instanceof kind) found.push(handle);
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const foldersIn = (folder: Folder) => handlesIn(folder, FileSystemDirectoryHandle);

/** Beside the pieces there may be what the browser has not finished to write ("000003.crswap"). */
async function piecesIn(folder: Folder): Promise<Blob[]> {
  const files = await handlesIn(folder, FileSystemFileHandle);
  return Promise.all(files.filter(({ name }) => /^\d+$/.test(name)).map((file) => file.getFile()));
}

const isMissing = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'NotFoundError';

/** Which tape: whose it is, the code of its meeting, and when it began, in ms since 1970. */
export interface TapeOf {
  readonly owner: string;
  readonly meeting: string;
  readonly since: number;
}

/** Tells a tape apart from all others. */
export const keyOf = ({ owner, meeting, since }: TapeOf): string => `${owner}/${meeting}/${since}`;

/** What was found on this machine. */
export interface Found {
  /** Oldest first. */
  readonly tapes: readonly Tape[];
  /** Nothing that is there could not be read. */
  readonly isWhole: boolean;
}

/**
 * What was recorded so far. Each piece is a file of its own on this machine, closed as soon as it is written: an hour of recording
 * does not sit in memory, and what was written is still there after a reload.
 */
export class Tape implements TapeOf {
  readonly owner: string;
  readonly meeting: string;
  readonly since: number;
  readonly #pieces: Blob[];
  /** null: the pieces stay with the page as they come. */
  #folder: Folder | null;
  #last: Promise<void> = Promise.resolve();

  /** Called when the disk takes no more. */
  readonly #full: () => void;

  private constructor(of: TapeOf, folder: Folder | null, pieces: Blob[], full: () => void) {
    const { owner, meeting, since } = of;
    this.owner = owner;
    this.meeting = meeting;
    this.since = since;
    this.#folder = folder;
    this.#pieces = pieces;
    this.#full = full;
  }

  static async begin(of: TapeOf, full: () => void): Promise<Tape> {
    const folder = await folderOf(of.owner, true)
      .then((all) => all.getDirectoryHandle(of.meeting, { create: true }))
      .then((meeting) => meeting.getDirectoryHandle(String(of.since), { create: true }))
      .catch(() => null);
    return new Tape(of, folder, [], full);
  }

  /** Those of an owner on this machine, of all meetings; those too that are being recorded now. What can't be read is passed over. */
  static async all(owner: string): Promise<Found> {
    const tapes: Tape[] = [];
    let isWhole = true;
    /** For each folder in one; one that can't be read leaves the others as they are. */
    const each = async (
      outer: Promise<Folder>,
      work: (folder: Folder) => Promise<unknown>,
    ): Promise<void> => {
      try {
        for (const folder of await foldersIn(await outer))
          await work(folder).catch(() => {
            isWhole = false;
          });
      } catch (error) {
        // Nothing was ever recorded.
        isWhole &&= isMissing(error);
      }
    };
    await each(folderOf(owner, false), (meeting) =>
      each(Promise.resolve(meeting), async (folder) => {
        const of = { owner, meeting: meeting.name, since: Number(folder.name) };
        tapes.push(new Tape(of, folder, await piecesIn(folder), () => undefined));
      }),
    );
    return { tapes: tapes.toSorted((a, b) => a.since - b.since), isWhole };
  }

  get key(): string {
    return keyOf(this);
  }
  /** Bytes. */
  get size(): number {
    return this.#pieces.reduce((sum, { size }) => sum + size, 0);
  }
  /** Whether it will still be there when this page is not. */
  get isOnDisk(): boolean {
    return this.#folder !== null;
  }

  /** Puts a piece behind the others. Where it can't be written, because the disk is full, it stays in memory with all that follow. */
  add(piece: Blob): void {
    this.#last = this.#last.then(async () => {
      this.#pieces.push(await this.#write(piece));
    });
  }

  /** All of it, which is read from the disk bit by bit. */
  async whole(): Promise<Blob> {
    await this.#last;
    return new Blob(this.#pieces);
  }

  /** Nobody needs it any more. Rejects where it can't be deleted. */
  async remove(): Promise<void> {
    await this.#last;
    try {
      const meeting = await (await folderOf(this.owner, false)).getDirectoryHandle(this.meeting);
      await meeting.removeEntry(String(this.since), { recursive: true });
    } catch (error) {
      if (this.isOnDisk && !isMissing(error)) throw error;
    }
  }

  async #write(piece: Blob): Promise<Blob> {
    if (this.#folder === null) return piece;
    try {
      // Names that sort as the pieces came.
      const name = String(this.#pieces.length).padStart(6, '0');
      const handle = await this.#folder.getFileHandle(name, { create: true });
      const stream = await handle.createWritable();
      await stream.write(piece);
      await stream.close();
      return await handle.getFile();
    } catch {
      // A later page would find what follows without this one, and couldn't read on.
      this.#folder = null;
      this.#full();
      return piece;
    }
  }
}

import { RECORDINGS_FOLDER } from '../../storage.ts';

type Folder = FileSystemDirectoryHandle;

/** The recordings of a meeting, in the browser's "origin private file system"; null: this browser keeps no files, or there are none. */
async function folderOf(meeting: string, create: boolean): Promise<Folder | null> {
  try {
    const all = await allFolder(create);
    return await all.getDirectoryHandle(meeting, { create });
  } catch {
    return null;
  }
}

async function allFolder(create: boolean): Promise<Folder> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(RECORDINGS_FOLDER, { create });
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

/** Which tape: the code of its meeting, and when it began, in ms since 1970. */
export interface TapeOf {
  readonly meeting: string;
  readonly since: number;
}

/** Tells a tape apart from all others. */
export const keyOf = ({ meeting, since }: TapeOf): string => `${meeting}/${since}`;

/**
 * What was recorded so far. Each piece is a file of its own on this machine, closed as soon as it is written: an hour of recording
 * does not sit in memory, and what was written is still there after a reload.
 */
export class Tape implements TapeOf {
  readonly meeting: string;
  readonly since: number;
  readonly #pieces: Blob[];
  /** null: the pieces stay with the page as they come. */
  #folder: Folder | null;
  #last: Promise<void> = Promise.resolve();

  /** Called when the disk takes no more. */
  readonly #full: () => void;

  private constructor({ meeting, since }: TapeOf, folder: Folder | null, pieces: Blob[], full: () => void) {
    this.meeting = meeting;
    this.since = since;
    this.#folder = folder;
    this.#pieces = pieces;
    this.#full = full;
  }

  static async begin(of: TapeOf, full: () => void): Promise<Tape> {
    const all = await folderOf(of.meeting, true);
    const own = await all?.getDirectoryHandle(String(of.since), { create: true }).catch(() => null);
    return new Tape(of, own ?? null, [], full);
  }

  /** Those on this machine, of all meetings, oldest first; those too that are being recorded now. */
  static async all(): Promise<readonly Tape[]> {
    const tapes: Tape[] = [];
    try {
      for (const meeting of await handlesIn(await allFolder(false), FileSystemDirectoryHandle))
        for (const folder of await handlesIn(meeting, FileSystemDirectoryHandle)) {
          const files = await handlesIn(folder, FileSystemFileHandle);
          const pieces = await Promise.all(files.map((file) => file.getFile()));
          const of = { meeting: meeting.name, since: Number(folder.name) };
          tapes.push(new Tape(of, folder, pieces, () => undefined));
        }
    } catch {
      // This browser keeps no files, or none are there; or somebody deletes them in this moment.
    }
    return tapes.toSorted((a, b) => a.since - b.since);
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

  /** Nobody needs it any more. */
  async remove(): Promise<void> {
    await this.#last;
    const all = await folderOf(this.meeting, false);
    await all?.removeEntry(String(this.since), { recursive: true }).catch(() => undefined);
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

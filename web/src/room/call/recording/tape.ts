import { RECORDINGS_FOLDER } from '../../storage.ts';

type Folder = FileSystemDirectoryHandle;

/** The recordings of a meeting, in the browser's "origin private file system"; null: this browser keeps no files, or there are none. */
async function folderOf(meeting: string, create: boolean): Promise<Folder | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle(RECORDINGS_FOLDER, { create });
    return await all.getDirectoryHandle(meeting, { create });
  } catch {
    return null;
  }
}

async function handlesIn(folder: Folder): Promise<readonly FileSystemHandle[]> {
  const found: FileSystemHandle[] = [];
  for await (const handle of folder.values()) found.push(handle);
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What was recorded so far. Each piece is a file of its own on this machine, closed as soon as it is written: an hour of recording
 * does not sit in memory, and what was written is still there after a reload.
 */
export class Tape {
  /** ms since 1970, when it began. */
  readonly since: number;
  /** null: the pieces stay with the browser as they come. */
  readonly #folder: Folder | null;
  readonly #meeting: string;
  readonly #pieces: Blob[];
  #last: Promise<void> = Promise.resolve();

  private constructor(meeting: string, since: number, folder: Folder | null, pieces: Blob[]) {
    this.#meeting = meeting;
    this.since = since;
    this.#folder = folder;
    this.#pieces = pieces;
  }

  static async begin(meeting: string, since: number): Promise<Tape> {
    const all = await folderOf(meeting, true);
    const own = await all?.getDirectoryHandle(String(since), { create: true }).catch(() => null);
    return new Tape(meeting, since, own ?? null, []);
  }

  /** Those that an earlier time has left, oldest first. */
  static async left(meeting: string): Promise<readonly Tape[]> {
    const all = await folderOf(meeting, false);
    const tapes: Tape[] = [];
    for (const folder of all === null ? [] : await handlesIn(all)) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      const pieces: File[] = [];
      for (const piece of await handlesIn(folder))
        if (piece instanceof FileSystemFileHandle) pieces.push(await piece.getFile());
      tapes.push(new Tape(meeting, Number(folder.name), folder, pieces));
    }
    return tapes;
  }

  /** Puts a piece behind the others. One that can't be written, because the disk is full, stays in memory. */
  add(piece: Blob): void {
    this.#last = this.#last.then(async () => {
      this.#pieces.push(await this.#write(piece).catch(() => piece));
    });
  }

  /** All of it as one file, which is read from the disk bit by bit; null: there is nothing. */
  async file(name: string, type: string): Promise<File | null> {
    await this.#last;
    const pieces = this.#pieces.filter(({ size }) => size > 0);
    return pieces.length === 0 ? null : new File(pieces, name, { type, lastModified: this.since });
  }

  /** Nobody needs it any more. */
  async remove(): Promise<void> {
    if (this.#folder === null) return;
    const all = await folderOf(this.#meeting, false);
    await all?.removeEntry(this.#folder.name, { recursive: true }).catch(() => undefined);
  }

  async #write(piece: Blob): Promise<Blob> {
    if (this.#folder === null) return piece;
    // Names that sort as the pieces came.
    const name = String(this.#pieces.length).padStart(6, '0');
    const handle = await this.#folder.getFileHandle(name, { create: true });
    const stream = await handle.createWritable();
    await stream.write(piece);
    await stream.close();
    return handle.getFile();
  }
}

import { vi } from 'vitest';
import { NO_TRACKS } from '../../../../src/client/call/call-view.ts';
import type { Call, CallView } from '../../../../src/client/call/index.ts';
import type { Home, Shelf } from '../../../../web/src/room/call/recording/archive.ts';

/** Listeners, and something that they are told of. */
export class Told {
  readonly listeners = new Set<() => void>();
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  tell(): void {
    for (const listener of Array.from(this.listeners)) listener();
  }
}

class FakeHandle {
  readonly name: string;
  constructor(name = '') {
    this.name = name;
  }
}

/** What all files of a machine have in common. */
interface Disk {
  isFull: boolean;
  /** Nothing can be deleted, as while somebody writes. */
  isBusy: boolean;
  /** The name of files that can't be read. */
  unreadable: string | null;
}

const newDisk = (): Disk => ({ isFull: false, isBusy: false, unreadable: null });

class FakeFile extends FakeHandle {
  #disk: Disk;
  #blob = new Blob();
  constructor(name = '', disk: Disk = newDisk()) {
    super(name);
    this.#disk = disk;
  }
  getFile = async () => {
    if (this.name === this.#disk.unreadable) throw new DOMException(this.name, 'NotReadableError');
    return new File([this.#blob], this.name);
  };
  createWritable = async () => ({
    write: async (blob: Blob) => {
      if (this.#disk.isFull) throw new DOMException('full', 'QuotaExceededError');
      this.#blob = blob;
    },
    close: async () => undefined,
  });
}

class FakeFolder extends FakeHandle {
  readonly inside = new Map<string, FakeFile | FakeFolder>();
  readonly disk: Disk;
  constructor(name = '', disk: Disk = newDisk()) {
    super(name);
    this.disk = disk;
  }
  async *values() {
    yield* Array.from(this.inside.values());
  }
  getDirectoryHandle = async (name: string, { create = false } = {}) =>
    this.#get(name, create ? () => new FakeFolder(name, this.disk) : null);
  getFileHandle = async (name: string, { create = false } = {}) =>
    this.#get(name, create ? () => new FakeFile(name, this.disk) : null);
  removeEntry = async (name: string) => {
    if (this.disk.isBusy) throw new DOMException(name, 'NoModificationAllowedError');
    if (!this.inside.delete(name)) throw new DOMException(name, 'NotFoundError');
  };
  #get(name: string, make: (() => FakeFile | FakeFolder) | null) {
    const found = this.inside.get(name) ?? make?.();
    if (found === undefined) throw new DOMException(name, 'NotFoundError');
    this.inside.set(name, found);
    return found;
  }
}

/** The paths of all files below a folder. */
function pathsIn(folder: FakeFolder, before = ''): string[] {
  return Array.from(folder.inside.values()).flatMap((one) =>
    one instanceof FakeFolder ? pathsIn(one, `${before}${one.name}/`) : [before + one.name],
  );
}

class FakeLocks {
  readonly held = new Set<string>();
  request = async (name: string, _: object, work: (lock: object | null) => Promise<void> | void) => {
    if (this.held.has(name)) return void (await work(null));
    this.held.add(name);
    await work({ name });
    this.held.delete(name);
  };
  query = async () => ({ held: Array.from(this.held, (name) => ({ name })) });
}

/** What a browser keeps: enumerable like a Storage. */
class FakeStorage {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? String(this[key]) : null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

/** A browser with files of its own, locks and a memory; `keepsNoFiles`: as in some private windows. */
export function stubBrowser({ keepsNoFiles = false } = {}) {
  const disk = newDisk();
  const root = new FakeFolder('', disk);
  const getDirectory = async () => {
    if (keepsNoFiles) throw new DOMException('no', 'SecurityError');
    return root;
  };
  const locks = new FakeLocks();
  const storage = new FakeStorage();
  vi.stubGlobal('FileSystemDirectoryHandle', FakeFolder);
  vi.stubGlobal('FileSystemFileHandle', FakeFile);
  vi.stubGlobal('navigator', { storage: { getDirectory }, locks });
  vi.stubGlobal('localStorage', storage);
  const downloads: { name: string; blob: Blob }[] = [];
  vi.stubGlobal('document', {
    createElement: () => {
      const link = {
        href: '',
        download: '',
        click: () => downloads.push({ name: link.download, blob: blobs.at(-1) ?? new Blob() }),
      };
      return link;
    },
  });
  const blobs: Blob[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    if (blob instanceof Blob) blobs.push(blob);
    return 'blob:one';
  });
  return { disk, locks, storage, downloads, files: () => pathsIn(root) };
}

/** A room's uploads, whose fate the test decides. */
export class FakeShelf extends Told implements Shelf {
  list: { id: number; name: string; size: number; state: { is: string; error?: unknown } }[] = [];
  readonly files: File[] = [];
  readonly resumed: number[] = [];
  readonly #shared = new WeakSet<File>();

  add(files: Iterable<File>): void {
    for (const file of files) {
      this.files.push(file);
      this.list = [
        ...this.list,
        { id: this.files.length, name: file.name, size: file.size, state: { is: 'sending' } },
      ];
    }
    this.tell();
  }
  resume(id: number): void {
    this.resumed.push(id);
    this.becomes('sending');
  }
  hasShared(file: File): boolean {
    return this.#shared.has(file);
  }
  becomes(is: string, error: unknown = null): void {
    this.list = this.list.map((row) => ({ ...row, state: { is, error } }));
    this.tell();
  }
  share(): void {
    for (const file of this.files) this.#shared.add(file);
    this.cancel();
  }
  /** Of all: there is one. */
  cancel(): void {
    this.list = [];
    this.tell();
  }
}

export class FakeRoom extends Told {
  state = {
    room: { code: 'abc-defg-hij', name: 'Stand-up' },
    self: { id: 'm_ada' },
    names: new Map([
      ['m_ada', 'Ada'],
      ['m_ben', 'Ben'],
    ]),
    spotlight: null,
    connection: { status: 'online' as string },
    call: { recording: null as { by: string; since: number } | null },
  };
  become(change: Partial<FakeRoom['state']>): void {
    this.state = { ...this.state, ...change };
    this.tell();
  }
  recordedBy(by: string | null): void {
    this.become({ call: { recording: by === null ? null : { by, since: 0 } } });
  }
  close(): void {
    this.become({ connection: { status: 'closed' } });
  }
}

export function newHome() {
  const room = new FakeRoom();
  const shelf = new FakeShelf();
  return { room, shelf, home: { room, shelf } as unknown as Home };
}

const NOBODY: CallView = {
  mode: 'direct',
  status: 'in',
  failure: null,
  members: new Map(),
  self: { ...NO_TRACKS, muted: false, speaking: false, speakingWhileMuted: false },
};

export class FakeCall extends Told {
  state: CallView = NOBODY;
  become(change: Partial<CallView>): void {
    this.state = { ...this.state, ...change };
    this.tell();
  }
  get call(): Call {
    return this as unknown as Call;
  }
}

export const track = (kind: 'audio' | 'video', id: string) =>
  ({ kind, id, stop: vi.fn() }) as unknown as MediaStreamTrack;

export const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

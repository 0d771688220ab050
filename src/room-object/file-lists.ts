import type { StateView } from '../engine/state.ts';
import { type FileInfo, type FileOrder, LIMITS } from '../protocol/index.ts';
import { fileTable, type SharedFile, sharedFiles, toFileInfo } from './file-rows.ts';

type Row = Readonly<SharedFile>;

/** Without case and accents: how names are compared and searched. */
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** By row, which is replaced when anything in it changes: ten thousand names are folded once, and not for each page. */
const foldedNames = new WeakMap<Row, string>();
function foldedName(row: Row): string {
  const known = foldedNames.get(row);
  if (known !== undefined) return known;
  const name = folded(row.name);
  foldedNames.set(row, name);
  return name;
}

/** Whatever the order, no two files are equal in it. */
const newestFirst = (a: Row, b: Row): number => b.seq - a.seq;
const ORDERS: Readonly<Record<FileOrder, (a: Row, b: Row) => number>> = {
  newest: newestFirst,
  oldest: (a, b) => a.seq - b.seq,
  name: (a, b) => {
    const [one, other] = [foldedName(a), foldedName(b)];
    return one < other ? -1 : one > other ? 1 : newestFirst(a, b);
  },
  size: (a, b) => b.size - a.size || newestFirst(a, b),
};

interface Sorted {
  readonly version: number;
  readonly lists: Map<FileOrder, readonly Row[]>;
}
/** By table: a list is sorted when files have changed, and not for each page of it. */
const sorted = new WeakMap<object, Sorted>();

/** All files in an order. */
function sortedFiles(state: StateView, order: FileOrder): readonly Row[] {
  const table = state.table(fileTable);
  let known = sorted.get(table);
  if (known?.version !== table.version) {
    known = { version: table.version, lists: new Map() };
    sorted.set(table, known);
  }
  const list = known.lists.get(order) ?? sharedFiles(state).sort(ORDERS[order]);
  known.lists.set(order, list);
  return list;
}

const bytesOf = (rows: readonly Row[]): number => rows.reduce((sum, { size }) => sum + size, 0);

export interface ListFields {
  readonly search?: string | undefined;
  readonly order?: FileOrder | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** A page of files. Where `after` was removed meanwhile the list begins anew. */
export function filePage(
  state: StateView,
  { search = '', order = 'newest', after, limit = LIMITS.filesPage }: ListFields,
): { files: FileInfo[]; next: string | null; count: number; bytes: number } {
  const wanted = folded(search.trim());
  const every = sortedFiles(state, order);
  const all = wanted === '' ? every : every.filter((row) => foldedName(row).includes(wanted));
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const page = all.slice(from, from + limit);
  const next = from + page.length < all.length ? (page.at(-1)?.id ?? null) : null;
  return { files: page.map(toFileInfo), next, count: all.length, bytes: bytesOf(all) };
}

export interface FilesShown {
  readonly count: number;
  readonly bytes: number;
  readonly newest: readonly FileInfo[];
}
/** By table: a snapshot is made for each commit with newcomers, and files change seldom. */
const shown = new WeakMap<object, { readonly version: number; readonly files: FilesShown }>();

/** What a snapshot says of files. */
export function filesShown(state: StateView): FilesShown {
  const table = state.table(fileTable);
  const known = shown.get(table);
  if (known?.version === table.version) return known.files;
  const all = sortedFiles(state, 'newest');
  const newest = all.slice(0, LIMITS.filesRecent).map(toFileInfo);
  const files = { count: all.length, bytes: bytesOf(all), newest };
  shown.set(table, { version: table.version, files });
  return files;
}

/** The name that a new file gets: its own, or with a number where another file has it. */
export function freeName(state: StateView, name: string): string {
  const taken = new Set(sharedFiles(state).map(foldedName));
  if (!taken.has(folded(name))) return name;
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let count = 2; ; count += 1) {
    const tail = ` (${count})${extension}`;
    const room = LIMITS.fileNameLength - [...tail].length;
    const numbered = `${[...stem].slice(0, Math.max(room, 1)).join('')}${tail}`;
    if (!taken.has(folded(numbered))) return numbered;
  }
}

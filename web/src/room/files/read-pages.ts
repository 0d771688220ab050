import type { FileInfo } from '../../../../src/protocol/index.ts';

/** A page of the room's files, as `file.list` answers it. */
export interface FilePage {
  readonly files: readonly FileInfo[];
  readonly count: number;
  readonly next: string | null;
}

/** Pages that are read in a row. */
const MOST = 10;

/**
 * Reads pages until what was found is enough, there are no more, or it would take too long; `next` says where to go on. `ask`
 * is given what the page before answered as `next`, null for the first one, and how many files were found so far.
 */
export async function readPages(
  ask: (after: string | null, found: number) => Promise<FilePage>,
  { from = null, isWanted = () => true, enough }: ReadPages,
): Promise<FilePage> {
  const files: FileInfo[] = [];
  let after = from;
  for (let pages = 1; ; pages += 1) {
    const page = await ask(after, files.length);
    files.push(...page.files.filter(isWanted));
    if (page.next === null || files.length >= enough || pages === MOST) return { ...page, files };
    after = page.next;
  }
}

interface ReadPages {
  /** Where to begin: `next` of what was read before. Left out: with the first page. */
  readonly from?: string | null;
  /** Left out: each is. */
  readonly isWanted?: (file: FileInfo) => boolean;
  /** So many are enough. */
  readonly enough: number;
}

import { useCallback, useEffect, useMemo, useState } from 'react';
import { type FileInfo, LIMITS } from '../../../../src/protocol/index.ts';
import { useAction } from '../../ui/use-action.ts';
import { readPages } from '../files/read-pages.ts';
import { useRoom, useView } from '../room-context.tsx';

interface FoundFiles {
  /** Newest first; null: not asked yet. */
  readonly files: readonly FileInfo[] | null;
  readonly busy: boolean;
  /** Reads on; null: there are no more. */
  readonly more: (() => void) | null;
}

/** What was found before, and before it what has come since. */
export function withNewer(
  known: readonly FileInfo[],
  newest: readonly FileInfo[],
  isWanted: (type: string) => boolean,
): readonly FileInfo[] {
  const ids = new Set(known.map(({ file }) => file));
  return [...newest.filter(({ file, type }) => isWanted(type) && !ids.has(file)), ...known];
}

/** The files of the room that are of use here. `isWanted` must stay the same from one rendering to the next. */
export function useFiles(isWanted: (type: string) => boolean): FoundFiles {
  const room = useRoom();
  const newest = useView((view) => view.files.newest);
  const [busy, run] = useAction();
  const [files, setFiles] = useState<readonly FileInfo[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const load = useCallback(
    (from: string | null) =>
      void run(async () => {
        // Of many files none may be of use; whoever asks for more gets to see at least one.
        const page = await readPages(
          (after) => room.files.list({ limit: LIMITS.filesPage, ...(after === null ? {} : { after }) }),
          { from, isWanted: ({ type }) => isWanted(type), enough: 1 },
        );
        setFiles((before) => (from === null ? page.files : [...(before ?? []), ...page.files]));
        setNext(page.next);
      }),
    [room, run, isWanted],
  );
  useEffect(() => load(null), [load]);
  const shown = useMemo(() => files && withNewer(files, newest, isWanted), [files, newest, isWanted]);
  return { files: shown, busy, more: next === null ? null : () => load(next) };
}

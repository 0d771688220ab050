import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileInfo, FileOrder } from '../../../../src/protocol/index.ts';
import { describeError } from '../../app/errors.ts';
import { useRoom, useView } from '../room-context.tsx';
import { readPages } from './read-pages.ts';

/** Files of a page. */
const PAGE = 50;
/** The most that is asked for at once. */
const MOST = 100;
/** ms in which somebody who types has not done so. */
const TYPED = 250;

interface FileList {
  readonly files: readonly FileInfo[];
  /** All that fit. null: not known yet. */
  readonly count: number | null;
  readonly hasMore: boolean;
  /** In words, why the list can't be shown. */
  readonly fault: string | null;
  more(): Promise<void>;
}

interface Known {
  readonly files: readonly FileInfo[];
  readonly count: number | null;
  readonly next: string | null;
}
const NOTHING: Known = { files: [], count: null, next: null };

/** The files that fit a search, in an order; read anew when files come and go. */
export function useFileList(search: string, order: FileOrder): FileList {
  const { t } = useTranslation();
  const room = useRoom();
  const [known, setKnown] = useState(NOTHING);
  const [fault, setFault] = useState<string | null>(null);
  const isOnline = useView((view) => view.connection.status === 'online');
  // Both change with each file that comes or goes.
  const newest = useView((view) => view.files.newest);
  const count = useView((view) => view.files.count);
  const asked = useRef(0);
  const shown = useRef(0);
  shown.current = known.files.length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what has come or gone is in the answer, not here.
  useEffect(() => {
    if (!isOnline) return;
    asked.current += 1;
    const question = asked.current;
    const ask = async () => {
      try {
        // As many as are shown: nobody loses what they have read on to because a file came.
        const enough = Math.max(PAGE, shown.current);
        const page = await readPages(
          (after, found) =>
            room.files.list({
              ...(search.trim() === '' ? {} : { search }),
              ...(after === null ? {} : { after }),
              order,
              limit: Math.min(MOST, enough - found),
            }),
          { enough },
        );
        if (question !== asked.current) return;
        setKnown({ files: page.files, count: page.count, next: page.next });
        setFault(null);
      } catch (error) {
        if (question === asked.current) setFault(describeError(t, error));
      }
    };
    const timer = setTimeout(() => void ask(), search.trim() === '' ? 0 : TYPED);
    return () => clearTimeout(timer);
  }, [room, search, order, newest, count, isOnline, t]);

  const { next } = known;
  const more = useCallback(async () => {
    if (next === null) return;
    const question = asked.current;
    const page = await room.files.list({
      ...(search.trim() === '' ? {} : { search }),
      order,
      after: next,
      limit: PAGE,
    });
    if (question !== asked.current) return;
    setKnown((before) => ({
      files: [...before.files, ...page.files],
      count: page.count,
      next: page.next,
    }));
  }, [room, search, order, next]);

  return { files: known.files, count: known.count, hasMore: next !== null, fault, more };
}

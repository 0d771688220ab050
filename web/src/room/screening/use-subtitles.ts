import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Subtitles, WatchItem } from '../../../../src/protocol/index.ts';
import { describeError } from '../../app/errors.ts';
import { toast } from '../../ui/toasts.tsx';
import { useRoom } from '../room-context.tsx';

interface Track extends Subtitles {
  readonly url: string;
}

/** The subtitles of whoever watches here: others see theirs. */
export interface OwnSubtitles {
  /** The file of those that are chosen; null: none. */
  readonly chosen: string | null;
  choose(file: string | null): void;
  /** Those to be shown; null while their address is asked for, too. */
  readonly track: Track | null;
}

export function useSubtitles(item: WatchItem | null): OwnSubtitles {
  const { t } = useTranslation();
  const room = useRoom();
  const [wanted, setWanted] = useState<string | null>(null);
  const [found, setFound] = useState<{ readonly file: string; readonly url: string } | null>(null);
  // Those of another item, or that were taken away, are not chosen any more.
  const chosen = item?.subtitles.find(({ file }) => file === wanted) ?? null;
  const file = chosen?.file ?? null;
  useEffect(() => {
    if (file === null) return;
    let isWanted = true;
    room.mediaUrl(file).then(
      (url) => isWanted && setFound({ file, url }),
      (error: unknown) => isWanted && toast(describeError(t, error)),
    );
    return () => {
      isWanted = false;
    };
  }, [room, file, t]);
  const track = chosen === null || found?.file !== file ? null : { ...chosen, url: found.url };
  return { chosen: file, choose: setWanted, track };
}

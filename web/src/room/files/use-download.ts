import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TransferProgress } from '../../../../src/client/index.ts';
import type { FileInfo } from '../../../../src/protocol/index.ts';
import { codeOf, describeError } from '../../app/errors.ts';
import { saveBlob } from '../../ui/save-file.ts';
import { toast } from '../../ui/toasts.tsx';
import { useRoom } from '../room-context.tsx';

/** Bytes up to which a file is fetched by the page, with its progress; larger ones the browser fetches to the disk. */
const IN_PAGE = 256_000_000;

type Wanted = Pick<FileInfo, 'file' | 'name' | 'size' | 'type'>;

interface Download {
  /** null: nothing is fetched. */
  readonly progress: TransferProgress | null;
  start(): void;
  stop(): void;
}

/** Has the browser save what is at an address that says itself that it is to be saved. */
function saveFrom(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}

/** Fetches a file to save it. Ends with the component. */
export function useDownload({ file, name, size, type }: Wanted): Download {
  const { t } = useTranslation();
  const room = useRoom();
  const [progress, setProgress] = useState<TransferProgress | null>(null);
  const running = useRef<AbortController | null>(null);
  const stop = useCallback(() => running.current?.abort(), []);
  useEffect(() => stop, [stop]);

  const start = useCallback(() => {
    if (running.current !== null) return;
    const abort = new AbortController();
    running.current = abort;
    const fetched =
      size > IN_PAGE
        ? room.files.url(file).then(saveFrom)
        : room.files
            .download({ file, size, type }, { signal: abort.signal, onProgress: setProgress })
            .then((blob) => saveBlob(blob, name));
    fetched
      .catch((error: unknown) => {
        if (codeOf(error) !== 'aborted') toast(describeError(t, error));
      })
      .finally(() => {
        running.current = null;
        setProgress(null);
      });
  }, [room, file, name, size, type, t]);

  return { progress, start, stop };
}

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UploadOptions } from '../../../../src/client/index.ts';
import { codeOf, describeError } from '../../app/errors.ts';
import { toast } from '../../ui/toasts.tsx';
import { isPicture } from './is-picture.ts';

export interface Upload {
  readonly id: number;
  readonly file: File;
  /** For an <img>; valid as long as the upload is in the tray. */
  readonly preview: string;
  readonly caption: string;
  readonly state:
    | { readonly is: 'draft' }
    | {
        readonly is: 'sending';
        readonly sent: number;
        readonly total: number;
        readonly stop: AbortController;
      }
    | { readonly is: 'failed'; readonly reason: string };
}

/** Pictures between being picked and being shared. */
export interface Uploads {
  readonly list: readonly Upload[];
  /** How many wait to be sent. */
  readonly drafts: number;
  add(files: Iterable<File>): void;
  describe(id: number, caption: string): void;
  /** Takes a picture out; stops it where it is on its way. */
  remove(id: number): void;
  /** Sends one, or all that wait. */
  send(id?: number): void;
}

/** Shares one picture; resolves when others can see it. */
export type Share = (file: File, options: UploadOptions) => Promise<unknown>;

/** `share` must stay the same from one rendering to the next. */
export function useUploads(share: Share, mayShare: boolean): Uploads {
  const { t } = useTranslation();
  const [list, setList] = useState<readonly Upload[]>([]);
  const next = useRef(1);
  const current = useRef(list);
  current.current = list;

  useEffect(
    () => () => {
      for (const { preview, state } of current.current) {
        URL.revokeObjectURL(preview);
        if (state.is === 'sending') state.stop.abort();
      }
    },
    [],
  );

  const change = useCallback((id: number, with_: Partial<Upload>) => {
    setList((before) => before.map((upload) => (upload.id === id ? { ...upload, ...with_ } : upload)));
  }, []);

  const remove = useCallback((id: number) => {
    const upload = current.current.find((candidate) => candidate.id === id);
    if (upload === undefined) return;
    if (upload.state.is === 'sending') upload.state.stop.abort();
    URL.revokeObjectURL(upload.preview);
    setList((before) => before.filter((candidate) => candidate.id !== id));
  }, []);

  const sendOne = useCallback(
    async ({ id, file, caption }: Upload) => {
      const stop = new AbortController();
      change(id, { state: { is: 'sending', sent: 0, total: file.size, stop } });
      try {
        await share(file, {
          caption: caption.trim(),
          signal: stop.signal,
          onProgress: (sent, total) => change(id, { state: { is: 'sending', sent, total, stop } }),
        });
        remove(id);
      } catch (error) {
        if (codeOf(error) !== 'aborted')
          change(id, { state: { is: 'failed', reason: describeError(t, error) } });
      }
    },
    [share, change, remove, t],
  );

  return useMemo(
    () => ({
      list,
      drafts: list.filter(({ state }) => state.is === 'draft').length,
      add: (files) => {
        if (!mayShare) return toast(t('image.locked'));
        const added: Upload[] = [];
        for (const file of files) {
          if (!isPicture(file)) {
            toast(t('image.wrongType', { name: file.name }));
            continue;
          }
          added.push({
            id: next.current,
            file,
            preview: URL.createObjectURL(file),
            caption: '',
            state: { is: 'draft' },
          });
          next.current += 1;
        }
        setList((before) => [...before, ...added]);
      },
      describe: (id, caption) => change(id, { caption }),
      remove,
      send: (id) => {
        for (const upload of list) {
          if (id === undefined ? upload.state.is === 'draft' : upload.id === id) void sendOne(upload);
        }
      },
    }),
    [list, mayShare, change, remove, sendOne, t],
  );
}

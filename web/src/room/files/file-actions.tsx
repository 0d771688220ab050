import { Download, Trash2, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileInfo } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFaceOf, useIsHost, useRoom, useView } from '../room-context.tsx';
import { fileIcon } from './file-icon.ts';
import { Transfer } from './transfer.tsx';
import { useDownload } from './use-download.ts';

type Shown = Pick<FileInfo, 'file' | 'name' | 'size' | 'type'> & { readonly by?: string };

/** A file with what can be done with it: save it, and remove it where it is one's own or one is a host. */
export function FileWithActions({ file, children }: { file: Shown; children: ReactNode }) {
  const { t } = useTranslation();
  const room = useRoom();
  const isHost = useIsHost();
  const self = useView((view) => view.self.id);
  const faceOf = useFaceOf();
  const download = useDownload(file);
  const [asking, setAsking] = useState(false);
  const [busy, run] = useAction();
  const { name, by = '' } = file;
  // Whoever has sent it with another of their devices may remove it, too.
  const isOwn = by === self || (by !== '' && faceOf(by).of === faceOf(self).of);
  const Icon = fileIcon(file);
  return (
    // Where there is little room, what can be done stands below the name.
    <div className="flex flex-wrap items-start justify-end gap-x-3">
      <div className="flex min-w-0 grow basis-36 items-start gap-3">
        <Icon aria-hidden className="mt-2 size-6 shrink-0 text-muted" />
        <div className="min-w-0 flex-1">
          <p dir="auto" className="text-sm font-medium wrap-anywhere">
            {name}
          </p>
          {children}
          {download.progress === null ? null : (
            <Transfer label={t('files.receiving', { name })} progress={download.progress} />
          )}
        </div>
      </div>
      <div className="flex shrink-0 gap-1">
        {download.progress === null ? (
          <IconButton label={t('files.download', { name })} icon={Download} onClick={download.start} />
        ) : (
          <IconButton label={t('files.stop', { name })} icon={X} onClick={download.stop} />
        )}
        {isOwn || isHost ? (
          <IconButton
            label={t('files.remove', { name })}
            icon={Trash2}
            className="text-muted"
            onClick={() => setAsking(true)}
          />
        ) : null}
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('files.removeAsk', { name })}
        text={t('files.removeText')}
        action={t('files.removeDo')}
        busy={busy}
        onConfirm={() => void run(() => room.removeFile(file.file)).then(() => setAsking(false))}
      />
    </div>
  );
}

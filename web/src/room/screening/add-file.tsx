import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { isWatchable } from './kinds.ts';
import { useAdding } from './use-adding.ts';
import { useFiles } from './use-files.ts';

/** Videos and audios among the files of the room. */
export function AddFile({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { files, busy, more } = useFiles(isWatchable);
  const adding = useAdding();
  const beingAdded = adding.busy?.kind === 'file' ? adding.busy.file : null;
  return (
    <>
      {adding.fault === null ? null : <Alert>{adding.fault}</Alert>}
      {files?.length === 0 && more === null ? (
        <p className="text-sm text-muted">{t('screening.noFiles')}</p>
      ) : null}
      <ul className="flex flex-col gap-1">
        {files?.map(({ file, name, type }) => (
          <li key={file} className="flex items-center gap-2">
            <span dir="auto" className="min-w-0 flex-1 truncate text-sm">
              {name}
            </span>
            <Button
              icon={Plus}
              busy={beingAdded === file}
              disabled={adding.busy !== null}
              aria-label={t('screening.addOne', { title: name })}
              onClick={() => void adding.add({ kind: 'file', file }, type).then((done) => done && onDone())}
            >
              {t('screening.add')}
            </Button>
          </li>
        ))}
      </ul>
      {more === null ? null : (
        <Button className="mt-2" busy={busy} onClick={more}>
          {t('screening.more')}
        </Button>
      )}
    </>
  );
}

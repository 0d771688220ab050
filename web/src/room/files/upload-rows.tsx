import { useTranslation } from 'react-i18next';
import { later } from '../../ui/later.tsx';
import { useSharedCount, useUploadRows } from './use-file-uploads.ts';

const UploadLine = later(async () => (await import('./upload-line.tsx')).UploadLine);

/** Files that are on their way, and those that were left. */
export function UploadRows() {
  const { t } = useTranslation();
  const rows = useUploadRows();
  const shared = useSharedCount();
  return (
    <>
      <p role="status" className="sr-only">
        {shared === 0 ? '' : t('files.shared', { count: shared })}
      </p>
      {rows.length === 0 ? null : (
        <ul aria-label={t('files.uploads')} className="flex max-h-72 flex-col gap-2 overflow-y-auto pb-2">
          {rows.map((row) => (
            <UploadLine key={row.id} row={row} />
          ))}
        </ul>
      )}
    </>
  );
}

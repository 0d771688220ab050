import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FileInfo } from '../../../../src/protocol/index.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { IconButton } from '../../ui/button.tsx';
import { formatSize } from '../files/file-size.ts';
import { useDownload } from '../files/use-download.ts';
import { useView } from '../room-context.tsx';

/** The newest files of a meeting that is over, to be saved as long as its data is kept. */
export function OverFiles() {
  const { t } = useTranslation();
  const files = useView((view) => view.files.newest);
  const count = useView((view) => view.files.count);
  if (files.length === 0) return null;
  return (
    <fieldset className="mt-3 min-w-0">
      <legend className="mb-1 text-sm font-medium">{t('files.title')}</legend>
      {count > files.length ? (
        <p className="text-sm text-muted">{t('over.filesNewest', { shown: files.length, count })}</p>
      ) : null}
      <ul>
        {files.map((file) => (
          <OverFile key={file.file} file={file} />
        ))}
      </ul>
    </fieldset>
  );
}

function OverFile({ file }: { file: FileInfo }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const { progress, start } = useDownload(file);
  const { name, size } = file;
  return (
    <li className="flex items-center gap-3 border-t border-line first:border-t-0">
      <span dir="auto" className="min-w-0 flex-1 py-2 text-sm wrap-anywhere">
        {name} <span className="text-muted">{formatSize(locale, size)}</span>
      </span>
      <IconButton
        label={t('files.download', { name })}
        icon={Download}
        disabled={progress !== null}
        onClick={start}
      />
    </li>
  );
}

import { Pause, Play, RotateCcw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../../app/errors.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { IconButton } from '../../ui/button.tsx';
import { fileIcon } from './file-icon.ts';
import { formatSize } from './file-size.ts';
import { Transfer } from './transfer.tsx';
import type { UploadRow } from './uploads.ts';
import { useFileUploads } from './use-file-uploads.ts';

/** A file that is on its way, or was left. */
export function UploadLine({ row }: { row: UploadRow }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const uploads = useFileUploads();
  const { id, name, size, state } = row;
  const Icon = fileIcon(row);
  const isMoving = state.is === 'sending' || state.is === 'waiting';
  return (
    <li className="flex items-start gap-3 rounded-lg border border-line bg-canvas p-2">
      <Icon aria-hidden className="mt-2 size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1 pt-1">
        <p className="text-sm wrap-anywhere">
          <bdi className="font-medium">{name}</bdi>{' '}
          <span className="whitespace-nowrap text-muted">{formatSize(locale, size)}</span>
        </p>
        {state.is === 'waiting' ? <p className="text-sm text-muted">{t('files.waiting')}</p> : null}
        {state.is === 'sending' && state.progress === null ? (
          <p className="text-sm text-muted">{t('files.beginning')}</p>
        ) : null}
        {state.is === 'sending' && state.progress !== null ? (
          <Transfer label={t('files.progress', { name })} progress={state.progress} />
        ) : null}
        {state.is === 'paused' ? (
          <p className="text-sm text-muted">
            {state.progress === null
              ? t('files.paused')
              : t('files.pausedAt', { done: formatSize(locale, state.progress.done) })}
          </p>
        ) : null}
        {state.is === 'left' ? (
          <p className="text-sm text-muted">
            {t('files.left', { done: formatSize(locale, state.received) })}
          </p>
        ) : null}
        {state.is === 'failed' ? (
          <p role="alert" className="text-sm text-danger wrap-anywhere">
            {t('files.failed', { reason: describeError(t, state.error) })}
          </p>
        ) : null}
      </div>
      {isMoving ? (
        <IconButton label={t('files.pause', { name })} icon={Pause} onClick={() => uploads.pause(id)} />
      ) : null}
      {state.is === 'paused' ? (
        <IconButton label={t('files.resume', { name })} icon={Play} onClick={() => uploads.resume(id)} />
      ) : null}
      {state.is === 'failed' ? (
        <IconButton label={t('files.retry', { name })} icon={RotateCcw} onClick={() => uploads.resume(id)} />
      ) : null}
      <IconButton label={t('files.cancel', { name })} icon={X} onClick={() => uploads.cancel(id)} />
    </li>
  );
}

import { RotateCcw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import type { Upload, Uploads } from './use-uploads.ts';

/** Pictures that were picked and are not shared yet. */
export function UploadTray({ uploads }: { uploads: Uploads }) {
  const { t } = useTranslation();
  if (uploads.list.length === 0) return null;
  return (
    <ul aria-label={t('image.tray')} className="flex max-h-60 flex-col gap-2 overflow-y-auto pb-2">
      {uploads.list.map((upload) => (
        <Item key={upload.id} upload={upload} uploads={uploads} />
      ))}
    </ul>
  );
}

function Item({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { t } = useTranslation();
  const { id, preview, caption, state } = upload;
  const name = upload.file.name || t('image.file');
  return (
    <li className="flex items-center gap-3 rounded-lg border border-line bg-canvas p-2">
      <img src={preview} alt={name} className="size-14 shrink-0 rounded-lg object-cover" />
      <div className="min-w-0 flex-1">
        {state.is === 'draft' ? (
          <input
            aria-label={t('image.caption', { name })}
            placeholder={t('image.captionPlaceholder')}
            maxLength={LIMITS.captionLength}
            value={caption}
            onChange={(event) => uploads.describe(id, event.target.value)}
            // Enter in a form would send the text as well; here it sends this picture.
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              event.preventDefault();
              uploads.send(id);
            }}
            className="min-h-tap w-full rounded-lg border border-edge bg-raised px-3 text-base placeholder:text-muted"
          />
        ) : null}
        {state.is === 'sending' ? (
          <Progress label={t('image.progress', { name })} done={state.sent} total={state.total} />
        ) : null}
        {state.is === 'failed' ? (
          <p role="alert" className="text-sm text-danger wrap-anywhere">
            {t('image.failed', { name, reason: state.reason })}
          </p>
        ) : null}
      </div>
      {state.is === 'failed' ? (
        <IconButton label={t('image.retry', { name })} icon={RotateCcw} onClick={() => uploads.send(id)} />
      ) : null}
      <IconButton
        label={t(state.is === 'sending' ? 'image.cancel' : 'image.discard', { name })}
        icon={X}
        onClick={() => uploads.remove(id)}
      />
    </li>
  );
}

import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/button.tsx';
import { Time } from '../chat/time.tsx';
import type { PictureDialogProps } from './large.ts';

/** A picture as large as the window allows. */
export function PictureBox({ shown, askUrl, onClose }: PictureDialogProps) {
  const { t } = useTranslation();
  const [url, setUrl] = useState<string | null>(null);
  const image = shown?.image;

  useEffect(() => {
    setUrl(null);
    if (image === undefined) return;
    let wanted = true;
    askUrl(image).then((address) => wanted && setUrl(address), onClose);
    return () => {
      wanted = false;
    };
  }, [askUrl, image, onClose]);

  return (
    <Dialog.Root open={shown !== null} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-canvas" />
        <Dialog.Popup className="fixed inset-0 flex flex-col bg-canvas outline-none">
          <div className="flex items-center gap-3 border-b border-line px-4 py-2">
            <Dialog.Title className="min-w-0 flex-1 truncate text-base font-semibold">
              {shown?.author}
            </Dialog.Title>
            {shown === null ? null : <Time at={shown.at} />}
            <Dialog.Close render={<IconButton label={t('app.close')} icon={X} />} />
          </div>
          <div className="flex min-h-0 flex-1 items-center justify-center p-4">
            {shown === null || url === null ? (
              <p className="text-muted">{t('image.loading')}</p>
            ) : (
              <img src={url} alt={shown.alt} className="max-h-full max-w-full rounded-lg object-contain" />
            )}
          </div>
          {shown === null || shown.caption === '' ? null : (
            <Dialog.Description
              dir="auto"
              className="border-t border-line px-4 py-3 text-center wrap-anywhere"
            >
              {shown.caption}
            </Dialog.Description>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

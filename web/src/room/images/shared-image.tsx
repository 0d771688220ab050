import { ImageOff, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomEvent } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useIsHost, useRoom } from '../room-context.tsx';
import type { Shown } from './lightbox.tsx';
import { thumbnailSize } from './thumbnail-size.ts';
import { useImageUrl } from './use-image-url.ts';

type SharedImageProps = {
  message: RoomEvent<'image.shared'>;
  author: string;
  own: boolean;
  onShow: (shown: Shown) => void;
};

/** A shared picture, small; pressing it shows it large. */
export function SharedImage({ message, author, own, onShow }: SharedImageProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const isHost = useIsHost();
  const { image, caption } = message;
  const { url, failed, frame, onError } = useImageUrl(image);
  const [asking, setAsking] = useState(false);
  const [busy, run] = useAction();
  const alt =
    caption === '' ? t('image.altPlain', { name: author }) : t('image.alt', { name: author, caption });
  const { width, height } = thumbnailSize(message);

  return (
    <figure className="mt-1 max-w-full" ref={frame}>
      <div className="flex items-start gap-2">
        <button
          type="button"
          disabled={failed}
          aria-label={`${alt}. ${t('image.open')}`}
          onClick={() => onShow({ message, author, alt })}
          className="min-w-0 overflow-hidden rounded-xl border border-line bg-canvas"
        >
          {failed ? (
            <span className="flex items-center gap-2 px-4 py-6 text-sm text-muted">
              <ImageOff aria-hidden className="size-5 shrink-0" />
              {t('image.unavailable')}
            </span>
          ) : url === null ? (
            <svg aria-hidden="true" width={width} height={height} className="block h-auto max-w-full" />
          ) : (
            <img
              src={url}
              alt=""
              width={width}
              height={height}
              onError={onError}
              className="block h-auto max-w-full object-cover"
            />
          )}
        </button>
        {own || isHost ? (
          <IconButton
            label={t('image.remove')}
            icon={Trash2}
            className="text-muted"
            onClick={() => setAsking(true)}
          />
        ) : null}
      </div>
      {caption === '' ? null : (
        <figcaption dir="auto" className="mt-1 whitespace-pre-wrap wrap-anywhere">
          {caption}
        </figcaption>
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('image.removeQuestion')}
        text={t('image.removeText')}
        action={t('image.remove')}
        busy={busy}
        onConfirm={() => void run(() => room.removeImage(image)).then(() => setAsking(false))}
      />
    </figure>
  );
}
